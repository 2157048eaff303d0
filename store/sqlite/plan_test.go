package sqlite_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// What an incident costs must not grow with the incidents before it.
func TestEverythingGoesByAnIndex(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "drumbeat.db"))
	everyStatement(t, s)
	yes := true
	plans, err := s.Plans(t.Context(),
		store.Query{Workspace: "main"}, store.Query{Workspace: "main", Rev: 5}, store.Query{Workspace: "main", Open: &yes},
		store.Query{Workspace: "main", Kind: "incident", From: noon(), To: noon()},
		store.Query{Workspace: "main", Tag: "service:api", After: store.Cursor(stream.Summary{At: noon(), Stream: id(1)})})
	if err != nil {
		t.Fatal(err)
	}
	if len(plans) < 20 {
		t.Fatalf("only %d statements were explained", len(plans))
	}
	for text, steps := range plans {
		for _, step := range steps {
			derived := strings.TrimPrefix(step, "SCAN ") // a subquery that has a plan of its own above
			scans := derived != step && step != "SCAN CONSTANT ROW" && !slices.Contains(steps, "CO-ROUTINE "+derived)
			sorts := strings.Contains(step, "TEMP B-TREE") && !strings.Contains(text, "deliveries_past")
			if scans || sorts {
				t.Errorf("%s\n\t%s", text, strings.Join(steps, "\n\t"))
				break
			}
		}
	}
}

// everyStatement makes the writer prepare all its statements.
func everyStatement(t *testing.T, s store.Store) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	b := batch(1, 0, 10)
	b.Summary.Tags = []string{"service:api"}
	b.Deliveries[0].Slot = "s"
	must(s.Commit(t.Context(), b))
	leases, err := s.Claim(t.Context(), noon(), time.Minute, map[string]int{"slack": 1})
	must(err)
	b = batch(1, 1, 10)
	b.Deliveries[0].Slot = "s"
	must(s.Commit(t.Context(), b)) // behind the one in flight
	if err := s.Commit(t.Context(), b); err == nil {
		t.Fatal("the same batch was written twice")
	}
	out := func(l store.Lease, r store.Result) store.Outcome {
		return store.Outcome{Delivery: l.Delivery.ID, Token: l.Token, Result: r, At: noon()}
	}
	must(s.Settle(t.Context(), out(leases[0], store.Retry)))
	for _, r := range []store.Result{store.Retry, store.Unknown, store.Done} {
		leases, err = s.Claim(t.Context(), noon(), time.Minute, map[string]int{"slack": 1})
		must(err)
		must(s.Settle(t.Context(), out(leases[0], r)))
	}
	b = batch(1, 0, 10)
	b.Records = append(b.Records, batch(1, 1, 10).Records[0], batch(1, 2, 10).Records[0])
	b.After, b.Erase = 2, true
	must(s.Commit(t.Context(), b))
}
