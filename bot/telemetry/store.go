package telemetry

import (
	"context"
	"errors"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// operations are the store's methods as labels.
var operations = []string{"load", "list", "commit", "claim", "settle"}

// Store gives the store with every answer timed and every failure counted.
func (m *Metrics) Store(s store.Store) store.Store { return timedStore{s, m} }

type timedStore struct {
	store.Store
	metrics *Metrics
}

// timed counts one operation that began then.
func (t timedStore) timed(operation string, began time.Time, err error) {
	t.metrics.storeTook.WithLabelValues(operation).Observe(time.Since(began).Seconds())
	var dup *store.DuplicateError
	if err != nil && !errors.Is(err, store.ErrConflict) && !errors.As(err, &dup) && !errors.Is(err, context.Canceled) {
		t.metrics.storeFails.WithLabelValues(operation).Inc()
	}
}

// Load is store.Store's.
func (t timedStore) Load(ctx context.Context, id stream.ID, after int) ([]stream.Record, error) {
	began := time.Now()
	out, err := t.Store.Load(ctx, id, after)
	t.timed("load", began, err)
	return out, err
}

// List is store.Store's.
func (t timedStore) List(ctx context.Context, q store.Query) ([]stream.Summary, error) {
	began := time.Now()
	out, err := t.Store.List(ctx, q)
	t.timed("list", began, err)
	return out, err
}

// Commit is store.Store's.
func (t timedStore) Commit(ctx context.Context, b store.Batch) error {
	began := time.Now()
	err := t.Store.Commit(ctx, b)
	t.timed("commit", began, err)
	return err
}

// Claim is store.Store's.
func (t timedStore) Claim(ctx context.Context, now time.Time, hold time.Duration, free map[string]int) ([]store.Lease, error) {
	began := time.Now()
	out, err := t.Store.Claim(ctx, now, hold, free)
	t.timed("claim", began, err)
	return out, err
}

// Settle is store.Store's.
func (t timedStore) Settle(ctx context.Context, o store.Outcome) error {
	began := time.Now()
	err := t.Store.Settle(ctx, o)
	t.timed("settle", began, err)
	return err
}
