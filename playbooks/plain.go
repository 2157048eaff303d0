package playbooks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/choose"
)

// Role is one that a playbook names beside commander, comms, scribe and liaison.
type Role struct {
	// About says what whoever holds it does, as the end of "Wanted: legal – …".
	About string `yaml:"about,omitempty"`
	// Asked: the severities at which somebody is asked to take it.
	Asked []string `yaml:"asked,omitempty"`
}

// Task is something that the playbook puts on the list of things to do.
type Task struct {
	// Text is a template.
	Text string `yaml:"text"`
	// On is an event; left out: once the incident has its place to work in.
	On string `yaml:"on,omitempty"`
	// When is an expression, After how long after the event.
	When  string          `yaml:"when,omitempty"`
	After stream.Duration `yaml:"after,omitempty"`
}

// Duty is an outside duty, and when it holds.
type Duty struct {
	policy.Duty `yaml:",inline"`
	// When is an expression; left out: always.
	When string `yaml:"when,omitempty"`
}

// plain adds the steps that the parts stand for, each with the key that it
// comes from, and their texts.
func (s Source) plain() Source {
	texts := map[string]Text{}
	for name, t := range s.Words {
		texts[name] = t
	}
	for i := range s.Steps {
		s.Steps[i].at = []any{"steps", i}
	}
	for i, t := range s.Tasks {
		s.Steps = append(s.Steps, t.step(i))
	}
	for i, d := range s.Duties {
		s.Steps = append(s.Steps, d.step(i))
	}
	for _, name := range slices.Sorted(maps.Keys(s.Roles)) {
		if r := s.Roles[name]; len(r.Asked) > 0 {
			text := "wanted: " + name
			texts[text] = r.wanted(name)
			s.Steps = append(s.Steps, r.step(name, text))
		}
	}
	s.Words = texts
	if s.When != "" {
		s.fits, _ = choose.Parse(s.When) // its mistakes are told by check
	}
	return s
}

// begins is when the work does, under this playbook.
const begins = "(opens || kind == 'playbook' && phase != 'triage')"

func (t Task) step(i int) Step {
	s := Step{Name: fmt.Sprintf("task %d", i+1), To: stream.Bot, Do: "task", Args: map[string]string{"text": t.Text},
		Command: map[string]string{}, at: []any{"tasks", i}}
	if s.On, s.When = []string{t.On}, t.When; t.On == "" {
		s.On, s.When = []string{"declared", "phase", "severity", "playbook"}, both(begins, t.When)
	}
	if t.After > 0 {
		s.At = fmt.Sprintf("at + duration('%s')", t.After)
	}
	return s
}

// step starts the duty's clock.
func (d Duty) step(i int) Step {
	s := Step{Name: "duty " + d.Name, On: []string{"declared", "phase", "playbook"}, When: both(begins, d.When), To: stream.Bot, Do: "begin-duty",
		Command: map[string]string{"name": fmt.Sprintf("%q", d.Name)}, at: []any{"duties", i}}
	if d.From == "confirmed" {
		s.On, s.When = []string{"confirmed", "playbook"}, both("confirmed", d.When)
	}
	return s
}

func (r Role) wanted(name string) Text {
	line := "Wanted: " + name
	if r.About != "" {
		line += " – " + r.About
	}
	return Text{Lines: []string{line + "."}, Buttons: []Button{{Text: "I take it", Command: "role " + name + " #{{.id_name}}"}}}
}

func (r Role) step(name, text string) Step {
	quoted := make([]string, len(r.Asked))
	for i, severity := range r.Asked {
		quoted[i] = fmt.Sprintf("%q", severity)
	}
	return Step{Name: "ask for " + name, On: []string{stream.Delivered}, To: "slack", Do: "post",
		When:  fmt.Sprintf("(event.About == 'room' || event.About == 'announce' && weight.Room == 'thread') && !(%q in roles) && severity in [%s]", name, strings.Join(quoted, ", ")),
		Args:  map[string]string{"channel": "{{.channel}}", "thread": "{{.thread}}"},
		Words: text, Lane: "slack/{{.channel}}", at: []any{"roles", name}}
}

// both is the condition that both hold.
func both(a, b string) string {
	if b == "" {
		return a
	}
	return a + " && (" + b + ")"
}

// partMistakes tells what is wrong with roles and tasks, beside their steps.
func (s Source) partMistakes() (out []mistake) {
	for _, name := range slices.Sorted(maps.Keys(s.Roles)) {
		if name != incident.RoleOf(name) || !roleName.MatchString(name) {
			out = append(out, mistake{[]any{"roles", name}, fmt.Sprintf("a role's name is one word in small letters, and not lead or ic: %q", name)})
		}
		for i, severity := range s.Roles[name].Asked {
			if s.tree.Own(s.tree.At("roles", name, "asked", i)) && !slices.Contains(s.Severities, severity) {
				out = append(out, mistake{[]any{"roles", name, "asked", i}, "there is no severity " + severity})
			}
		}
	}
	for i, d := range s.Duties {
		for _, wrong := range []struct {
			is        bool
			key, text string
		}{
			{d.Name == "" || strings.ContainsAny(d.Name, " \t"), "name", "a duty needs a name of one word"},
			{d.Text == "", "text", "what is owed, and to whom?"},
			{d.Within <= 0, "within", "a duty needs the time within which it is done, such as 72h"},
			{d.Owner == "", "owner", "a duty needs an owner: a role or a handle"},
			{!slices.Contains([]string{"", "declared", "confirmed"}, d.From), "from", fmt.Sprintf("its clock begins when it is declared or confirmed, not %q", d.From)},
		} {
			if wrong.is {
				out = append(out, mistake{[]any{"duties", i, wrong.key}, wrong.text})
			}
		}
	}
	for i, ask := range s.Close.Asks {
		if !slices.Contains([]string{"start", "alert", "review"}, ask) {
			out = append(out, mistake{[]any{"close", "asks", i}, fmt.Sprintf("closing asks for start, alert or review, not %q", ask)})
		}
	}
	for i, t := range s.Tasks {
		if strings.TrimSpace(t.Text) == "" {
			out = append(out, mistake{[]any{"tasks", i}, "a task needs a text"})
		}
	}
	return out
}
