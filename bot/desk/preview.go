package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/approval"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	named "drumbeat/playbooks/facts"
)

// preview shows words that wait, those of that number or else the newest, as
// they would go out: how long they are at each far end, and what is new in them.
// Whoever may say yes can do it here.
func (d *Desk) preview(ctx context.Context, a *ask, s incident.State, n int) (integrations.Reply, error) {
	u := s.Updates.Waiting(n)
	if u == nil {
		return d.text("%s: no words wait for a yes.", s.Number), nil
	}
	targets, err := d.Ends(ctx, s, *u, a.meta())
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.shown(a, s, *u, targets), nil
}

func (d *Desk) shown(a *ask, s incident.State, u incident.Update, targets []incident.Target) integrations.Reply {
	drawn := slices.ContainsFunc(targets, func(t incident.Target) bool { return t.Drawn != nil })
	_, refused := s.MayApprove(u, a.meta(), d.Local(a.At))
	return d.say("preview", map[string]any{"number": s.Number, "n": s.ID.Name, "update": u.N, "text": u.Text, "drawn": drawn,
		"ends": ends(targets, false), "reach": named.Reach(targets), "lengths": d.lengths(u.Text, targets), "difference": named.Difference(s, u), "override": u.Override.Line(),
		"changed": s.ReadAgain(u), "needs": approval.Who(s.Policy.Approval, s.Roles), "yes": refused == nil, "own": u.Author == a.By.ID, "whole": a.spec != nil && a.spec.name == "preview"})
}

// whole answers “preview”: what preview shows, and what each far end would.
func (d *Desk) whole(ctx context.Context, a *ask) (integrations.Reply, error) {
	n, _, left := phrase.NumberAndSure(a.rest)
	if left != "" {
		return integrations.Reply{}, stream.Refuse("“preview” takes only the number of words that wait: “preview 3”.")
	}
	u := a.state.Updates.Waiting(n)
	if u == nil {
		return integrations.Reply{}, approval.None(a.state.Update(n), n)
	}
	targets, err := d.Ends(ctx, a.state, *u, a.meta())
	if err != nil {
		return integrations.Reply{}, err
	}
	reply := d.shown(a, a.state, *u, targets)
	for _, t := range targets {
		if t.Drawn == nil {
			continue
		}
		name := named.FarEnd(t.Name)
		for _, note := range []string{t.Drawn.Measure, t.Drawn.Readers} {
			if note != "" {
				name += " · " + note
			}
		}
		reply.Words.Fields = append(reply.Words.Fields, stream.Field{Name: name, Value: strings.Join(t.Drawn.Parts, "\n⁂\n")})
	}
	return reply, nil
}

// lengths says how long the words are, and where they are too long for one
// post.
func (d *Desk) lengths(text string, targets []incident.Target) string {
	out := []string{fmt.Sprintf("%d characters", len([]rune(text)))}
	for _, t := range targets {
		f, ok := d.Lengths[t.Name]
		if !ok {
			continue
		}
		n, most := f(text)
		line := fmt.Sprintf("%s %d of %d", named.FarEnd(t.Name), n, most)
		if n > most {
			line += ", so it goes in several posts"
		}
		out = append(out, line)
	}
	return strings.Join(out, " · ")
}
