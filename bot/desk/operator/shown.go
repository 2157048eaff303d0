package operator

import (
	"context"
	"fmt"
	"time"

	"drumbeat/incident"
	"drumbeat/store"
)

// A week in shadow shows a far end's words at the hours and in the moods in which
// they are written; fewer days may not.
const (
	week     = 7 * 24 * time.Hour
	lookBack = 30 * 24 * time.Hour
	mostSeen = 200 // incidents
)

// unproven says what is to be known of a far end that goes live early; "" where a
// week in shadow has shown its words.
func (d *Desk) unproven(ctx context.Context, farEnd string, now time.Time) (string, error) {
	all, err := d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: incident.Kind, From: now.Add(-lookBack), Limit: mostSeen})
	if err != nil {
		return "", err
	}
	count, first := 0, now
	for _, sum := range all {
		s, _, err := d.Incident(ctx, sum.Stream)
		if err != nil {
			return "", err
		}
		for _, u := range s.Updates {
			for _, t := range u.Targets {
				if t.Name == farEnd && t.State == incident.TargetShadowed {
					count++
					if u.PublishedAt.Before(first) {
						first = u.PublishedAt
					}
				}
			}
		}
	}
	switch {
	case count == 0:
		return "Nobody has seen its words in shadow yet.", nil
	case now.Sub(first) >= week:
		return "", nil
	}
	times := fmt.Sprintf("%d times", count)
	if count == 1 {
		times = "once"
	}
	return fmt.Sprintf("It has spoken %s in shadow, first on %s; a week shows more.", times, first.In(d.Zone).Format("Monday 15:04")), nil
}
