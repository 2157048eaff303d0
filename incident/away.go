package incident

import (
	"slices"
	"time"

	"drumbeat/incident/stream"
)

// Return tells an incident that the bot was away and is back: nobody was
// reminded meanwhile, and no words left.
type Return struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// WasAway: what nobody heard of while the bot was away. The ladder of what fell
// due goes on where it would stand by now (see Remind).
type WasAway struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Due are the times of the promises that passed.
	Due []time.Time `json:"due,omitempty"`
	// Stale are the approved words, by number, that have not reached every far
	// end and name a time that has passed: there they are not sent any more.
	Stale []int `json:"stale,omitempty"`
}

func (c Return) decide(s State, _ stream.Meta) ([]Event, error) {
	away := WasAway{From: c.From, To: c.To, Stale: s.Updates.Stale(c.To)}
	var missed []Event
	for _, p := range s.Promises {
		if !p.Open() || p.Audience == Duty || p.Missed || !p.Due.After(c.From) || p.Due.After(c.To) {
			continue
		}
		missed = append(missed, PromiseMissed{N: p.N})
		if !slices.ContainsFunc(away.Due, p.Due.Equal) {
			away.Due = append(away.Due, p.Due)
		}
	}
	if len(away.Due)+len(away.Stale) == 0 {
		return nil, nil
	}
	return append(missed, away), nil
}

func (e WasAway) apply(s State, r stream.Record) State {
	for _, n := range e.Stale {
		s.Updates = s.Updates.Expire(n, r.At)
	}
	return s
}
