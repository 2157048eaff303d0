// Package playbooks holds the playbook language and the built-in playbooks.
// A playbook says all that the bot does by itself in an incident: whom it
// wakes, where the work happens, who gets which words, when the next ones are
// due and whom a late promise reaches.
//
// A playbook has three parts. The policy is data that the rules of package
// incident read. The steps say which deliveries an event asks for. The words
// are every sentence that the steps send. `extends` names a parent: a policy
// key, a step or a text of the same name replaces the parent's; base.yaml is
// everybody's ancestor, and its steps may be reworded and redirected, never
// removed.
//
// Life cycle: Load reads YAML into a Source (with every mistake by line);
// Pin resolves it for one incident, together with the settings of the day,
// into the text that is recorded; Compile makes a Playbook of that text, and
// Playbook.React runs it. React is deterministic and cannot fail.
package playbooks

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"drumbeat/incident/policy"
	"drumbeat/incident/stream"

	"github.com/goccy/go-yaml"
)

// Engine numbers the meaning of the language. An incident is played by the
// engine that pinned it.
const Engine = 1

//go:embed *.yaml
var builtin embed.FS

//go:embed words/words.yaml
var builtinWords embed.FS

// Source is a playbook as it is written.
type Source struct {
	Name    string          `yaml:"name" json:"name"`
	About   string          `yaml:"about,omitempty" json:"about,omitempty"`
	Extends string          `yaml:"extends,omitempty" json:"extends,omitempty"`
	Policy  Policy          `yaml:"policy,omitempty" json:"policy,omitzero"`
	Steps   []Step          `yaml:"steps,omitempty" json:"steps,omitempty"`
	Words   map[string]Text `yaml:"words,omitempty" json:"words,omitempty"`
}

// Policy is policy.Policy as it is written: severities by name, in order.
type Policy struct {
	Severities yaml.MapSlice       `yaml:"severities,omitempty" json:"-"`
	Approval   *policy.Approval    `yaml:"approval,omitempty" json:"-"`
	Ladder     []policy.Reminder   `yaml:"ladder,omitempty" json:"-"`
	Draft      Draft               `yaml:"draft,omitempty" json:"-"`
	AskConfirm stream.Duration     `yaml:"ask_confirmation,omitempty" json:"-"`
	Unattended Unattended          `yaml:"unattended,omitempty" json:"-"`
	PagesAgain stream.Duration     `yaml:"pages_again,omitempty" json:"-"`
	Takes      map[string][]string `yaml:"takes,omitempty" json:"-"`
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

// Step is one thing to do when something happened.
type Step struct {
	Name string   `yaml:"name" json:"name"`
	On   []string `yaml:"on" json:"on"` // kinds of events
	// When and Each are expressions: whether, and for each of what ("it").
	When string `yaml:"when,omitempty" json:"when,omitempty"`
	Each string `yaml:"each,omitempty" json:"each,omitempty"`
	// To and Do are the far end and its action; without To the step only
	// withdraws what waits in Slot. All strings below are templates.
	To    string            `yaml:"to,omitempty" json:"to,omitempty"`
	Do    string            `yaml:"do,omitempty" json:"do,omitempty"`
	Args  map[string]string `yaml:"args,omitempty" json:"args,omitempty"`
	Words string            `yaml:"words,omitempty" json:"words,omitempty"` // a name in the catalogue; "text: …" is it.Text as it stands
	About string            `yaml:"about,omitempty" json:"about,omitempty"`
	Lane  string            `yaml:"lane,omitempty" json:"lane,omitempty"`
	Slot  string            `yaml:"slot,omitempty" json:"slot,omitempty"`
	// At is an expression that gives the time of a reminder.
	At      string          `yaml:"at,omitempty" json:"at,omitempty"`
	Expires stream.Duration `yaml:"expires,omitempty" json:"expires,omitempty"`
	Urgent  bool            `yaml:"urgent,omitempty" json:"urgent,omitempty"`
	Quiet   bool            `yaml:"quiet,omitempty" json:"quiet,omitempty"`
	Public  bool            `yaml:"public,omitempty" json:"public,omitempty"`
	// Command is what a step to "bot" asks for: its fields are expressions.
	Command map[string]string `yaml:"command,omitempty" json:"command,omitempty"`
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

// Button is a button of a Text; When is an expression.
type Button struct {
	Text    string `yaml:"text" json:"text"`
	Command string `yaml:"command,omitempty" json:"command,omitempty"`
	URL     string `yaml:"url,omitempty" json:"url,omitempty"`
	Style   string `yaml:"style,omitempty" json:"style,omitempty"`
	When    string `yaml:"when,omitempty" json:"when,omitempty"`
}

// Set is the playbooks that can be chosen, resolved against their parents.
type Set map[string]Source

// Builtin loads the playbooks that come with the binary.
func Builtin() (Set, error) { return Load(builtin) }

// Load reads every *.yaml of a folder, over the built-in ones, and resolves
// `extends`. Its error joins every mistake, each with file, line and column.
func Load(dirs ...fs.FS) (Set, error) {
	raw := map[string]Source{}
	var mistakes []error
	for _, dir := range append([]fs.FS{builtin}, dirs...) {
		files, err := fs.Glob(dir, "*.yaml")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			src, err := read(dir, file)
			if err != nil {
				mistakes = append(mistakes, err)
				continue
			}
			raw[src.Name] = src
		}
	}
	set := Set{}
	for name := range raw {
		src, err := resolve(raw, name, nil)
		if err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		set[name] = src
	}
	return set, errors.Join(mistakes...)
}

func read(dir fs.FS, file string) (Source, error) {
	data, err := fs.ReadFile(dir, file)
	if err != nil {
		return Source{}, err
	}
	var src Source
	dec := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := dec.Decode(&src); err != nil {
		return src, fmt.Errorf("%s: %s", file, yaml.FormatError(err, false, true))
	}
	if src.Name == "" {
		src.Name = strings.TrimSuffix(path.Base(file), ".yaml")
	}
	for _, item := range src.Policy.Severities {
		w := policy.Weight{}
		b, err := yaml.Marshal(item.Value)
		if err == nil {
			err = yaml.UnmarshalWithOptions(b, &w, yaml.Strict())
		}
		if err != nil {
			return src, fmt.Errorf("%s: severity %v: %w", file, item.Key, err)
		}
		w.Name = strings.ToUpper(fmt.Sprint(item.Key))
		src.Policy.weights = append(src.Policy.weights, w)
	}
	return src, nil
}

// resolve lays a playbook over its parents.
func resolve(raw map[string]Source, name string, seen []string) (Source, error) {
	src, ok := raw[name]
	if !ok {
		return src, fmt.Errorf("%s extends %q, which does not exist", seen[len(seen)-1], name)
	}
	if slices.Contains(seen, name) {
		return src, fmt.Errorf("playbook %s extends itself: %s", name, strings.Join(append(seen, name), " → "))
	}
	if src.Extends == "" {
		if name == "base" {
			return src, nil
		}
		src.Extends = "base"
	}
	parent, err := resolve(raw, src.Extends, append(seen, name))
	if err != nil {
		return src, err
	}
	return src.over(parent), nil
}

// over lays s over its parent: what s names replaces the parent's.
func (s Source) over(parent Source) Source {
	out := parent
	out.Name, out.About, out.Extends = s.Name, s.About, s.Extends
	out.Policy = s.Policy.over(parent.Policy)
	out.Words = map[string]Text{}
	for _, m := range []map[string]Text{parent.Words, s.Words} {
		for k, v := range m {
			out.Words[k] = v
		}
	}
	out.Steps = slices.Clone(parent.Steps)
	for _, step := range s.Steps {
		if i := slices.IndexFunc(out.Steps, func(x Step) bool { return x.Name == step.Name }); i >= 0 {
			out.Steps[i] = step
		} else {
			out.Steps = append(out.Steps, step)
		}
	}
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
