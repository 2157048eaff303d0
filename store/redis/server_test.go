package redis_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"drumbeat/store"
	"drumbeat/store/redis"
	"drumbeat/store/storetest"
)

// The tests of this file need a server of their own, which they change, kill or
// pair with another. With -short they are left out.

func TestFullServer(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	r := own(t)
	s, c := open(t, redis.Config{URL: r.url()}), client(t, r.url())
	limit := func(bytes string) {
		t.Helper()
		if err := c.ConfigSet(t.Context(), "maxmemory", bytes).Err(); err != nil {
			t.Fatal(err)
		}
	}
	commit(t, s, first("1", ""))
	commit(t, s, first("2", ""))
	limit("1")
	late := first("3", "k")
	addition := late
	addition.Records = nil
	for _, b := range []store.Batch{late, addition} {
		if err := s.Commit(t.Context(), b); !errors.Is(err, store.ErrFull) {
			t.Errorf("commit of %d records: got %v, want ErrFull", len(b.Records), err)
		}
	}
	if other, err := redis.Open(t.Context(), redis.Config{URL: r.url(), Prefix: "new"}); !errors.Is(err, store.ErrFull) {
		t.Errorf("creating a store: got %v and %v, want ErrFull", other, err)
	}
	wantRecords(t, s, late, 0)
	got := claim(t, s, noon)
	if len(got) != 2 {
		t.Fatalf("claimed %d of a full server, want 2", len(got))
	}
	addition.Settle = []store.Outcome{{Delivery: got[0].Delivery.ID, Result: store.Done}}
	if err := s.Commit(t.Context(), addition); !errors.Is(err, store.ErrFull) {
		t.Errorf("a commit that settles one delivery and adds another: got %v, want ErrFull", err)
	}
	if err := s.Settle(t.Context(), store.Outcome{Delivery: got[0].Delivery.ID, Token: got[0].Token, Result: store.Retry, At: noon}); err != nil {
		t.Errorf("settling: %v", err)
	}
	commit(t, s, store.Batch{Stream: late.Stream, Settle: []store.Outcome{
		{Delivery: got[0].Delivery.ID, Result: store.Done}, {Delivery: got[1].Delivery.ID, Result: store.Done},
	}})
	limit("0")
	commit(t, s, late)
	if got := claim(t, s, noon.Add(time.Hour)); len(got) != 1 || got[0].Delivery.ID != late.Deliveries[0].ID {
		t.Errorf("claimed %+v, want only what was committed last", got)
	}
}

func TestServerWhoseDiskIsFull(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	r := own(t)
	s, c := open(t, redis.Config{URL: r.url()}), client(t, r.url())
	// Redis refuses writes alike whatever ails its disk; here, it is gone.
	if err := os.RemoveAll(r.dir); err != nil {
		t.Fatal(err)
	}
	if err := c.ConfigSet(t.Context(), "save", "3600 1").Err(); err != nil {
		t.Fatal(err)
	}
	if err := c.BgSave(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if err := r.await("Background saving error"); err != nil {
		t.Fatal(err)
	}
	b := first("1", "k")
	if err := s.Commit(t.Context(), b); !errors.Is(err, store.ErrFull) {
		t.Errorf("commit: got %v, want ErrFull", err)
	}
	if err := c.ConfigSet(t.Context(), "save", "").Err(); err != nil {
		t.Fatal(err)
	}
	wantRecords(t, s, b, 0)
	commit(t, s, b)
}

func TestServerThatWasKilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	r := own(t, "--appendonly", "yes", "--appendfsync", "always")
	s := open(t, redis.Config{URL: r.url()})
	b := first("1", "k")
	commit(t, s, b)
	if got := claim(t, s, noon); len(got) != 1 {
		t.Fatalf("claimed %d, want 1", len(got))
	}
	r.kill()
	if _, err := s.Load(t.Context(), b.Stream, 0); err == nil {
		t.Error("loading from a dead server: no error")
	}
	if err := r.start(); err != nil {
		t.Fatal(err)
	}
	wantRecords(t, s, b, 1)
	wantDuplicate(t, s.Commit(t.Context(), b), "k", b.Stream)
	if got := claim(t, s, noon.Add(time.Minute)); len(got) != 1 || !got[0].Doubt {
		t.Errorf("claimed %+v, want what was in flight, in doubt", got)
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	r := own(t, "--repl-diskless-sync-delay", "0")
	host, port, _ := strings.Cut(r.addr, ":")
	replica := own(t, "--replicaof", host+" "+port)
	c := client(t, r.url())
	if err := c.Set(t.Context(), "synced", 1, 0).Err(); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Wait(t.Context(), 1, 30*time.Second).Result(); n != 1 {
		t.Fatalf("the replica did not come: %d, %v", n, err)
	}

	s := open(t, redis.Config{URL: r.url(), Wait: 1})
	b := first("1", "k")
	commit(t, s, b)
	there, err := client(t, replica.url()).LLen(t.Context(), "drumbeat:{b00}:log:"+b.Stream.String()).Result()
	if err != nil || there != 1 {
		t.Errorf("records at the replica after the commit: got %d and %v, want 1", there, err)
	}
	if got := claim(t, s, noon); len(got) != 1 {
		t.Errorf("claimed %d, want 1", len(got))
	}

	asks := open(t, redis.Config{URL: r.url(), Wait: 2})
	b = first("2", "k2")
	if err := asks.Commit(t.Context(), b); err == nil || !strings.Contains(err.Error(), "only 1 of 2 replicas") {
		t.Errorf("a commit that one replica of two has: got %v", err)
	}
	wantDuplicate(t, asks.Commit(t.Context(), b), "k2", b.Stream)
	if _, err := asks.List(t.Context(), store.Query{Workspace: "main"}); err != nil {
		t.Errorf("reading waits for nobody: %v", err)
	}
	tells(t, asks.Probe(t.Context()), "FAIL redis at "+r.addr+": 1 replicas are connected, and every write waits for 2. → Start the replicas")
	tells(t, s.Probe(t.Context()), "ok redis at "+r.addr+": 1 replicas follow it.")
	tells(t, redis.Config{URL: replica.url()}.Probe(t.Context()), "FAIL redis at "+replica.addr+": it is a replica (of 127.0.0.1) and takes no writes. → Name the server")
}

func TestPassword(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	r := own(t, "--requirepass", "s3cret")
	s := open(t, redis.Config{URL: "redis://:s3cret@" + r.addr + "/3"})
	commit(t, s, first("1", ""))
	for _, url := range []string{r.url(), "redis://:s3kret@" + r.addr} {
		_, err := redis.Open(t.Context(), redis.Config{URL: url})
		if err == nil || strings.Contains(err.Error(), "s3") {
			t.Errorf("%s: got %v, want an error without a password", url, err)
		}
	}
}

func TestConformanceOfACluster(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	r := own(t, "--cluster-enabled", "yes")
	c := client(t, r.url())
	if err := c.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	if err := r.await("Cluster state changed: ok"); err != nil {
		t.Fatal(err)
	}
	if _, err := redis.Open(t.Context(), redis.Config{URL: "redis://" + r.addr + "/1"}); err == nil {
		t.Error("database 1 of a cluster was opened")
	}
	storetest.Run(t, backend(func(*testing.T) redis.Config { return redis.Config{URL: r.url(), Prefix: fresh()} }))
}
