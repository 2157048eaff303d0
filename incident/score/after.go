package score

import (
	"time"

	"drumbeat/incident"
	owed "drumbeat/incident/promises"
)

// Review is the duty to write down what happened.
type Review struct {
	Owner string     `json:"owner"`
	Due   time.Time  `json:"due_at"`
	Done  *time.Time `json:"done_at"`
}

// FollowUp is what was to be done afterwards.
type FollowUp struct {
	N     int        `json:"n"`
	Text  string     `json:"text"`
	Owner string     `json:"owner,omitempty"`
	Due   *time.Time `json:"due_at"`
	Done  bool       `json:"done"`
}

func review(s incident.State) *Review {
	p := s.Promises.Duty(owed.Review)
	if p == nil || p.Dropped != "" {
		return nil
	}
	return &Review{Owner: s.Owner(p.Owner).String(), Due: p.Due, Done: moment(p.Kept)}
}

func followUps(s incident.State) []FollowUp {
	out := []FollowUp{}
	for _, t := range s.Tasks {
		if t.FollowUp {
			out = append(out, FollowUp{N: t.N, Text: t.Text, Owner: t.Owner.String(), Due: moment(t.Due), Done: t.Done != ""})
		}
	}
	return out
}
