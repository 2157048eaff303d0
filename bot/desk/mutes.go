package desk

import (
	"context"
	"strings"

	"drumbeat/bot"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident/alert"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// maxRule is more than any alert's name.
const maxRule = 200

// mute reads "<alert> 2h CH-19 because <why>"; time and change in any order.
func (d *Desk) mute(ctx context.Context, a *ask) (integrations.Reply, error) {
	rule, rest := phrase.Name(a.rest)
	if rule == "" || len(rule) > maxRule {
		return integrations.Reply{}, stream.Refuse("Say which alert, for how long, and why: “mute DiskSlow 2h because the backfill is noisy”.")
	}
	head, why := phrase.Because(rest)
	c := alert.Silence{Reason: why}
	for _, w := range strings.Fields(head) {
		if t, ok := phrase.Duration(w); ok {
			c.For = stream.Duration(t)
			continue
		}
		if n, ok := phrase.Change(w); ok && len(w) > len(n) {
			c.Change = "CH-" + n
			continue
		}
		return integrations.Reply{}, stream.Refuse("“%s” is neither a time (2h, 3d) nor a change (CH-19). The reason comes after “because”.", phrase.Shorten(w, 40))
	}
	switch {
	case c.Reason == "":
		return integrations.Reply{}, stream.Refuse("Say why: “mute %s 2h because the backfill is noisy”.", rule)
	case c.For == 0 && c.Change == "":
		return integrations.Reply{}, stream.Refuse("Say for how long (at most 30 days), or until which change ends: “mute %s 2h because …”, “mute %s CH-19 because …”.", rule, rule)
	}
	if c.Change != "" {
		s, err := d.changeState(ctx, strings.TrimPrefix(c.Change, "CH-"))
		if err != nil {
			return integrations.Reply{}, err
		}
		if !s.Ended.IsZero() {
			return integrations.Reply{}, stream.Refuse("%s ended at %s, so a mute that hangs on it would end at once. Say for how long: “mute %s 2h because …”.", c.Change, d.when(s.Ended, a.At), rule)
		}
	}
	res, err := d.Bot.Do(ctx, bot.Command{Stream: d.ID(alert.Kind, alert.Name(rule)), Meta: a.meta(), Value: c})
	if err != nil {
		return integrations.Reply{}, err
	}
	s, ok := res.State.(alert.State)
	if !ok || s.Mute.Owner == "" {
		return d.text("%s was muted before.", rule), nil
	}
	until := d.when(s.Mute.Until, a.At)
	if s.Mute.Change != "" {
		until = s.Mute.Change + " ends, " + until + " at the latest"
	}
	seen := ""
	if s.Rule == "" {
		seen = "I have never seen this alert: look whether its name is right."
	}
	return d.text("%s pages nobody until %s. It pages all the same when it gets wider than it is now. %s", rule, until, seen), nil
}

func (d *Desk) unmute(ctx context.Context, a *ask) (integrations.Reply, error) {
	rule, rest := phrase.Name(a.rest)
	if rule == "" || rest != "" || len(rule) > maxRule {
		return integrations.Reply{}, stream.Refuse("Say which alert: “unmute DiskSlow”.")
	}
	if _, err := d.Bot.Do(ctx, bot.Command{Stream: d.ID(alert.Kind, alert.Name(rule)), Meta: a.meta(), Value: alert.Unmute{}}); err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s pages again.", rule), nil
}
