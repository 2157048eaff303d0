package playbooks

import (
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/facts"
	"drumbeat/playbooks/render"
)

// CheckBuiltin checks and rehearses the playbooks that come with the binary.
func CheckBuiltin() (Set, error) { return load((*loader).check) }

// ByEngine is a playbook whose templates are all the template engine's work.
func ByEngine(pin incident.Pinned, zone *time.Location) (*Playbook, error) {
	b, err := Compile(pin, zone)
	if err == nil {
		b.forms(func(f *form) { f.Template = f.ByEngine() })
	}
	return b, err
}

// Rendered counts the templates that need no engine, and all.
func (b *Playbook) Rendered() (fast, all int) {
	b.forms(func(f *form) {
		all++
		if f.Quick() {
			fast++
		}
	})
	return fast, all
}

func (b *Playbook) forms(do func(*form)) {
	each := func(all ...*form) {
		for _, f := range all {
			if f != nil {
				do(f)
			}
		}
	}
	for _, steps := range b.steps {
		for _, s := range steps {
			each(s.to, s.about, s.lane, s.slot)
			for _, f := range s.args {
				each(f)
			}
			if s.words == nil {
				continue
			}
			each(s.words.title, s.words.link, s.words.footer)
			each(s.words.lines...)
			for _, f := range s.words.fields {
				each(f[0], f[1])
			}
			for _, b := range s.words.buttons {
				each(b.text, b.command, b.url)
			}
		}
	}
}

// Rehearsal gives what a playbook does on every sample incident and event, and
// how each went wrong.
func (b *Playbook) Rehearsal(src Source) (out [][]stream.Delivery, faults []string) {
	for kind := range b.steps {
		for _, event := range sampleEvents(kind) {
			for _, s := range sampleStates(src) {
				r := stream.Record{Stream: sampleID, Seq: 9, Kind: kind, Meta: stream.Meta{At: sampleTime, By: stream.Actor{ID: "omar", Name: "Omar"}}}
				run := b.run(s, r, event)
				for _, st := range b.steps[kind] {
					run.step(st)
				}
				out = append(out, run.out)
				for _, f := range run.faults {
					faults = append(faults, f.Error())
				}
			}
		}
	}
	return out, faults
}

// Fill fills in a template as words of a step upon an event do, on the sample
// incident that has everything: in the zone of one reader, or the team's (UTC);
// once quickly and once by the engine.
func Fill(text string, zone *time.Location) (quick, slow string, err error) {
	c := &compiler{parser: render.In(time.UTC)}
	s, r := fullSample(sampleStates(Source{Parts: Parts{Severities: []string{"SEV1"}, Page: Paging{Again: stream.Duration(10 * time.Minute),
		Wakes: By[[]string]{all: {"oncall", "comms", "authors"}}}}})[0]), stream.Record{Kind: "declared", Meta: stream.Meta{At: sampleTime}}
	f := &facts.Facts{State: s, Record: r, Event: samples["declared"], Settings: sampleSettings}
	env := map[string]any{}
	for name, of := range facts.Known {
		env[name] = of(f)
	}
	t, err := c.parser.Parse(text, env)
	if err != nil {
		return "", "", err
	}
	if quick, err = t.Fill(&render.Frame{Facts: env, Zone: zone}); err == nil {
		slow, err = t.ByEngine().Fill(&render.Frame{Facts: env, Zone: zone})
	}
	return quick, slow, err
}
