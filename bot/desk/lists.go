package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

func (d *Desk) list(ctx context.Context, a *ask) (integrations.Reply, error) {
	open, err := d.open(ctx)
	if err != nil {
		return integrations.Reply{}, err
	}
	var lines []string
	for _, s := range open {
		c := card(s)
		if c.Private && !member(c, a) {
			continue
		}
		line := fmt.Sprintf("%s %s %s – %s, since %s", c.Number, c.Severity, c.Phase, c.Title, d.clock(c.Since))
		if c.Commander != "" {
			line += ", " + c.Commander + " leads"
		}
		if !c.NextWords.IsZero() {
			line += ", next words " + d.clock(c.NextWords)
		}
		lines = append(lines, line)
	}
	return d.say("list", map[string]any{"lines": lines}), nil
}

func (d *Desk) show(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.incident(ctx, a.id)
	if err != nil {
		return integrations.Reply{}, err
	}
	facts := map[string]any{"number": s.Number, "severity": s.Severity, "phase": s.Phase, "began": s.Since, "title": s.Title,
		"commander": orNobody(s.Commander()), "comms": orNobody(s.Comms()), "held": s.Held, "said": "", "due": nil, "suspects": ""}
	if u := s.LastPublished(incident.Public); u != nil {
		facts["said"] = u.Text
	}
	if p := s.Promise(incident.Public); p != nil {
		facts["due"] = p.Due
	}
	var suspects, timeline []string
	for _, c := range s.Suspects {
		suspects = append(suspects, fmt.Sprintf("%s “%s” (%s)", c.ID, c.What, c.Why))
	}
	for _, l := range s.Timeline {
		timeline = append(timeline, fmt.Sprintf("%s %s: %s", d.clock(l.At), l.By, l.Text))
	}
	facts["suspects"], facts["timeline"] = strings.Join(suspects, ", "), timeline
	return d.say("show", facts), nil
}

func orNobody(p incident.Person) string {
	if p.Handle == "" {
		return "nobody"
	}
	return p.String()
}

// mutes reads "<alert> 2h CH-19 because <why>" in any order before "because".
func (d *Desk) mute(ctx context.Context, a *ask) (integrations.Reply, error) {
	head, why, _ := strings.Cut(" "+a.rest+" ", " because ")
	rule, rest := cut(strings.TrimSpace(head))
	if rule == "" {
		return integrations.Reply{}, stream.Refuse("Say which alert, for how long, and why: “mute DiskSlow 2h because the backfill is noisy”.")
	}
	c := alert.Silence{Reason: strings.TrimSpace(why)}
	for _, w := range strings.Fields(rest) {
		switch t, err := duration(w); {
		case err == nil:
			c.For = stream.Duration(t)
		case changeID.MatchString(w):
			c.Change = strings.ToUpper(w)
		default:
			return integrations.Reply{}, stream.Refuse("“%s” is neither a time (2h, 3d) nor a change (CH-19). The reason comes after “because”.", w)
		}
	}
	if c.Change != "" {
		if _, err := d.changeState(ctx, c.Change); err != nil {
			return integrations.Reply{}, err
		}
	}
	res, err := d.bot.Do(ctx, bot.Command{Stream: d.id(alert.Kind, alert.Name(rule)), Meta: a.meta(), Value: c})
	if err != nil {
		return integrations.Reply{}, err
	}
	s, ok := res.State.(alert.State)
	if !ok {
		return d.text("%s was muted before.", rule), nil
	}
	until := "until " + s.Mute.Until.In(d.Zone).Format("2 Jan 15:04")
	if s.Mute.Change != "" {
		until = "until " + s.Mute.Change + " ends"
	}
	return d.text("%s pages nobody %s. It pages all the same when it gets wider than it is now.", rule, until), nil
}

var changeID = regexp.MustCompile(`(?i)^ch-\d{1,9}$`)

// duration reads what time.ParseDuration reads, and days: "3d".
func duration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		d, err := time.ParseDuration(days + "h")
		return 24 * d, err
	}
	return time.ParseDuration(s)
}

func (d *Desk) unmute(ctx context.Context, a *ask) (integrations.Reply, error) {
	if a.rest == "" {
		return integrations.Reply{}, stream.Refuse("Say which alert: “unmute DiskSlow”.")
	}
	if _, err := d.bot.Do(ctx, bot.Command{Stream: d.id(alert.Kind, alert.Name(a.rest)), Meta: a.meta(), Value: alert.Unmute{}}); err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s pages again.", a.rest), nil
}

func (d *Desk) change(ctx context.Context, a *ask) (integrations.Reply, error) {
	verb, rest := cut(a.rest)
	switch verb {
	case "start", "log":
		c := d.changeFacts(a, rest)
		c.Log = verb == "log"
		res, err := d.bot.Do(ctx, bot.Command{Stream: d.id(change.Kind, bot.Next), Meta: a.meta(), Value: c})
		if err != nil {
			return integrations.Reply{}, err
		}
		number := "CH-" + res.Stream.Name
		if c.Log {
			return d.text("%s is recorded.", number), nil
		}
		return d.text("%s has begun. `%s change done %s` when it is over.", number, d.Settings.Command, number), nil
	case "done", "end":
		return d.changeDone(ctx, a, rest)
	}
	return integrations.Reply{}, stream.Refuse("“change start <what>”, “change done CH-23” or “change log <what>”.")
}

var riskWord = regexp.MustCompile(`(?i)\b(low|medium|high)[ -]risk\b`)

// changeFacts reads `"what" service high risk @reviewer`: the service is a
// configured one, and what is not understood is what changes.
func (d *Desk) changeFacts(a *ask, text string) change.Start {
	f := change.Facts{Author: a.person}
	people, rest, _ := d.directory.mentioned(text)
	if len(people) > 0 {
		f.Reviewer = people[0]
	}
	if m := riskWord.FindStringSubmatch(rest); m != nil {
		f.Risk = strings.ToLower(m[1])
		rest = riskWord.ReplaceAllString(rest, "")
	}
	if what, tail, ok := quoted(rest); ok {
		f.What = what
		if _, known := d.Services[strings.TrimSpace(tail)]; known || tail != "" {
			f.Service = strings.TrimSpace(tail)
		}
	} else {
		f.What, f.Service = strings.Join(strings.Fields(rest), " "), d.serviceIn(rest)
	}
	return change.Start{Facts: f}
}

// quoted takes a leading "…" or “…” off.
func quoted(s string) (inside, rest string, ok bool) {
	s = strings.TrimSpace(s)
	for _, q := range [][2]string{{`"`, `"`}, {"“", "”"}} {
		if strings.HasPrefix(s, q[0]) {
			if i := strings.Index(s[len(q[0]):], q[1]); i > 0 {
				return s[len(q[0]) : len(q[0])+i], strings.TrimSpace(s[len(q[0])+i+len(q[1]):]), true
			}
		}
	}
	return "", s, false
}

func (d *Desk) changeDone(ctx context.Context, a *ask, rest string) (integrations.Reply, error) {
	word, _ := cut(rest)
	if word == "" {
		yes := true
		open, err := d.store.List(ctx, store.Query{Workspace: d.Workspace, Kind: change.Kind, Open: &yes, Limit: 2})
		if err != nil {
			return integrations.Reply{}, err
		}
		if len(open) != 1 {
			return integrations.Reply{}, stream.Refuse("Say which: “change done CH-23”. “changes” lists them.")
		}
		word = "CH-" + open[0].Stream.Name
	}
	if !changeID.MatchString(word) {
		return integrations.Reply{}, stream.Refuse("“%s” is not a change. Changes are called CH-23.", word)
	}
	id := d.id(change.Kind, word[3:])
	if _, err := d.bot.Do(ctx, bot.Command{Stream: id, Meta: a.meta(), Value: change.End{}}); err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s is over.", strings.ToUpper(word)), nil
}

func (d *Desk) changeState(ctx context.Context, number string) (change.State, error) {
	state, _, err := d.bot.State(ctx, d.id(change.Kind, number[3:]))
	if err != nil {
		return change.State{}, err
	}
	s, _ := state.(change.State)
	if s.Seq == 0 {
		return s, stream.Refuse("There is no change %s. “changes” lists them.", strings.ToUpper(number))
	}
	return s, nil
}

func (d *Desk) changes(ctx context.Context, a *ask) (integrations.Reply, error) {
	span := 24 * time.Hour
	if a.rest != "" {
		t, err := duration(a.rest)
		if err != nil {
			return integrations.Reply{}, stream.Refuse("“%s” is not a time span. Write it as 24h or 3d.", a.rest)
		}
		span = t
	}
	found, err := d.store.List(ctx, store.Query{Workspace: d.Workspace, Kind: change.Kind, From: a.At.Add(-span), Limit: 20})
	if err != nil {
		return integrations.Reply{}, err
	}
	var lines []string
	for _, s := range found {
		var c change.Card
		if json.Unmarshal(s.Data, &c) != nil {
			continue
		}
		line := fmt.Sprintf("%s %s – %s", c.Number, c.Started.In(d.Zone).Format("2 Jan 15:04"), c.Facts.What)
		for _, f := range []string{c.Facts.Service, c.Facts.Risk, c.Facts.Author.String()} {
			if f != "" {
				line += ", " + f
			}
		}
		if c.Ended.IsZero() {
			line += ", still running"
		}
		lines = append(lines, line)
	}
	return d.say("changes", map[string]any{"lines": lines}), nil
}
