package incident

import (
	"time"

	"drumbeat/incident/stream"
)

// Hold stops every public word of this incident at the moment of sending.
type Hold struct {
	Why string `json:"why,omitempty"`
}

// Release lets public words go again; what was held goes now.
type Release struct{}

// HoldPlaced: public words are stopped.
type HoldPlaced Hold

// HoldReleased: public words go again.
type HoldReleased struct{}

func (c Hold) decide(s State, _ stream.Meta) ([]Event, error) {
	if s.Held {
		return nil, nil
	}
	return []Event{HoldPlaced(c)}, nil
}

func (Release) decide(s State, m stream.Meta) ([]Event, error) {
	if !s.Held && !s.anyWithheld() {
		if m.By.Machine() {
			return nil, nil
		}
		return nil, stream.Refuse("%s is not on hold.", s.Number)
	}
	return []Event{HoldReleased{}}, nil
}

func (HoldPlaced) kind() string { return "hold" }

func (HoldPlaced) apply(s State, _ stream.Record) State {
	s.Held = true
	return s
}

func (HoldReleased) kind() string { return "release" }

// apply puts what was withheld back in line: the playbook asks for it again.
// On our own page it stands from now on.
func (HoldReleased) apply(s State, r stream.Record) State {
	s.Held = false
	for i, u := range s.Updates {
		for j, t := range u.Targets {
			if t.State != TargetHeld {
				continue
			}
			s.Updates = replace(s.Updates, i, func(u *Update) {
				u.Targets = replace(u.Targets, j, func(t *Target) {
					t.State = TargetQueued
					if t.Name == StatusPage {
						t.State, t.At = TargetSent, r.At
					}
				})
			})
		}
	}
	return s
}

func (s State) anyWithheld() bool {
	for _, u := range s.Updates {
		for _, t := range u.Targets {
			if t.State == TargetHeld {
				return true
			}
		}
	}
	return false
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

func (c Merge) decide(s State, m stream.Meta) ([]Event, error) {
	if c.Into == s.ID {
		return nil, stream.Refuse("An incident cannot be merged into itself.")
	}
	if s.IsPublic() {
		return nil, stream.Refuse("Customers read %s already. Merge the other one into it: “merge %s” over there.", s.Number, s.Number)
	}
	events := []Event{MergedInto(c)}
	return append(events, s.fold(m, events).dropPromises("merged")...), nil
}

func (MergedInto) kind() string { return "merged" }

func (e MergedInto) apply(s State, r stream.Record) State {
	s.Phase, s.PhaseAt, s.Into, s.Ended = Merged, r.At, e.Number, r.At
	return s
}

func (c Absorb) decide(State, stream.Meta) ([]Event, error) { return []Event{Absorbed(c)}, nil }

func (Absorbed) kind() string { return "absorbed" }

func (e Absorbed) apply(s State, _ stream.Record) State {
	if e.Since.Before(s.Since) {
		s.Since = e.Since
	}
	s.Signs = append(s.Signs, e.Signs...)
	return s
}
