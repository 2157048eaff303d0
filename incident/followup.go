package incident

import (
	"time"

	"drumbeat/incident/stream"
	"drumbeat/incident/todo"
)

// Chase is the timer that asks for what was to be done afterwards.
type Chase struct{}

// Chased: each of these was asked for all that he owes.
type Chased todo.Chased

// ChaseAt is when somebody is asked for follow-ups next; zero when nobody is:
// while the incident lasts, or where the policy does not say how often.
func (s State) ChaseAt() time.Time {
	if s.Policy.Close.FollowUps == 0 || !s.Phase.Over() {
		return time.Time{}
	}
	return s.Tasks.Next(s.followUps())
}

func (s State) followUps() todo.Rhythm {
	return todo.Rhythm{Ended: s.PhaseAt, Every: time.Duration(s.Policy.Close.FollowUps), Last: s.Owner(RoleReviewer)}
}

func (Chase) decide(s State, m stream.Meta) ([]Event, error) {
	if at := s.ChaseAt(); at.IsZero() || at.After(m.At) {
		return nil, nil
	}
	return []Event{Chased(s.Tasks.Chase(s.followUps(), m.At))}, nil
}

func (e Chased) apply(s State, r stream.Record) State {
	s.Tasks = s.Tasks.Ask(todo.Chased(e), r.At)
	return s
}
