package incident

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/choice"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
)

// Declare begins an incident. What the person (or the alert) said stands
// beside what the bot looked up for it.
type Declare struct {
	Title    string            `json:"title"`
	Severity string            `json:"severity,omitempty"`
	Private  bool              `json:"private,omitempty"`
	Since    time.Time         `json:"since,omitzero"` // zero: now
	Service  string            `json:"service,omitempty"`
	Labels   map[string]string `json:"labels,omitempty"` // of the alert that raised it
	// Drill: nothing is wrong, it is an exercise. Nothing of it reaches customers.
	Drill bool `json:"drill,omitempty"`
	// Sign is what raised it when no person did: it begins in triage.
	Sign Sign `json:"sign,omitzero"`

	// Looked up before it is decided.
	By         Person        `json:"by,omitzero"`
	Playbook   Pinned        `json:"playbook,omitzero"`
	Policy     policy.Policy `json:"policy,omitzero"`
	OnCall     []Rung        `json:"on_call,omitempty"`
	Others     Others        `json:"others,omitempty"`
	Suspects   []Change      `json:"suspects,omitempty"`
	Components []Component   `json:"components,omitempty"`
}

// Others are whom a role can wake: see package choice.
type Others = choice.Others

// Declared began the incident.
type Declared struct {
	Title      string            `json:"title"`
	Severity   string            `json:"severity"`
	Phase      Phase             `json:"phase"`
	Private    bool              `json:"private,omitempty"`
	Since      time.Time         `json:"since"`
	Service    string            `json:"service,omitempty"`
	Labels     map[string]string `json:"labels,omitempty"`
	Drill      bool              `json:"drill,omitempty"`
	Sign       Sign              `json:"sign,omitzero"`
	By         Person            `json:"by,omitzero"`
	Playbook   Pinned            `json:"playbook"`
	Policy     policy.Policy     `json:"policy"`
	OnCall     []Rung            `json:"on_call,omitempty"`
	Others     Others            `json:"others,omitempty"`
	Suspects   []Change          `json:"suspects,omitempty"`
	Components []Component       `json:"components,omitempty"`
}

// maxTitle keeps titles to what a channel topic, an SMS and a page show.
const maxTitle = 200

func (c Declare) decide(s State, m stream.Meta) ([]Event, error) {
	title := strings.Join(strings.Fields(c.Title), " ")
	names := c.Policy.Names()
	if m.By.Machine() && title == "" { // an alarm is never refused for its form
		title = c.Sign.Source
	}
	if left := c.Severity == "" || m.By.Machine() && !c.Policy.Knows(strings.ToUpper(c.Severity)); left && len(names) > 0 {
		c.Severity = names[min(1, len(names)-1)] // the second worst, where nobody says
	}
	if title == "" {
		return nil, stream.Refuse("Say what is wrong: “declare sev1 people cannot save”.")
	}
	if r := []rune(title); len(r) > maxTitle {
		title = string(r[:maxTitle-1]) + "…"
	}
	severity := cmp.Or(strings.ToUpper(c.Severity), "SEV2")
	if !c.Policy.Knows(severity) && !m.By.Machine() {
		if len(c.Policy.Severities) == 0 {
			return nil, stream.Refuse("No playbook is loaded, so nothing was declared. Page by phone, and ask the operator for “drumbeat check”.")
		}
		return nil, stream.Refuse("There is no severity %s. Take one of %s.", severity, strings.Join(c.Policy.Names(), ", "))
	}
	since := c.Since
	if since.IsZero() || since.After(m.At) {
		since = m.At
	}
	d := Declared{Title: title, Severity: severity, Phase: Investigating, Private: c.Private, Since: since,
		Service: c.Service, Labels: c.Labels, Drill: c.Drill, Sign: c.Sign, By: c.By, Playbook: c.Playbook, Policy: c.Policy,
		OnCall: c.OnCall, Others: c.Others, Suspects: c.Suspects, Components: c.Components}
	if c.Sign.Source != "" {
		d.Phase = Triage
	}
	events := []Event{d}
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
		s.Signs = add(s.Signs, e.Sign)
	}
	return s
}
