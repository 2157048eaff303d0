package simulation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// Memory is a store.Store without a disk, for many simulated days. The suite of
// stores holds it, and the same seed gives the same run over it as over SQLite.
// What it was told lives as long as it does.
type Memory struct {
	mu      sync.Mutex
	closed  bool
	streams map[stream.ID]*kept
	keys    map[key]stream.ID
	revs    map[string]int64 // by workspace
	queue   []*row           // by pos
	pos     int64
	tokens  int
}

var _ store.Store = (*Memory)(nil)

type kept struct {
	records []stream.Record
	summary stream.Summary
}

type key struct{ workspace, key string }

// NewMemory makes an empty store.
func NewMemory() *Memory {
	return &Memory{streams: map[stream.ID]*kept{}, keys: map[key]stream.ID{}, revs: map[string]int64{}}
}

// enter begins a call; leave ends it.
func (m *Memory) enter(ctx context.Context) error {
	m.mu.Lock()
	err := ctx.Err()
	if m.closed {
		err = errors.New("the store is closed")
	}
	if err != nil {
		m.mu.Unlock()
	}
	return err
}

// Load returns records after a Seq. See store.Store.
func (m *Memory) Load(ctx context.Context, id stream.ID, after int) ([]stream.Record, error) {
	if err := m.enter(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	if k := m.streams[id]; k != nil && after < len(k.records) {
		return slices.Clone(k.records[max(0, after):]), nil
	}
	return nil, nil
}

// List returns the summaries that the query selects. See store.Store.
func (m *Memory) List(ctx context.Context, q store.Query) ([]stream.Summary, error) {
	if err := m.enter(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	if q.After != "" && !strings.Contains(q.After, "/") {
		return nil, fmt.Errorf("%q is no cursor of a listing", q.After)
	}
	var out []stream.Summary
	for _, k := range m.streams {
		if selects(q, k.summary) {
			out = append(out, k.summary)
		}
	}
	slices.SortFunc(out, func(a, b stream.Summary) int {
		if q.Rev != 0 {
			return cmp.Compare(a.Rev, b.Rev)
		}
		return cmp.Or(b.At.Compare(a.At), strings.Compare(b.Stream.String(), a.Stream.String()))
	})
	most := q.Limit
	if most == 0 {
		most = 100
	}
	return out[:min(len(out), most)], nil
}

func selects(q store.Query, s stream.Summary) bool {
	return s.Stream.Workspace == q.Workspace && (q.Kind == "" || s.Stream.Kind == q.Kind) && (q.Open == nil || s.Open == *q.Open) &&
		(q.Tag == "" || slices.Contains(s.Tags, q.Tag)) && (q.From.IsZero() || !s.At.Before(q.From)) && (q.To.IsZero() || s.At.Before(q.To)) &&
		(q.Rev == 0 || s.Rev > q.Rev) && (q.After == "" || q.Rev != 0 || store.Cursor(s) < q.After)
}

// Commit writes a batch. See store.Store.
func (m *Memory) Commit(ctx context.Context, b store.Batch) error {
	if err := b.Validate(); err != nil {
		return err
	}
	if err := m.enter(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	k := m.streams[b.Stream]
	if len(b.Records) > 0 {
		if err := m.free(b); err != nil {
			return err
		}
		if k == nil {
			k = &kept{}
		}
		if len(k.records) != b.After {
			return store.ErrConflict
		}
		m.append(k, b)
	}
	var written time.Time
	if k != nil {
		written = k.records[len(k.records)-1].At
	}
	for _, o := range b.Settle {
		m.settle(o)
	}
	for _, d := range b.Deliveries {
		m.add(d, written)
	}
	return nil
}

// free tells of a key of the batch that is taken.
func (m *Memory) free(b store.Batch) error {
	for _, r := range b.Records {
		has, taken := m.keys[key{b.Stream.Workspace, r.Key}]
		if rewritten := b.Erase && r.Seq <= b.After && has == b.Stream; taken && !rewritten {
			return &store.DuplicateError{Key: r.Key, Stream: has}
		}
	}
	return nil
}

func (m *Memory) append(k *kept, b store.Batch) {
	m.streams[b.Stream] = k
	if b.Erase {
		k.records = nil
	}
	for _, r := range b.Records {
		r.At = r.At.UTC()
		r.Data = slices.Clone(r.Data)
		r.By.Roles = slices.Clone(r.By.Roles)
		k.records = append(k.records, r)
		if r.Key != "" {
			m.keys[key{b.Stream.Workspace, r.Key}] = b.Stream
		}
	}
	m.revs[b.Stream.Workspace]++
	k.summary = b.Summary
	k.summary.Stream, k.summary.Seq, k.summary.Rev, k.summary.At = b.Stream, len(k.records), m.revs[b.Stream.Workspace], b.Summary.At.UTC()
	k.summary.Tags, k.summary.Data = slices.Clone(b.Summary.Tags), slices.Clone(b.Summary.Data)
}

// Close takes no more calls.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}
