// Package playbooks holds the playbook language and the built-in playbooks.
// A playbook says all that the bot does by itself in an incident: whom it
// wakes, where the work happens, who gets which words, when the next ones are
// due and whom a late promise reaches.
//
// A playbook has three parts. The policy is data that the rules of package
// incident read. The steps say which deliveries an event asks for. The words
// are every sentence that the steps send. `extends` names a parent, and what a
// playbook says itself stands over it: a policy key and a text as a whole, a
// step key by key. base.yaml is everybody's ancestor; its steps may be reworded
// and redirected, never removed.
//
// Life cycle: Load reads YAML into a Source, with every mistake by file, line
// and column, and rehearses it on sample incidents; Pin resolves it for one
// incident, together with the settings of the day, into the text that is
// recorded; Compile makes a Playbook of that text, and Playbook.React runs it.
// React is deterministic, bounded and cannot fail.
package playbooks

import (
	"maps"
	"slices"

	"drumbeat/incident/policy"
	"drumbeat/incident/stream"

	"github.com/goccy/go-yaml"
)

// Engine numbers the meaning of the language. An incident is played by the
// engine that pinned it.
const Engine = 1

// Source is a playbook as it is written.
type Source struct {
	Name    string          `yaml:"name"`
	About   string          `yaml:"about,omitempty"`
	Extends string          `yaml:"extends,omitempty"`
	Policy  Policy          `yaml:"policy,omitempty"`
	Steps   []Step          `yaml:"steps,omitempty"`
	Words   map[string]Text `yaml:"words,omitempty"`
	doc     *document
	from    map[string]*document // where each text stands
}

// Policy is policy.Policy as it is written: severities by name, in order.
type Policy struct {
	Severities yaml.MapSlice       `yaml:"severities,omitempty"`
	Approval   *policy.Approval    `yaml:"approval,omitempty"`
	Ladder     []policy.Reminder   `yaml:"ladder,omitempty"`
	Draft      Draft               `yaml:"draft,omitempty"`
	AskConfirm stream.Duration     `yaml:"ask_confirmation,omitempty"`
	Unattended Unattended          `yaml:"unattended,omitempty"`
	PagesAgain stream.Duration     `yaml:"pages_again,omitempty"`
	Takes      map[string][]string `yaml:"takes,omitempty"`
	weights    []policy.Weight
}

// Draft holds the words that are written for customers before a person reads
// and approves them.
type Draft struct {
	Next      string `yaml:"next,omitempty"`
	First     string `yaml:"first,omitempty"`
	Resolved  string `yaml:"resolved,omitempty"`
	Retracted string `yaml:"retracted,omitempty"`
}

// Unattended holds the words that may leave without a tap, where the operator
// asked for it (status_page.unattended).
type Unattended struct {
	First   string          `yaml:"first,omitempty"`
	Holding string          `yaml:"holding,omitempty"`
	Most    int             `yaml:"most,omitempty"`
	Wait    stream.Duration `yaml:"wait,omitempty"`
}

// Step is one thing to do when something happened. To, Do, Args, About, Lane
// and Slot are templates; When, Each, At and Command are expressions.
type Step struct {
	Name string   `yaml:"name" json:"name"`
	On   []string `yaml:"on" json:"on"` // kinds of events
	// When says whether, Each for each of what ("it").
	When string `yaml:"when,omitempty" json:"when,omitempty"`
	Each string `yaml:"each,omitempty" json:"each,omitempty"`
	// To and Do are the far end and its action; without To the step only
	// withdraws what waits in Slot.
	To   string            `yaml:"to,omitempty" json:"to,omitempty"`
	Do   string            `yaml:"do,omitempty" json:"do,omitempty"`
	Args map[string]string `yaml:"args,omitempty" json:"args,omitempty"`
	// Words is a text's name; "as-written" is the approved text as it stands.
	Words string `yaml:"words,omitempty" json:"words,omitempty"`
	About string `yaml:"about,omitempty" json:"about,omitempty"`
	Lane  string `yaml:"lane,omitempty" json:"lane,omitempty"`
	Slot  string `yaml:"slot,omitempty" json:"slot,omitempty"`
	// At is the time of a reminder. Such a step has no lane.
	At      string          `yaml:"at,omitempty" json:"at,omitempty"`
	Expires stream.Duration `yaml:"expires,omitempty" json:"expires,omitempty"`
	Urgent  bool            `yaml:"urgent,omitempty" json:"urgent,omitempty"`
	Quiet   bool            `yaml:"quiet,omitempty" json:"quiet,omitempty"`
	Public  bool            `yaml:"public,omitempty" json:"public,omitempty"`
	// Command is what a step to "bot" asks for, field by field.
	Command map[string]string `yaml:"command,omitempty" json:"command,omitempty"`
	from    []origin          // where it is written, the newest first
}

type origin struct {
	doc *document
	n   int // of its steps
}

// Text is one entry of the wording catalogue: a message whose strings are
// templates. An empty line or field is left out.
type Text struct {
	Title   string   `yaml:"title,omitempty" json:"title,omitempty"`
	Mention string   `yaml:"mention,omitempty" json:"mention,omitempty"` // an expression: a list of people
	Lines   []string `yaml:"lines,omitempty" json:"lines,omitempty"`
	Fields  []Labels `yaml:"fields,omitempty" json:"fields,omitempty"`
	Buttons []Button `yaml:"buttons,omitempty" json:"buttons,omitempty"`
	Link    string   `yaml:"link,omitempty" json:"link,omitempty"`
	Footer  string   `yaml:"footer,omitempty" json:"footer,omitempty"`
}

// Labels is a labelled line of a Text.
type Labels struct {
	Name  string `yaml:"name" json:"name"`
	Value string `yaml:"value" json:"value"`
}

// Button is a button of a Text; When is an expression in a playbook, and a
// template that says "true" in the catalogue.
type Button struct {
	Text    string `yaml:"text" json:"text"`
	Command string `yaml:"command,omitempty" json:"command,omitempty"`
	URL     string `yaml:"url,omitempty" json:"url,omitempty"`
	Style   string `yaml:"style,omitempty" json:"style,omitempty"`
	When    string `yaml:"when,omitempty" json:"when,omitempty"`
}

// Set is the playbooks that can be chosen, resolved against their parents.
type Set map[string]Source

// over lays s over its parent.
func (s Source) over(parent Source) Source {
	out := parent
	out.Name, out.About, out.Extends = s.Name, s.About, s.Extends
	out.Policy = s.Policy.over(parent.Policy)
	out.Words = maps.Clone(parent.Words)
	if out.Words == nil {
		out.Words = map[string]Text{}
	}
	maps.Copy(out.Words, s.Words)
	out.doc, out.from = s.doc, maps.Clone(parent.from)
	for name := range s.Words {
		out.from[name] = s.doc
	}
	out.Steps = slices.Clone(parent.Steps)
	for _, step := range s.Steps {
		if i := slices.IndexFunc(out.Steps, func(x Step) bool { return x.Name == step.Name }); i >= 0 {
			out.Steps[i] = step.over(out.Steps[i])
		} else {
			out.Steps = append(out.Steps, step)
		}
	}
	return out
}

// over lays s over the parent's step of the same name, key by key.
func (s Step) over(parent Step) Step {
	out := parent
	out.from = append(slices.Clone(s.from), parent.from...)
	if s.On != nil {
		out.On = s.On
	}
	for _, x := range []struct{ dst, v *string }{{&out.When, &s.When}, {&out.Each, &s.Each}, {&out.To, &s.To}, {&out.Do, &s.Do},
		{&out.Words, &s.Words}, {&out.About, &s.About}, {&out.Lane, &s.Lane}, {&out.Slot, &s.Slot}, {&out.At, &s.At}} {
		pick(x.dst, *x.v)
	}
	pick(&out.Expires, s.Expires)
	pick(&out.Urgent, s.Urgent)
	pick(&out.Quiet, s.Quiet)
	pick(&out.Public, s.Public)
	out.Args, out.Command = joined(parent.Args, s.Args), joined(parent.Command, s.Command)
	return out
}

func joined(a, b map[string]string) map[string]string {
	if b == nil {
		return a
	}
	out := maps.Clone(a)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, b)
	return out
}

func (p Policy) over(parent Policy) Policy {
	out := parent
	if p.Approval != nil {
		out.Approval = p.Approval
	}
	if p.Ladder != nil {
		out.Ladder = p.Ladder
	}
	if p.Takes != nil {
		out.Takes = p.Takes
	}
	if len(p.weights) > 0 {
		out.weights = p.weights
	}
	pick(&out.AskConfirm, p.AskConfirm)
	pick(&out.PagesAgain, p.PagesAgain)
	pick(&out.Unattended.First, p.Unattended.First)
	pick(&out.Unattended.Holding, p.Unattended.Holding)
	pick(&out.Unattended.Most, p.Unattended.Most)
	pick(&out.Unattended.Wait, p.Unattended.Wait)
	pick(&out.Draft.Next, p.Draft.Next)
	pick(&out.Draft.First, p.Draft.First)
	pick(&out.Draft.Resolved, p.Draft.Resolved)
	pick(&out.Draft.Retracted, p.Draft.Retracted)
	return out
}

func pick[T comparable](dst *T, v T) {
	var zero T
	if v != zero {
		*dst = v
	}
}

// Incident gives the policy as the rules read it.
func (s Source) Incident() policy.Policy {
	p := s.Policy
	out := policy.Policy{Severities: p.weights, Ladder: p.Ladder, NextWords: p.Draft.Next, FirstWords: p.Draft.First,
		ResolvedWords: p.Draft.Resolved, RetractedWords: p.Draft.Retracted, AskConfirmation: p.AskConfirm,
		Kinds: p.Takes, PagesAgain: p.PagesAgain,
		Unattended: policy.Unattended{First: p.Unattended.First, Holding: p.Unattended.Holding, Most: p.Unattended.Most, Wait: p.Unattended.Wait}}
	if p.Approval != nil {
		out.Approval = *p.Approval
	}
	return out
}
