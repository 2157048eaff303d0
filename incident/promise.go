package incident

import (
	"slices"
	"time"

	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
)

// Remind is the timer of one rung of a promise's ladder.
type Remind struct {
	N    int `json:"n"`
	Rung int `json:"rung"`
}

// Promised: the audience has words by Due.
type Promised struct {
	N        int       `json:"n"`
	Audience Audience  `json:"audience"`
	Due      time.Time `json:"due"`
	Name     string    `json:"name,omitempty"`
	Text     string    `json:"text,omitempty"`
	Owner    string    `json:"owner,omitempty"`
}

// PromiseKept: the words came. Late when they came after the due time; Held when
// nobody tapped them.
type PromiseKept struct {
	N    int  `json:"n"`
	Late bool `json:"late,omitempty"`
	Held bool `json:"unattended,omitempty"`
}

// PromiseMissed: the due time passed without words. The promise stays open.
type PromiseMissed struct {
	N int `json:"n"`
}

// PromiseDropped: nothing more is owed.
type PromiseDropped struct {
	N   int    `json:"n"`
	Why string `json:"why"`
}

// Reminded: a rung of the ladder reached somebody.
type Reminded struct {
	N    int       `json:"n"`
	Rung int       `json:"rung"`
	Who  string    `json:"who"` // the ladder's word: "comms", "channel", "commander", "owner"
	Due  time.Time `json:"due"`
}

// Promise is the open promise to an audience, nil if there is none.
func (s State) Promise(a Audience) *Promise { return s.Promises.Open(a) }

// promiseStep is what due times are rounded up to, so that words say "13:40"
// and not "13:37".
const promiseStep = 5 * time.Minute

func roundUp(t time.Time) time.Time {
	if r := t.Truncate(promiseStep); r.Before(t) {
		return r.Add(promiseStep)
	}
	return t
}

// cadenceFrom is when the next public words are due after words at t.
func (s State) cadenceFrom(t time.Time) time.Time {
	every, ok := s.Weight().Every[string(s.Phase)]
	if !ok {
		every = s.Weight().Every[string(Investigating)]
	}
	if every == 0 {
		return time.Time{}
	}
	return roundUp(t.Add(time.Duration(every)))
}

// then adds to events what follows from them: who is woken beside who is on
// call, the promise of the first public words, and a draft of them.
func (s State) then(m stream.Meta, events []Event) []Event {
	s = s.fold(m, events)
	woken, promises := s.wakeOthers(m), s.firstPromise(m)
	return slices.Concat(events, woken, promises, s.fold(m, promises).draftFirst(m))
}

// firstPromise promises the first public words, and words to stakeholders
// until then. Once customers were told a time it is not moved; before that it
// follows severity, start and confirmation. An alarm that nobody has taken or
// confirmed promises nothing.
func (s State) firstPromise(m stream.Meta) []Event {
	w := s.Weight()
	switch {
	case s.Private || s.IsPublic() || s.Phase.Ended() || s.Phase == Triage && s.Confirmed.IsZero():
		return nil
	case w.FirstWords == 0:
		return s.dropPromises("severity " + s.Severity)
	}
	due, open := s.firstDue(m), s.Promise(Public)
	var events []Event
	if open != nil && !open.Due.Equal(due) {
		events = append(events, PromiseDropped{N: open.N, Why: "moved"})
	}
	n := len(s.Promises)
	if open == nil || len(events) > 0 {
		n++
		events = append(events, Promised{N: n, Audience: Public, Due: due})
	}
	if s.Promise(Stakeholders) == nil && w.Stakeholders > 0 {
		events = append(events, Promised{N: n + 1, Audience: Stakeholders, Due: roundUp(m.At.Add(time.Duration(w.Stakeholders)))})
	}
	return events
}

// firstDue is FirstWords after the first sign, or AfterConfirmed after
// somebody said that customers notice, whichever is later. Where that leaves
// less than AfterConfirmed from now, a new promise gives so much; one that was
// made is not put off by it.
func (s State) firstDue(m stream.Meta) time.Time {
	w := s.Weight()
	due := s.Since.Add(time.Duration(w.FirstWords))
	if !s.Confirmed.IsZero() {
		due = later(due, s.Confirmed.Add(time.Duration(w.AfterConfirmed)))
	}
	soonest := m.At.Add(time.Duration(w.AfterConfirmed))
	if !due.Before(soonest) {
		return due
	}
	if open := s.Promise(Public); open != nil && open.Due.Before(soonest) {
		soonest = open.Due
	}
	return later(due, soonest)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// nextPromise owes customers words by due.
func (s State) nextPromise(m stream.Meta, due time.Time) Promised {
	if due.IsZero() {
		due = roundUp(m.At.Add(time.Hour))
	}
	return Promised{N: len(s.Promises) + 1, Audience: Public, Due: due}
}

// keep closes the promises that words for an audience satisfy: public words
// satisfy stakeholders too.
func (s State) keep(a Audience, m stream.Meta) []Event {
	var events []Event
	for _, p := range s.Promises {
		if p.Open() && (p.Audience == a || a == Public && p.Audience != Duty) {
			events = append(events, PromiseKept{N: p.N, Late: m.At.After(p.Due)})
		}
	}
	return events
}

// keepWith keeps what public words keep, and makes the promise that they name;
// one from now when a hold let that pass. Nothing more is owed after the end.
func (s State) keepWith(u Update, m stream.Meta) []Event {
	events := s.keep(Public, m)
	due := u.Next
	if !due.After(m.At) {
		due = s.cadenceFrom(m.At)
	}
	if s.Phase.Ended() || due.IsZero() {
		return events
	}
	return append(events, s.nextPromise(m, due))
}

// dropPromises ends what is owed to those who read words: nothing more follows.
// A duty goes on.
func (s State) dropPromises(why string) []Event {
	var events []Event
	for _, p := range s.Promises {
		if p.Open() && p.Audience != Duty {
			events = append(events, PromiseDropped{N: p.N, Why: why})
		}
	}
	return events
}

func (c Remind) decide(s State, m stream.Meta) ([]Event, error) {
	p := element(s.Promises, c.N)
	if p == nil {
		return nil, nil
	}
	ladder := s.Ladder(*p)
	rung := element(ladder, c.Rung+1)
	if rung == nil {
		return nil, nil
	}
	duty := p.Open() || p.Held && len(s.Updates.InARow()) > 0 && !s.Phase.Ended() && rung.At >= 0
	if !duty || m.At.Before(p.Due.Add(time.Duration(rung.At))) {
		return nil, nil
	}
	var events []Event
	if p.Open() && !p.Missed && !m.At.Before(p.Due) && rung.At >= 0 {
		events = append(events, PromiseMissed{N: p.N})
	}
	if late := m.At.Sub(p.Due); slices.ContainsFunc(ladder, func(r policy.Reminder) bool { return r.At > rung.At && late >= time.Duration(r.At) }) {
		return events, nil // this timer is late: a later rung speaks
	}
	if w := s.Updates.Waiting(0); rung.At < 0 && w != nil && w.Author != "" && w.Author != Unattended && p.Audience == Public {
		return events, nil // somebody is writing: no nagging before it is due
	}
	return append(events, Reminded{N: p.N, Rung: c.Rung, Who: rung.Who, Due: p.Due}), nil
}

func (e Promised) apply(s State, r stream.Record) State {
	s.Promises = add(s.Promises, Promise{N: e.N, Audience: e.Audience, Due: e.Due, Made: r.At, Name: e.Name, Text: e.Text, Owner: e.Owner})
	return s
}

func (e PromiseKept) apply(s State, r stream.Record) State {
	s.Promises = replace(s.Promises, e.N, func(p *Promise) { p.Kept, p.Held = r.At, e.Held })
	return s
}

func (e PromiseMissed) apply(s State, _ stream.Record) State {
	s.Promises = replace(s.Promises, e.N, func(p *Promise) { p.Missed = true })
	return s
}

func (e PromiseDropped) apply(s State, _ stream.Record) State {
	s.Promises = replace(s.Promises, e.N, func(p *Promise) { p.Dropped = e.Why })
	return s
}

func (e Reminded) apply(s State, _ stream.Record) State {
	s.Promises = replace(s.Promises, e.N, func(p *Promise) { p.Reminded++ })
	return s
}
