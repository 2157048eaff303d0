package serve_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"drumbeat/bot/serve"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/store"

	"github.com/google/go-cmp/cmp"
)

// marked is a store whose mark a test sets.
type marked struct {
	*unsteady
	mu    sync.Mutex
	mark  store.Mark
	err   error // of Mark
	marks int
}

func (m *marked) Marked(context.Context) (store.Mark, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mark, nil
}

func (m *marked) Mark(_ context.Context, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		m.mark, m.marks = store.Mark{At: now}, m.marks+1
	}
	return m.err
}

// switches are what the stream of switches says.
func switches(t *testing.T, h *house) control.State {
	t.Helper()
	sw, err := h.Desk.Switches(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sw
}

func TestWhatAStartFinds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ago            time.Duration // when the store was last in use
		mark           store.Mark
		held, restored bool
		away           bool
	}{
		"a new store":                {ago: -1},
		"a restart":                  {ago: 30 * time.Second},
		"another replica is at work": {},
		"an hour without anybody":    {ago: time.Hour, away: true},
		"a fresh copy":               {mark: store.Mark{Foreign: true}, held: true, restored: true},
		"yesterday's backup":         {ago: 24 * time.Hour, mark: store.Mark{Foreign: true}, held: true, restored: true, away: true},
		"a server that lost all":     {ago: -1, mark: store.Mark{Foreign: true}, held: true, restored: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &marked{mark: c.mark}
			h := build(t, func(p *serve.Parts) {
				if c.ago >= 0 {
					m.mark.At = time.Now().Add(-c.ago)
				}
				c.mark = m.mark
				m.unsteady = p.Store.(*unsteady)
				p.Store = m
			})
			sw := switches(t, h)
			if got := [3]bool{sw.Held, !sw.Restored.IsZero(), !sw.Away.To.IsZero()}; got != [3]bool{c.held, c.restored, c.away} {
				t.Errorf("held, restored, away: got %v, want %v", got, [3]bool{c.held, c.restored, c.away})
			}
			if c.held && (sw.HeldBy != "Drumbeat" || !strings.Contains(sw.Why, "drumbeat resume")) {
				t.Errorf("the hold: got by %q, why %q", sw.HeldBy, sw.Why)
			}
			if c.away && !sw.Away.From.Equal(c.mark.At) {
				t.Errorf("away since %s, want %s", sw.Away.From, c.mark.At)
			}
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.marks != 1 || m.mark.Foreign {
				t.Errorf("afterwards: got %d marks, the newest %+v", m.marks, m.mark)
			}
		})
	}
}

// A process that is killed before its own mark leaves the old one: the next
// finds it, and records nothing twice.
func TestAStartThatWasCutOffIsDoneOnce(t *testing.T) {
	t.Parallel()
	m := &marked{unsteady: openStore(t), mark: store.Mark{At: time.Now().Add(-time.Hour), Foreign: true}, err: errors.New("killed")}
	for range 2 {
		p := parts(t, m)
		s, err := serve.New(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("got %v, want that the store cannot be marked", err)
		}
	}
	records, err := m.Load(t.Context(), stream.ID{Workspace: serve.Workspace, Kind: control.Kind, Name: control.Name}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range records {
		got = append(got, r.Kind)
	}
	if diff := cmp.Diff([]string{"restored", "returned"}, got); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

// The store is looked at with every mark, the last one included.
func TestAStoreThatBecomesAnotherIsPutOnHold(t *testing.T) {
	t.Parallel()
	m := new(marked)
	h := build(t, func(p *serve.Parts) {
		m.unsteady = p.Store.(*unsteady)
		p.Store = m
	})
	m.mu.Lock()
	m.mark.Foreign = true
	m.mu.Unlock()
	h.stop()
	<-h.stopped
	if sw := switches(t, h); !sw.Imported() || sw.Restored.IsZero() {
		t.Errorf("got %+v, want words on hold", sw)
	}
}
