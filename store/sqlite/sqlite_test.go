package sqlite_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
	"drumbeat/store/sqlite"
	"drumbeat/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func open(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), sqlite.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return s
}

// file is a store whose path the tests know.
type file struct {
	*sqlite.Store
	path string
}

func TestConformance(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.Backend{
		Open: func(t *testing.T) store.Store {
			path := filepath.Join(t.TempDir(), "drumbeat.db")
			return file{open(t, path), path}
		},
		Reopen: func(t *testing.T, s store.Store) store.Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return open(t, s.(file).path)
		},
		Copy: func(t *testing.T, s store.Store) store.Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "drumbeat.db")
			duplicate(t, s.(file).path, path)
			return open(t, path)
		},
	})
}

func id(n int) stream.ID {
	return stream.ID{Workspace: "main", Kind: "incident", Name: fmt.Sprint(n)}
}

func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

// batch is one record of so many bytes, with a key and a delivery.
func batch(n, after, size int) store.Batch {
	r := stream.Record{Stream: id(n), Seq: after + 1, Meta: stream.Meta{At: noon(), Key: fmt.Sprint(n, "/", after+1)},
		Kind: "noted", Data: json.RawMessage(`"` + strings.Repeat("x", size) + `"`)}
	return store.Batch{Stream: id(n), After: after, Records: []stream.Record{r},
		Summary: stream.Summary{Stream: id(n), At: noon(), Open: true},
		Deliveries: []stream.Delivery{{ID: stream.DeliveryID(r, "post"), Stream: id(n), To: "slack", Action: "post",
			Lane: fmt.Sprint("C", n), Args: map[string]string{"channel": "C1"}, Words: stream.Say("We look into it.")}}}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	used := filepath.Join(folder, "used.db")
	open(t, used)
	newer := filepath.Join(folder, "newer.db")
	s := open(t, newer)
	if err := s.Exec(t.Context(), "INSERT INTO keys VALUES ('main', 'k', 'main/incident/1')"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raise(t, newer, 99)
	noise := filepath.Join(folder, "noise.db")
	if err := os.WriteFile(noise, []byte(strings.Repeat("not a database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		want       []string // in the error
	}{
		{"no path", "", []string{"no path"}},
		{"a missing folder", filepath.Join(folder, "none", "x.db"), []string{filepath.Join(folder, "none"), "create it first"}},
		{"a folder", folder, []string{folder}},
		{"another's file", used, []string{used, "in use by another process", "running server"}},
		{"a newer version", newer, []string{newer, "version 99", "newer program"}},
		{"no database", noise, []string{noise, "not a database"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := sqlite.Open(t.Context(), sqlite.Config{Path: c.path})
			if err == nil {
				s.Close()
				t.Fatal("it opened")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want %q in it", err, want)
				}
			}
			if got, want := errors.Is(err, sqlite.ErrInUse), c.path == used; got != want {
				t.Errorf("is ErrInUse: got %t, want %t", got, want)
			}
		})
	}
}

// raise sets the file's version.
func raise(t *testing.T, path string, version int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), fmt.Sprint("PRAGMA user_version = ", version)); err != nil {
		t.Fatal(err)
	}
}

func TestFileIsFreeAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "drumbeat.db")
	for range 3 {
		s := open(t, path)
		for range 2 {
			if err := s.Close(); err != nil {
				t.Fatalf("closing: %v", err)
			}
		}
	}
	raise(t, path, 99)
	if _, err := sqlite.Open(t.Context(), sqlite.Config{Path: path}); err == nil || errors.Is(err, sqlite.ErrInUse) {
		t.Fatalf("got %v, want a refusal of the version", err)
	}
	raise(t, path, 2)
	open(t, path) // the refusal let go of the lock
}

func TestFileIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "drumbeat.db")
	s := open(t, path)
	if err := s.Commit(t.Context(), batch(1, 0, 10)); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := info.Mode().Perm(), os.FileMode(0o600); got != want {
			t.Errorf("mode of %s: got %v, want %v", info.Name(), got, want)
		}
	}
}

func TestPathIsTakenAsItIs(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "a?b=c&d #%41 é")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "drum beat?mode=memory.db")
	s := open(t, path)
	if err := s.Commit(t.Context(), batch(1, 0, 10)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 {
		t.Fatalf("the file has %v, %v", info, err)
	}
	got, err := open(t, path).Load(t.Context(), id(1), 0)
	if err != nil || len(got) != 1 {
		t.Errorf("got %d records, %v, want 1", len(got), err)
	}
}

func TestFullAndRoomAgain(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "drumbeat.db"))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Commit(t.Context(), batch(0, 0, 10)))
	must(s.Exec(t.Context(), "PRAGMA max_page_count = 60"))
	after := 1
	var err error
	for ; err == nil && after < 1000; after++ {
		err = s.Commit(t.Context(), batch(0, after, 4000))
	}
	if !errors.Is(err, store.ErrFull) {
		t.Fatalf("commit %d: got %v, want ErrFull", after, err)
	}
	after-- // the last one failed
	records, err := s.Load(t.Context(), id(0), 0)
	if err != nil || len(records) != after {
		t.Fatalf("when it is full: got %d records, %v, want %d", len(records), err, after)
	}
	for i, err := range all(64, func(i int) error { return s.Commit(t.Context(), batch(1+i, 0, 40000)) }) {
		if !errors.Is(err, store.ErrFull) {
			t.Errorf("commit %d of 64: got %v, want ErrFull", i, err)
		}
	}
	must(s.Exec(t.Context(), "PRAGMA max_page_count = 1000000"))
	must(s.Commit(t.Context(), batch(0, after, 4000)))
	for i, err := range all(64, func(i int) error { return s.Commit(t.Context(), batch(1+i, 0, 40000)) }) {
		if err != nil {
			t.Errorf("commit %d of 64 with room again: %v", i, err)
		}
	}
	leases, err := s.Claim(t.Context(), noon(), time.Minute, map[string]int{"slack": 100})
	if err != nil || len(leases) != 65 {
		t.Errorf("claim: got %d leases, %v, want 65, one of each lane", len(leases), err)
	}
}

// all calls f for 0 ≤ i < n at once.
func all(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f(i) })
	}
	wg.Wait()
	return errs
}

func TestLockedOutWriterRecovers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "drumbeat.db")
	s := open(t, path)
	if err := s.Exec(t.Context(), "PRAGMA busy_timeout = 1"); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, c := range []struct {
		other string
		ok    bool
	}{{"BEGIN IMMEDIATE", false}, {"ROLLBACK", true}} {
		if _, err := db.ExecContext(t.Context(), c.other); err != nil {
			t.Fatal(err)
		}
		if err := s.Commit(t.Context(), batch(1, 0, 10)); (err == nil) != c.ok {
			t.Errorf("commit after the other's %s: got %v", c.other, err)
		}
	}
}

func TestContextEndsWhileTheWriterIsBusy(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "drumbeat.db")
	s := open(t, path)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	for i, err := range all(8, func(i int) error { return s.Commit(ctx, batch(i, 0, 10)) }) {
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("commit %d: got %v, want DeadlineExceeded", i, err)
		}
	}
	if _, err := db.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), batch(99, 0, 10)); err != nil {
		t.Fatalf("commit after the wait: %v", err)
	}
	got, err := s.List(t.Context(), store.Query{Workspace: "main"})
	if err != nil || len(got) != 1 {
		t.Errorf("got %d streams, %v, want only the last: nobody waits for the others", len(got), err)
	}
}

func TestCloseWhileManyWrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "drumbeat.db")
	s := open(t, path)
	written := make([]int, 32)
	begun := make(chan struct{}, len(written))
	errs := make(chan []error)
	go func() {
		errs <- all(len(written), func(i int) error {
			for {
				if err := s.Commit(context.Background(), batch(i, written[i], 10)); err != nil {
					return err
				}
				if written[i]++; written[i] == 1 {
					begun <- struct{}{}
				}
			}
		})
	}()
	for range written {
		<-begun
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for i, err := range <-errs {
		if !strings.Contains(err.Error(), "closed") {
			t.Errorf("writer %d: got %v, want that the store is closed", i, err)
		}
	}
	s = open(t, path)
	for i, want := range written {
		got, err := s.Load(t.Context(), id(i), 0)
		if err != nil || len(got) != want {
			t.Errorf("stream %d: got %d records, %v, want the %d that Commit acknowledged", i, len(got), err, want)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), id(0), 0); err == nil {
		t.Error("a closed store loads")
	}
}

func TestBadCursorAndResult(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "drumbeat.db"))
	for _, after := range []string{"x", "/", "12", "-1/a", "99999999999999999999/main/incident/1"} {
		if _, err := s.List(t.Context(), store.Query{Workspace: "main", After: after}); err == nil {
			t.Errorf("cursor %q was accepted", after)
		}
	}
	if err := s.Commit(t.Context(), batch(1, 0, 10)); err != nil {
		t.Fatal(err)
	}
	leases, err := s.Claim(t.Context(), noon(), time.Minute, map[string]int{"slack": 1})
	if err != nil || len(leases) != 1 {
		t.Fatalf("claim: got %d leases, %v", len(leases), err)
	}
	if err := s.Settle(t.Context(), store.Outcome{Delivery: leases[0].Delivery.ID, Token: leases[0].Token}); err == nil {
		t.Error("no result was accepted as one")
	}
}

func TestWhatADeadProcessWasSending(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 5, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		eager bool
		want  []string // taken up at once
	}{{"urgent alone", false, []string{"page"}}, {"all", true, []string{"page", "words"}}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "d.db")
			s, err := sqlite.Open(t.Context(), sqlite.Config{Path: path})
			if err != nil {
				t.Fatal(err)
			}
			id := stream.ID{Workspace: "w", Kind: "k", Name: "1"}
			b := store.Batch{Stream: id, Records: []stream.Record{{Stream: id, Seq: 1, Meta: stream.Meta{At: now}, Kind: "x", Data: []byte(`{}`)}},
				Summary: stream.Summary{Stream: id, Seq: 1, At: now}, Deliveries: []stream.Delivery{
					{ID: "w/k/1/1/words", Stream: id, To: "x", Action: "words"}, {ID: "w/k/1/1/page", Stream: id, To: "x", Action: "page", Urgent: true}}}
			if err := s.Commit(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			free := map[string]int{"x": 8}
			if leases, err := s.Claim(t.Context(), now, time.Hour, free); err != nil || len(leases) != 2 {
				t.Fatalf("claimed %v, %v", leases, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s, err = sqlite.Open(t.Context(), sqlite.Config{Path: path, Eager: c.eager})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			leases, err := s.Claim(t.Context(), now, time.Hour, free)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range leases {
				got = append(got, l.Delivery.Action)
				if !l.Doubt || l.Lost != 1 {
					t.Errorf("%s is handed out with doubt %t, lost %d: its outcome is unknown", l.Delivery.Action, l.Doubt, l.Lost)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
