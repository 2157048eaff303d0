package incident

import (
	"time"

	"drumbeat/incident/stream"
)

// Promise says by when an audience has its next words.
type Promise struct {
	N        int
	Audience Audience
	Due      time.Time
	Made     time.Time
	Kept     time.Time // zero while open
	Missed   bool      // the due time passed without words
	Held     bool      // kept by unattended words: somebody still has to write
	Dropped  string    // why it no longer holds
	Reminded int       // rungs of the ladder that rang
}

// Open reports whether the promise still waits for words.
func (p Promise) Open() bool { return p.Kept.IsZero() && p.Dropped == "" }

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
}

// PromiseKept: the words came. Late when they came after the due time; Held when
// nobody tapped them.
type PromiseKept struct {
	N    int  `json:"n"`
	Late bool `json:"late,omitempty"`
	Held bool `json:"held,omitempty"`
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
	Who  string    `json:"who"` // the ladder's word: "comms", "channel", "commander"
	Due  time.Time `json:"due"`
}

// Promise is the open promise to an audience, nil if there is none.
func (s State) Promise(a Audience) *Promise {
	for _, p := range s.Promises {
		if p.Audience == a && p.Open() {
			return &p
		}
	}
	return nil
}

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

// firstPromise promises the first public words, and words to stakeholders
// until then.
func (s State) firstPromise(m stream.Meta) []Event {
	w := s.Weight()
	if s.Private || s.IsPublic() || w.FirstWords == 0 || s.Phase == Triage && s.Confirmed.IsZero() {
		return nil
	}
	due := s.firstDue()
	if grace := m.At.Add(time.Duration(w.AfterConfirmed)); due.Before(grace) {
		due = grace
	}
	var events []Event
	if open := s.Promise(Public); open == nil || !open.Due.Equal(due) {
		if open != nil {
			events = append(events, PromiseDropped{N: open.N, Why: "moved"})
		}
		events = append(events, Promised{N: len(s.Promises) + 1, Audience: Public, Due: due})
	}
	if s.Promise(Stakeholders) == nil && w.Stakeholders > 0 {
		n := len(s.fold(m, events).Promises) + 1
		events = append(events, Promised{N: n, Audience: Stakeholders, Due: roundUp(m.At.Add(time.Duration(w.Stakeholders)))})
	}
	return events
}

// firstDue is FirstWords after the first sign, or AfterConfirmed after
// somebody said that customers notice, whichever is later.
func (s State) firstDue() time.Time {
	w := s.Weight()
	due := s.Since.Add(time.Duration(w.FirstWords))
	if !s.Confirmed.IsZero() {
		if after := s.Confirmed.Add(time.Duration(w.AfterConfirmed)); after.After(due) {
			due = after
		}
	}
	return due
}

// repromise follows a change of severity or phase. A due time that customers
// were told is never moved by it; the next words carry the new rhythm.
func (s State) repromise(m stream.Meta) []Event {
	if s.IsPublic() {
		return nil
	}
	if s.Weight().FirstWords == 0 {
		return s.dropPromises("severity " + s.Severity)
	}
	events := s.firstPromise(m)
	return append(events, s.fold(m, events).draftFirst(m)...)
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
		if p.Open() && (p.Audience == a || a == Public) {
			events = append(events, PromiseKept{N: p.N, Late: m.At.After(p.Due)})
		}
	}
	if a == Stakeholders && !s.IsPublic() && !s.Phase.Ended() && s.Weight().Stakeholders > 0 {
		due := roundUp(m.At.Add(time.Duration(s.Weight().Stakeholders)))
		events = append(events, Promised{N: len(s.Promises) + 1, Audience: a, Due: due})
	}
	return events
}

// dropPromises ends what is owed: nothing more follows.
func (s State) dropPromises(why string) []Event {
	var events []Event
	for _, p := range s.Promises {
		if p.Open() {
			events = append(events, PromiseDropped{N: p.N, Why: why})
		}
	}
	return events
}

func (c Remind) decide(s State, m stream.Meta) ([]Event, error) {
	if c.N < 1 || c.N > len(s.Promises) || c.Rung < 0 || c.Rung >= len(s.Policy.Ladder) {
		return nil, nil
	}
	p, rung := s.Promises[c.N-1], s.Policy.Ladder[c.Rung]
	duty := p.Open() || p.Held && s.inARow() > 0 && !s.Phase.Ended() && rung.At >= 0
	if !duty || m.At.Before(p.Due.Add(time.Duration(rung.At))) {
		return nil, nil
	}
	var events []Event
	if p.Open() && !p.Missed && !m.At.Before(p.Due) && rung.At >= 0 {
		events = append(events, PromiseMissed{N: p.N})
	}
	if w := s.waiting(0); rung.At < 0 && w != nil && w.Author != "" && w.Author != Unattended && p.Audience == Public {
		return events, nil // somebody is writing: no nagging before it is due
	}
	return append(events, Reminded{N: p.N, Rung: c.Rung, Who: rung.Who, Due: p.Due}), nil
}

func (Promised) kind() string { return "promised" }

func (e Promised) apply(s State, r stream.Record) State {
	s.Promises = append(s.Promises, Promise{N: e.N, Audience: e.Audience, Due: e.Due, Made: r.At})
	return s
}

func (PromiseKept) kind() string { return "promise-kept" }

func (e PromiseKept) apply(s State, r stream.Record) State {
	return s.promise(e.N, func(p *Promise) { p.Kept, p.Held = r.At, e.Held })
}

func (PromiseMissed) kind() string { return "promise-missed" }

func (e PromiseMissed) apply(s State, _ stream.Record) State {
	return s.promise(e.N, func(p *Promise) { p.Missed = true })
}

func (PromiseDropped) kind() string { return "promise-dropped" }

func (e PromiseDropped) apply(s State, _ stream.Record) State {
	return s.promise(e.N, func(p *Promise) { p.Dropped = e.Why })
}

func (Reminded) kind() string { return "reminded" }

func (e Reminded) apply(s State, _ stream.Record) State {
	return s.promise(e.N, func(p *Promise) { p.Reminded++ })
}

func (s State) promise(n int, alter func(*Promise)) State {
	if n < 1 || n > len(s.Promises) {
		return s
	}
	s.Promises = replace(s.Promises, n-1, alter)
	return s
}
