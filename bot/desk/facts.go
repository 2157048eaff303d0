package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

// Prepare looks up the facts that a command carries: bot.Config.Prepare.
func (d *Desk) Prepare(ctx context.Context, c *bot.Command) error {
	switch v := c.Value.(type) {
	case incident.Declare:
		if err := d.prepareDeclare(ctx, &v, c.Meta); err != nil {
			return err
		}
		c.Value = v
	case incident.Approve:
		targets, hold, err := d.targets(ctx)
		if err != nil {
			return err
		}
		v.Targets, v.Hold = targets, hold
		c.Value = v
	case incident.Speak:
		targets, hold, err := d.targets(ctx)
		if err != nil {
			return err
		}
		v.Targets, v.Hold = targets, hold
		c.Value = v
	case alert.Receive:
		open, err := d.openFor(ctx, c.Stream, v, c.Meta.At)
		if err != nil {
			return err
		}
		v.Open = open
		c.Value = v
	case control.SetMode:
		known, err := d.modes(ctx)
		if err != nil {
			return err
		}
		v.Known = known
		c.Value = v
	case control.ReleaseAll:
		open, err := d.open(ctx)
		if err != nil {
			return err
		}
		for _, s := range open {
			v.Open = append(v.Open, s.Stream)
		}
		c.Value = v
	}
	return nil
}

// playbookFor is the name of the playbook that applies: so far there is one.
const playbookFor = "default"

func (d *Desk) prepareDeclare(ctx context.Context, v *incident.Declare, m stream.Meta) error {
	book, ok := d.books[playbookFor]
	if !ok {
		return stream.Refuse("No playbook is loaded. The operator knows what to do.")
	}
	pin, policy, err := book.Pin(d.Settings)
	if err != nil {
		return err
	}
	policy.Approval.By = d.Approvers
	policy.Unattended.Targets = d.Unattended
	v.Playbook, v.Policy = pin, policy
	if !m.By.Machine() {
		v.By = d.directory.identify(m.By)
	}
	v.OnCall = d.directory.oncall
	if v.Service == "" {
		v.Service = d.serviceIn(v.Title)
	}
	v.Components = d.components(v.Service, v.Title)
	since := v.Since
	if since.IsZero() {
		since = m.At
	}
	v.Suspects, err = d.suspects(ctx, v.Service, since)
	return err
}

// serviceIn finds a configured service that a title names.
func (d *Desk) serviceIn(title string) string {
	title = " " + strings.ToLower(title) + " "
	var found []string
	for name := range d.Services {
		if strings.Contains(title, " "+strings.ToLower(name)+" ") {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	if len(found) == 0 {
		return ""
	}
	return found[0]
}

// components are those of the service, or those that the title names.
func (d *Desk) components(service, title string) []incident.Component {
	var out []incident.Component
	title = strings.ToLower(title)
	for _, c := range d.Components {
		if service != "" && d.Services[service].Component == c.Name || strings.Contains(title, strings.ToLower(c.Name)) {
			c.State = "partial"
			out = append(out, c)
		}
	}
	return out
}

// window is how far back changes are looked at when something breaks.
const window = 36 * time.Hour

// suspects are the changes to look at first: of the same service, risky, and
// close before, in this order.
func (d *Desk) suspects(ctx context.Context, service string, since time.Time) ([]incident.Change, error) {
	found, err := d.store.List(ctx, store.Query{Workspace: d.Workspace, Kind: change.Kind, From: since.Add(-window), To: since.Add(time.Hour), Limit: 50})
	if err != nil {
		return nil, err
	}
	type scored struct {
		incident.Change
		score int
	}
	var list []scored
	for _, s := range found {
		var c change.Card
		if json.Unmarshal(s.Data, &c) != nil {
			continue
		}
		list = append(list, scored{suspect(c, since), weigh(c, service, since)})
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		if a.score != b.score {
			return b.score - a.score
		}
		return b.Started.Compare(a.Started)
	})
	var out []incident.Change
	for _, s := range list[:min(len(list), 5)] {
		out = append(out, s.Change)
	}
	return out, nil
}

func weigh(c change.Card, service string, since time.Time) int {
	score := 0
	if service != "" && c.Facts.Service == service {
		score += 4
	}
	switch c.Facts.Risk {
	case "high":
		score += 3
	case "medium":
		score++
	}
	if c.Facts.Unrecorded || c.Exit != 0 {
		score++
	}
	if c.Ended.IsZero() || since.Sub(c.Ended) < 12*time.Hour {
		score += 2
	}
	return score
}

func suspect(c change.Card, since time.Time) incident.Change {
	why := "still running"
	if !c.Ended.IsZero() {
		why = "ended " + stream.Duration(since.Sub(c.Ended)).Words() + " before"
		if c.Ended.After(since) {
			why = "ended just now"
		}
	}
	return incident.Change{ID: c.Number, What: c.Facts.What, Service: c.Facts.Service, Risk: c.Facts.Risk,
		Started: c.Started, Ended: c.Ended, Author: c.Facts.Author, Reviewer: c.Facts.Reviewer, Why: why, Unrecorded: c.Facts.Unrecorded}
}

// modes are the public far ends and the modes that they are in.
func (d *Desk) modes(ctx context.Context) (map[string]string, error) {
	sw, err := d.switches(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for name, mode := range d.FarEnds {
		if mode == "" {
			mode = control.Shadow
		}
		if set, ok := sw.Modes[name]; ok {
			mode = set
		}
		out[name] = mode
	}
	return out, nil
}

// targets are the far ends that words published now go to, by name; hold says
// that all public words wait.
func (d *Desk) targets(ctx context.Context) (out []incident.Target, hold bool, err error) {
	modes, err := d.modes(ctx)
	if err != nil {
		return nil, false, err
	}
	for name, mode := range modes {
		if mode != control.Off {
			out = append(out, incident.Target{Name: name, Mode: mode})
		}
	}
	slices.SortFunc(out, func(a, b incident.Target) int { return strings.Compare(a.Name, b.Name) })
	sw, err := d.switches(ctx)
	return out, sw.Held || d.Hold, err
}

// Gate is asked by the courier just before customers' words leave: a reason
// withholds them.
func (d *Desk) Gate(ctx context.Context, del stream.Delivery) string {
	if d.Hold {
		return "DRUMBEAT_HOLD is set"
	}
	sw, err := d.switches(ctx)
	if err != nil {
		return "the switches cannot be read: " + err.Error()
	}
	if sw.Held {
		return "all public words are on hold by " + sw.HeldBy
	}
	modes, err := d.modes(ctx)
	if err != nil {
		return "the modes cannot be read: " + err.Error()
	}
	if mode := modes[del.To]; mode != control.Live {
		return del.To + " is in mode " + mode
	}
	if del.Stream.Kind == incident.Kind {
		if s, err := d.incident(ctx, del.Stream); err != nil || s.Held {
			return "this incident's words are on hold"
		}
	}
	return ""
}

// storm is how close together alerts belong to one incident.
const storm = 10 * time.Minute

// openFor is the open incident that an alert belongs to: the one it raised, one
// of its service that is open, or one that alerts raised just now.
func (d *Desk) openFor(ctx context.Context, id stream.ID, v alert.Receive, at time.Time) (stream.ID, error) {
	state, _, err := d.bot.State(ctx, id)
	if err != nil {
		return stream.ID{}, err
	}
	none := stream.ID{}
	if s, ok := state.(alert.State); ok && s.Incident != none {
		if i, err := d.incident(ctx, s.Incident); err == nil && !i.Phase.Over() {
			return s.Incident, nil
		}
	}
	open, err := d.open(ctx)
	if err != nil {
		return none, err
	}
	for _, s := range open {
		c := card(s)
		byAlert := slices.ContainsFunc(s.Tags, func(t string) bool { return strings.HasPrefix(t, "sign:alert:") })
		if v.Service != "" && c.Service == v.Service || byAlert && at.Sub(s.At) < storm && (c.Service == "" || v.Service == "") {
			return s.Stream, nil
		}
	}
	return none, nil
}

// Mode is the mode that a public far end is in; "off" for one that is not
// configured.
func (d *Desk) Mode(ctx context.Context, farEnd string) (string, error) {
	modes, err := d.modes(ctx)
	if err != nil {
		return "", err
	}
	if mode, ok := modes[farEnd]; ok {
		return mode, nil
	}
	return control.Off, nil
}

// Public gives all incidents that customers may read of, the newest first, and
// the revision that they stand for: what the status page shows.
func (d *Desk) Public(ctx context.Context) ([]incident.PublicIncident, int64, error) {
	var out []incident.PublicIncident
	var rev int64
	q := store.Query{Workspace: d.Workspace, Kind: incident.Kind, Tag: "public:yes", Limit: 200}
	for {
		found, err := d.store.List(ctx, q)
		if err != nil {
			return nil, 0, err
		}
		for _, s := range found {
			if c := card(s); c.Public != nil {
				out = append(out, *c.Public)
			}
			rev = max(rev, s.Rev)
		}
		if len(found) < q.Limit {
			return out, rev, nil
		}
		q.After = store.Cursor(found[len(found)-1])
	}
}
