package simulation

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// row is a delivery in Memory's outbox.
type row struct {
	stream.Delivery
	pos             int64
	queued, due     time.Time
	timed           bool // not before due; else due only orders
	token           string
	attempt, lost   int
	doubt, obsolete bool
}

// busy: handed out, or perhaps applied. Such a row is not replaced.
func (r *row) busy() bool { return r.token != "" || r.doubt }

func (r *row) sameSlot(d stream.Delivery) bool {
	return r.Slot != "" && r.Slot == d.Slot && r.Stream == d.Stream
}

// add puts a delivery of a commit of that time into the outbox.
func (m *Memory) add(d stream.Delivery, written time.Time) {
	if slices.ContainsFunc(m.queue, func(r *row) bool { return r.ID == d.ID }) {
		return
	}
	m.pos++
	d.Args = maps.Clone(d.Args)
	d.NotAfter = d.NotAfter.UTC()
	r := &row{Delivery: d, pos: m.pos, queued: written, due: written, timed: !d.NotBefore.IsZero()}
	if r.timed {
		r.due = d.NotBefore
	}
	for _, old := range slices.Clone(m.queue) {
		switch {
		case !old.sameSlot(d):
		case old.busy():
			old.obsolete = true
		default:
			m.drop(old)
			r.follow(old, old.due)
		}
	}
	if d.To != "" {
		m.put(r)
	}
}

// follow gives a row the place of an older one of its slot, and its turn.
func (r *row) follow(old *row, due time.Time) {
	if r.Lane == old.Lane {
		r.pos = old.pos
	}
	if old.NotBefore.Before(r.NotBefore) {
		r.NotBefore = old.NotBefore
	}
	if due.Before(r.due) {
		r.due = due
	}
	if r.timed = !r.NotBefore.IsZero(); r.timed {
		r.due = r.NotBefore
	}
}

func (m *Memory) put(r *row) {
	i, _ := slices.BinarySearchFunc(m.queue, r.pos, func(x *row, pos int64) int { return cmp.Compare(x.pos, pos) })
	m.queue = slices.Insert(m.queue, i, r)
}

func (m *Memory) drop(r *row) {
	m.queue = slices.DeleteFunc(m.queue, func(x *row) bool { return x == r })
}

// Settle records how an attempt ended. See store.Store.
func (m *Memory) Settle(ctx context.Context, o store.Outcome) error {
	if err := m.enter(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	m.settle(o)
	return nil
}

func (m *Memory) settle(o store.Outcome) {
	i := slices.IndexFunc(m.queue, func(r *row) bool { return r.ID == o.Delivery })
	if i < 0 {
		return
	}
	r := m.queue[i]
	if o.Result != store.Done && (r.token == "" || r.token != o.Token) {
		return
	}
	switch o.Result {
	case store.Done, store.Dead:
		m.drop(r)
	case store.Retry:
		if r.obsolete {
			m.giveWay(r)
			return
		}
		fallthrough
	case store.Unknown:
		r.token, r.doubt, r.lost, r.timed, r.due = "", o.Result == store.Unknown, 0, true, o.At
	}
}

// giveWay deletes an obsolete row; the newer one of its slot takes its place.
func (m *Memory) giveWay(old *row) {
	m.drop(old)
	i := slices.IndexFunc(m.queue, func(r *row) bool { return r.sameSlot(old.Delivery) })
	if i < 0 {
		return
	}
	r := m.queue[i]
	m.drop(r)
	r.follow(old, old.queued)
	m.put(r)
}

// Claim hands out what is due. See store.Store.
func (m *Memory) Claim(ctx context.Context, now time.Time, hold time.Duration, free map[string]int) ([]store.Lease, error) {
	if err := m.enter(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	now = now.UTC()
	var due []*row
	heads := map[key]bool{} // lanes of which one stands before
	for _, r := range m.queue {
		lane := key{r.Stream.Workspace, r.Lane}
		barred := r.Lane != "" && heads[lane]
		heads[lane] = true
		if _, named := free[r.To]; named && !barred && !m.occupied(r) && !(r.timed && r.due.After(now)) {
			due = append(due, r)
		}
	}
	slices.SortFunc(due, before)
	var out []store.Lease
	taken := map[string]int{}
	for _, r := range due {
		if past := !r.NotAfter.IsZero() && r.NotAfter.Before(now); !past {
			if taken[r.To] >= free[r.To] {
				continue
			}
			taken[r.To]++
		}
		out = append(out, m.lease(r, now.Add(hold)))
	}
	return out, nil
}

// occupied: another one is busy in its slot.
func (m *Memory) occupied(r *row) bool {
	return r.Slot != "" && slices.ContainsFunc(m.queue, func(x *row) bool { return x != r && x.busy() && x.sameSlot(r.Delivery) })
}

// before is the order in which leases are handed out.
func before(a, b *row) int {
	if a.Urgent != b.Urgent {
		if a.Urgent {
			return -1
		}
		return 1
	}
	return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.pos, b.pos))
}

func (m *Memory) lease(r *row, until time.Time) store.Lease {
	if r.token != "" {
		r.doubt, r.lost = true, r.lost+1
	}
	m.tokens++
	r.token, r.timed, r.due = strconv.Itoa(m.tokens), true, until
	r.attempt++
	d := r.Delivery
	d.Args, d.NotBefore = maps.Clone(d.Args), d.NotBefore.UTC()
	return store.Lease{Delivery: d, Token: r.token, Until: until, Attempt: r.attempt, Doubt: r.doubt, Lost: r.lost, Queued: r.queued}
}
