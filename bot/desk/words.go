package desk

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

func (d *Desk) update(ctx context.Context, a *ask) (integrations.Reply, error) {
	audience, text := audienceOf(a.rest)
	if text == "" && a.CanOpen {
		s, err := d.incident(ctx, a.id)
		if err != nil {
			return integrations.Reply{}, err
		}
		return integrations.Reply{Open: d.updateForm(s, audience), Words: stream.Say(fmt.Sprintf("Type it in one line: `%s update %s <text> #%s`.", d.Settings.Command, audience, s.ID.Name))}, nil
	}
	s, err := d.do(ctx, a, incident.Propose{Audience: audience, Text: text})
	if err != nil {
		return integrations.Reply{}, err
	}
	if audience != incident.Public {
		return d.text("%s: told the %s.", s.Number, map[incident.Audience]string{incident.Internal: "responders", incident.Stakeholders: "stakeholders"}[audience]), nil
	}
	return d.preview(ctx, s)
}

// preview shows proposed words as they would go out.
func (d *Desk) preview(ctx context.Context, s incident.State) (integrations.Reply, error) {
	u := s.Waiting()
	if u == nil {
		return d.text("%s: nothing waits.", s.Number), nil
	}
	targets, hold, err := d.targets(ctx)
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.say("preview", map[string]any{"number": s.Number, "n": s.ID.Name, "update": u.N, "text": u.Text,
		"ends": ends(targets, hold || s.Held), "lengths": d.lengths(u.Text, targets), "needs": strings.Join(s.Policy.Approval.By, ", ")}), nil
}

// ends names where words go: "page, twitter (shadow)".
func ends(targets []incident.Target, hold bool) string {
	var out []string
	for _, t := range targets {
		name := t.Name
		switch {
		case t.Mode == control.Shadow:
			name += " (shadow)"
		case hold:
			name += " (on hold)"
		}
		out = append(out, name)
	}
	if len(out) == 0 {
		return "nobody: no public far end is configured here"
	}
	return strings.Join(out, ", ")
}

func (d *Desk) lengths(text string, targets []incident.Target) string {
	var out []string
	for _, t := range targets {
		if f, ok := d.Lengths[t.Name]; ok {
			n, most := f(text)
			line := fmt.Sprintf("%s %d of %d characters", t.Name, n, most)
			if n > most {
				line += ", so it goes in several posts"
			}
			out = append(out, line)
		}
	}
	return strings.Join(out, " · ")
}

// numberAndSure reads "[3] [sure]".
func numberAndSure(rest string) (n int, sure bool, left string) {
	word, tail := cut(rest)
	if v, err := strconv.Atoi(strings.TrimPrefix(word, "#")); err == nil {
		n, rest = v, tail
	}
	if word, tail := cut(rest); strings.EqualFold(word, "sure") {
		sure, rest = true, tail
	}
	return n, sure, rest
}

func (d *Desk) approve(ctx context.Context, a *ask) (integrations.Reply, error) {
	n, sure, _ := numberAndSure(a.rest)
	s, err := d.do(ctx, a, incident.Approve{N: n, Sure: sure})
	if err != nil {
		return integrations.Reply{}, err
	}
	facts := map[string]any{"number": s.Number, "ends": "nobody", "due": nil}
	if u := s.LastPublished(incident.Public); u != nil {
		facts["ends"] = ends(u.Targets, u.Targets != nil && heldAny(u.Targets))
	}
	if p := s.Promise(incident.Public); p != nil {
		facts["due"] = p.Due
	}
	return d.say("published", facts), nil
}

func heldAny(targets []incident.Target) bool {
	for _, t := range targets {
		if t.State == incident.TargetHeld {
			return true
		}
	}
	return false
}

func (d *Desk) reject(ctx context.Context, a *ask) (integrations.Reply, error) {
	n, _, why := numberAndSure(a.rest)
	s, err := d.do(ctx, a, incident.Reject{N: n, Why: why})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s: the words do not go out.", s.Number), nil
}

func (d *Desk) correct(ctx context.Context, a *ask) (integrations.Reply, error) {
	n, _, text := numberAndSure(a.rest)
	s, err := d.do(ctx, a, incident.Correct{N: n, Text: text})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.preview(ctx, s)
}

// sent is the delivery board: update × far end.
func (d *Desk) sent(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.incident(ctx, a.id)
	if err != nil {
		return integrations.Reply{}, err
	}
	var lines []string
	for i, u := range s.Updates {
		if u.Audience != incident.Public || u.State == incident.Replaced {
			continue
		}
		when, state := u.ProposedAt, u.State
		if u.State == incident.PublishedS {
			when, state = u.PublishedAt, string(u.Kind)
		}
		line := fmt.Sprintf("%d. %s %s: “%s”", u.N, d.clock(when), state, shorten(u.Text, 90))
		for _, t := range u.Targets {
			line += "\n    " + t.Name + ": " + boardState(s.Updates[i+1:], t)
		}
		lines = append(lines, line)
	}
	return d.say("sent", map[string]any{"number": s.Number, "lines": lines}), nil
}

// boardState says what became of words at a far end. Words still queued that
// newer ones have overtaken there were replaced by them.
func boardState(later []incident.Update, t incident.Target) string {
	if t.State == incident.TargetQueued {
		for _, u := range later {
			for _, x := range u.Targets {
				if x.Name == t.Name && x.State == incident.TargetSent {
					return fmt.Sprintf("replaced by %d", u.N)
				}
			}
		}
	}
	out := t.State
	if t.Link != "" {
		out += " " + t.Link
	}
	if t.Problem != "" && t.State != incident.TargetSent {
		out += " – " + t.Problem
	}
	return out
}

func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

func (d *Desk) hold(ctx context.Context, a *ask) (integrations.Reply, error) {
	word, why := cut(a.rest)
	if strings.EqualFold(word, "all") {
		if _, err := d.doSwitch(ctx, a, control.HoldAll{Why: why}); err != nil {
			return integrations.Reply{}, err
		}
		return d.text("All words to customers are on hold, everywhere, from this moment. `%s release all` lets them go.", d.Settings.Command), nil
	}
	id, err := d.find(ctx, a)
	if err != nil {
		return integrations.Reply{}, err
	}
	a.id = id
	s, err := d.do(ctx, a, incident.Hold{Why: a.rest})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s: words to customers are on hold. `%s release #%s` lets them go.", s.Number, d.Settings.Command, s.ID.Name), nil
}

func (d *Desk) release(ctx context.Context, a *ask) (integrations.Reply, error) {
	if strings.EqualFold(a.rest, "all") {
		if _, err := d.doSwitch(ctx, a, control.ReleaseAll{}); err != nil {
			return integrations.Reply{}, err
		}
		return d.text("Words to customers go again."), nil
	}
	id, err := d.find(ctx, a)
	if err != nil {
		return integrations.Reply{}, err
	}
	a.id = id
	s, err := d.do(ctx, a, incident.Release{})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s: words to customers go again.", s.Number), nil
}

func (d *Desk) mode(ctx context.Context, a *ask) (integrations.Reply, error) {
	if d.Operator == "" || a.By.ID != d.Operator && !strings.EqualFold(a.By.ID, d.Operator) {
		who := d.Operator
		if who == "" {
			who = "nobody yet: set `operator:` in the configuration"
		}
		return integrations.Reply{}, stream.Refuse("Only the operator moves far ends between modes (%s).", who)
	}
	if len(d.FarEnds) == 0 {
		return integrations.Reply{}, stream.Refuse("No public far end exists here: none is configured, or the environment is not production.")
	}
	if _, err := d.doSwitch(ctx, a, control.SetMode{FarEnd: strings.ToLower(a.rest), Mode: a.spec.name}); err != nil {
		return integrations.Reply{}, err
	}
	modes, err := d.modes(ctx)
	if err != nil {
		return integrations.Reply{}, err
	}
	var out []string
	for name, mode := range modes {
		out = append(out, name+" "+mode)
	}
	sort.Strings(out)
	return d.text("Now: %s.", strings.Join(out, ", ")), nil
}

func (d *Desk) doSwitch(ctx context.Context, a *ask, c control.Command) (bot.Result, error) {
	return d.bot.Do(ctx, bot.Command{Stream: d.id(control.Kind, control.Name), Meta: a.meta(), Value: c})
}
