// Package storetest is the conformance suite of store backends: what
// store/store.go promises, as tests that any backend runs on itself.
//
//	func TestConformance(t *testing.T) {
//		storetest.Run(t, storetest.Backend{Open: open})
//	}
//
// Every test has a store of its own and runs beside the others. Nothing waits
// for time to pass: the suite says what time it is. Where the contract leaves
// a choice, the suite holds these:
//
//   - A Key that is taken is told before a conflict, so that a batch that is
//     committed again after an unknown outcome hears DuplicateError.
//   - In a batch that erases, a rewritten record may carry a Key that its
//     stream has already; one beyond After may not.
//   - A delivery whose ID is already there is not added again.
//   - The time of a commit is the At of the newest record of its stream, also
//     when the batch itself has none. It orders what is due (and is
//     Lease.Queued); it never delays: what has no NotBefore is due at once,
//     whatever now is, so that no page waits for a clock that was ahead.
//   - An empty NotBefore is earlier than any other.
//   - Settling as Retry ends all doubt, and makes the row replaceable.
//   - A withdrawal of what is in flight or in doubt is remembered: when that
//     one comes back as Retry, it is deleted.
//   - A lease is lost when its token is no longer the delivery's: claimed
//     again, or settled. A lease whose Until has passed, and which nobody
//     claimed again, can still be settled.
//   - A delivery past its NotAfter needs no place, but its far end must be
//     named in free, and lane, slot, NotBefore and next try hold for it too.
//   - Claim's answer as a whole is in order: urgent, then due time, then the
//     order of the commits.
//   - A Query without a Workspace selects nothing.
//   - The store fills Stream, Seq and Rev of a summary.
//   - Data is given back byte for byte.
package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// Backend is how the suite gets at the stores that it tries.
type Backend struct {
	// Open gives a new, empty store. The suite closes it.
	Open func(t *testing.T) store.Store
	// Reopen closes a store and gives it again as the next process finds it.
	// Nil where nothing outlives the process.
	Reopen func(t *testing.T, s store.Store) store.Store
	// Beside gives a second handle on the same store, as another process has
	// it. The suite closes it. Nil where a store has one process.
	Beside func(t *testing.T, s store.Store) store.Store
	// Copy closes a store and gives a copy of its data at another place. The
	// suite closes it. Nil where a stand-in cannot copy.
	Copy func(t *testing.T, s store.Store) store.Store
}

// Run tries all of the contract.
func Run(t *testing.T, b Backend) {
	t.Helper()
	for _, group := range []struct {
		name  string
		cases []scenario
	}{
		{"commit", commits()}, {"outbox", outboxes()}, {"keys", keys()}, {"together", together()}, {"context", contexts()},
		{"erase", erasures()}, {"value", values()}, {"moment", moments()},
		{"list", lists()}, {"revision", revisions()}, {"page", pages()},
		{"claim", claims()}, {"order", orders()}, {"not before", times()}, {"not after", lapses()},
		{"lane", lanes()}, {"head", heads()},
		{"slot", slots()}, {"slot's time", slotTimes()}, {"withdrawal", withdrawals()},
		{"busy", busy()}, {"obsolete", obsoletes()}, {"withdrawn", withdrawn()},
		{"lease", leases()}, {"lost", lost()}, {"stray", stray()},
		{"handles", handles(b)}, {"mark", marks(b)}, {"model", models()},
	} {
		t.Run(group.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range group.cases {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.run(newKit(t, b.Open(t)))
				})
			}
		})
	}
}

type scenario struct {
	name string
	run  func(k kit)
}

// kit is a store under test, and what every story about it needs.
type kit struct {
	*testing.T
	s store.Store
}

func newKit(t *testing.T, s store.Store) kit {
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return kit{t, s}
}

func (k kit) ctx() context.Context { return k.Context() }

// one and two are streams of the same workspace, far is of another.
var (
	one = stream.ID{Workspace: "main", Kind: "incident", Name: "1"}
	two = stream.ID{Workspace: "main", Kind: "incident", Name: "2"}
	far = stream.ID{Workspace: "other", Kind: "incident", Name: "1"}
)

// hold is how long the suite's leases last.
const hold = time.Minute

// at is a time in seconds after the noon when every story begins.
func at(seconds int) time.Time {
	return time.Date(2026, 3, 14, 12, 0, seconds, 0, time.UTC)
}

// plenty has places enough for all that the stories send.
func plenty() map[string]int {
	return map[string]int{"slack": 100, "twitter": 100, "sms": 100, stream.Bot: 100}
}

// records makes n records of a stream after the Seq, at a time.
func records(id stream.ID, after, n int, when time.Time) []stream.Record {
	var rs []stream.Record
	for i := range n {
		rs = append(rs, stream.Record{
			Stream: id, Seq: after + 1 + i,
			Meta: stream.Meta{At: when, By: stream.Actor{ID: "U1", Name: "Ann", Roles: []string{"commander"}}},
			Kind: "noted", Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, after+1+i)),
		})
	}
	return rs
}

// batch is n records and their summary.
func batch(id stream.ID, after, n int, when time.Time) store.Batch {
	return store.Batch{
		Stream: id, After: after, Records: records(id, after, n, when),
		Summary: stream.Summary{Stream: id, Seq: after + n, At: at(0), Open: true, Data: json.RawMessage(`{"title":"x"}`)},
	}
}

// keyed gives the batch's records a Key each; "" for none.
func keyed(b store.Batch, keys ...string) store.Batch {
	for i, key := range keys {
		b.Records[i].Key = key
	}
	return b
}

func (k kit) commit(b store.Batch) {
	k.Helper()
	if err := k.s.Commit(k.ctx(), b); err != nil {
		k.Fatalf("commit to %s after %d: %v", b.Stream, b.After, err)
	}
}

// seq is the Seq of a stream's last record.
func (k kit) seq(id stream.ID) int {
	k.Helper()
	return len(k.load(id, 0))
}

func (k kit) load(id stream.ID, after int) []stream.Record {
	k.Helper()
	rs, err := k.s.Load(k.ctx(), id, after)
	if err != nil {
		k.Fatalf("load %s: %v", id, err)
	}
	return rs
}

func (k kit) list(q store.Query) []stream.Summary {
	k.Helper()
	if q.Workspace == "" {
		q.Workspace = "main"
	}
	got, err := k.s.List(k.ctx(), q)
	if err != nil {
		k.Fatalf("list %+v: %v", q, err)
	}
	return got
}

// named gives the deliveries, whose ID is a step so far, the stream and the
// whole ID.
func named(id stream.ID, seq int, ds []stream.Delivery) []stream.Delivery {
	ds = slices.Clone(ds)
	for i := range ds {
		ds[i].Stream = id
		ds[i].ID = stream.DeliveryID(stream.Record{Stream: id, Seq: seq}, ds[i].ID)
	}
	return ds
}

// queue commits one record with the deliveries that it asks for; their ID is
// the step alone. The record's time is that of the story's beginning.
func (k kit) queue(id stream.ID, ds ...stream.Delivery) {
	k.Helper()
	k.queueAt(at(0), id, ds...)
}

func (k kit) queueAt(when time.Time, id stream.ID, ds ...stream.Delivery) {
	k.Helper()
	seq := k.seq(id)
	b := batch(id, seq, 1, when)
	b.Deliveries = named(id, seq+1, ds)
	k.commit(b)
}

func (k kit) claim(now time.Time, free map[string]int) []store.Lease {
	k.Helper()
	got, err := k.s.Claim(k.ctx(), now, hold, free)
	if err != nil {
		k.Fatalf("claim: %v", err)
	}
	return got
}

// wantClaim claims with places enough, wants these steps in this order, and
// gives their leases.
func (k kit) wantClaim(now time.Time, steps ...string) []store.Lease {
	k.Helper()
	got := k.claim(now, plenty())
	k.wantSteps(got, steps...)
	return got
}

func (k kit) wantSteps(leases []store.Lease, want ...string) {
	k.Helper()
	var got []string
	for _, l := range leases {
		got = append(got, step(l))
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		k.Fatalf("claimed (-want +got)\n%s", diff)
	}
}

func step(l store.Lease) string {
	return l.Delivery.ID[strings.LastIndex(l.Delivery.ID, "/")+1:]
}

func outcome(l store.Lease, r store.Result, when time.Time) store.Outcome {
	return store.Outcome{Delivery: l.Delivery.ID, Token: l.Token, Result: r, At: when}
}

func (k kit) settle(l store.Lease, r store.Result, when time.Time) {
	k.Helper()
	if err := k.s.Settle(k.ctx(), outcome(l, r, when)); err != nil {
		k.Fatalf("settle %s: %v", l.Delivery.ID, err)
	}
}

func (k kit) same(what string, want, got any) {
	k.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), sameBytes()); diff != "" {
		k.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

// sameBytes compares data as a whole: going byte by byte through what is long
// takes seconds. Empty data is for EquateEmpty to compare.
func sameBytes() cmp.Option {
	return cmp.FilterValues(func(a, b json.RawMessage) bool { return len(a)+len(b) > 0 },
		cmp.Comparer(func(a, b json.RawMessage) bool { return bytes.Equal(a, b) }))
}
