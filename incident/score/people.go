package score

import (
	"slices"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/paging"
	"drumbeat/incident/stream"
)

// Promises are those of words, by what became of them. Each counts once.
type Promises struct {
	// Kept: customers could read words in time; of others, they were said in time.
	Kept int `json:"kept"`
	// Held: kept by words that nobody tapped.
	Held int `json:"held"`
	// Missed: the due time passed without words that could be read, even if they
	// came later.
	Missed int `json:"missed"`
	// Dropped: it was moved, or nothing was owed any more.
	Dropped int       `json:"dropped"`
	Open    int       `json:"open"`
	List    []Promise `json:"list"`
	// Duties are promises to others than those who read words; they count apart.
	Duties []Promise `json:"duties,omitempty"`
}

// Promise is one of words to an audience by a time.
type Promise struct {
	N        int               `json:"n"`
	Audience incident.Audience `json:"audience"`
	Due      time.Time         `json:"due_at"`
	// Kept is when the words went out; Reached, when they could first be read.
	Kept    *time.Time `json:"kept_at"`
	Reached *time.Time `json:"reached_at"`
	State   string     `json:"state"`         // kept, held, missed, dropped, open
	Why     string     `json:"why,omitempty"` // it was dropped
	// Of a duty: what is owed, and the role or handle of its owner.
	Name  string `json:"name,omitempty"`
	Text  string `json:"text,omitempty"`
	Owner string `json:"owner,omitempty"`
}

// promises judges by what could be read: what went out while nothing that takes
// it worked, or in shadow alone, keeps no promise to customers.
func promises(s incident.State, now time.Time, told []time.Time) Promises {
	out := Promises{List: []Promise{}}
	for _, p := range s.Promises {
		reached := p.Kept
		if p.Audience == incident.Public {
			reached = since(p.Kept, told)
		}
		state, count := "open", &out.Open
		switch {
		case p.Missed, reached.After(p.Due), p.Dropped == "" && reached.IsZero() && now.After(p.Due):
			state, count = "missed", &out.Missed
		case p.Held && !reached.IsZero():
			state, count = "held", &out.Held
		case !reached.IsZero():
			state, count = "kept", &out.Kept
		case p.Dropped != "":
			state, count = "dropped", &out.Dropped
		}
		told := Promise{N: p.N, Audience: p.Audience, Due: p.Due, Kept: moment(p.Kept), Reached: moment(reached), State: state, Why: p.Dropped, Name: p.Name, Text: p.Text, Owner: p.Owner}
		if p.Audience == incident.Duty {
			out.Duties = append(out.Duties, told)
			continue
		}
		*count++
		out.List = append(out.List, told)
	}
	return out
}

// since is the first of the moments from t on, zero if t is or none follows.
func since(t time.Time, moments []time.Time) time.Time {
	for _, m := range moments {
		if !t.IsZero() && !m.Before(t) {
			return m
		}
	}
	return time.Time{}
}

// Woken is somebody who was paged. His addresses are nobody's business here.
type Woken struct {
	Person string     `json:"person"`
	Name   string     `json:"name"`
	At     time.Time  `json:"at"`     // of the first page
	Rings  int        `json:"rings"`  // how often a rung rang for him
	Ways   []Way      `json:"ways"`   // what the log tells of each
	Acked  *time.Time `json:"ack_at"` // his first "I'm on it"
}

// Way is a far end that called somebody, and what came of the newest call.
type Way struct {
	FarEnd string    `json:"far_end"`
	State  string    `json:"state"` // delivered, failing, in-doubt, gave-up, withheld
	At     time.Time `json:"at"`
}

// person finds somebody among the woken, nil if he was not paged.
func (r *reading) person(handle string) *Woken {
	i := slices.IndexFunc(r.woken, func(w Woken) bool { return w.Person == handle })
	if i < 0 {
		return nil
	}
	return &r.woken[i]
}

func (r *reading) rings(people []incident.Person, at time.Time) {
	for _, p := range people {
		if r.person(p.Handle) == nil {
			r.woken = append(r.woken, Woken{Person: p.Handle, Name: p.String(), At: at, Ways: []Way{}})
		}
		r.person(p.Handle).Rings++
	}
}

// rang notes what became of a call.
func (r *reading) rang(e incident.Settled, at time.Time) {
	_, handle, farEnd, ok := paging.Of(e.About)
	if !ok {
		return
	}
	if e.Result == stream.Delivered {
		first(&r.page, at)
	}
	w := r.person(handle)
	if w == nil {
		return
	}
	way := Way{FarEnd: farEnd, State: e.Result, At: at}
	if i := slices.IndexFunc(w.Ways, func(x Way) bool { return x.FarEnd == farEnd }); i >= 0 {
		w.Ways[i] = way
		return
	}
	w.Ways = append(w.Ways, way)
}
