package operator

import (
	"context"
	"slices"
	"strings"

	"drumbeat/bot"
	"drumbeat/bot/desk/facts"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	named "drumbeat/playbooks/facts"
)

// DrillTitle is what stands wherever an incident has a title.
const DrillTitle = "a three-minute drill, nothing is wrong"

// Drill begins an exercise: it pages whoever asks, or with "oncall" whoever is
// on call. It wakes people, so it is for the operator and those who are on call.
func (d *Desk) Drill(ctx context.Context, a Ask) (integrations.Reply, error) {
	if err := d.mayDrill(ctx, a); err != nil {
		return integrations.Reply{}, err
	}
	rungs := []incident.Rung{{People: []incident.Person{a.Person}, Wait: facts.DefaultWait}}
	switch word, rest := phrase.Cut(a.Rest); {
	case strings.EqualFold(word, "oncall") && rest == "":
		if rungs = d.Directory.OnCall; len(rungs) == 0 {
			return integrations.Reply{}, stream.Refuse("Nobody is on call in the configuration. “drill” alone pages you.")
		}
	case word != "":
		return integrations.Reply{}, stream.Refuse("“drill” pages you, “drill oncall” whoever is on call. Nothing was begun.")
	}
	running, err := d.Drills(ctx)
	switch {
	case err != nil:
		return integrations.Reply{}, err
	case len(running) > 0:
		return integrations.Reply{}, stream.Refuse("%s is running. It ends by itself within three minutes.", running[0].Number)
	}
	res, err := d.Bot.Do(ctx, bot.Command{Stream: d.ID(incident.Kind, bot.Next), Meta: a.Meta,
		Value: incident.Declare{Title: DrillTitle, Severity: "DRILL", Drill: true, OnCall: rungs}})
	if err != nil {
		return integrations.Reply{}, err
	}
	unreachable := slices.ContainsFunc(rungs[0].People, func(p incident.Person) bool { return len(p.Ways) == 0 })
	return d.say("drill begins", map[string]any{"number": "DRILL-" + res.Stream.Name, "paged": named.Names(rungs[0].People), "unreachable": unreachable}), nil
}

func (d *Desk) mayDrill(ctx context.Context, a Ask) error {
	who, err := d.OperatorNow(ctx)
	onCall := slices.ContainsFunc(d.Directory.OnCall, func(r incident.Rung) bool {
		return slices.ContainsFunc(r.People, func(p incident.Person) bool { return p.Handle == a.Person.Handle })
	})
	switch {
	case err != nil:
		return err
	case onCall || who.Handle != "" && strings.EqualFold(who.Handle, a.Person.Handle):
		return nil
	case who.Handle == "":
		return stream.Refuse("A drill wakes people: it is for those on call and for the operator, and there is none yet: type “setup” with the code from my log.")
	}
	return stream.Refuse("A drill wakes people: it is for those on call and for the operator (%s).", who)
}
