package incident

import "drumbeat/incident/stream"

// EndDrill is the timer that ends a drill. Shown is looked up.
type EndDrill struct {
	Shown Drilled `json:"shown"`
}

// Drilled is what a drill has shown, in seconds from its declaration; -1 is what
// did not come.
type Drilled struct {
	Room     int `json:"room"`     // until its place was there
	Rang     int `json:"rang"`     // until a far end took the first page
	Answered int `json:"answered"` // until somebody said “I'm on it”
	Drafted  int `json:"drafted"`  // until words for customers were ready
	Approved int `json:"approved"` // until somebody let them go
}

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
