package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

func models() []scenario {
	return []scenario{{"whatever happens, the outbox is as the model has it", func(k kit) {
		var worlds atomic.Int64 // a check finds nothing of the one before
		rapid.Check(k.T, func(rt *rapid.T) {
			w := newWorld(rt, k, worlds.Add(1))
			rt.Repeat(map[string]func(*rapid.T){
				"commit": w.commit,
				"claim":  w.claim,
				"settle": w.settle,
				"wait":   w.wait,
			})
			w.end()
		})
	}}}
}

// entry is what the model knows of a delivery.
type entry struct {
	d               stream.Delivery
	queued          time.Time
	wait            time.Time // not claimed before; zero: at any time
	token           string
	doubt, obsolete bool
	attempt, lost   int
}

func (e *entry) busy() bool { return e.token != "" || e.doubt }

// world is a store beside a model of its outbox: the rows in the order of
// their places.
type world struct {
	*rapid.T
	k       kit
	rows    []*entry
	seq     map[stream.ID]int
	streams []stream.ID
	ends    []string
	now     time.Time
	steps   int
	held    []store.Lease // all leases that there ever were
}

func newWorld(rt *rapid.T, k kit, number int64) *world {
	name := func(s string) string { return fmt.Sprint(s, number) }
	main := stream.ID{Workspace: name("main"), Kind: "incident", Name: "1"}
	other := stream.ID{Workspace: name("other"), Kind: "incident", Name: "1"}
	return &world{T: rt, k: k, seq: map[stream.ID]int{}, now: at(0),
		streams: []stream.ID{main, main.Of("incident", "2"), other}, ends: []string{name("a"), name("b")}}
}

func (w *world) wait(rt *rapid.T) {
	w.now = w.now.Add(time.Duration(rapid.IntRange(1, 90).Draw(rt, "seconds")) * time.Second)
}

func (w *world) delivery(rt *rapid.T, id stream.ID, seq int) stream.Delivery {
	w.steps++
	d := stream.Delivery{Stream: id, To: rapid.SampledFrom(append(w.ends, "")).Draw(rt, "to"),
		ID:     stream.DeliveryID(stream.Record{Stream: id, Seq: seq}, fmt.Sprint(w.steps)),
		Lane:   rapid.SampledFrom([]string{"", "l", "m"}).Draw(rt, "lane"),
		Slot:   rapid.SampledFrom([]string{"", "s", "t"}).Draw(rt, "slot"),
		Urgent: rapid.Bool().Draw(rt, "urgent")}
	if d.Lane == "" && rapid.Bool().Draw(rt, "later") {
		d.NotBefore = w.now.Add(time.Duration(rapid.IntRange(-30, 90).Draw(rt, "not before")) * time.Second)
	}
	if rapid.IntRange(0, 3).Draw(rt, "ends") == 0 {
		d.NotAfter = w.now.Add(time.Duration(rapid.IntRange(0, 90).Draw(rt, "not after")) * time.Second)
	}
	return d
}

// commit adds deliveries, and perhaps settles in the same batch.
func (w *world) commit(rt *rapid.T) {
	id := rapid.SampledFrom(w.streams).Draw(rt, "stream")
	b := batch(id, w.seq[id], 1, w.now)
	for range rapid.IntRange(0, 4).Draw(rt, "deliveries") {
		b.Deliveries = append(b.Deliveries, w.delivery(rt, id, w.seq[id]+1))
	}
	if len(w.held) > 0 && rapid.Bool().Draw(rt, "settles") {
		b.Settle = append(b.Settle, w.outcome(rt))
	}
	fails := rapid.IntRange(0, 4).Draw(rt, "fails") == 0
	if fails {
		b.After += 7
		for i := range b.Records {
			b.Records[i].Seq += 7
		}
	}
	if err := w.k.s.Commit(w.k.ctx(), b); (err != nil) != fails {
		rt.Fatalf("commit: %v", err)
	}
	if fails {
		return
	}
	w.seq[id]++
	for _, o := range b.Settle {
		w.settled(o)
	}
	for _, d := range b.Deliveries {
		w.add(d)
	}
}

func (w *world) add(d stream.Delivery) {
	at, e := len(w.rows), &entry{d: d, queued: w.now}
	for i, old := range w.rows {
		if d.Slot == "" || old.d.Slot != d.Slot || old.d.Stream != d.Stream {
			continue
		}
		if old.busy() {
			old.obsolete = true
			continue
		}
		at = i
	}
	if at < len(w.rows) {
		at = w.replace(at, e)
	}
	e.wait = e.d.NotBefore
	if d.To != "" {
		w.rows = slices.Insert(w.rows, at, e)
	}
}

// replace deletes a row, gives the entry its time, and says where the entry
// is to stand.
func (w *world) replace(i int, e *entry) int {
	old := w.rows[i]
	w.rows = slices.Delete(w.rows, i, i+1)
	e.d.NotBefore = earlier(e.d.NotBefore, old.d.NotBefore)
	if old.d.Lane == e.d.Lane {
		return i
	}
	return len(w.rows)
}

func (w *world) outcome(rt *rapid.T) store.Outcome {
	o := outcome(rapid.SampledFrom(w.held).Draw(rt, "lease"),
		rapid.SampledFrom([]store.Result{store.Done, store.Retry, store.Unknown, store.Dead}).Draw(rt, "result"), w.now)
	o.At = o.At.Add(time.Duration(rapid.IntRange(0, 90).Draw(rt, "at")) * time.Second)
	return o
}

func (w *world) settle(rt *rapid.T) {
	if len(w.held) == 0 {
		return
	}
	o := w.outcome(rt)
	if err := w.k.s.Settle(w.k.ctx(), o); err != nil {
		rt.Fatalf("settle: %v", err)
	}
	w.settled(o)
}

func (w *world) settled(o store.Outcome) {
	i := slices.IndexFunc(w.rows, func(e *entry) bool { return e.d.ID == o.Delivery })
	if i < 0 || o.Result != store.Done && w.rows[i].token != o.Token {
		return
	}
	e := w.rows[i]
	switch {
	case o.Result == store.Done || o.Result == store.Dead:
		w.rows = slices.Delete(w.rows, i, i+1)
	case o.Result == store.Retry && e.obsolete:
		w.giveWay(i)
	default:
		e.token, e.doubt, e.lost, e.wait = "", o.Result == store.Unknown, 0, o.At
	}
}

// giveWay deletes an obsolete row; the newer of its slot takes its place.
func (w *world) giveWay(i int) {
	old := w.rows[i]
	j := slices.IndexFunc(w.rows, func(e *entry) bool {
		return e != old && e.d.Stream == old.d.Stream && e.d.Slot == old.d.Slot
	})
	if j < 0 {
		w.rows = slices.Delete(w.rows, i, i+1)
		return
	}
	e := w.rows[j]
	e.d.NotBefore = earlier(e.d.NotBefore, old.d.NotBefore)
	e.wait = e.d.NotBefore
	if e.d.Lane == old.d.Lane {
		w.rows[i], i = e, j
	}
	w.rows = slices.Delete(w.rows, i, i+1)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// due says whether the row at i may be handed out.
func (w *world) due(i int) bool {
	e := w.rows[i]
	for j, o := range w.rows {
		if e.d.Lane != "" && j < i && o.d.Lane == e.d.Lane && o.d.Stream.Workspace == e.d.Stream.Workspace {
			return false
		}
		if e.d.Slot != "" && j != i && o.busy() && o.d.Slot == e.d.Slot && o.d.Stream == e.d.Stream {
			return false
		}
	}
	return !e.wait.After(w.now)
}

// claim claims, and wants what the model allows: all that is past its time, as
// many others as there are places, urgent ones before the rest.
func (w *world) claim(rt *rapid.T) {
	free := map[string]int{}
	for _, end := range w.ends {
		if n := rapid.IntRange(-1, 4).Draw(rt, end); n >= 0 {
			free[end] = n
		}
	}
	w.claimed(free)
}

func (w *world) claimed(free map[string]int) []store.Lease {
	got, err := w.k.s.Claim(w.k.ctx(), w.now, hold, free)
	if err != nil {
		w.Fatalf("claim: %v", err)
	}
	var want, may []*entry
	for i, e := range w.rows {
		if _, named := free[e.d.To]; !named || !w.due(i) {
			continue
		}
		if past := !e.d.NotAfter.IsZero() && e.d.NotAfter.Before(w.now); past {
			want = append(want, e)
		} else {
			may = append(may, e)
		}
	}
	for end, places := range free {
		want = append(want, w.choose(may, got, end, places)...)
	}
	ids := func(es []*entry) (ids []string) {
		for _, e := range es {
			ids = append(ids, e.d.ID)
		}
		slices.Sort(ids)
		return ids
	}
	var have []*entry
	for _, l := range got {
		have = append(have, w.handOut(l))
	}
	if diff := cmp.Diff(ids(want), ids(have)); diff != "" {
		w.Fatalf("claimed with %v (-want +got)\n%s", free, diff)
	}
	return got
}

// choose gives which of the far end's due entries the store may have chosen:
// its own choice, if that has the right number and leaves out no urgent one.
func (w *world) choose(may []*entry, got []store.Lease, end string, places int) []*entry {
	var all, chosen []*entry
	for _, e := range may {
		if e.d.To != end {
			continue
		}
		all = append(all, e)
		if slices.ContainsFunc(got, func(l store.Lease) bool { return l.Delivery.ID == e.d.ID }) {
			chosen = append(chosen, e)
		}
	}
	urgent := func(es []*entry) (n int) {
		for _, e := range es {
			if e.d.Urgent {
				n++
			}
		}
		return n
	}
	if len(chosen) != min(len(all), max(places, 0)) || urgent(chosen) != min(urgent(all), len(chosen)) {
		w.Fatalf("far end %s with %d places: chose %d (%d urgent) of %d (%d urgent)",
			end, places, len(chosen), urgent(chosen), len(all), urgent(all))
	}
	return chosen
}

// handOut looks at a lease and keeps it in the model.
func (w *world) handOut(l store.Lease) *entry {
	i := slices.IndexFunc(w.rows, func(e *entry) bool { return e.d.ID == l.Delivery.ID })
	if i < 0 {
		w.Fatalf("claimed %s, which is not there", l.Delivery.ID)
	}
	e := w.rows[i]
	if e.token != "" {
		e.doubt = true
		e.lost++
	}
	e.attempt++
	e.token, e.wait = l.Token, w.now.Add(hold)
	want := store.Lease{Delivery: e.d, Token: l.Token, Until: e.wait, Attempt: e.attempt,
		Doubt: e.doubt, Lost: e.lost, Queued: e.queued}
	if diff := cmp.Diff(want, l); diff != "" {
		w.Fatalf("lease (-want +got)\n%s", diff)
	}
	w.held = append(w.held, l)
	return e
}

// end sends all that is left: nothing may stay behind.
func (w *world) end() {
	all := map[string]int{w.ends[0]: 100, w.ends[1]: 100}
	for range len(w.rows) {
		if len(w.rows) == 0 {
			return
		}
		w.now = w.now.Add(time.Hour)
		b := store.Batch{Stream: w.streams[0]}
		for _, l := range w.claimed(all) {
			b.Settle = append(b.Settle, outcome(l, store.Done, w.now))
		}
		if err := w.k.s.Commit(w.k.ctx(), b); err != nil {
			w.Fatalf("settling %d: %v", len(b.Settle), err)
		}
		for _, o := range b.Settle {
			w.settled(o)
		}
	}
	if len(w.rows) > 0 {
		var left []string
		for _, e := range w.rows {
			left = append(left, e.d.ID)
		}
		w.Fatalf("never handed out: %s", strings.Join(left, ", "))
	}
}
