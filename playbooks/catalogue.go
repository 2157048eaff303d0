package playbooks

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/playbooks/render"

	"github.com/goccy/go-yaml"
)

// Catalogue is every sentence that the bot says beside those of a playbook:
// its answers to commands, and what alerts and changes send. It is read from
// words.yaml.
type Catalogue struct {
	texts map[string]catalogued
	zone  func(string) *time.Location
}

// catalogued is a text, compiled. Its buttons' when are templates that say
// "true".
type catalogued struct {
	*text
	when []*form
}

// Words reads the catalogue. zone is the team's, for clock times; zoneOf finds
// those of people by their IANA names, nil for none.
func Words(zone *time.Location, zoneOf func(name string) *time.Location) (*Catalogue, error) {
	data, err := builtinWords.ReadFile("words/words.yaml")
	if err != nil {
		return nil, err
	}
	var raw map[string]Text
	if err := yaml.UnmarshalWithOptions(data, &raw, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("words.yaml: %s", yaml.FormatError(err, false, true))
	}
	c := &compiler{parser: render.In(zone), parsed: map[string]*render.Template{}}
	out := &Catalogue{texts: map[string]catalogued{}, zone: zoneOf}
	for name, t := range raw {
		at := place{text: name}
		x := catalogued{}
		for i := range t.Buttons {
			x.when = append(x.when, c.form(at.in("buttons", i, "when"), t.Buttons[i].When))
			t.Buttons[i].When = ""
		}
		x.text = c.text(at, t)
		out.texts[name] = x
	}
	return out, errors.Join(c.faults...)
}

// Say gives the message of that name, its templates filled with the facts; a
// fact that is not given is empty. The fact "for" is the one person who reads it,
// if there is one: a stream.Person. An unknown name or a fault is said in its
// place, never left out: the tests say every text once.
func (c *Catalogue) Say(name string, facts map[string]any) *stream.Message {
	t, ok := c.texts[name]
	if !ok {
		return stream.Say("(" + name + ")")
	}
	frame := &render.Frame{Facts: facts}
	if p, ok := facts["for"].(stream.Person); ok && p.Zone != "" && c.zone != nil {
		frame.Zone = c.zone(p.Zone)
	}
	fill := func(t *form) string {
		if t == nil {
			return ""
		}
		s, err := t.Fill(frame)
		if err != nil {
			return "(" + name + ": " + err.Error() + ")"
		}
		return strings.TrimSpace(strings.ReplaceAll(s, "<no value>", ""))
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

// Names lists the catalogue's texts in the order of the alphabet.
func (c *Catalogue) Names() []string {
	return slices.Sorted(maps.Keys(c.texts))
}
