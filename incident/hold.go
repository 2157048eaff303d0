package incident

import (
	"time"

	"drumbeat/incident/stream"
)

// Hold stops every public word of this incident at the moment of sending.
type Hold struct {
	Why string `json:"why,omitempty"`
}

// Release lets public words go again; what was held goes now. Hold is looked up:
// every public word is on hold, so what was held waits on. A machine sends it
// when that ends.
type Release struct {
	Hold bool `json:"hold,omitempty"`
	// Morning: quiet hours end.
	Morning bool `json:"morning,omitempty"`
}

// HoldPlaced: public words are stopped.
type HoldPlaced Hold

// HoldReleased: public words go again. Waits: those that were held do not yet,
// for every public word is on hold.
type HoldReleased struct {
	Waits   bool `json:"waits,omitempty"`
	Morning bool `json:"morning,omitempty"`
}

func (c Hold) decide(s State, _ stream.Meta) ([]Event, error) {
	if s.Held {
		return nil, nil
	}
	return []Event{HoldPlaced(c)}, nil
}

func (c Release) decide(s State, m stream.Meta) ([]Event, error) {
	withheld := s.Updates.Withheld()
	if m.By.Machine() && (s.Held || c.Morning && withheld == nil) { // a person's hold on this incident stays
		return nil, nil
	}
	if !s.Held && (withheld == nil || c.Hold) {
		return nil, stream.Refuse("%s is not on hold%s.", s.Number, map[bool]string{true: "; all words are: “release all”"}[c.Hold])
	}
	events := []Event{HoldReleased{Waits: c.Hold, Morning: c.Morning}}
	if withheld == nil || c.Hold || withheld.Kind == Correction || s.Phase.Ended() && withheld.Phase != Resolved {
		return events, nil
	}
	if open := s.Promise(Public); open == nil || open.Made.Before(withheld.PublishedAt) { // not kept when they were approved
		events = append(events, s.keepWith(*withheld, m)...)
	}
	return events, nil
}

func (HoldPlaced) apply(s State, _ stream.Record) State {
	s.Held = true
	return s
}

// apply puts what was withheld back in line: the playbook asks for it again.
// On our own page it stands from now on.
func (e HoldReleased) apply(s State, r stream.Record) State {
	s.Held = false
	if e.Waits {
		return s
	}
	s.Updates = s.Updates.Release(r.At, !r.By.Machine())
	return s
}

// Merge ends this incident in favour of another, which goes on.
type Merge struct {
	Into   stream.ID `json:"into"`
	Number string    `json:"number"`
}

// MergedInto: the work goes on in another incident.
type MergedInto Merge

// Absorb tells the incident that goes on what was merged into it.
type Absorb struct {
	From  string    `json:"from"`
	Title string    `json:"title"`
	Since time.Time `json:"since"`
	Signs []Sign    `json:"signs,omitempty"`
}

// Absorbed: another incident ended in this one.
type Absorbed Absorb

func (c Merge) decide(s State, _ stream.Meta) ([]Event, error) {
	if c.Into == s.ID {
		return nil, stream.Refuse("%s cannot be merged into itself. Say into which: “merge 41”.", s.Number)
	}
	if s.Drill {
		return nil, stream.Refuse("%s is a drill and ends by itself: there is nothing to go on with elsewhere.", s.Number)
	}
	if s.IsPublic() {
		return nil, stream.Refuse("Customers read %s already. Merge the other one into it: “merge %s” over there.", s.Number, s.Number)
	}
	return append([]Event{MergedInto(c)}, s.dropPromises("merged")...), nil
}

func (e MergedInto) apply(s State, r stream.Record) State {
	s.Phase, s.PhaseAt, s.Into, s.Ended = Merged, r.At, e.Number, r.At
	return s
}

func (c Absorb) decide(s State, m stream.Meta) ([]Event, error) {
	events := []Event{Absorbed(c)}
	return s.then(m, append(events, s.fold(m, events).twoSigns()...)), nil
}

func (e Absorbed) apply(s State, r stream.Record) State {
	if !e.Since.IsZero() && e.Since.Before(s.Since) {
		s.Since = e.Since
	}
	for _, sign := range e.Signs {
		s = Signed{Sign: sign}.apply(s, r)
	}
	return s
}
