package facts

import (
	"context"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/paging"
	"drumbeat/incident/stream"
)

// Drills are the drills that are running, the newest first.
func (d *Facts) Drills(ctx context.Context) ([]incident.Card, error) {
	open, err := d.Unfinished(ctx)
	var out []incident.Card
	for _, s := range open {
		if c := card(s); c.Drill {
			out = append(out, c)
		}
	}
	return out, err
}

// drilled reads in its log what a drill has shown.
func (d *Facts) drilled(ctx context.Context, id stream.ID) (incident.Drilled, error) {
	out := incident.Drilled{Room: -1, Rang: -1, Answered: -1, Drafted: -1, Approved: -1}
	log, err := d.Store.Load(ctx, id, 0)
	if err != nil || len(log) == 0 {
		return out, err
	}
	since := func(n *int, at time.Time) {
		if *n < 0 {
			*n = int(at.Sub(log[0].At).Seconds())
		}
	}
	for _, r := range log {
		event, err := incident.DecodeEvent(r)
		if err != nil {
			return out, err
		}
		switch e := event.(type) {
		case incident.Acknowledged:
			since(&out.Answered, r.At)
		case incident.Proposed:
			if e.Audience == incident.Public {
				since(&out.Drafted, r.At)
			}
		case incident.Approved:
			since(&out.Approved, r.At)
		case incident.Settled:
			_, _, _, page := paging.Of(e.About)
			switch {
			case e.Result != stream.Delivered:
			case page:
				since(&out.Rang, r.At)
			case e.About == incident.AboutRoom:
				since(&out.Room, r.At)
			}
		}
	}
	return out, nil
}
