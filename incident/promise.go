package incident

import (
	"slices"
	"time"

	"drumbeat/incident/policy"
	"drumbeat/incident/promises"
	"drumbeat/incident/stream"
)

// Remind is the timer of one rung of a promise's ladder.
type Remind struct {
	N    int `json:"n"`
	Rung int `json:"rung"`
}

// What happens to a promise: see package promises.
type (
	Promised       promises.Made
	PromiseKept    promises.Kept
	PromiseDropped promises.Dropped
	Reminded       promises.Reminded
)

// PromiseMissed: the due time passed without words. The promise stays open.
type PromiseMissed struct {
	N int `json:"n"`
}

// Promise is the open promise to an audience, nil if there is none.
func (s State) Promise(a Audience) *Promise { return s.Promises.Open(a) }

// cadenceFrom is when the next public words are due after words at t.
func (s State) cadenceFrom(t time.Time) time.Time { return promises.Next(s.Weight(), s.Phase, t) }

// then adds to events what follows from them: who is woken beside who is on
// call, the promise of the first public words, a draft of them, and that words
// are wanted sooner.
func (s State) then(m stream.Meta, events []Event) []Event {
	was := s
	s = s.fold(m, events)
	woken, promises := s.wakeOthers(m), s.firstPromise(m)
	return slices.Concat(events, woken, promises, s.fold(m, promises).draftFirst(m), s.sooner(was, m))
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
	open := s.Promise(Public)
	due := promises.First(w, promises.Began{Since: s.Since, Confirmed: s.Confirmed, Now: m.At}, open)
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
		events = append(events, Promised{N: n + 1, Audience: Stakeholders, Due: promises.Round(m.At.Add(time.Duration(w.Stakeholders)))})
	}
	return events
}

// nextPromise owes customers words by due.
func (s State) nextPromise(m stream.Meta, due time.Time) Promised {
	if due.IsZero() {
		due = promises.Round(m.At.Add(time.Hour))
	}
	return Promised{N: len(s.Promises) + 1, Audience: Public, Due: due}
}

// keep closes the promises that words for an audience satisfy.
func (s State) keep(a Audience, m stream.Meta) (events []Event) {
	for _, p := range promises.Keep(s.Promises, a, m.At) {
		events = append(events, PromiseKept(p))
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
func (s State) dropPromises(why string) (events []Event) {
	for _, p := range promises.Drop(s.Promises, why) {
		events = append(events, PromiseDropped(p))
	}
	return events
}

func (c Remind) decide(s State, m stream.Meta) (events []Event, _ error) {
	p := stream.Element(s.Promises, c.N)
	if p == nil {
		return nil, nil
	}
	ladder := s.Ladder(*p)
	rung := stream.Element(ladder, c.Rung+1)
	if rung == nil || !p.Open() && !(p.Held && len(s.Updates.InARow()) > 0 && !s.Phase.Ended() && rung.At >= 0) {
		return nil, nil
	}
	missed, speaks := promises.Ring(*p, ladder, c.Rung, m.At)
	if missed {
		events = append(events, PromiseMissed{N: p.N})
	}
	if w := s.Updates.Waiting(0); rung.At < 0 && w != nil && w.Author != "" && w.Author != Unattended && p.Audience == Public {
		return events, nil // somebody is writing: no nagging before it is due
	}
	if speaks {
		events = append(events, Reminded{N: p.N, Rung: c.Rung, Who: rung.Who, Due: p.Due})
	}
	return events, nil
}

// Ladder is whom a promise reaches as it falls due, and when.
func (s State) Ladder(p Promise) []policy.Reminder { return promises.Ladder(s.Policy, p) }

func (e Promised) apply(s State, r stream.Record) State {
	s.Promises = stream.Append(s.Promises, Promise{N: e.N, Audience: e.Audience, Due: e.Due, Made: r.At, Name: e.Name, Text: e.Text, Owner: e.Owner})
	return s
}

func (e PromiseKept) apply(s State, r stream.Record) State {
	s.Promises = stream.Replace(s.Promises, e.N, func(p *Promise) { p.Kept, p.Held = r.At, e.Held })
	return s
}

func (e PromiseMissed) apply(s State, _ stream.Record) State {
	s.Promises = stream.Replace(s.Promises, e.N, func(p *Promise) { p.Missed = true })
	return s
}

func (e PromiseDropped) apply(s State, _ stream.Record) State {
	s.Promises = stream.Replace(s.Promises, e.N, func(p *Promise) { p.Dropped = e.Why })
	return s
}

func (e Reminded) apply(s State, _ stream.Record) State {
	s.Promises = stream.Replace(s.Promises, e.N, func(p *Promise) { p.Reminded++ })
	return s
}
