package playbooks

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
)

// check tells the mistakes of a resolved playbook.
func (l *loader) check(src Source) {
	l.checkSchedules(src)
	for _, s := range src.Steps {
		l.checkStep(src, s)
	}
	for name, t := range src.Words {
		if t.Title == "" && len(t.Lines) == 0 && len(t.Fields) == 0 {
			l.wrong(src.tree, []any{"words", name}, "words “%s” say nothing: give them a title or lines", name)
		}
		for i, b := range t.Buttons {
			if b.Text == "" || (b.Command == "") == (b.URL == "") {
				l.wrong(src.tree, []any{"words", name, "buttons", i}, "a button needs a text, and either a command or a url")
			}
		}
	}
	if src.Name == base {
		return // it is rehearsed with its children, who have severities
	}
	before := len(l.mistakes)
	for _, m := range slices.Concat(src.mistakes(), src.chooseMistakes()) {
		l.wrong(src.tree, m.key, "%s", m.text)
	}
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
			l.wrong(src.tree, nil, "%s", err)
			continue
		}
		if f.at.text != "" {
			l.wrong(src.tree, append([]any{"words", f.at.text}, f.at.key...), "words “%s”: %s", f.at.text, f.err)
			continue
		}
		i := slices.IndexFunc(src.Steps, func(s Step) bool { return s.Name == f.at.step })
		l.wrong(src.tree, append(slices.Clone(src.Steps[i].at), f.at.key...), "step “%s”: %s", f.at.step, f.err)
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
				run := b.run(s, r, event)
				for _, st := range b.steps[kind] {
					before := len(run.out)
					run.step(st)
					for _, d := range run.out[before:] {
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

func (l *loader) checkStep(src Source, s Step) {
	wrong := func(key, format string, args ...any) {
		l.wrong(src.tree, append(slices.Clone(s.at), key), "step “"+s.Name+"”: "+format, args...)
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
