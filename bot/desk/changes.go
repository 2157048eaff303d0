package desk

import (
	"context"
	"strings"
	"time"

	"drumbeat/bot"
	"drumbeat/bot/desk/lists"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

func (d *Desk) change(ctx context.Context, a *ask) (integrations.Reply, error) {
	verb, rest := phrase.Cut(a.rest)
	switch strings.ToLower(verb) {
	case "start", "log":
		return d.changeBegins(ctx, a, rest, strings.EqualFold(verb, "log"))
	case "done", "end":
		return d.changeDone(ctx, a, rest)
	}
	return integrations.Reply{}, stream.Refuse("“change start <what>”, “change done CH-23” or “change log <what>”.")
}

func (d *Desk) changeBegins(ctx context.Context, a *ask, text string, log bool) (integrations.Reply, error) {
	facts, doubt := d.ChangeOf(a.person, text)
	res, err := d.Bot.Do(ctx, bot.Command{Stream: d.ID(change.Kind, bot.Next), Meta: a.meta(), Value: change.Start{Facts: facts, Log: log}})
	if err != nil {
		return integrations.Reply{}, err
	}
	number, how := "CH-"+res.Stream.Name, ""
	for _, f := range []string{facts.Service, riskOf(facts.Risk)} {
		if f != "" {
			how += ", " + f
		}
	}
	if facts.Reviewer.Handle != "" {
		how += ", reviewed by " + facts.Reviewer.String()
	}
	if log {
		return d.text("%s is recorded: “%s”%s. %s", number, phrase.Shorten(facts.What, 100), how, doubt), nil
	}
	return d.text("%s has begun: “%s”%s. `%s change done %s` when it is over. %s", number, phrase.Shorten(facts.What, 100), how, d.Settings.Command, number, doubt), nil
}

func riskOf(risk string) string {
	if risk == "" {
		return ""
	}
	return risk + " risk"
}

func (d *Desk) changeDone(ctx context.Context, a *ask, rest string) (integrations.Reply, error) {
	word, _ := phrase.Cut(rest)
	if word == "" {
		yes := true
		open, err := d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: change.Kind, Open: &yes, Limit: 2})
		if err != nil {
			return integrations.Reply{}, err
		}
		if len(open) != 1 {
			return integrations.Reply{}, stream.Refuse("Say which: “change done CH-23”. “changes” lists them.")
		}
		word = open[0].Stream.Name
	}
	number, ok := phrase.Change(word)
	if !ok {
		return integrations.Reply{}, stream.Refuse("“%s” is not a change. Changes are called CH-23.", phrase.Shorten(word, 40))
	}
	if _, err := d.changeState(ctx, number); err != nil {
		return integrations.Reply{}, err
	}
	if _, err := d.Bot.Do(ctx, bot.Command{Stream: d.ID(change.Kind, number), Meta: a.meta(), Value: change.End{}}); err != nil {
		return integrations.Reply{}, err
	}
	return d.text("CH-%s is over.", number), nil
}

func (d *Desk) changeState(ctx context.Context, number string) (change.State, error) {
	state, _, err := d.Bot.State(ctx, d.ID(change.Kind, number))
	if err != nil {
		return change.State{}, err
	}
	s, _ := state.(change.State)
	if s.Seq == 0 {
		return s, stream.Refuse("There is no change CH-%s. “changes” lists them.", number)
	}
	return s, nil
}

// changes lists what was changed within a time, a day unless told otherwise.
func (d *Desk) changes(ctx context.Context, a *ask) (integrations.Reply, error) {
	span, ok := 24*time.Hour, true
	if a.rest != "" {
		span, ok = phrase.Duration(a.rest)
	}
	if !ok {
		return integrations.Reply{}, stream.Refuse("“%s” is not a time span. Write it as 24h or 3d.", phrase.Shorten(a.rest, 40))
	}
	found, err := d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: change.Kind, From: a.At.Add(-span), Limit: listed + 1})
	if err != nil {
		return integrations.Reply{}, err
	}
	lines := lists.Changes(found[:min(len(found), listed)], d.Zone)
	if len(found) > listed {
		lines = append(lines, "… and older ones: ask for a shorter time")
	}
	return d.say("changes", map[string]any{"lines": lines}), nil
}
