package facts

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

const (
	window      = 36 * time.Hour   // how far back changes are looked at
	tolerance   = 10 * time.Minute // how wrong the start of an incident may be
	mostSuspect = 5
)

// suspects are the changes to look at first: of the same service or one that it
// depends on, risky, with files that are in no repository, still running or
// ended shortly before. What nothing speaks against is left out.
func (d *Facts) suspects(ctx context.Context, service string, since time.Time) ([]incident.Change, error) {
	yes := true
	recent := store.Query{Workspace: d.Workspace, Kind: change.Kind, From: since.Add(-window), To: since.Add(tolerance), Limit: 200}
	running := store.Query{Workspace: d.Workspace, Kind: change.Kind, Open: &yes, To: since.Add(-window), Limit: 50}
	type scored struct {
		change.Card
		score int
	}
	var list []scored
	for _, q := range []store.Query{recent, running} {
		found, err := d.Store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			var c change.Card
			if json.Unmarshal(s.Data, &c) != nil {
				continue
			}
			if n := d.weigh(c, service, since); n > 0 {
				list = append(list, scored{c, n})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		if a.score != b.score {
			return b.score - a.score
		}
		return b.Started.Compare(a.Started)
	})
	var out []incident.Change
	for _, s := range list[:min(len(list), mostSuspect)] {
		out = append(out, d.suspect(s.Card, service, since))
	}
	return out, nil
}

// weigh counts what speaks against a change.
func (d *Facts) weigh(c change.Card, service string, since time.Time) int {
	score := 0
	switch {
	case service == "" || c.Facts.Service == "":
	case c.Facts.Service == service:
		score += 5
	case slices.Contains(d.Services[service].DependsOn, c.Facts.Service):
		score += 3
	}
	switch c.Facts.Risk {
	case "high":
		score += 3
	case "medium":
		score++
	}
	if c.Facts.Unrecorded {
		score++
	}
	if c.Exit != 0 {
		score++
	}
	switch {
	case c.Ended.IsZero(), since.Sub(c.Ended) < 2*time.Hour:
		score += 3
	case since.Sub(c.Ended) < 12*time.Hour:
		score += 2
	}
	return score
}

// suspect says in Why what the other facts do not.
func (d *Facts) suspect(c change.Card, service string, since time.Time) incident.Change {
	why := []string{"still running"}
	switch {
	case c.Ended.IsZero():
	case c.Ended.After(since):
		why = []string{"ended just after"}
	default:
		why = []string{"ended " + stream.Duration(since.Sub(c.Ended)).Words() + " before"}
	}
	if c.Exit != 0 {
		why = append(why, fmt.Sprintf("failed (exit %d)", c.Exit))
	}
	if service != "" && c.Facts.Service != service && slices.Contains(d.Services[service].DependsOn, c.Facts.Service) {
		why = append(why, service+" depends on "+c.Facts.Service)
	}
	return incident.Change{ID: c.Number, What: c.Facts.What, Service: c.Facts.Service, Risk: c.Facts.Risk, Started: c.Started, Ended: c.Ended,
		Author: c.Facts.Author, Reviewer: c.Facts.Reviewer, Why: strings.Join(why, ", "), Unrecorded: c.Facts.Unrecorded}
}
