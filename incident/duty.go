package incident

import (
	"strings"
	"time"

	"drumbeat/incident/promises"
	"drumbeat/incident/stream"
)

// BeginDuty starts the clock of a duty of the policy, once. The playbook sends
// it where the duty holds.
type BeginDuty struct {
	Name string `json:"name"`
}

// EndDuty says that a duty was done, or that it is none and why.
type EndDuty struct {
	Name string `json:"name"`
	Done bool   `json:"done,omitempty"`
	Text string `json:"text,omitempty"`
}

// RoleReviewer writes the review; where nobody has it, the commander does.
const RoleReviewer = "reviewer"

func (c BeginDuty) decide(s State, m stream.Meta) ([]Event, error) {
	if due := time.Duration(s.Weight().ReviewDue); c.Name == promises.Review && due > 0 && s.Promises.Duty(promises.Review) == nil {
		return []Event{s.owe(promises.Review, "Review of "+s.Number, RoleReviewer, m.At.Add(due))}, nil
	}
	for _, d := range s.Policy.Duties {
		if d.Name != c.Name || s.Promises.Duty(c.Name) != nil {
			continue
		}
		from := s.DeclaredAt
		if d.From == "confirmed" && !s.Confirmed.IsZero() {
			from = s.Confirmed
		}
		return []Event{s.owe(d.Name, d.Text, d.Owner, from.Add(time.Duration(d.Within)))}, nil
	}
	return nil, nil
}

// owe promises something to somebody else than those who read words.
func (s State) owe(name, text, owner string, due time.Time) Promised {
	return Promised{N: len(s.Promises) + 1, Audience: Duty, Due: due, Name: name, Text: text, Owner: owner}
}

func (c EndDuty) decide(s State, m stream.Meta) ([]Event, error) {
	p, text := s.Promises.Duty(strings.ToLower(c.Name)), strings.TrimSpace(c.Text)
	switch {
	case p == nil:
		return nil, stream.Refuse("%s has no duty called %q. “duty” lists them.", s.Number, c.Name)
	case !p.Open():
		return nil, stream.Refuse("Nothing to do: %s ended before.", p.Name)
	case c.Done:
		events := []Event{PromiseKept{N: p.N, Late: m.At.After(p.Due)}}
		if text != "" {
			events = append(events, Noted{At: m.At, Text: p.Name + ": " + text})
		}
		return events, nil
	case text == "":
		return nil, stream.Refuse("Say why it is none: “duty stop %s no personal data was in it”.", p.Name)
	}
	return []Event{PromiseDropped{N: p.N, Why: text}}, nil
}

// Owner is who holds a promise of that owner: the person in the role of that
// name, or whoever is called so.
func (s State) Owner(owner string) Person {
	if p, ok := s.Roles[RoleOf(owner)]; ok {
		return p
	}
	if owner == RoleReviewer {
		return s.Commander()
	}
	return s.Others.Find(owner)
}
