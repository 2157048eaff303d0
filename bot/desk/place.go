package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

// find gives the incident that a line is about: the one that it names, the one
// whose channel or thread it was said in, the one that pages the person, or the
// only one that is open.
func (d *Desk) find(ctx context.Context, a *ask) (stream.ID, error) {
	if a.number != "" {
		return d.id(incident.Kind, a.number), nil
	}
	if id, err := d.at(ctx, a); err != nil || id.Name != "" {
		return id, err
	}
	open, err := d.open(ctx)
	if err != nil {
		return stream.ID{}, err
	}
	switch len(open) {
	case 0:
		return stream.ID{}, stream.Refuse("Nothing is open. “%s declare sev1 what is wrong” begins.", d.Settings.Command)
	case 1:
		return open[0].Stream, nil
	}
	var names []string
	for _, s := range open[:min(len(open), 5)] {
		c := card(s)
		names = append(names, fmt.Sprintf("%s (%s)", c.Number, shown(c, a)))
	}
	return stream.ID{}, stream.Refuse("Which incident? Add its number, as in “%s #%s”. Open: %s.",
		strings.TrimSpace(a.spec.name+" "+a.rest), open[0].Stream.Name, strings.Join(names, ", "))
}

// at is the incident that the place belongs to.
func (d *Desk) at(ctx context.Context, a *ask) (stream.ID, error) {
	var tags []string
	if a.Thread != "" {
		tags = append(tags, "thread:"+a.Channel+"/"+a.Thread)
	}
	if a.Channel != "" {
		tags = append(tags, "channel:"+a.Channel)
	}
	for _, tag := range tags {
		found, err := d.store.List(ctx, store.Query{Workspace: d.Workspace, Kind: incident.Kind, Tag: tag, Limit: 1})
		if err != nil {
			return stream.ID{}, err
		}
		if len(found) > 0 {
			return found[0].Stream, nil
		}
	}
	return stream.ID{}, nil
}

// open lists the open incidents, the newest first.
func (d *Desk) open(ctx context.Context) ([]stream.Summary, error) {
	yes := true
	return d.store.List(ctx, store.Query{Workspace: d.Workspace, Kind: incident.Kind, Open: &yes})
}

func card(s stream.Summary) incident.Card {
	var c incident.Card
	if json.Unmarshal(s.Data, &c) != nil {
		c.Number = "INC-" + s.Stream.Name
	}
	return c
}

// shown is an incident's title for somebody who may not be meant to know it.
func shown(c incident.Card, a *ask) string {
	if !c.Private || member(c, a) {
		return c.Title
	}
	return "private"
}

func member(c incident.Card, a *ask) bool {
	for _, m := range c.Members {
		if m == a.By.ID {
			return true
		}
	}
	return false
}
