package redis_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
	"drumbeat/store/redis"
)

// TestDrainedOutboxLeavesNothing does whatever comes to an outbox, then sends
// all that is left: no delivery may stay barred, and no key may stay behind.
func TestDrainedOutboxLeavesNothing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			url := mini(t)
			w := &work{T: t, s: open(t, redis.Config{URL: url, Buckets: 1 + int(seed%3)}), r: rand.New(rand.NewPCG(seed, 0)), now: noon}
			for range 100 {
				w.step()
			}
			w.drain()
			keys, err := client(t, url).Keys(t.Context(), "*").Result()
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range keys {
				_, k, _ = strings.Cut(k, "}:")
				for _, kind := range []string{"row", "slots", "lane", "ready", "later", "expiry"} {
					if strings.HasPrefix(k, kind) {
						t.Errorf("left behind: %s", k)
					}
				}
			}
		})
	}
}

// work is a bot that does things by chance.
type work struct {
	*testing.T
	s      store.Store
	r      *rand.Rand
	now    time.Time
	n      int
	leases []store.Lease
}

func (w *work) step() {
	w.now = w.now.Add(time.Duration(w.r.IntN(20)) * time.Second)
	switch w.r.IntN(3) {
	case 0:
		id := stream.ID{Workspace: w.one("main", "other"), Kind: "incident", Name: w.one("1", "2")}
		b := store.Batch{Stream: id}
		for range w.r.IntN(4) {
			b.Deliveries = append(b.Deliveries, w.delivery(id))
		}
		for _, o := range w.outcomes() {
			if strings.HasPrefix(o.Delivery, id.Workspace+"/") {
				b.Settle = append(b.Settle, o)
			}
		}
		commit(w, w.s, b)
	case 1:
		for _, o := range w.outcomes() {
			if err := w.s.Settle(context.Background(), o); err != nil {
				w.Fatal(err)
			}
		}
	case 2:
		w.leases = append(w.leases, w.claim(w.r.IntN(4))...)
	}
}

func (w *work) one(of ...string) string { return of[w.r.IntN(len(of))] }

func (w *work) claim(places int) []store.Lease {
	got, err := w.s.Claim(context.Background(), w.now, time.Minute, map[string]int{"slack": places, "sms": places})
	if err != nil {
		w.Fatal(err)
	}
	return got
}

func (w *work) delivery(id stream.ID) stream.Delivery {
	w.n++
	d := stream.Delivery{
		ID: fmt.Sprintf("%s/%d/x", id, w.n), Stream: id, To: w.one("slack", "slack", "sms", ""),
		Slot: w.one("", "a", "b"), Lane: w.one("", "l", "m"), Urgent: w.r.IntN(4) == 0,
	}
	if w.r.IntN(3) == 0 {
		d.NotAfter = w.now.Add(time.Minute)
	}
	if d.Lane == "" && w.r.IntN(2) == 0 {
		d.NotBefore = w.now.Add(30 * time.Second)
	}
	return d
}

// outcomes settles about half of what was ever claimed, lost leases too.
func (w *work) outcomes() []store.Outcome {
	var all []store.Outcome
	for _, l := range w.leases {
		if w.r.IntN(2) == 0 {
			result := store.Done + store.Result(w.r.IntN(4))
			all = append(all, store.Outcome{Delivery: l.Delivery.ID, Token: l.Token, Result: result, At: w.now.Add(10 * time.Second)})
		}
	}
	return all
}

func (w *work) drain() {
	for range 1000 {
		w.now = w.now.Add(time.Hour)
		got := w.claim(10)
		if len(got) == 0 {
			return
		}
		for _, l := range got {
			if err := w.s.Settle(context.Background(), store.Outcome{Delivery: l.Delivery.ID, Token: l.Token, Result: store.Done}); err != nil {
				w.Fatal(err)
			}
		}
	}
	w.Error("the outbox never ends")
}

// TestLaneGoesOnAfterAnObsoleteHead has the head come back when a newer one
// waits in its slot: the newer one leaves no second trace in the lane.
func TestLaneGoesOnAfterAnObsoleteHead(t *testing.T) {
	t.Parallel()
	s := open(t, redis.Config{URL: mini(t)})
	b := first("1", "")
	named := func(step, slot string) stream.Delivery {
		return stream.Delivery{ID: b.Stream.String() + "/1/" + step, Stream: b.Stream, To: "slack", Lane: "l", Slot: slot}
	}
	send := func(want string) {
		t.Helper()
		got := claim(t, s, noon)
		if len(got) != 1 || !strings.HasSuffix(got[0].Delivery.ID, "/"+want) {
			t.Fatalf("claimed %+v, want %s alone", got, want)
		}
		o := store.Outcome{Delivery: got[0].Delivery.ID, Token: got[0].Token, Result: store.Done}
		if err := s.Settle(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	b.Deliveries = []stream.Delivery{named("old", "s")}
	commit(t, s, b)
	old := claim(t, s, noon)[0]
	commit(t, s, store.Batch{Stream: b.Stream, Deliveries: []stream.Delivery{named("newer", "s"), named("last", "")}})
	if err := s.Settle(t.Context(), store.Outcome{Delivery: old.Delivery.ID, Token: old.Token, Result: store.Retry, At: noon}); err != nil {
		t.Fatal(err)
	}
	send("newer")
	send("last")
}
