package simulation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// errFault is wrapped by every error that the weather makes.
var errFault = errors.New("it storms")

// mortal is the store as one process sees it: each call may kill it, or fail.
type mortal struct {
	store.Store
	w *world
	l *life
}

// fault is an error that the store gives: before anything is done, or after it,
// when the answer is lost.
func (m mortal) fault(what string) (before, after error) {
	if m.w.calm || m.w.weather.IntN(4000) != 0 {
		return nil, nil
	}
	m.w.outbox.orphaned() // what cannot be settled is due when its lease ends
	err := fmt.Errorf("%w over the store: %s", errFault, what)
	if m.w.weather.IntN(2) == 0 {
		m.w.faults["store fails"]++
		m.w.note("the store fails: %s", what)
		return err, nil
	}
	m.w.faults["store loses its answer"]++
	m.w.note("the store loses its answer: %s", what)
	return nil, err
}

func (m mortal) Load(ctx context.Context, id stream.ID, after int) ([]stream.Record, error) {
	m.l.deadly(m.w, "before reading %s", id)
	if before, after := m.fault("reading a stream"); before != nil || after != nil {
		return nil, errors.Join(before, after)
	}
	out, err := m.Store.Load(ctx, id, after)
	m.l.deadly(m.w, "after reading %s", id)
	return out, err
}

func (m mortal) List(ctx context.Context, q store.Query) ([]stream.Summary, error) {
	m.l.deadly(m.w, "before listing")
	if before, after := m.fault("listing"); before != nil || after != nil {
		return nil, errors.Join(before, after)
	}
	out, err := m.Store.List(ctx, q)
	m.l.deadly(m.w, "after listing")
	return out, err
}

func (m mortal) Commit(ctx context.Context, b store.Batch) error {
	m.l.deadly(m.w, "before a commit to %s", b.Stream)
	before, after := m.fault("a commit")
	if before != nil {
		return before
	}
	if err := m.Store.Commit(ctx, b); err != nil {
		return err
	}
	m.w.book.wrote(b)
	m.w.outbox.wrote(b)
	m.l.deadly(m.w, "after a commit to %s", b.Stream)
	return after
}

func (m mortal) Claim(ctx context.Context, now time.Time, hold time.Duration, free map[string]int) ([]store.Lease, error) {
	m.l.deadly(m.w, "before a claim")
	before, after := m.fault("a claim")
	if before != nil {
		return nil, before
	}
	out, err := m.Store.Claim(ctx, now, hold, free)
	if err != nil {
		return out, err
	}
	for _, l := range out {
		m.w.outbox.claimed(l)
	}
	if len(out) > 0 {
		m.l.deadly(m.w, "after a claim of %d", len(out))
	}
	if after != nil {
		return nil, after
	}
	return out, nil
}

func (m mortal) Settle(ctx context.Context, o store.Outcome) error {
	m.l.deadly(m.w, "before settling %s", o.Delivery)
	before, after := m.fault("settling")
	if before != nil {
		return before
	}
	if err := m.Store.Settle(ctx, o); err != nil {
		return err
	}
	m.w.outbox.settled(o)
	m.l.deadly(m.w, "after settling %s", o.Delivery)
	return after
}

// Close does nothing: the store outlives the process.
func (mortal) Close() error { return nil }
