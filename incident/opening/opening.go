// Package opening is how an incident begins: what was said, what was looked up
// for it, and what is recorded of both.
package opening

import (
	"cmp"
	"strings"
	"time"

	"drumbeat/incident/card"
	"drumbeat/incident/choice"
	"drumbeat/incident/paging"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
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
	Sign stream.Sign `json:"sign,omitzero"`

	// Looked up before it is decided.
	By         stream.Person    `json:"by,omitzero"`
	Playbook   choice.Pinned    `json:"playbook,omitzero"`
	Policy     policy.Policy    `json:"policy,omitzero"`
	OnCall     []paging.Rung    `json:"on_call,omitempty"`
	Others     choice.Others    `json:"others,omitempty"`
	Suspects   []card.Change    `json:"suspects,omitempty"`
	Components []card.Component `json:"components,omitempty"`
}

// Declared began the incident.
type Declared struct {
	Title      string            `json:"title"`
	Severity   string            `json:"severity"`
	Phase      words.Phase       `json:"phase"`
	Private    bool              `json:"private,omitempty"`
	Since      time.Time         `json:"since"`
	Service    string            `json:"service,omitempty"`
	Labels     map[string]string `json:"labels,omitempty"`
	Drill      bool              `json:"drill,omitempty"`
	Sign       stream.Sign       `json:"sign,omitzero"`
	By         stream.Person     `json:"by,omitzero"`
	Playbook   choice.Pinned     `json:"playbook"`
	Policy     policy.Policy     `json:"policy"`
	OnCall     []paging.Rung     `json:"on_call,omitempty"`
	Others     choice.Others     `json:"others,omitempty"`
	Suspects   []card.Change     `json:"suspects,omitempty"`
	Components []card.Component  `json:"components,omitempty"`
}

// MaxTitle is how many characters a title has: what a channel topic, an SMS and a page show.
const MaxTitle = 200

// Begin checks what was said and completes it. An alarm is never refused for its
// form.
func (c Declare) Begin(m stream.Meta) (Declared, error) {
	title := strings.Join(strings.Fields(c.Title), " ")
	names := c.Policy.Names()
	if m.By.Machine() && title == "" {
		title = c.Sign.Source
	}
	if left := c.Severity == "" || m.By.Machine() && !c.Policy.Knows(strings.ToUpper(c.Severity)); left && len(names) > 0 {
		c.Severity = names[min(1, len(names)-1)] // the second worst, where nobody says
	}
	if title == "" {
		return Declared{}, stream.Refuse("Say what is wrong: “declare sev1 people cannot save”.")
	}
	if r := []rune(title); len(r) > MaxTitle {
		title = string(r[:MaxTitle-1]) + "…"
	}
	severity := cmp.Or(strings.ToUpper(c.Severity), "SEV2")
	if !c.Policy.Knows(severity) && !m.By.Machine() {
		if len(names) == 0 {
			return Declared{}, stream.Refuse("No playbook is loaded, so nothing was declared. Page by phone, and ask the operator for “drumbeat check”.")
		}
		return Declared{}, stream.Refuse("There is no severity %s. Take one of %s.", severity, strings.Join(names, ", "))
	}
	since := c.Since
	if since.IsZero() || since.After(m.At) {
		since = m.At
	}
	d := Declared{Title: title, Severity: severity, Phase: words.Investigating, Private: c.Private, Since: since,
		Service: c.Service, Labels: c.Labels, Drill: c.Drill, Sign: c.Sign, By: c.By, Playbook: c.Playbook, Policy: c.Policy,
		OnCall: c.OnCall, Others: c.Others, Suspects: c.Suspects, Components: c.Components}
	if c.Sign.Source != "" {
		d.Phase = words.Triage
	}
	return d, nil
}
