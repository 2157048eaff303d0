package simulation

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// effect is something that happened at a far end.
type effect struct {
	stream.Delivery
	at      time.Time
	n       int // counts all effects
	receipt integrations.Receipt
}

// town are the far ends and all that ever happened there.
type town struct {
	w      *world
	n      int
	all    []*effect
	byID   map[string][]*effect
	counts map[string]int
	down   map[string]time.Time // until when
	rooms  map[string]stream.ID // channels of incidents
	once   map[string]string    // by stream, far end and About: the delivery that did it
	newest map[string]int       // by stream and far end: the update that arrived last
}

func newTown(w *world) town {
	return town{w: w, byID: map[string][]*effect{}, counts: map[string]int{}, down: map[string]time.Time{}, rooms: map[string]stream.ID{},
		once: map[string]string{}, newest: map[string]int{}}
}

// The ways in which a far end keeps once-only.
const (
	asked   = iota // it can be asked whether a delivery arrived
	keyed          // it takes each key once
	neither        // it does each time what it is told
)

// ends are the far ends.
var ends = map[string]int{"slack": asked, "twitter": asked, "atlassian_statuspage": asked, "twilio": asked, "pagerduty": keyed, "email": neither}

// end is a far end as one process sees it.
type end struct {
	w    *world
	l    *life
	name string
}

// finder is an end that can be asked.
type finder struct{ end }

func (w *world) senders(l *life) map[string]integrations.Sender {
	out := map[string]integrations.Sender{}
	for name, once := range ends {
		e := end{w, l, name}
		if out[name] = e; once != neither {
			out[name] = finder{e}
		}
	}
	return out
}

// Check finds nothing wrong.
func (end) Check(string, map[string]string) error { return nil }

// slowest is how much later than its deadline a call may still take effect; the
// courier waits longer before it looks.
const slowest = 1900 * time.Millisecond

// spare is how long before the end of its lease a call ends at the latest.
const spare = 5 * time.Second

// Send does what is asked, or what the weather lets it do.
func (e end) Send(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	w := e.w
	e.l.deadly(w, "before %s gets %s", e.name, d.ID)
	w.outright(d)
	err := fmt.Errorf("%w at %s", errFault, e.name)
	switch w.mood(e.name) {
	case "refuses":
		return integrations.Receipt{}, integrations.Permanent(err)
	case "is busy":
		return integrations.Receipt{}, integrations.RetryAfter(err, time.Duration(w.weather.IntN(90))*time.Second)
	case "breaks before":
		return integrations.Receipt{}, err
	case "breaks after":
		w.town.take(d)
		return integrations.Receipt{}, err
	case "is slow":
		e.later(ctx, d)
		return integrations.Receipt{}, err
	case "is slow, and the process dies":
		e.later(ctx, d)
		e.l.die(w, "while %s gets %s", e.name, d.ID)
	}
	receipt := w.town.take(d)
	e.l.deadly(w, "after %s got %s", e.name, d.ID)
	return receipt, nil
}

// later lets the call take effect when nobody listens any more.
func (e end) later(ctx context.Context, d stream.Delivery) {
	last := e.w.now()
	if t, ok := ctx.Deadline(); ok {
		last = t
	}
	if x := e.w.outbox.all[d.ID]; x != nil && x.until.Before(last.Add(spare)) {
		last = x.until.Add(-spare)
	}
	most := max(0, last.Sub(e.w.now())) + slowest
	e.w.in(time.Duration(e.w.weather.Int64N(int64(most))), func() { e.w.town.take(d) })
}

// Find tells whether a delivery arrived.
func (e finder) Find(_ context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	w := e.w
	e.l.deadly(w, "before %s is asked for %s", e.name, d.ID)
	if m := w.mood(e.name); m != "" && m != "is slow, and the process dies" {
		return integrations.Receipt{}, false, fmt.Errorf("%w at %s", errFault, e.name)
	}
	found := w.town.byID[d.ID]
	e.l.deadly(w, "after %s was asked for %s", e.name, d.ID)
	if len(found) == 0 || ends[e.name] == keyed { // a key makes a second call harmless
		return integrations.Receipt{}, false, nil
	}
	return found[0].receipt, true, nil
}

// mood is how the weather is at a far end; empty is fair.
func (w *world) mood(name string) string {
	if w.calm {
		return ""
	}
	odds, moods := 40, []string{"is busy", "breaks before", "breaks after", "is slow", "refuses", "is slow, and the process dies"}
	if w.now().Before(w.town.down[name]) {
		odds, moods = 1, []string{"is busy", "breaks before", "breaks before", "breaks after", "is slow"}
	}
	if w.weather.IntN(odds) != 0 {
		return ""
	}
	m := moods[w.weather.IntN(len(moods))]
	if m == "is slow, and the process dies" && (w.CrashAt > 0 || w.weather.IntN(3) > 0) {
		m = "is slow"
	}
	w.faults["far end "+m]++
	w.note("%s %s", name, m)
	return m
}

// outage lets a far end be down for a while.
func (w *world) outage(name string, d time.Duration) {
	w.note("%s is down for %s", name, d)
	w.town.down[name] = w.now().Add(d)
}

// take lets a delivery have its effect.
func (t *town) take(d stream.Delivery) integrations.Receipt {
	if before := t.byID[d.ID]; len(before) > 0 && ends[d.To] == keyed {
		return before[0].receipt
	}
	t.n++
	e := &effect{Delivery: d, at: t.w.now(), n: t.n}
	t.all, t.byID[d.ID] = append(t.all, e), append(t.byID[d.ID], e)
	t.counts[d.To+" "+d.Action]++
	e.receipt = t.receipt(d)
	t.w.digest.Write([]byte(d.ID))
	t.w.note("%s: %s %s", d.To, d.Action, d.ID)
	t.w.happened(e)
	t.w.habits.reached(e)
	return e.receipt
}

func (t *town) receipt(d stream.Delivery) integrations.Receipt {
	ref := d.To + strconv.Itoa(t.n)
	r := integrations.Receipt{Ref: ref}
	if d.To != "slack" {
		return r
	}
	switch d.Action {
	case "channel.create":
		r.Ref = "C" + strconv.Itoa(t.n)
		t.rooms[r.Ref] = d.Stream
		r.More = map[string]string{"channel": r.Ref, "name": d.Args["name"]}
	case "dm":
		r.More = map[string]string{"channel": "D" + strings.TrimPrefix(d.Args["person"], "U")}
	default:
		r.More = map[string]string{"channel": d.Args["channel"]}
	}
	return r
}
