// Package playbooks holds the playbook language and the built-in playbooks.
// A playbook says all that the bot does by itself in an incident: whom it
// wakes, where the work happens, who gets which words, when the next ones are
// due and whom a late promise reaches.
//
// A playbook has three layers. Its parts (severities, page, room, audiences,
// remind, …; see parts.go) become the policy, data that the rules of package
// incident read, and steps. The steps say which deliveries an event asks for.
// The words are every sentence that the steps send. `extends` names a parent,
// and one rule says what holds: maps merge key by key, lists and single values
// stand for the parent's, ~ takes out; steps merge by their names. base.yaml is
// everybody's ancestor; its steps may be reworded and redirected, never removed.
//
// Life cycle: Load reads YAML into a Source, with every mistake by file, line
// and column, and rehearses it on sample incidents; Pin resolves it for one
// incident, together with the settings of the day, into the text that is
// recorded; Compile makes a Playbook of that text, and Playbook.React runs it.
// React is deterministic, bounded and cannot fail.
package playbooks

import (
	"drumbeat/incident/stream"
	"drumbeat/playbooks/choose"
	"drumbeat/playbooks/layer"
	"drumbeat/playbooks/recur"
)

// Engine numbers the meaning of the language. An incident is played by the
// engine that pinned it.
const Engine = 1

// Source is a playbook as it is written, laid over its parents.
type Source struct {
	Name    string `yaml:"name"`              // left out: the file's
	About   string `yaml:"about,omitempty"`   // what it is for, in a sentence
	Extends string `yaml:"extends,omitempty"` // its parent; left out: base
	// When is the condition under which it is chosen: the narrowest that holds
	// is taken. Left out: by its name alone, but default where no other fits.
	// Not inherited.
	When string `yaml:"when,omitempty"`
	// Change is what happens to an incident under this playbook once another one
	// fits it better: "ask" (also when left out) or "follow".
	Change string `yaml:"change,omitempty"`
	Parts  `yaml:",inline"`
	// Schedules are the team's, and not inherited.
	Schedules []recur.Schedule `yaml:"schedules,omitempty"`
	Steps     []Step           `yaml:"steps,omitempty"` // what is done upon which event
	Words     map[string]Text  `yaml:"words,omitempty"` // what steps say, by name
	tree      *layer.Tree
	fits      *choose.Condition // what When says
}

// Step is one thing to do when something happened. To, Do, Args, About, Lane
// and Slot are templates; When, Each, At and Command are expressions.
type Step struct {
	Name string   `yaml:"name" json:"name"` // each step's own; one of a parent's step changes that
	On   []string `yaml:"on" json:"on"`     // kinds of events
	// When says whether, Each for each of what ("it").
	When string `yaml:"when,omitempty" json:"when,omitempty"`
	Each string `yaml:"each,omitempty" json:"each,omitempty"`
	// To and Do are the far end and its action; without To the step only
	// withdraws what waits in Slot.
	To   string            `yaml:"to,omitempty" json:"to,omitempty"`
	Do   string            `yaml:"do,omitempty" json:"do,omitempty"`
	Args map[string]string `yaml:"args,omitempty" json:"args,omitempty"` // of the action
	// Words is a text's name; "as-written" is the approved text as it stands.
	Words string `yaml:"words,omitempty" json:"words,omitempty"`
	About string `yaml:"about,omitempty" json:"about,omitempty"` // what the message stands for: "post/boss" is remembered
	Lane  string `yaml:"lane,omitempty" json:"lane,omitempty"`   // one after the other, in order
	Slot  string `yaml:"slot,omitempty" json:"slot,omitempty"`   // one unsent delivery at most: a newer one takes its place
	// At is the time of a reminder. Such a step has no lane.
	At      string          `yaml:"at,omitempty" json:"at,omitempty"`
	Expires stream.Duration `yaml:"expires,omitempty" json:"expires,omitempty"` // so long after the event it is given up
	Urgent  bool            `yaml:"urgent,omitempty" json:"urgent,omitempty"`   // before all others
	Quiet   bool            `yaml:"quiet,omitempty" json:"quiet,omitempty"`     // without a record when it succeeds
	Public  bool            `yaml:"public,omitempty" json:"public,omitempty"`   // customers read it
	// Command is what a step to "bot" asks for, field by field.
	Command map[string]string `yaml:"command,omitempty" json:"command,omitempty"`
	at      []any             // where it is written: its key
}

// Text is one entry of the wording catalogue: a message whose strings are
// templates. An empty line or field is left out.
type Text struct {
	Title   string   `yaml:"title,omitempty" json:"title,omitempty"`     // in bold, above
	Mention string   `yaml:"mention,omitempty" json:"mention,omitempty"` // an expression: a list of people
	Lines   []string `yaml:"lines,omitempty" json:"lines,omitempty"`     // paragraphs
	Fields  []Labels `yaml:"fields,omitempty" json:"fields,omitempty"`   // labelled lines
	Buttons []Button `yaml:"buttons,omitempty" json:"buttons,omitempty"` // at most five
	Link    string   `yaml:"link,omitempty" json:"link,omitempty"`       // an address behind the title
	Footer  string   `yaml:"footer,omitempty" json:"footer,omitempty"`   // in small, below
}

// Labels is a labelled line of a Text.
type Labels struct {
	Name  string `yaml:"name" json:"name"`   // the label
	Value string `yaml:"value" json:"value"` // empty: the line is left out
}

// Button is a button of a Text; When is an expression in a playbook, and a
// template that says "true" in the catalogue.
type Button struct {
	Text    string `yaml:"text" json:"text"`                           // what is on it
	Command string `yaml:"command,omitempty" json:"command,omitempty"` // what it types: "ack #{{.id_name}}"
	URL     string `yaml:"url,omitempty" json:"url,omitempty"`         // what it opens, in place of a command
	Style   string `yaml:"style,omitempty" json:"style,omitempty"`     // "primary", "danger", or plain
	When    string `yaml:"when,omitempty" json:"when,omitempty"`       // whether it is there: an expression
}

// Set is the playbooks that can be chosen, resolved against their parents.
type Set map[string]Source
