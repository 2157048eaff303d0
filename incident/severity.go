package incident

import (
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// SetSeverity says how bad it is. Sure means that the person was shown that
// another had just said otherwise.
type SetSeverity struct {
	Severity string `json:"severity"`
	Why      string `json:"why,omitempty"`
	Sure     bool   `json:"sure,omitempty"`
}

// SeverityChanged: it is worse, or better, than thought.
type SeverityChanged struct {
	From string `json:"from"`
	To   string `json:"to"`
	Why  string `json:"why,omitempty"`
}

// contradiction is how close two severities of two people are asked about.
const contradiction = time.Minute

func (c SetSeverity) decide(s State, m stream.Meta) ([]Event, error) {
	to := strings.ToUpper(c.Severity)
	if !s.Policy.Knows(to) {
		return nil, stream.Refuse("There is no severity %s. Take one of %s.", to, strings.Join(s.Policy.Names(), ", "))
	}
	if to == s.Severity {
		if s.Phase == Triage {
			return s.take(m, nil), nil
		}
		return nil, nil
	}
	if by, at := s.SeverityBy, s.SeverityAt; !c.Sure && by != "" && by != m.By.String() && m.At.Sub(at) < contradiction {
		return nil, stream.Refuse("%s set %s %d s ago; you said %s. To insist: “severity %s sure”.",
			by, s.Severity, int(m.At.Sub(at).Seconds()), to, strings.ToLower(to))
	}
	e := SeverityChanged{From: s.Severity, To: to, Why: c.Why}
	before := s
	s = e.apply(s, stream.Record{Meta: m})
	events := []Event{e}
	if before.Phase == Triage {
		return s.take(m, events), nil
	}
	if paged, ok := s.startPage(0, "now "+to); ok && s.wakes("oncall") && !before.wakes("oncall") {
		events = append(events, paged)
	}
	return append(events, s.repromise(m)...), nil
}

// take ends triage: a person has said that it is real.
func (s State) take(m stream.Meta, events []Event) []Event {
	p := PhaseChanged{From: s.Phase, To: Investigating}
	events = append(events, p)
	s = p.apply(s, stream.Record{Meta: m})
	if s.Confirmed.IsZero() {
		c := Confirmed{}
		events = append(events, c)
		s = c.apply(s, stream.Record{Meta: m})
	}
	events = append(events, s.firstPromise(m)...)
	return append(events, s.draftFirst(m)...)
}

func (SeverityChanged) kind() string { return "severity" }

func (e SeverityChanged) apply(s State, r stream.Record) State {
	s.Severity, s.SeverityBy, s.SeverityAt = e.To, r.By.String(), r.At
	return s
}
