package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// memory is a store for tests: it blocks on nothing, so that a synctest bubble's
// time goes on, and it can be told to fail.
type memory struct {
	mu      sync.Mutex
	records map[stream.ID][]stream.Record
	sums    map[stream.ID]stream.Summary
	keys    map[string]stream.ID
	rows    []*row
	rev     int64
	order   int
	commits int
	// fault is asked before every commit: apply it or not, and what to say.
	fault     func(store.Batch) (apply bool, err error)
	keysFirst bool // what is wrong first: a duplicate, or a conflict
	// refuseSettle fails that many settles.
	refuseSettle int
}

type row struct {
	store.Lease
	state store.Result // 0 = never handed out; Retry; Unknown; sending
	due   time.Time
	order int
}

const sending = store.Result(99)

func newMemory() *memory {
	return &memory{records: map[stream.ID][]stream.Record{}, sums: map[stream.ID]stream.Summary{}, keys: map[string]stream.ID{}}
}

func (m *memory) Close() error { return nil }

func (m *memory) Load(_ context.Context, id stream.ID, after int) ([]stream.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.records[id][min(after, len(m.records[id])):]), nil
}

func (m *memory) List(_ context.Context, q store.Query) (page []stream.Summary, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sums {
		if s.Stream.Workspace == q.Workspace && (q.Kind == "" || s.Stream.Kind == q.Kind) {
			page = append(page, s)
		}
	}
	slices.SortFunc(page, func(a, b stream.Summary) int { return strings.Compare(store.Cursor(b), store.Cursor(a)) })
	return page, nil
}

func (m *memory) Commit(ctx context.Context, b store.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if m.fault != nil {
		if apply, err := m.fault(b); err != nil {
			if apply {
				if err := m.commit(b); err != nil {
					return err
				}
			}
			return err
		}
	}
	return m.commit(b)
}

func (m *memory) commit(b store.Batch) error {
	if err := b.Validate(); err != nil {
		return err
	}
	moved := len(b.Records) > 0 && len(m.records[b.Stream]) != b.After
	if moved && !m.keysFirst {
		return store.ErrConflict
	}
	for _, r := range b.Records {
		if by, ok := m.keys[b.Stream.Workspace+" "+r.Key]; ok && r.Key != "" {
			return &store.DuplicateError{Key: r.Key, Stream: by}
		}
	}
	if moved {
		return store.ErrConflict
	}
	m.commits++
	for _, r := range b.Records {
		if r.Key != "" {
			m.keys[b.Stream.Workspace+" "+r.Key] = b.Stream
		}
	}
	m.records[b.Stream] = append(m.records[b.Stream], b.Records...)
	if len(b.Records) > 0 {
		m.rev++
		b.Summary.Rev = m.rev
		m.sums[b.Stream] = b.Summary
	}
	for _, o := range b.Settle {
		m.settle(o)
	}
	var at time.Time
	if all := m.records[b.Stream]; len(all) > 0 {
		at = all[len(all)-1].At
	}
	for _, d := range b.Deliveries {
		m.put(d, at)
	}
	return nil
}

func (m *memory) put(d stream.Delivery, at time.Time) {
	m.order++
	n := &row{Lease: store.Lease{Delivery: d, Queued: at}, order: m.order, due: at}
	if !d.NotBefore.IsZero() {
		n.due = d.NotBefore
	}
	old := slices.IndexFunc(m.rows, func(r *row) bool { return sameSlot(r, n) && r.state != sending && r.state != store.Unknown })
	if old >= 0 {
		m.replace(m.rows[old], n)
	}
	if d.To != "" {
		m.rows = append(m.rows, n)
	}
}

func sameSlot(a, b *row) bool {
	return a.Delivery.Slot != "" && a.Delivery.Slot == b.Delivery.Slot && a.Delivery.Stream == b.Delivery.Stream
}

// replace deletes the old row and gives its place to the new one.
func (m *memory) replace(old, n *row) {
	if old.Delivery.Lane == n.Delivery.Lane {
		n.order = old.order
	}
	if old.due.Before(n.due) {
		n.due = old.due
	}
	m.rows = slices.DeleteFunc(m.rows, func(r *row) bool { return r == old })
}

func (m *memory) Claim(_ context.Context, now time.Time, hold time.Duration, free map[string]int) (out []store.Lease, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []*row
	for _, r := range m.rows {
		if r.state == sending && !now.Before(r.Until) {
			r.state, r.due = store.Unknown, r.Until
			r.Lost++
		}
		if r.state != sending && !r.due.After(now) && !m.barred(r) {
			due = append(due, r)
		}
	}
	slices.SortFunc(due, func(a, b *row) int {
		switch {
		case a.Delivery.Urgent != b.Delivery.Urgent:
			if a.Delivery.Urgent {
				return -1
			}
			return 1
		case !a.due.Equal(b.due):
			return a.due.Compare(b.due)
		}
		return a.order - b.order
	})
	left := map[string]int{}
	for to, n := range free {
		left[to] = n
	}
	for _, r := range due {
		_, known := free[r.Delivery.To]
		if late := known && !r.Delivery.NotAfter.IsZero() && now.After(r.Delivery.NotAfter); !late {
			if left[r.Delivery.To] <= 0 {
				continue
			}
			left[r.Delivery.To]--
		}
		r.Doubt = r.state == store.Unknown
		r.state, r.Until = sending, now.Add(hold)
		r.Attempt++
		r.Token = fmt.Sprint(r.Attempt)
		out = append(out, r.Lease)
	}
	return out, nil
}

// barred: an earlier row of its lane or of its slot is still there.
func (m *memory) barred(r *row) bool {
	return slices.ContainsFunc(m.rows, func(o *row) bool {
		if o == r || o.order >= r.order {
			return false
		}
		return sameSlot(o, r) || r.Delivery.Lane != "" && o.Delivery.Lane == r.Delivery.Lane &&
			o.Delivery.Stream.Workspace == r.Delivery.Stream.Workspace
	})
}

func (m *memory) Settle(ctx context.Context, o store.Outcome) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if m.refuseSettle > 0 {
		m.refuseSettle--
		return errBroken
	}
	m.settle(o)
	return nil
}

func (m *memory) settle(o store.Outcome) {
	i := slices.IndexFunc(m.rows, func(r *row) bool { return r.Delivery.ID == o.Delivery })
	if i < 0 {
		return
	}
	r := m.rows[i]
	held := r.state == sending && r.Token == o.Token
	switch {
	case o.Result == store.Done, held && o.Result == store.Dead:
		m.rows = slices.Delete(m.rows, i, i+1)
	case held:
		r.state, r.due, r.Lost = o.Result, o.At, 0
		newer := slices.IndexFunc(m.rows, func(n *row) bool { return n.order > r.order && sameSlot(n, r) })
		if o.Result == store.Retry && newer >= 0 {
			m.replace(r, m.rows[newer])
		}
	}
}

// left is what the outbox holds.
func (m *memory) left() (ids []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		ids = append(ids, r.Delivery.ID)
	}
	slices.Sort(ids)
	return ids
}
