package recurring

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/score"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

// most is how many incidents, and how many alerts, are looked at.
const most = 200

// past is an incident as it was.
type past struct {
	score.Score
	card  incident.Card
	alert string // that raised it, if one did
	pages []time.Time
}

// incidents are those that were declared in a time, but for drills and what is
// private; the newest first. Of more than the most, the older ones are left out.
func (d *Desk) incidents(ctx context.Context, from, to time.Time) ([]past, error) {
	found, err := d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: incident.Kind, From: from, To: to, Limit: most})
	if err != nil {
		return nil, err
	}
	var out []past
	for _, s := range found {
		c, ok := shown(s)
		if !ok {
			continue
		}
		log, err := d.Store.Load(ctx, s.Stream, 0)
		if err != nil {
			return nil, err
		}
		p, err := read(log, c, to)
		if err != nil {
			d.Log.Error("an incident is missing in what recurs", "incident", c.Number, "error", err)
			continue
		}
		if !p.Private { // since the list was made
			out = append(out, p)
		}
	}
	return out, nil
}

// shown is the card of an incident that anybody may know of.
func shown(s stream.Summary) (c incident.Card, ok bool) {
	err := json.Unmarshal(s.Data, &c)
	return c, err == nil && !c.Private && !c.Drill
}

// read measures a log, and finds in it what the score does not tell.
func read(log []stream.Record, c incident.Card, now time.Time) (past, error) {
	p := past{card: c}
	var err error
	if p.Score, err = score.Of(log, now); err != nil {
		return p, err
	}
	for _, r := range log {
		e, err := incident.DecodeEvent(r)
		if err != nil {
			return p, err
		}
		switch e := e.(type) {
		case incident.Declared:
			if name, ok := strings.CutPrefix(e.Sign.Source, alert.Source("")); ok {
				p.alert = name
			}
		case incident.Paged:
			p.pages = append(p.pages, slices.Repeat([]time.Time{r.At}, len(e.People))...)
		}
	}
	return p, nil
}

// tally is what an alert did in a time.
type tally struct {
	name    string
	card    alert.Card
	pages   int // of people, by the incidents that it raised
	raised  int // incidents
	taken   int // of them that somebody acknowledged
	falsely int // of them that were a false alarm
	fired   int
	through int // times that it reached an incident although it was muted
}

// alerts are those that fired in a time, the one that paged most first.
func (d *Desk) alerts(ctx context.Context, incidents []past, from, to time.Time) ([]tally, error) {
	yes := true
	var found []stream.Summary
	for _, q := range []store.Query{{From: from}, {Open: &yes, To: from}} {
		q.Workspace, q.Kind, q.Limit = d.Workspace, alert.Kind, most
		some, err := d.Store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	var out []tally
	for _, s := range found {
		t, err := d.tally(ctx, s, from, to)
		if err != nil {
			return nil, err
		}
		for _, p := range incidents {
			if p.alert == t.name {
				t.count(p)
			}
		}
		if t.fired > 0 || t.raised > 0 {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b tally) int {
		return cmp.Or(b.pages-a.pages, b.falsely-a.falsely, b.fired-a.fired, strings.Compare(a.name, b.name))
	})
	return out, nil
}

func (t *tally) count(p past) {
	t.raised++
	t.pages += len(p.pages)
	if p.FirstAck != nil {
		t.taken++
	}
	if p.Phase == incident.Cancelled {
		t.falsely++
	}
}

// newest is how many records of an alert are read: one that never ends has more.
const newest = 2000

func (d *Desk) tally(ctx context.Context, s stream.Summary, from, to time.Time) (tally, error) {
	t := tally{name: s.Stream.Name}
	if json.Unmarshal(s.Data, &t.card) != nil || t.card.Rule == "" {
		t.card.Rule = s.Stream.Name
	}
	log, err := d.Store.Load(ctx, s.Stream, max(0, s.Seq-newest))
	if err != nil {
		return t, err
	}
	h := alert.During(log, from, to)
	t.fired, t.through = h.Fired, h.Through
	return t, nil
}
