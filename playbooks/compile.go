package playbooks

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/playbooks/facts"
	"drumbeat/playbooks/render"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/vm"
)

// Settings are what a playbook's steps may name of the installation. They are
// pinned with it.
type Settings = facts.Settings

// pinned is what Pin records.
type pinned struct {
	Settings Settings        `json:"settings"`
	Steps    []Step          `json:"steps"`
	Words    map[string]Text `json:"words"`
}

// Pin resolves a playbook for one incident. Its hash is that of the text and of
// the policy: who agrees to it agrees to both.
func (s Source) Pin(set Settings) (incident.Pinned, policy.Policy, error) {
	text, err := json.Marshal(pinned{set, s.Steps, s.Words})
	if err != nil {
		return incident.Pinned{}, policy.Policy{}, fmt.Errorf("pinning playbook %s: %w", s.Name, err)
	}
	policy := s.Incident()
	demands, err := json.Marshal(policy)
	if err != nil {
		return incident.Pinned{}, policy, fmt.Errorf("pinning playbook %s: %w", s.Name, err)
	}
	sum := sha256.Sum256(append(demands, text...))
	return incident.Pinned{Name: s.Name, Hash: hex.EncodeToString(sum[:8]), Engine: Engine, Text: string(text)}, policy, nil
}

// asWritten stands for an approved text: it is sent as it is, so that no
// template can stand between a yes and what leaves.
const asWritten = "as-written"

// Playbook is a compiled one, for React. It is safe for concurrent use.
type Playbook struct {
	settings Settings
	steps    map[string][]*step // by the kind of event
	zone     func(string) *time.Location
}

// In is the same playbook where zone finds time zones by their IANA names, nil
// for none: who is written to alone reads the times of his own.
func (b *Playbook) In(zone func(name string) *time.Location) *Playbook {
	out := *b
	out.zone = zone
	return &out
}

// step is a Step, compiled for one kind of event.
type step struct {
	Step
	id             string // its part of a delivery's ID
	when, each, at *program
	to, about      *form
	lane, slot     *form
	args           map[string]*form
	command        map[string]*program
	words          *text
	asks, uses     []fact // the facts that when and each name, and all others
	discreet       bool   // its when names private: its author has thought of that
}

// text is a Text, compiled for one kind of event.
type text struct {
	at                  place
	title, link, footer *form
	mention             *program
	lines               []*form
	fields              [][2]*form
	buttons             []button
}

type button struct {
	text, command, url *form
	style              string
	when               *program
}

// fact is one that a step names.
type fact struct {
	name string
	of   func(*facts.Facts) any
}

// named are the facts of these names; what is none (it) is not among them.
func named(names map[string]bool) (out []fact) {
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if of := facts.Known[name]; of != nil {
			out = append(out, fact{name, of})
		}
	}
	return out
}

// form is a template and where it stands.
type form struct {
	*render.Template
	at place
}

// program is an expression and where it stands.
type program struct {
	*vm.Program
	at place
}

// place is where something stands in a playbook: a key of a step, or of a text
// and the step that says it.
type place struct {
	step, text string
	key        []any // "lines", 0
}

func (p place) in(key ...any) place {
	return place{p.step, p.text, append(slices.Clone(p.key), key...)}
}

func (p place) String() string {
	var parts []string
	if p.step != "" {
		parts = append(parts, "step “"+p.step+"”")
	}
	if p.text != "" {
		parts = append(parts, "words “"+p.text+"”")
	}
	for _, k := range p.key {
		if n, ok := k.(int); ok {
			k = n + 1
		}
		parts = append(parts, fmt.Sprint(k))
	}
	return strings.Join(parts, ", ")
}

// fault is something wrong at a place.
type fault struct {
	at  place
	err error
}

func (f fault) Error() string { return f.at.String() + ": " + f.err.Error() }
func (f fault) Unwrap() error { return f.err }

// Where names the words that are wrong, else the step.
func (f fault) Where() string {
	if f.at.text != "" {
		return place{text: f.at.text}.String()
	}
	return place{step: f.at.step}.String()
}

// Compile makes what Pin recorded ready to run. zone is the location that the
// settings name. Its error joins every mistake.
func Compile(pin incident.Pinned, zone *time.Location) (*Playbook, error) {
	var p pinned
	if err := json.Unmarshal([]byte(pin.Text), &p); err != nil {
		return nil, fmt.Errorf("playbook %s: %w", pin.Name, err)
	}
	book, faults := compile(p, zone)
	return book, errors.Join(faults...)
}

func compile(p pinned, zone *time.Location) (*Playbook, []error) {
	if zone == nil {
		zone = time.UTC
	}
	c := &compiler{parser: render.In(zone), words: p.Words, envs: map[string]map[string]any{}, types: map[string]*conf.Config{},
		progs: map[string]*vm.Program{}, parsed: map[string]*render.Template{}}
	book := &Playbook{settings: p.Settings, steps: map[string][]*step{}}
	ids := map[string]bool{}
	for _, s := range p.Steps {
		if len(s.On) == 0 {
			c.wrong(place{step: s.Name}, errors.New("on what? `on:` names no event"))
		}
		if id := render.Slug(s.Name); ids[id] {
			c.wrong(place{step: s.Name, key: []any{"name"}}, errors.New("another step has this name"))
		} else {
			ids[id] = true
		}
		for j, kind := range s.On {
			if _, ok := samples[kind]; !ok {
				c.wrong(place{step: s.Name, key: []any{"on", j}}, fmt.Errorf("no event is called %q", kind))
				continue
			}
			book.steps[kind] = append(book.steps[kind], c.step(s, kind))
		}
	}
	return book, c.faults
}

type compiler struct {
	parser render.Parser
	words  map[string]Text
	envs   map[string]map[string]any // the form of what a kind's steps see
	env    map[string]any
	kind   string
	types  map[string]*conf.Config // what that form's names are, for the type check
	progs  map[string]*vm.Program  // an expression is compiled once for each form of what it sees
	parsed map[string]*render.Template
	uses   map[string]bool // of the step at hand; nil without steps
	faults []error
}

func (c *compiler) wrong(at place, err error) { c.faults = append(c.faults, fault{at, err}) }

// program compiles an expression against the form of what it will see.
func (c *compiler) program(at place, code string, opts ...expr.Option) *program {
	if code == "" {
		return nil
	}
	key := c.key(code)
	prog, done := c.progs[key]
	if !done {
		var err error
		if prog, err = expr.Compile(code, append([]expr.Option{c.typed}, opts...)...); err != nil {
			text, _, _ := strings.Cut(err.Error(), "\n")
			c.wrong(at, errors.New(text))
			return nil
		}
		c.progs[key] = prog
	}
	for _, name := range namesIn(prog.Node()) {
		c.uses[name] = true
	}
	return &program{prog, at}
}

// typed is expr.Env of what is seen here; the types are looked up once for all
// expressions that see the same.
func (c *compiler) typed(to *conf.Config) {
	key := fmt.Sprintf("%s\n%T", c.kind, c.env["it"])
	known := c.types[key]
	if known == nil {
		known = conf.New(c.env)
		c.types[key] = known
	}
	to.EnvObject, to.Env, to.Strict, to.NtCache = known.EnvObject, known.Env, known.Strict, known.NtCache
}

func (c *compiler) form(at place, text string) *form {
	if text == "" {
		return nil
	}
	key := c.key(text)
	t, done := c.parsed[key]
	if !done {
		var err error
		if t, err = c.parser.Parse(text, c.env); err != nil {
			c.wrong(at, err)
			return nil
		}
		c.parsed[key] = t
	}
	if c.uses == nil { // the catalogue: facts are what the caller gives
		return &form{t, at}
	}
	for _, name := range t.Names {
		if _, ok := c.env[name]; !ok {
			c.wrong(at, fmt.Errorf("nothing is called .%s", name))
			return nil
		}
		c.uses[name] = true
	}
	return &form{t, at}
}

// key is the same for the same text where it sees the same.
func (c *compiler) key(text string) string {
	key := fmt.Sprintf("%s\n%T", text, c.env["it"])
	if strings.Contains(text, "event") {
		key += "\n" + c.kind
	}
	return key
}

// sampleEnv is the form of what a kind's steps see, for the type check.
func (c *compiler) sampleEnv(kind string) map[string]any {
	env, ok := c.envs[kind]
	if !ok {
		env = map[string]any{}
		f := &facts.Facts{Event: samples[kind]}
		for name, fact := range facts.Known {
			env[name] = fact(f)
		}
		c.envs[kind] = env
	}
	out := maps.Clone(env)
	out["it"] = nil
	return out
}

func (c *compiler) step(s Step, kind string) *step {
	at := place{step: s.Name}
	out := &step{Step: s, id: render.Slug(s.Name), args: map[string]*form{}, command: map[string]*program{}}
	c.kind, c.env, c.uses = kind, c.sampleEnv(kind), map[string]bool{}
	out.when = c.program(at.in("when"), s.When, expr.AsBool())
	out.discreet = c.uses["private"]
	if out.each = c.program(at.in("each"), s.Each); out.each != nil {
		if list := out.each.Node().Type(); list != nil && list.Kind() == reflect.Slice {
			c.env["it"] = reflect.Zero(list.Elem()).Interface()
		} else {
			c.wrong(at.in("each"), fmt.Errorf("%s is not a list", s.Each))
		}
	}
	out.asks = named(c.uses)
	out.at = c.program(at.in("at"), s.At, expr.AsKind(reflect.Struct))
	out.to, out.about = c.form(at.in("to"), s.To), c.form(at.in("about"), s.About)
	out.lane, out.slot = c.form(at.in("lane"), s.Lane), c.form(at.in("slot"), s.Slot)
	for k, v := range s.Args {
		out.args[k] = c.form(at.in("args", k), v)
	}
	for k, v := range s.Command {
		out.command[k] = c.program(at.in("command", k), v)
	}
	if s.Words != "" && s.Words != asWritten {
		if t, ok := c.words[s.Words]; ok {
			out.words = c.text(place{step: s.Name, text: s.Words}, t)
		} else {
			c.wrong(at.in("words"), fmt.Errorf("no words are called %q", s.Words))
		}
	}
	out.uses = named(c.uses)
	return out
}

func (c *compiler) text(at place, t Text) *text {
	out := &text{at: at, title: c.form(at.in("title"), t.Title), link: c.form(at.in("link"), t.Link),
		footer: c.form(at.in("footer"), t.Footer), mention: c.program(at.in("mention"), t.Mention)}
	for i, l := range t.Lines {
		out.lines = append(out.lines, c.form(at.in("lines", i), l))
	}
	for i, f := range t.Fields {
		out.fields = append(out.fields, [2]*form{c.form(at.in("fields", i, "name"), f.Name), c.form(at.in("fields", i, "value"), f.Value)})
	}
	for i, b := range t.Buttons {
		at := at.in("buttons", i)
		out.buttons = append(out.buttons, button{text: c.form(at.in("text"), b.Text), command: c.form(at.in("command"), b.Command),
			url: c.form(at.in("url"), b.URL), style: b.Style, when: c.program(at.in("when"), b.When, expr.AsBool())})
	}
	return out
}
