package facts

import (
	"context"
	"slices"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/approval"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/playbooks/facts"
)

// asks completes a question for a yes: who is asked in person, and how long the
// words are at each far end.
func (d *Facts) asks(ctx context.Context, c *bot.Command, v incident.AskApproval) error {
	s, _, err := d.Incident(ctx, c.Stream)
	u := s.Updates.Waiting(v.N)
	if err != nil || u == nil {
		return err
	}
	switch rule := s.Policy.Approval; {
	case v.Late:
		v.People = d.named(s, *u, rule.Fallback)
	case facts.Approver(s).Handle == "":
		v.People = d.named(s, *u, rule.By)
	}
	ends, err := d.Ends(ctx, s, *u, c.Meta)
	for _, t := range ends {
		if t.Drawn != nil { // the whole of it is drawn for who wants to see it
			t.Drawn = &words.Drawn{Measure: t.Drawn.Measure, Readers: t.Drawn.Readers}
		}
		v.Ends = append(v.Ends, t)
	}
	c.Value = v
	return err
}

// Ends are the far ends that take words, each with what it would show.
func (d *Facts) Ends(ctx context.Context, s incident.State, u incident.Update, m stream.Meta) ([]incident.Target, error) {
	all, hold, err := d.Targets(ctx)
	if err != nil {
		return nil, err
	}
	ends := d.Draw(s, u, m, Takers(s, u, all), func(incident.Target) bool { return true })
	for i := range ends {
		if hold || s.Held {
			ends[i].State = incident.TargetHeld
		}
	}
	return ends, nil
}

// named are the people of an approval's entries who can still say yes.
func (d *Facts) named(s incident.State, u incident.Update, entries []string) []incident.Person {
	var out []incident.Person
	add := func(p incident.Person) {
		gave := slices.ContainsFunc(s.Given(u), func(y words.Yes) bool { return y.Person == p.Handle })
		known := slices.ContainsFunc(out, func(q incident.Person) bool { return q.Handle == p.Handle })
		if p.Slack != "" && p.Handle != u.Author && !gave && !known {
			out = append(out, incident.Person{Handle: p.Handle, Name: p.Name, Slack: p.Slack})
		}
	}
	for _, e := range entries {
		switch kind, name := approval.Parse(e); kind {
		case approval.Role:
			add(s.Roles[name])
		case approval.Group:
			for _, h := range d.Groups[name] {
				add(d.Directory.Identify(stream.Actor{ID: h}))
			}
		default:
			add(d.Directory.Identify(stream.Actor{ID: name}))
		}
	}
	return out
}
