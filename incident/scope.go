package incident

import (
	"drumbeat/incident/card"
	"drumbeat/incident/stream"
)

// Affect says how a part of the product does. Component is looked up.
type Affect struct {
	Component Component `json:"component"`
}

// ScopeChanged: a part of the product does otherwise than was known. Was is
// empty when it was not known to be affected.
type ScopeChanged struct {
	Component Component `json:"component"`
	Was       string    `json:"was,omitempty"`
}

func (c Affect) decide(s State, m stream.Meta) ([]Event, error) {
	_, was := card.Affect(s.Components, c.Component)
	if was == c.Component.State {
		return nil, nil
	}
	return s.then(m, []Event{ScopeChanged{c.Component, was}}), nil
}

func (e ScopeChanged) apply(s State, _ stream.Record) State {
	s.Components, _ = card.Affect(s.Components, e.Component)
	return s
}
