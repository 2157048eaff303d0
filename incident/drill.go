package incident

import (
	"drumbeat/incident/card"
	"drumbeat/incident/stream"
)

// EndDrill is the timer that ends a drill. Shown is looked up.
type EndDrill struct {
	Shown Drilled `json:"shown"`
}

// Drilled is what a drill has shown.
type Drilled = card.Drilled

// DrillEnded: the time was over.
type DrillEnded struct{ Drilled }

func (c EndDrill) decide(s State, _ stream.Meta) ([]Event, error) {
	var events []Event
	switch {
	case !s.Drill:
		return nil, nil
	case !s.Phase.Over():
		events = append([]Event{PhaseChanged{From: s.Phase, To: Closed}}, s.dropPromises("the drill is over")...)
	}
	return append(events, DrillEnded{c.Shown}), nil
}

func (DrillEnded) apply(s State, _ stream.Record) State { return s }
