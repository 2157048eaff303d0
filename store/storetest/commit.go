package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

func outboxes() []scenario {
	return []scenario{
		{"without records After is not looked at", func(k kit) {
			k.commit(batch(one, 0, 3, at(7)))
			before := k.list(store.Query{})
			b := store.Batch{Stream: one, After: 1, Summary: stream.Summary{Stream: one, At: at(9)}}
			b.Deliveries = named(one, 3, []stream.Delivery{{ID: "a", To: "slack"}})
			k.commit(b)
			k.same("summaries", before, k.list(store.Query{}))
			got := k.wantClaim(at(8), "a")
			k.same("queued", at(7), got[0].Queued)
		}},
		{"deliveries of a stream without records", func(k kit) {
			k.commit(store.Batch{Stream: one, Deliveries: named(one, 1, []stream.Delivery{{ID: "a", To: "slack"}})})
			k.same("summaries", 0, len(k.list(store.Query{})))
			k.wantClaim(at(0), "a")
		}},
		{"as many deliveries as a batch may hold", mostDeliveries},
		{"a delivery that is already there", func(k kit) {
			k.queue(one, stream.Delivery{ID: "a", To: "slack", Action: "first"})
			again := []stream.Delivery{{ID: "a", To: "slack", Action: "second"}}
			k.commit(store.Batch{Stream: one, Deliveries: named(one, 1, again)})
			got := k.wantClaim(at(0), "a")
			k.same("action", "first", got[0].Delivery.Action)
			k.commit(store.Batch{Stream: one, Deliveries: named(one, 1, again)})
			k.wantClaim(at(0))
		}},
	}
}

func commits() []scenario {
	return []scenario{
		{"a stream is its records", func(k kit) {
			k.same("a stream that does not exist", []stream.Record(nil), k.load(one, 0))
			k.commit(batch(one, 0, 2, at(1)))
			k.commit(batch(one, 2, 3, at(2)))
			k.commit(batch(far, 0, 1, at(3)))
			want := append(records(one, 0, 2, at(1)), records(one, 2, 3, at(2))...)
			k.same("all", want, k.load(one, 0))
			k.same("after 3", want[3:], k.load(one, 3))
			k.same("after the last", []stream.Record(nil), k.load(one, 5))
			k.same("the other workspace", records(far, 0, 1, at(3)), k.load(far, 0))
		}},
		{"a stream that moved on", func(k kit) {
			k.commit(batch(one, 0, 2, at(0)))
			for _, after := range []int{0, 1, 3, 7} {
				k.wantConflict(batch(one, after, 1, at(1)))
			}
			k.same("the stream", records(one, 0, 2, at(0)), k.load(one, 0))
		}},
		{"a stream that is not there", func(k kit) {
			k.wantConflict(batch(one, 1, 1, at(1)))
			k.same("records", 0, k.seq(one))
		}},
		{"a batch of bad form", func(k kit) {
			b := batch(one, 0, 2, at(0))
			b.Records[1].Seq = 3
			if err := k.s.Commit(k.ctx(), b); err == nil {
				k.Error("a gap between records was accepted")
			}
			k.same("records", 0, k.seq(one))
		}},
		{"a conflict leaves nothing", func(k kit) { k.wantUntouched(batch(one, 9, 2, at(5)), "") }},
		{"a duplicate at the end leaves nothing", func(k kit) { k.wantUntouched(batch(one, 1, 2, at(5)), "taken") }},
	}
}

func (k kit) wantConflict(b store.Batch) {
	k.Helper()
	if err := k.s.Commit(k.ctx(), b); !errors.Is(err, store.ErrConflict) {
		k.Errorf("commit to %s after %d: got %v, want ErrConflict", b.Stream, b.After, err)
	}
}

// wantUntouched commits a batch that must fail, and looks for anything that it
// left. A last key makes it fail as a duplicate.
func (k kit) wantUntouched(b store.Batch, last string) {
	k.Helper()
	k.commit(keyed(batch(two, 0, 1, at(0)), "taken"))
	k.queue(one, stream.Delivery{ID: "old", To: "slack"}, stream.Delivery{ID: "slotted", To: "slack", Slot: "s"})
	leases := k.wantClaim(at(0), "old", "slotted")
	records, summaries := k.load(one, 0), k.list(store.Query{})

	keyed(b, "fresh", last)
	b.Summary.Tags = []string{"left:behind"}
	b.Deliveries = named(one, 2, []stream.Delivery{{ID: "new", To: "slack"}, {ID: "newer", To: "slack", Slot: "s"}})
	b.Settle = []store.Outcome{outcome(leases[0], store.Done, at(0))}
	if err := k.s.Commit(k.ctx(), b); err == nil {
		k.Fatal("the batch was accepted")
	}

	k.same("records", records, k.load(one, 0))
	k.same("summaries", summaries, k.list(store.Query{}))
	k.same("tagged", 0, len(k.list(store.Query{Tag: "left:behind"})))
	k.commit(keyed(batch(one, 1, 1, at(6)), "fresh"))
	k.settle(leases[1], store.Retry, at(10))
	k.wantClaim(at(70), "slotted", "old") // and no other; "old" because it was not settled
}

func mostDeliveries(k kit) {
	b := batch(one, 0, 1, at(0))
	var ds []stream.Delivery
	for i := range store.MaxDeliveries + 1 {
		ds = append(ds, stream.Delivery{ID: fmt.Sprint(i), To: "slack"})
	}
	b.Deliveries = named(one, 1, ds)
	if err := k.s.Commit(k.ctx(), b); err == nil {
		k.Fatalf("%d deliveries were accepted", len(b.Deliveries))
	}
	b.Deliveries = b.Deliveries[:store.MaxDeliveries]
	k.commit(b)
	got := k.claim(at(0), map[string]int{"slack": 2 * store.MaxDeliveries})
	k.same("claimed", store.MaxDeliveries, len(got))
	for i, l := range got {
		if want := fmt.Sprint(i); step(l) != want {
			k.Fatalf("delivery %d: got step %s, want %s", i, step(l), want)
		}
	}
}

func keys() []scenario {
	return []scenario{
		{"a key is taken by its stream", func(k kit) {
			k.commit(keyed(batch(one, 0, 1, at(0)), "intent"))
			k.wantDuplicate(keyed(batch(two, 0, 1, at(1)), "intent"), "intent", one)
			k.wantDuplicate(keyed(batch(one, 1, 1, at(1)), "intent"), "intent", one)
			k.same("records of two", 0, k.seq(two))
			k.same("records of one", 1, k.seq(one))
			k.commit(keyed(batch(far, 0, 1, at(1)), "intent")) // a workspace has its own
		}},
		{"any key of a batch", func(k kit) {
			k.commit(keyed(batch(one, 0, 3, at(0)), "a", "", "b"))
			k.wantDuplicate(keyed(batch(two, 0, 3, at(1)), "c", "b", "a"), "b", one)
			k.commit(keyed(batch(two, 0, 3, at(1)), "c", "d", "e"))
		}},
		{"one command's records share its key", func(k kit) {
			k.commit(keyed(batch(one, 0, 3, at(0)), "a", "a", "a"))
			k.same("records", 3, k.seq(one))
			k.same("key of the last", "a", k.load(one, 2)[0].Key)
			k.wantDuplicate(keyed(batch(one, 3, 1, at(1)), "a"), "a", one)
		}},
		{"no key is never taken", func(k kit) {
			k.commit(batch(one, 0, 2, at(0)))
			k.commit(batch(one, 2, 2, at(0)))
		}},
		{"the same batch again hears of its key", func(k kit) {
			b := keyed(batch(one, 0, 2, at(0)), "", "intent")
			k.commit(b)
			k.wantDuplicate(b, "intent", one)
		}},
		{"keys are compared byte by byte", func(k kit) {
			for i, key := range []string{"é", "e\u0301", "É", "a", "A", "a ", "a/b", "a%", "a_"} {
				k.commit(keyed(batch(one, i, 1, at(0)), key))
			}
		}},
	}
}

func (k kit) wantDuplicate(b store.Batch, key string, has stream.ID) {
	k.Helper()
	var got *store.DuplicateError
	if err := k.s.Commit(k.ctx(), b); !errors.As(err, &got) {
		k.Errorf("commit to %s after %d: got %v, want a DuplicateError", b.Stream, b.After, err)
		return
	}
	k.same("duplicate", store.DuplicateError{Key: key, Stream: has}, *got)
}

func contexts() []scenario {
	return []scenario{
		{"a context that has ended", func(k kit) {
			ctx, cancel := context.WithCancel(k.ctx())
			cancel()
			k.queue(two, stream.Delivery{ID: "a", To: "slack"})
			_, load := k.s.Load(ctx, two, 0)
			_, list := k.s.List(ctx, store.Query{Workspace: "main"})
			_, claim := k.s.Claim(ctx, at(0), hold, plenty())
			for name, err := range map[string]error{"load": load, "list": list, "claim": claim,
				"commit": k.s.Commit(ctx, batch(one, 0, 1, at(0))),
				"settle": k.s.Settle(ctx, store.Outcome{Delivery: two.String() + "/1/a", Result: store.Done}),
			} {
				if !errors.Is(err, context.Canceled) {
					k.Errorf("%s: got %v, want context.Canceled", name, err)
				}
			}
			k.same("records", 0, k.seq(one))
			k.wantClaim(at(0), "a")
		}},
	}
}

func together() []scenario {
	return []scenario{
		{"one conflict among 64 undoes only itself", func(k kit) {
			const n = 64
			errs := k.each(n, func(i int) error {
				id, after := one.Of("alert", fmt.Sprint(i)), 0
				if i == n/2 {
					after = 5
				}
				b := keyed(batch(id, after, 2, at(i)), fmt.Sprint("key", i))
				b.Deliveries = named(id, after+1, []stream.Delivery{{ID: fmt.Sprint("d", i), To: "slack"}})
				return k.s.Commit(k.ctx(), b)
			})
			for i, err := range errs {
				want, records := error(nil), 2
				if i == n/2 {
					want, records = store.ErrConflict, 0
				}
				if !errors.Is(err, want) {
					k.Errorf("commit %d: got %v, want %v", i, err, want)
				}
				k.same(fmt.Sprint("records of ", i), records, k.seq(one.Of("alert", fmt.Sprint(i))))
			}
			k.same("deliveries", n-1, len(k.claim(at(0), plenty())))
			k.same("summaries", n-1, len(k.list(store.Query{})))
		}},
		{"64 on one stream: one wins", func(k kit) {
			for after := range 5 {
				k.wantOneWinner(k.each(64, func(int) error {
					return k.s.Commit(k.ctx(), batch(one, after, 1, at(after)))
				}), func(err error) bool { return errors.Is(err, store.ErrConflict) })
				k.same("records", after+1, k.seq(one))
			}
		}},
		{"64 with one key: one wins", func(k kit) {
			k.wantOneWinner(k.each(64, func(i int) error {
				return k.s.Commit(k.ctx(), keyed(batch(one.Of("alert", fmt.Sprint(i)), 0, 1, at(0)), "intent"))
			}), func(err error) bool { return errors.As(err, new(*store.DuplicateError)) })
		}},
		{"a commit and its summary are seen at once", func(k kit) {
			look := func(i int) error {
				id := one.Of("alert", fmt.Sprint(i))
				if err := k.s.Commit(k.ctx(), batch(id, 0, 3, at(0))); err != nil {
					return err
				}
				if got, err := k.s.Load(k.ctx(), id, 0); err != nil || len(got) != 3 {
					return fmt.Errorf("after the commit: got %d records, %w", len(got), err)
				}
				return nil
			}
			for _, err := range k.each(32, look) {
				if err != nil {
					k.Error(err)
				}
			}
		}},
	}
}

func (k kit) wantOneWinner(errs []error, lost func(error) bool) {
	k.Helper()
	won := 0
	for i, err := range errs {
		if err == nil {
			won++
		} else if !lost(err) {
			k.Errorf("commit %d: got %v", i, err)
		}
	}
	k.same("winners", 1, won)
}

// handles tries what one process finds of another's work.
func handles(b Backend) []scenario {
	var cases []scenario
	if b.Reopen != nil {
		cases = append(cases, scenario{"what was committed outlives the process", func(k kit) { reopen(k, b.Reopen) }})
	}
	if b.Beside != nil {
		cases = append(cases,
			scenario{"two handles see one store", func(k kit) { beside(k, newKit(k.T, b.Beside(k.T, k.s))) }},
			scenario{"two handles never claim the same", func(k kit) { claimers(k, k.s, newKit(k.T, b.Beside(k.T, k.s)).s) }})
	}
	return cases
}

func reopen(k kit, again func(*testing.T, store.Store) store.Store) {
	// k.s is closed twice: by again, and by the test's end.
	k.commit(keyed(batch(one, 0, 2, at(0)), "intent"))
	k.queue(one, stream.Delivery{ID: "sent", To: "slack", Lane: "l"}, stream.Delivery{ID: "next", To: "slack", Lane: "l"})
	sent := k.wantClaim(at(0), "sent")
	records, summaries := k.load(one, 0), k.list(store.Query{})

	k = newKit(k.T, again(k.T, k.s))
	k.same("records", records, k.load(one, 0))
	k.same("summaries", summaries, k.list(store.Query{}))
	k.wantDuplicate(keyed(batch(two, 0, 1, at(0)), "intent"), "intent", one)
	k.wantClaim(at(59))
	got := k.wantClaim(at(60), "sent")[0]
	if !got.Doubt || got.Lost != 1 {
		k.Errorf("lease after the crash: got doubt %t, lost %d, want true, 1", got.Doubt, got.Lost)
	}
	k.settle(sent[0], store.Done, at(61))
	k.wantClaim(at(62), "next")
}

func beside(k, other kit) {
	k.queue(one, stream.Delivery{ID: "a", To: "slack", Lane: "l"}, stream.Delivery{ID: "b", To: "slack", Lane: "l"})
	other.same("records", 1, other.seq(one))
	other.wantConflict(batch(one, 0, 1, at(1)))
	other.commit(batch(one, 1, 1, at(1)))
	a := other.wantClaim(at(0), "a")
	k.wantClaim(at(0))
	k.settle(a[0], store.Done, at(0))
	other.wantClaim(at(0), "b")
	k.same("seq listed", 2, k.list(store.Query{})[0].Seq)
}
