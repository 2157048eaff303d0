package playbooks

import (
	"errors"
	"fmt"
	"strings"
	"text/template"
	"time"

	"drumbeat/incident/stream"

	"github.com/goccy/go-yaml"
)

// Catalogue is every sentence that the bot says beside those of a playbook:
// its answers to commands, and what alerts and changes send. It is read from
// words.yaml.
type Catalogue struct {
	texts map[string]catalogued
}

type catalogued struct {
	title, link, footer *template.Template
	lines               []*template.Template
	buttons             []button
	when                []*template.Template
}

// Words reads the catalogue. zone is the team's, for clock times.
func Words(zone *time.Location) (*Catalogue, error) {
	data, err := builtinWords.ReadFile("words/words.yaml")
	if err != nil {
		return nil, err
	}
	var raw map[string]Text
	if err := yaml.UnmarshalWithOptions(data, &raw, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("words.yaml: %s", yaml.FormatError(err, false, true))
	}
	c := &compiler{name: "words.yaml", funcs: functions(zone)}
	out := &Catalogue{texts: map[string]catalogued{}}
	for name, t := range raw {
		where := "words “" + name + "”"
		x := catalogued{title: c.template(where, t.Title), link: c.template(where, t.Link), footer: c.template(where, t.Footer)}
		for _, l := range t.Lines {
			x.lines = append(x.lines, c.template(where, l))
		}
		for _, b := range t.Buttons {
			x.buttons = append(x.buttons, button{text: c.template(where, b.Text), command: c.template(where, b.Command), style: b.Style})
			x.when = append(x.when, c.template(where, b.When))
		}
		out.texts[name] = x
	}
	return out, errors.Join(c.mistakes...)
}

// Say gives the message of that name, its templates filled with the facts. An
// unknown name or a missing fact is said in its place, never left out: the
// tests say every text once.
func (c *Catalogue) Say(name string, facts map[string]any) *stream.Message {
	t, ok := c.texts[name]
	if !ok {
		return stream.Say("(" + name + ")")
	}
	fill := func(t *template.Template) string {
		if t == nil {
			return ""
		}
		var b strings.Builder
		if err := t.Execute(&b, facts); err != nil {
			return "(" + name + ": " + err.Error() + ")"
		}
		return strings.TrimSpace(b.String())
	}
	m := &stream.Message{Title: fill(t.title), Link: fill(t.link), Footer: fill(t.footer)}
	for _, l := range t.lines {
		if s := fill(l); s != "" {
			m.Paragraphs = append(m.Paragraphs, s)
		}
	}
	for i, b := range t.buttons {
		if t.when[i] == nil || fill(t.when[i]) == "true" {
			m.Buttons = append(m.Buttons, stream.Button{Text: fill(b.text), Command: fill(b.command), Style: b.style})
		}
	}
	return m
}

// Names lists the catalogue's texts.
func (c *Catalogue) Names() []string {
	var names []string
	for n := range c.texts {
		names = append(names, n)
	}
	return names
}
