package facts

import (
	"context"
	"slices"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// drawn gives the targets of words that wait, and with those in shadow what they
// would show. Words go also where that does not work.
func (d *Facts) drawn(ctx context.Context, c *bot.Command, n int, targets []incident.Target) []incident.Target {
	shadow := func(t incident.Target) bool { return t.Mode == control.Shadow }
	if !slices.ContainsFunc(targets, shadow) {
		return targets
	}
	s, _, err := d.Incident(ctx, c.Stream)
	u := s.Updates.Waiting(n)
	if err != nil || u == nil {
		return targets
	}
	return d.Draw(s, *u, c.Meta, targets, shadow)
}

// Draw gives the targets, and with those that are wanted what they would show:
// the playbook is asked for the very deliveries that would leave if they were
// live, and the far end draws them.
func (d *Facts) Draw(s incident.State, u incident.Update, m stream.Meta, targets []incident.Target, want func(incident.Target) bool) []incident.Target {
	p := incident.Published{N: u.N}
	for _, t := range targets {
		if want(t) && d.Previews[t.Name] != nil {
			p.Targets = append(p.Targets, incident.Target{Name: t.Name, Mode: "preview", State: incident.TargetQueued})
		}
	}
	r := stream.Record{Stream: s.ID, Seq: s.Seq + 1, Meta: m, Kind: "published", Data: stream.JSON(p)}
	after, err := incident.Rules{}.Apply(s, r)
	if err != nil || d.Reacts == nil || len(p.Targets) == 0 {
		return targets
	}
	out := slices.Clone(targets)
	for _, del := range d.Reacts(after, r) {
		for i, t := range out {
			if del.Public && del.To == t.Name && want(t) && d.Previews[t.Name] != nil {
				out[i].Drawn = d.draw(del)
			}
		}
	}
	return out
}

// draw gives nil where the far end fails at it: a drawing may fail, the words may
// not.
func (d *Facts) draw(del stream.Delivery) (out *words.Drawn) {
	defer func() {
		if p := recover(); p != nil {
			d.Log.Error("words cannot be drawn", "delivery", del.ID, "problem", p)
			out = nil
		}
	}()
	drawn := d.Previews[del.To](del)
	return &drawn
}
