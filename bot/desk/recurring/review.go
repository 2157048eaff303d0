package recurring

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/bot/desk/lists"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
	named "drumbeat/playbooks/facts"
	"drumbeat/store"
)

// paged tells what an alert's pages were good for: "14 pages for 12 incidents, 9
// false alarms, 2 taken by nobody".
func (t tally) paged() string {
	if t.raised == 0 {
		return ""
	}
	out := count(t.raised, "incident") + " without a page"
	if t.pages > 0 {
		out = count(t.pages, "page") + " for " + count(t.raised, "incident")
	}
	if t.falsely > 0 {
		out += ", " + count(t.falsely, "false alarm")
	}
	if left := t.raised - t.taken; left > 0 && t.pages > 0 {
		out += fmt.Sprintf(", %d taken by nobody", left)
	}
	return out
}

// How many alerts a review of noise shows, and offers to mute.
const mostAlerts, mostMutes = 10, 3

// noise is what the alerts did in a time.
func (d *Desk) noise(ctx context.Context, from, to time.Time) (*stream.Message, error) {
	all, err := d.incidents(ctx, from, to)
	if err != nil {
		return nil, err
	}
	alerts, err := d.alerts(ctx, all, from, to)
	if err != nil {
		return nil, err
	}
	var lines []string
	var buttons []stream.Button
	for _, a := range alerts[:min(len(alerts), mostAlerts)] {
		about := []string{a.card.Service, "fired " + times(a.fired), a.paged()}
		if a.through > 0 {
			about = append(about, "came through its mute "+times(a.through))
		}
		muted := a.card.Mute.Owner != "" && to.Before(a.card.Mute.Until)
		if muted {
			about = append(about, "muted until "+d.day(a.card.Mute.Until))
		}
		lines = append(lines, phrase.Shorten(a.card.Rule, 60)+" – "+strings.Join(given(about), ", "))
		if !muted && a.pages > 0 && len(buttons) < mostMutes && !strings.ContainsAny(a.card.Rule, `"“”`) {
			buttons = append(buttons, stream.Button{Text: "Mute " + phrase.Shorten(a.card.Rule, 40) + " for a day",
				Command: fmt.Sprintf(`mute "%s" 24h because the review of noise found it not needed`, a.card.Rule)})
		}
	}
	if more := len(alerts) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more", more))
	}
	m := d.say("noise review", map[string]any{"since": d.day(from), "lines": lines})
	m.Buttons = append(m.Buttons, buttons...)
	return m, nil
}

func given(parts []string) []string {
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}

// onCall are those who are called first.
func (d *Desk) onCall() []string {
	if len(d.Directory.OnCall) == 0 {
		return nil
	}
	var out []string
	for _, p := range d.Directory.OnCall[0].People {
		out = append(out, p.String())
	}
	return out
}

// handover says who is on call from now on, and what he takes over.
func (d *Desk) handover(ctx context.Context, before []string, now time.Time) (*stream.Message, error) {
	takes := d.onCall()
	facts := map[string]any{"takes": strings.Join(takes, ", ")}
	if gone := slices.DeleteFunc(slices.Clone(before), func(p string) bool { return slices.Contains(takes, p) }); len(takes) > 0 {
		facts["hands"] = strings.Join(gone, ", ")
	}
	var rungs []string
	for _, r := range d.Directory.OnCall {
		rungs = append(rungs, named.Names(r.People))
	}
	if len(rungs) > 1 {
		facts["rungs"] = strings.Join(rungs, ", then ")
	}
	var err error
	if facts["lines"], err = d.open(ctx, now); err != nil {
		return nil, err
	}
	if facts["muted"], err = d.muted(ctx, now); err != nil {
		return nil, err
	}
	if facts["changes"], err = d.changes(ctx, now); err != nil {
		return nil, err
	}
	return d.say("handover", facts), nil
}

// first keeps the first lines and says how many there are more.
func first(lines []string) []string {
	const most = 8
	if more := len(lines) - most; more > 0 {
		return append(lines[:most:most], fmt.Sprintf("… and %d more", more))
	}
	return lines
}

// open is a line for each incident that goes on.
func (d *Desk) open(ctx context.Context, now time.Time) ([]string, error) {
	found, err := d.Unfinished(ctx)
	var out []string
	for _, s := range found {
		c, ok := shown(s)
		if !ok {
			continue
		}
		line := fmt.Sprintf("%s %s %s, since %s – %s", c.Number, c.Severity, c.Phase, d.when(c.Since, now), phrase.Shorten(c.Title, 80))
		if c.Commander != "" {
			line += "; " + c.Commander + " leads"
		}
		if !c.NextWords.IsZero() {
			line += "; words to customers due " + d.when(c.NextWords, now)
		}
		out = append(out, line)
	}
	return first(out), err
}

// when is a time as it is understood now.
func (d *Desk) when(t, now time.Time) string {
	if t.In(d.Zone).Format(time.DateOnly) == now.In(d.Zone).Format(time.DateOnly) {
		return t.In(d.Zone).Format("15:04")
	}
	return d.day(t)
}

// muted is a line for each alert that pages nobody.
func (d *Desk) muted(ctx context.Context, now time.Time) ([]string, error) {
	found, err := d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: alert.Kind, Tag: "muted:yes", Limit: most})
	var out []string
	for _, s := range found {
		var c alert.Card
		if json.Unmarshal(s.Data, &c) != nil || !now.Before(c.Mute.Until) {
			continue
		}
		until := d.when(c.Mute.Until, now)
		if c.Mute.Change != "" {
			until = c.Mute.Change + " ends"
		}
		out = append(out, fmt.Sprintf("%s until %s (%s: %s)", c.Rule, until, c.Mute.Owner, phrase.Shorten(c.Mute.Reason, 80)))
	}
	return first(out), err
}

// changes is a line for each that runs, or ended so lately that it is watched.
func (d *Desk) changes(ctx context.Context, now time.Time) ([]string, error) {
	found, err := d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: change.Kind, From: now.Add(-3 * 24 * time.Hour), Limit: most})
	found = slices.DeleteFunc(found, func(s stream.Summary) bool {
		var c change.Card
		return json.Unmarshal(s.Data, &c) != nil || !c.Ended.IsZero() && now.Sub(c.Ended) >= lists.Watch
	})
	return first(lists.Changes(found, d.Zone)), err
}
