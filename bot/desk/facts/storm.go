package facts

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/stream"
)

// storm is how close together alerts belong to one incident.
const storm = 10 * time.Minute

// openFor is the open incident that an alert belongs to: the one it raised, or
// another that it joins. seen is the alert's incident at this moment.
func (d *Facts) openFor(ctx context.Context, id stream.ID, v alert.Receive, at time.Time) (open, seen stream.ID, err error) {
	state, _, err := d.Bot.State(ctx, id)
	if err != nil {
		return open, seen, err
	}
	if s, ok := state.(alert.State); ok && s.Incident != (stream.ID{}) {
		seen = s.Incident
		if i, ok, err := d.Incident(ctx, seen); err != nil || ok && !i.Phase.Ended() {
			return seen, seen, err
		}
	}
	all, err := d.Unfinished(ctx)
	return d.joins(all, v.Service, v.Severity, at), seen, err
}

// joins finds the open incident that an alert of that service is one more sign
// of: an incident of the service, or one that alerts raised within the last
// minutes. One that weighs less than the alert, is private or is resolved takes
// none: nobody would be woken.
func (d *Facts) joins(open []stream.Summary, service, severity string, at time.Time) stream.ID {
	for _, s := range open {
		c := card(s)
		if c.Private || c.Drill || c.Phase.Ended() || d.rank(c.Severity) > d.rank(severity) {
			continue
		}
		byAlert := slices.ContainsFunc(s.Tags, func(t string) bool { return strings.HasPrefix(t, "sign:"+alert.Source("")) })
		if service != "" && c.Service == service || byAlert && at.Sub(s.At) < storm {
			return s.Stream
		}
	}
	return stream.ID{}
}

// rank is the place of a severity among the playbook's, 0 for the worst. An
// alert that names none is as bad as a declaration that names none.
func (d *Facts) rank(severity string) int {
	names := d.Policy().Names()
	if i := slices.Index(names, strings.ToUpper(severity)); i >= 0 {
		return i
	}
	return 1
}

// raising is the alert that is beginning an incident now. The alerts of a storm
// come at once: the others wait until that incident is there and join it.
type raising struct {
	mu     sync.Mutex
	source string
	until  time.Time
}

const (
	patience = 10 * time.Second // a commit takes less
	glance   = 20 * time.Millisecond
)

// joinStorm makes one more sign of a declaration by an alert, when an incident
// that it belongs to was begun since the alert asked for one.
func (d *Facts) joinStorm(ctx context.Context, c *bot.Command, v incident.Declare) (bool, error) {
	for {
		open, err := d.Unfinished(ctx)
		if err != nil {
			return false, err
		}
		if id := d.joins(open, v.Service, v.Severity, c.Meta.At); id != (stream.ID{}) {
			c.Stream, c.Value = id, incident.Add{Sign: v.Sign}
			return true, nil
		}
		if d.raising.mine(v.Sign.Source, open) {
			return false, nil
		}
		select {
		case <-time.After(glance):
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// mine reports whether that alert may begin an incident now: none is being
// begun that is not among the open ones yet.
func (r *raising) mine(source string, open []stream.Summary) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	there := slices.ContainsFunc(open, func(s stream.Summary) bool { return slices.Contains(s.Tags, "sign:"+r.source) })
	now := time.Now()
	if r.source != "" && r.source != source && !there && now.Before(r.until) {
		return false
	}
	r.source, r.until = source, now.Add(patience)
	return true
}
