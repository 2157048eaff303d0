package incident

import (
	"time"

	"drumbeat/incident/promises"
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
type WasAway promises.Away

func (c Return) decide(s State, _ stream.Meta) (events []Event, _ error) {
	away, missed := promises.Missed(s.Promises, c.From, c.To)
	if away.Stale = s.Updates.Stale(c.To); len(away.Due)+len(away.Stale) == 0 {
		return nil, nil
	}
	for _, n := range missed {
		events = append(events, PromiseMissed{N: n})
	}
	return append(events, WasAway(away)), nil
}

func (e WasAway) apply(s State, r stream.Record) State {
	for _, n := range e.Stale {
		s.Updates = s.Updates.Expire(n, r.At)
	}
	return s
}
