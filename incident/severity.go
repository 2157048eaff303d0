package incident

import (
	"slices"
	"strings"
	"time"

	"drumbeat/incident/paging"
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
		return s.then(m, s.real()), nil
	}
	by, ago := s.SeverityBy, m.At.Sub(s.SeverityAt)
	if !c.Sure && by.ID != "" && by.ID != m.By.ID && ago < contradiction {
		return nil, stream.Refuse("%s set %s %d s ago; you said %s. To insist: “severity %s sure”.",
			by, s.Severity, int(ago.Seconds()), to, strings.ToLower(to))
	}
	events := []Event{SeverityChanged{From: s.Severity, To: to, Why: c.Why}}
	names := s.Policy.Names()
	if lower := slices.Index(names, to) > slices.Index(names, s.Severity); lower {
		events = append(events, s.take()...)
	} else {
		events = append(events, s.real()...)
	}
	return s.then(m, append(events, s.fold(m, events).wakeUnrung("now "+to)...)), nil
}

// wakeUnrung pages who is on call, if the severity asks for it and he was not
// called before.
func (s State) wakeUnrung(why string) []Event {
	paged, ok := s.page(s.OnCall, why)
	if !ok || slices.ContainsFunc(s.Pages, func(p Page) bool { return paging.Calls(p.Rungs, paged.People[0]) }) {
		return nil
	}
	return s.wake(why)
}

func (e SeverityChanged) apply(s State, r stream.Record) State {
	s.Severity, s.SeverityBy, s.SeverityAt, s.Choice.Declined = e.To, r.By, r.At, nil
	return s
}
