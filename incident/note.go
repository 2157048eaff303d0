package incident

import (
	"slices"
	"strings"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/incident/todo"
)

// AddNote puts a line on the timeline. At is when it happened; zero is now.
type AddNote struct {
	At   time.Time `json:"at,omitzero"`
	Text string    `json:"text"`
}

// Noted: a line stands on the timeline.
type Noted struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

func (c AddNote) decide(_ State, m stream.Meta) ([]Event, error) {
	text := strings.TrimSpace(c.Text)
	if text == "" {
		return nil, stream.Refuse("Say what to note: “note servers at 100 %% CPU”.")
	}
	if c.At.IsZero() || c.At.After(m.At) {
		c.At = m.At
	}
	return []Event{Noted{At: c.At, Text: text}}, nil
}

func (e Noted) apply(s State, r stream.Record) State {
	s.Timeline = stream.Append(s.Timeline, Line{At: e.At, By: r.By.String(), Text: e.Text})
	return s
}

// CorrectStart moves the first sign: "since 05:22".
type CorrectStart struct {
	Since time.Time `json:"since"`
}

// StartCorrected: it began at another time than was thought.
type StartCorrected struct {
	Was   time.Time `json:"was"`
	Since time.Time `json:"since"`
}

func (c CorrectStart) decide(s State, m stream.Meta) ([]Event, error) {
	if c.Since.IsZero() || c.Since.After(m.At) {
		return nil, stream.Refuse("The start must lie in the past: “since 05:22”.")
	}
	if c.Since.Equal(s.Since) {
		return nil, nil
	}
	return s.then(m, []Event{StartCorrected{Was: s.Since, Since: c.Since}}), nil
}

func (e StartCorrected) apply(s State, _ stream.Record) State {
	s.Since = e.Since
	return s
}

// Task is one thing to do: see package todo.
type Task = todo.Task

// AddTask puts a thing to do on the list.
type AddTask todo.Wanted

// FinishTask says that task N is done.
type FinishTask struct {
	N int `json:"n"`
}

// TaskAdded: there is a thing to do.
type TaskAdded todo.Added

// TaskFinished: it is done.
type TaskFinished FinishTask

func (c AddTask) decide(s State, m stream.Meta) ([]Event, error) {
	text := strings.TrimSpace(c.Text)
	if text == "" {
		return nil, stream.Refuse("Say what is to be done: “task add roll back reads”.")
	}
	if m.By.Machine() && slices.ContainsFunc(s.Tasks, func(t Task) bool { return t.Text == text }) {
		return nil, nil // the playbook before has put it there
	}
	return []Event{TaskAdded{N: len(s.Tasks) + 1, Text: text, Role: c.Role, Owner: c.Owner, FollowUp: c.FollowUp, Due: c.Due}}, nil
}

// Tasked is whose task it is, the zero Person when it is everybody's.
func (s State) Tasked(t Task) Person {
	if t.Owner.Handle != "" {
		return t.Owner
	}
	return s.Roles[RoleOf(t.Role)]
}

func (c FinishTask) decide(s State, _ stream.Meta) ([]Event, error) {
	t := s.Tasks.Number(c.N)
	if t == nil {
		return nil, stream.Refuse("There is no task %d. “task list” shows them.", c.N)
	}
	if t.Done != "" {
		return nil, nil
	}
	return []Event{TaskFinished(c)}, nil
}

func (e TaskAdded) apply(s State, r stream.Record) State {
	s.Tasks = s.Tasks.Add(todo.Added(e), r.By.String())
	return s
}

func (e TaskFinished) apply(s State, r stream.Record) State {
	s.Tasks = s.Tasks.Finish(e.N, r.By.String())
	return s
}
