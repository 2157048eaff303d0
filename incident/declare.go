package incident

import (
	"slices"

	"drumbeat/incident/choice"
	"drumbeat/incident/opening"
	"drumbeat/incident/stream"
)

// How an incident begins: see package opening.
type (
	Declare  opening.Declare
	Declared opening.Declared
)

// Others are whom a role can wake: see package choice.
type Others = choice.Others

func (c Declare) decide(s State, m stream.Meta) ([]Event, error) {
	d, err := opening.Declare(c).Begin(m)
	if err != nil {
		return nil, err
	}
	events := []Event{Declared(d)}
	return s.then(m, append(events, s.fold(m, events).wake("")...)), nil
}

// wake pages who is on call if the severity asks for it. An alarm without any
// policy rings: better too loud than lost.
func (s State) wake(why string) []Event {
	paged, ok := s.page(s.OnCall, why)
	if !ok || len(s.Policy.Severities) > 0 && !slices.Contains(s.Weight().Wakes, "oncall") {
		return nil
	}
	return []Event{paged}
}

func (e Declared) apply(s State, r stream.Record) State {
	s.Number, s.Drill = "INC-"+r.Stream.Name, e.Drill
	if e.Drill { // wherever its number stands, it is seen to be none
		s.Number = "DRILL-" + r.Stream.Name
	}
	s.Title, s.Severity, s.Phase, s.Private = e.Title, e.Severity, e.Phase, e.Private
	s.Since, s.DeclaredAt, s.DeclaredBy, s.Service, s.Labels = e.Since, r.At, e.By, e.Service, e.Labels
	s.Playbook, s.Policy, s.OnCall, s.Others = e.Playbook, e.Policy, e.OnCall, e.Others
	s.Suspects, s.Components = e.Suspects, e.Components
	if e.Sign.Source != "" {
		s.Signs = stream.Append(s.Signs, e.Sign)
	}
	return s
}
