package incident

import (
	"time"

	"drumbeat/incident/stream"
	"drumbeat/incident/todo"
)

// Chase is the timer that asks for what was to be done afterwards. Elsewhere is
// looked up: what the same people owe other incidents, and who was asked there
// since.
type Chase struct {
	Elsewhere []todo.Ask `json:"elsewhere,omitempty"`
}

// Chased: each of these was asked for all that he owes, in one message. Open:
// there is more to ask for another time.
type Chased todo.Chased

func (c Chase) decide(s State, m stream.Meta) ([]Event, error) {
	every := time.Duration(s.Policy.Close.FollowUps)
	if every == 0 || !s.Phase.Over() || len(s.Tasks.Open(true)) == 0 || m.At.Before(s.Chased.Add(every)) {
		return nil, nil
	}
	return []Event{Chased(s.Tasks.Chase(s.ID.Name, s.Number, c.Elsewhere, m.At.Add(-every)))}, nil
}

func (e Chased) apply(s State, r stream.Record) State {
	s.Chased = r.At
	return s
}
