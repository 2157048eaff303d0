package facts

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

// released is how long ago an incident may have been declared whose words may
// still wait though it is over (those that take it back).
const released = 14 * 24 * time.Hour

// Switches are the workspace's modes and holds.
func (d *Facts) Switches(ctx context.Context) (control.State, error) {
	state, _, err := d.Bot.State(ctx, d.ID(control.Kind, control.Name))
	if err != nil {
		return control.State{}, err
	}
	s, _ := state.(control.State)
	return s, nil
}

// mayHold are the incidents whose words may wait.
func (d *Facts) mayHold(ctx context.Context, now time.Time) ([]stream.ID, error) {
	open, err := d.Unfinished(ctx)
	if err != nil {
		return nil, err
	}
	recent, err := d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: incident.Kind, From: now.Add(-released), Limit: most})
	if err != nil {
		return nil, err
	}
	var out []stream.ID
	seen := map[stream.ID]bool{}
	for _, s := range append(open, recent...) {
		if !seen[s.Stream] {
			seen[s.Stream] = true
			out = append(out, s.Stream)
		}
	}
	return out[:min(len(out), store.MaxDeliveries)], nil
}

// Modes are the public far ends and the modes that they are in.
func (d *Facts) Modes(ctx context.Context) (map[string]string, error) {
	sw, err := d.Switches(ctx)
	if err != nil {
		return nil, err
	}
	return d.ModesOf(sw), nil
}

// ModesOf are the modes by those switches: what a command set holds, else the configuration; a new far end is
// in shadow.
func (d *Facts) ModesOf(sw control.State) map[string]string {
	out := map[string]string{}
	for name, mode := range d.FarEnds {
		out[name] = cmp.Or(sw.Modes[name], mode, control.Shadow)
	}
	return out
}

// Targets are the far ends that words published now go to, by name; hold says
// that all public words wait.
func (d *Facts) Targets(ctx context.Context) (out []incident.Target, hold bool, err error) {
	sw, err := d.Switches(ctx)
	if err != nil {
		return nil, false, err
	}
	for name, mode := range d.ModesOf(sw) {
		if mode != control.Off {
			out = append(out, incident.Target{Name: name, Mode: mode})
		}
	}
	slices.SortFunc(out, func(a, b incident.Target) int { return strings.Compare(a.Name, b.Name) })
	return out, sw.Held || d.Hold, nil
}

// unread is the reason to withhold words when nobody can tell whether they may
// go.
const unread = "the store did not answer whether they may go; “release” sends them"

// Gate is asked by the courier just before customers' words leave: a reason
// withholds them.
func (d *Facts) Gate(ctx context.Context, del stream.Delivery) string {
	if d.Hold {
		return "DRUMBEAT_HOLD is set"
	}
	sw, err := d.Switches(ctx)
	if err != nil {
		d.Log.Error("the switches cannot be read", "delivery", del.ID, "error", err)
		return unread
	}
	if sw.Held {
		return "all public words are on hold by " + sw.HeldBy
	}
	mode, ok := d.ModesOf(sw)[del.To]
	if !ok {
		mode = control.Off
	}
	if mode != control.Live {
		return del.To + " is in mode " + mode
	}
	if del.Stream.Kind != incident.Kind {
		return ""
	}
	s, _, err := d.Incident(ctx, del.Stream)
	if err != nil {
		d.Log.Error("the incident cannot be read", "delivery", del.ID, "error", err)
		return unread
	}
	if s.Drill {
		return "this is a drill"
	}
	if s.Held {
		return "this incident's words are on hold"
	}
	reason, err := d.tooMany(ctx, s, del)
	if err != nil {
		d.Log.Error("the words of the last hour cannot be counted", "delivery", del.ID, "error", err)
		return unread
	}
	return reason
}

// Mode is the mode that a public far end is in; "off" for one that is not
// configured.
func (d *Facts) Mode(ctx context.Context, farEnd string) (string, error) {
	modes, err := d.Modes(ctx)
	if err != nil {
		return "", err
	}
	if mode, ok := modes[farEnd]; ok {
		return mode, nil
	}
	return control.Off, nil
}
