package bot_test

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
	"drumbeat/store/sqlite"
)

// lab is a store that can be told to fail, to be slow, and what was left in it.
type lab struct {
	store.Store
	pace time.Duration // of a commit, in a bubble's time

	mu      sync.Mutex
	commits int
	// fault is asked before every commit: apply it or not, and what to say.
	fault func(store.Batch) (apply bool, err error)
	// refuseSettle fails that many settles.
	refuseSettle int
}

func newLab(t testing.TB) *lab {
	t.Helper()
	s, err := sqlite.Open(context.Background(), sqlite.Config{Path: filepath.Join(t.TempDir(), "drumbeat.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return &lab{Store: s}
}

func (l *lab) Commit(ctx context.Context, b store.Batch) error {
	if l.pace > 0 {
		<-time.After(l.pace)
	}
	l.mu.Lock()
	fault := l.fault
	l.commits++
	l.mu.Unlock()
	if fault == nil {
		return l.Store.Commit(ctx, b)
	}
	apply, failed := fault(b)
	if apply {
		if err := l.Store.Commit(ctx, b); err != nil {
			return err
		}
	}
	return failed
}

func (l *lab) Settle(ctx context.Context, o store.Outcome) error {
	l.mu.Lock()
	refuse := l.refuseSettle > 0
	if refuse {
		l.refuseSettle--
	}
	l.mu.Unlock()
	if refuse {
		return errBroken
	}
	return l.Store.Settle(ctx, o)
}

// fail sets the fault and how many settles to refuse.
func (l *lab) fail(settles int, fault func(store.Batch) (bool, error)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refuseSettle, l.fault = settles, fault
}

func (l *lab) records(t *testing.T, id stream.ID) []stream.Record {
	t.Helper()
	all, err := l.Load(context.Background(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// left takes all that is in the outbox out of it.
func (l *lab) left(t *testing.T) (ids []string) {
	t.Helper()
	ctx, never := context.Background(), time.Now().AddDate(100, 0, 0)
	free := map[string]int{"far": 5000, "finder": 5000, "slack": 5000, "mail": 5000, "telegraph": 5000, stream.Bot: 5000}
	for {
		leases, err := l.Claim(ctx, never, time.Second, free)
		if err != nil {
			t.Fatal(err)
		}
		if len(leases) == 0 {
			slices.Sort(ids)
			return ids
		}
		for _, lease := range leases {
			ids = append(ids, lease.Delivery.ID)
			o := store.Outcome{Delivery: lease.Delivery.ID, Token: lease.Token, Result: store.Dead}
			if err := l.Store.Settle(ctx, o); err != nil {
				t.Fatal(err)
			}
		}
	}
}
