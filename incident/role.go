package incident

import (
	"strings"

	"drumbeat/incident/stream"
)

// The roles that rules know; a playbook may name more.
const (
	RoleCommander = "commander"
	RoleComms     = "comms"
	RoleScribe    = "scribe"
	RoleLiaison   = "liaison"
)

// RoleOf takes the words that people use for a role to its name.
func RoleOf(word string) string {
	switch w := strings.ToLower(word); w {
	case "lead", "ic", "commander":
		return RoleCommander
	default:
		return w
	}
}

// Assign gives a role to a person, who may be the one who asks.
type Assign struct {
	Role   string `json:"role"`
	Person Person `json:"person"`
}

// Assigned: the person has the role now.
type Assigned struct {
	Role     string `json:"role"`
	Person   Person `json:"person"`
	Previous Person `json:"previous,omitzero"`
}

func (c Assign) decide(s State, m stream.Meta) ([]Event, error) {
	if c.Role == "" {
		return nil, stream.Refuse("Say which role: “role scribe @who”.")
	}
	if c.Person.Handle == "" {
		return nil, stream.Refuse("Say who: “%s @who”.", c.Role)
	}
	previous := s.Roles[c.Role]
	if previous.Handle == c.Person.Handle {
		return nil, nil
	}
	events := []Event{Assigned{Role: c.Role, Person: c.Person, Previous: previous}}
	if c.Role != RoleCommander {
		for _, p := range s.Pages { // it was rung for
			if p.Role == c.Role && p.Acked.Handle == "" {
				events = append(events, s.acked(p, c.Person, m))
			}
		}
		return events, nil
	}
	if m.By.ID == c.Person.Handle { // whoever takes command is on it
		events = append(events, s.acknowledge(c.Person, m)...)
	}
	return s.then(m, append(events, s.take()...)), nil
}

// apply gives the role; the pages that the former commander had answered are
// from now on the new one's to watch.
func (e Assigned) apply(s State, r stream.Record) State {
	s.Roles = stream.With(s.Roles, e.Role, e.Person)
	if e.Role == RoleCommander {
		s.Watch = s.Watch.Take(r.At)
	}
	for _, p := range s.Pages {
		if e.Role == RoleCommander && p.Acked.Handle != "" && p.Acked.Handle == e.Previous.Handle {
			s.Pages = stream.Replace(s.Pages, p.N, func(p *Page) { p.Acked, p.AckedAt = e.Person, r.At })
		}
	}
	return s
}

// Join says that a person joins the response.
type Join struct {
	By Person `json:"by"`
}

// Joined: the person is part of the response now.
type Joined Join

func (c Join) decide(State, stream.Meta) ([]Event, error) { return []Event{Joined(c)}, nil }

func (Joined) apply(s State, _ stream.Record) State { return s }
