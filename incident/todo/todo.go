// Package todo is what is to be done: tasks while an incident lasts, and what
// follows from it.
package todo

import (
	"slices"
	"time"

	"drumbeat/incident/stream"
)

// Task is one thing to do. N counts from 1.
type Task struct {
	N    int    `json:"n"`
	Text string `json:"text"`
	By   string `json:"by,omitempty"`
	Done string `json:"done,omitempty"` // who did it; empty while open
	// Role is whose task it is, Owner a person's; neither: everybody's.
	Role  string        `json:"role,omitempty"`
	Owner stream.Person `json:"owner,omitzero"`
	// FollowUp: it outlives the incident. Due is the day that it was promised
	// for; zero is none.
	FollowUp bool      `json:"follow_up,omitempty"`
	Due      time.Time `json:"due,omitzero"`
	Asked    time.Time `json:"asked,omitzero"` // its owner, for the last time
}

// Wanted is a thing to do, before it has a number.
type Wanted struct {
	Text     string        `json:"text"`
	Role     string        `json:"role,omitempty"`
	Owner    stream.Person `json:"owner,omitzero"`
	FollowUp bool          `json:"follow_up,omitempty"`
	Due      time.Time     `json:"due,omitzero"`
}

// Added: there is a thing to do.
type Added struct {
	N        int           `json:"n"`
	Text     string        `json:"text"`
	Role     string        `json:"role,omitempty"`
	Owner    stream.Person `json:"owner,omitzero"`
	FollowUp bool          `json:"follow_up,omitempty"`
	Due      time.Time     `json:"due,omitzero"`
}

// List is all that is, or was, to be done: number n stands at n-1. It is never
// changed: what alters it gives a new one.
type List []Task

// Number finds a task, nil if there is none.
func (l List) Number(n int) *Task {
	if n < 1 || n > len(l) {
		return nil
	}
	t := l[n-1]
	return &t
}

// Open are those that are to be done: while the incident lasts, or what follows.
func (l List) Open(followUps bool) (open []Task) {
	for _, t := range l {
		if t.Done == "" && t.FollowUp == followUps {
			open = append(open, t)
		}
	}
	return open
}

// Add puts one on the list.
func (l List) Add(e Added, by string) List {
	return append(slices.Clip(l), Task{N: e.N, Text: e.Text, By: by, Role: e.Role, Owner: e.Owner, FollowUp: e.FollowUp, Due: e.Due})
}

// Finish takes number n off.
func (l List) Finish(n int, by string) List {
	if n < 1 || n > len(l) {
		return l
	}
	out := slices.Clone(l)
	out[n-1].Done = by
	return out
}
