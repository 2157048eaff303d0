package playbooks

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"text/template"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// Settings are what a playbook's steps may name of the installation. They are
// pinned with it.
type Settings struct {
	Company  string `json:"company,omitempty"`  // how the pages and mails call us
	Command  string `json:"command,omitempty"`  // "/incident"
	Announce string `json:"announce,omitempty"` // Slack's channel for announcements
	Shadow   string `json:"shadow,omitempty"`   // Slack's channel for shadowed words
	URL      string `json:"url,omitempty"`      // of our status page
	Zone     string `json:"zone,omitempty"`     // the team's, an IANA name
}

// pinned is what Pin records.
type pinned struct {
	Settings Settings        `json:"settings"`
	Steps    []Step          `json:"steps"`
	Words    map[string]Text `json:"words"`
}

// Pin resolves a playbook for one incident.
func (s Source) Pin(set Settings) (incident.Pinned, policy.Policy, error) {
	text, err := json.Marshal(pinned{set, s.Steps, s.Words})
	if err != nil {
		return incident.Pinned{}, policy.Policy{}, fmt.Errorf("pinning playbook %s: %w", s.Name, err)
	}
	sum := sha256.Sum256(text)
	return incident.Pinned{Name: s.Name, Hash: hex.EncodeToString(sum[:8]), Engine: Engine, Text: string(text)}, s.Incident(), nil
}

// Playbook is a compiled one, for React. It is safe for concurrent use.
type Playbook struct {
	settings Settings
	zone     *time.Location
	steps    map[string][]*step // by the kind of event
	words    map[string]*text
}

// step is a Step, compiled for one kind of event.
type step struct {
	Step
	when, each, at *vm.Program
	to, about      *template.Template
	lane, slot     *template.Template
	args           map[string]*template.Template
	command        map[string]*vm.Program
	words          *text
}

// text is a Text, compiled.
type text struct {
	name        string
	title, link *template.Template
	footer      *template.Template
	mention     *vm.Program
	lines       []*template.Template
	fields      [][2]*template.Template
	buttons     []button
}

type button struct {
	text, command, url *template.Template
	style              string
	when               *vm.Program
}

// Compile makes what Pin recorded ready to run. zone is the location that the
// settings name. Its error joins every mistake.
func Compile(pin incident.Pinned, zone *time.Location) (*Playbook, error) {
	var p pinned
	if err := json.Unmarshal([]byte(pin.Text), &p); err != nil {
		return nil, fmt.Errorf("playbook %s: %w", pin.Name, err)
	}
	if zone == nil {
		zone = time.UTC
	}
	c := &compiler{name: pin.Name, funcs: functions(zone)}
	book := &Playbook{settings: p.Settings, zone: zone, steps: map[string][]*step{}, words: map[string]*text{}}
	for name, t := range p.Words {
		book.words[name] = c.text(name, t)
	}
	for _, s := range p.Steps {
		for _, kind := range s.On {
			book.steps[kind] = append(book.steps[kind], c.step(s, kind, book.words))
		}
	}
	return book, errors.Join(c.mistakes...)
}

type compiler struct {
	name     string
	funcs    template.FuncMap
	mistakes []error
}

func (c *compiler) wrong(where string, err error) {
	c.mistakes = append(c.mistakes, fmt.Errorf("playbook %s, %s: %w", c.name, where, err))
}

// program compiles an expression against the form of what it will see.
func (c *compiler) program(where, code string, env map[string]any, opts ...expr.Option) *vm.Program {
	if code == "" {
		return nil
	}
	prog, err := expr.Compile(code, append([]expr.Option{expr.Env(env)}, opts...)...)
	if err != nil {
		c.wrong(where, err)
	}
	return prog
}

func (c *compiler) template(where, text string) *template.Template {
	if text == "" {
		return nil
	}
	t, err := template.New(where).Option("missingkey=error").Funcs(c.funcs).Parse(text)
	if err != nil {
		c.wrong(where, err)
	}
	return t
}

func (c *compiler) step(s Step, kind string, words map[string]*text) *step {
	where := "step “" + s.Name + "” on " + kind
	if _, known := eventSamples[kind]; !known {
		c.wrong(where, fmt.Errorf("no event is called %q", kind))
	}
	out := &step{Step: s, args: map[string]*template.Template{}, command: map[string]*vm.Program{}}
	env := sampleEnv(kind)
	out.when = c.program(where+", when", s.When, env, expr.AsBool())
	if out.each = c.program(where+", each", s.Each, env); out.each != nil {
		if list := out.each.Node().Type(); list != nil && list.Kind() == reflect.Slice {
			env["it"] = reflect.Zero(list.Elem()).Interface()
		} else {
			c.wrong(where+", each", fmt.Errorf("%s is not a list", s.Each))
		}
	}
	out.at = c.program(where+", at", s.At, env)
	out.to, out.about = c.template(where+", to", s.To), c.template(where+", about", s.About)
	out.lane, out.slot = c.template(where+", lane", s.Lane), c.template(where+", slot", s.Slot)
	for k, v := range s.Args {
		out.args[k] = c.template(where+", "+k, v)
	}
	for k, v := range s.Command {
		out.command[k] = c.program(where+", command "+k, v, env)
	}
	if s.Words != "" && s.Words != asWritten {
		if out.words = words[s.Words]; out.words == nil {
			c.wrong(where, fmt.Errorf("the catalogue has no words %q", s.Words))
		}
	}
	return out
}

func (c *compiler) text(name string, t Text) *text {
	where := "words “" + name + "”"
	env := sampleEnv("")
	out := &text{name: name, title: c.template(where+", title", t.Title), link: c.template(where+", link", t.Link),
		footer: c.template(where+", footer", t.Footer), mention: c.program(where+", mention", t.Mention, env)}
	for i, l := range t.Lines {
		out.lines = append(out.lines, c.template(fmt.Sprintf("%s, line %d", where, i+1), l))
	}
	for _, f := range t.Fields {
		out.fields = append(out.fields, [2]*template.Template{c.template(where, f.Name), c.template(where, f.Value)})
	}
	for _, b := range t.Buttons {
		out.buttons = append(out.buttons, button{text: c.template(where, b.Text), command: c.template(where, b.Command),
			url: c.template(where, b.URL), style: b.Style, when: c.program(where+", button "+b.Text, b.When, env, expr.AsBool())})
	}
	return out
}

// functions are what templates may call, beside the fields of the view.
func functions(zone *time.Location) template.FuncMap {
	return template.FuncMap{
		"clock": func(t time.Time) string { return clock(t, zone) },
		"utc":   func(t time.Time) string { return t.UTC().Format("15:04 UTC") },
		"long":  func(d time.Duration) string { return stream.Duration(d).Words() },
		"since": func(t, at time.Time) string { return stream.Duration(at.Sub(t)).Words() },
		"join":  func(s []string) string { return strings.Join(s, ", ") },
		"names": names,
		"slug":  slug,
		"short": short,
		"lower": strings.ToLower,
	}
}

func clock(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(zone).Format("15:04")
}

func names(people []incident.Person) string {
	var out []string
	for _, p := range people {
		out = append(out, p.String())
	}
	switch n := len(out); n {
	case 0:
		return "nobody"
	case 1:
		return out[0]
	default:
		return strings.Join(out[:n-1], ", ") + " and " + out[n-1]
	}
}

// slug makes a channel name's tail: lower case letters, digits and dashes.
func slug(s string) string {
	var b strings.Builder
	dash := true
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
			dash = false
		case !dash:
			b.WriteByte('-')
			dash = true
		}
		if b.Len() >= 40 {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}

// short cuts a text to n characters at a word.
func short(n int, s string) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:") + "…"
}
