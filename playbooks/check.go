package playbooks

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/facts"
)

// check tells the mistakes of a resolved playbook.
func (l *loader) check(src Source) {
	l.checkPolicy(src)
	for _, s := range src.Steps {
		l.checkStep(s)
	}
	for name, t := range src.Words {
		if t.Title == "" && len(t.Lines) == 0 && len(t.Fields) == 0 {
			l.wrong(src.from[name], []any{"words", name}, "words “%s” say nothing: give them a title or lines", name)
		}
		for i, b := range t.Buttons {
			if b.Text == "" || (b.Command == "") == (b.URL == "") {
				l.wrong(src.from[name], []any{"words", name, "buttons", i}, "a button needs a text, and either a command or a url")
			}
		}
	}
	if src.Name == base {
		return // it is rehearsed with its children, who have severities
	}
	before := len(l.mistakes)
	book, faults := compile(pinned{sampleSettings, src.Steps, src.Words}, time.UTC)
	l.faults(src, faults)
	if len(l.mistakes) == before {
		l.faults(src, book.rehearse(src))
	}
}

var sampleSettings = Settings{Company: "Harbor", Command: "/incident", Announce: "incidents", Shadow: "shadow", URL: "https://status.example", Zone: "UTC", Operator: "U0OPERATOR"}

// faults tells where in the files each fault stands.
func (l *loader) faults(src Source, faults []error) {
	for _, err := range faults {
		var f fault
		if !errors.As(err, &f) {
			l.wrong(src.doc, nil, "%s", err)
			continue
		}
		if f.at.text != "" {
			l.wrong(src.from[f.at.text], append([]any{"words", f.at.text}, f.at.key...), "words “%s”: %s", f.at.text, f.err)
			continue
		}
		i := slices.IndexFunc(src.Steps, func(s Step) bool { return s.Name == f.at.step })
		at := src.Steps[i].from[0]
		for _, o := range src.Steps[i].from { // the newest that says this key
			if len(f.at.key) > 0 && child(child(child(o.doc.root, "steps"), o.n), f.at.key[0]) != nil {
				at = o
				break
			}
		}
		l.wrong(at.doc, append([]any{"steps", at.n}, f.at.key...), "step “%s”: %s", f.at.step, f.err)
	}
}

// rehearse runs every step on sample incidents of every phase, and tells what
// fails there. Commands to the bot are read as they will be.
func (b *Playbook) rehearse(src Source) (faults []error) {
	seen := map[string]bool{}
	states := sampleStates(src)
	for _, kind := range slices.Sorted(maps.Keys(b.steps)) {
		for _, event := range sampleEvents(kind) {
			for _, s := range states {
				r := stream.Record{Stream: sampleID, Seq: 9, Kind: kind, Meta: stream.Meta{At: sampleTime, By: stream.Actor{ID: "omar", Name: "Omar"}}}
				run := &run{Facts: &facts.Facts{State: s, Record: r, Event: event, Settings: b.settings}, env: map[string]any{}}
				for _, st := range b.steps[kind] {
					for _, d := range run.step(st, mostDeliveries) {
						if err := readable(d); err != nil {
							run.fault(place{step: st.Name, key: []any{"command"}}, err)
						}
					}
				}
				for _, f := range run.faults {
					if !seen[f.Error()] {
						seen[f.Error()] = true
						faults = append(faults, f)
					}
				}
			}
		}
	}
	return faults
}

// sampleEvents are the ways in which an event may look.
func sampleEvents(kind string) []any {
	e, ok := samples[kind].(incident.Settled)
	if !ok {
		return []any{samples[kind]}
	}
	var out []any
	for _, about := range sampleAbouts {
		e.About = about
		out = append(out, e)
	}
	return out
}

// readable reports whether a command to the bot will be understood.
func readable(d stream.Delivery) error {
	if d.To != stream.Bot {
		return nil
	}
	to, err := stream.ParseID(d.Args[stream.ArgStream])
	if err != nil {
		return err
	}
	data := []byte(d.Args[stream.ArgData])
	switch to.Kind {
	case incident.Kind:
		_, err = incident.DecodeCommand(d.Action, data)
	case change.Kind:
		_, err = change.DecodeCommand(d.Action, data)
	case alert.Kind:
		_, err = alert.DecodeCommand(d.Action, data)
	default:
		return fmt.Errorf("nothing of the kind %q takes commands", to.Kind)
	}
	var form *json.UnmarshalTypeError
	if errors.As(err, &form) {
		return fmt.Errorf("command %q: %s is a %s and has to be a %s", d.Action, form.Field, form.Value, form.Type)
	}
	return err
}

// fixed are the keys of a step of base that no child changes: whether and when
// it is done, and for whom.
var fixed = []string{"on", "when", "each", "at", "command", "public"}

func (l *loader) checkStep(s Step) {
	own := s.from[0]
	wrong := func(key, format string, args ...any) {
		l.wrong(own.doc, []any{"steps", own.n, key}, "step “"+s.Name+"”: "+format, args...)
	}
	if oldest := s.from[len(s.from)-1]; oldest.doc.bundled && strings.TrimSuffix(oldest.doc.file, ".yaml") == base {
		for _, o := range s.from[:len(s.from)-1] {
			for _, key := range fixed {
				if child(child(child(o.doc.root, "steps"), o.n), key) != nil {
					l.wrong(o.doc, []any{"steps", o.n, key}, "step “%s” of base may be reworded and redirected, never removed: its `%s` stays", s.Name, key)
				}
			}
		}
	}
	switch {
	case s.Name == "":
		wrong("name", "a step needs a name")
	case s.To == "" && s.Slot == "":
		wrong("to", "it does nothing: `to:` names no far end, and there is no slot to withdraw")
	case s.To != "" && s.Do == "":
		wrong("do", "what is %s to do?", s.To)
	case s.At != "" && s.Lane != "":
		wrong("lane", "a step with a time (`at:`) has no lane")
	case s.Public != (s.Words == asWritten):
		wrong("words", "words for customers are public, and the approved text alone: `public: true` and `words: as-written` belong together")
	case s.Do == "publish" && !s.Public:
		wrong("public", "what is published is public")
	case (s.To == stream.Bot) != (s.Command != nil):
		wrong("command", "a command is for the bot, and the bot takes nothing else")
	}
	if s.Expires < 0 {
		wrong("expires", "it expires before it is due")
	}
}

var severityName = regexp.MustCompile(`^[A-Z][A-Z0-9]*$`)

func (l *loader) checkPolicy(src Source) {
	p := src.Incident()
	wrong := func(format string, args ...any) func(...any) {
		return func(key ...any) {
			if child(child(src.doc.root, "policy"), key[0]) != nil || key[0] == "severities" && len(p.Severities) == 0 {
				l.wrong(src.doc, append([]any{"policy"}, key...), format, args...) // else it is the parent's
			}
		}
	}
	if len(p.Severities) == 0 && src.Name != base {
		wrong("a playbook needs severities, the worst first")("severities")
	}
	for _, w := range p.Severities {
		if !severityName.MatchString(w.Name) {
			wrong("severity %q: letters and digits, such as SEV1", w.Name)("severities", w.Name)
		}
		if w.Room != "channel" && w.Room != "thread" {
			wrong("severity %s: room is channel or thread, not %q", w.Name, w.Room)("severities", w.Name, "room")
		}
		for i, who := range w.Wakes {
			if !slices.Contains([]string{"oncall", "comms", "authors"}, who) {
				wrong("severity %s wakes oncall, comms or authors, not %q", w.Name, who)("severities", w.Name, "wakes", i)
			}
		}
		for phase, every := range w.Every {
			if !slices.Contains([]string{"investigating", "identified", "monitoring"}, phase) || every <= 0 {
				wrong("severity %s: every investigating, identified or monitoring, and how long: not %q %s", w.Name, phase, every)("severities", w.Name, "every", phase)
			}
		}
	}
	for i, r := range p.Ladder {
		if !slices.Contains([]string{"comms", "channel", "commander"}, r.Who) {
			wrong("a reminder reaches comms, channel or commander, not %q", r.Who)("ladder", i, "who")
		}
		for j, name := range r.Page {
			if !p.Knows(name) {
				wrong("there is no severity %s", name)("ladder", i, "page", j)
			}
		}
	}
	kinds := []string{"first", "phase", "news", "no-news", "resolved", "correction", "retraction"}
	for end, takes := range p.Kinds {
		for i, kind := range takes {
			if !slices.Contains(kinds, kind) {
				wrong("%s takes words of the kinds %s, not %q", end, strings.Join(kinds, ", "), kind)("takes", end, i)
			}
		}
	}
}
