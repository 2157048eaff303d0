package paging_test

import (
	"testing"
	"time"

	"drumbeat/incident/paging"
	"drumbeat/incident/stream"

	"github.com/google/go-cmp/cmp"
)

var (
	at   = time.Date(2026, 10, 2, 5, 30, 0, 0, time.UTC)
	maya = stream.Person{Handle: "maya"}
	omar = stream.Person{Handle: "omar"}
)

func record(by string) stream.Record {
	return stream.Record{Meta: stream.Meta{At: at, By: stream.Actor{ID: by}}}
}

// A page climbs, is answered, lapses and is exhausted; no list that was handed
// out changes.
func TestPagesClimb(t *testing.T) {
	t.Parallel()
	rungs := paging.Manned([]paging.Rung{{People: []stream.Person{maya}}, {}, {People: []stream.Person{omar}}})
	first := paging.List(nil).Ring(paging.Rings{N: 1, People: rungs[0].People, Rungs: rungs}, record("drumbeat:timer"))
	if next, ok := first[0].Next(false); next != 1 || !ok || len(rungs) != 2 {
		t.Errorf("next rung: got %d, %v of %d, want 1 of 2", next, ok, len(rungs))
	}
	answered := first.Answer(1, maya, at)
	second := answered.Ring(paging.Rings{N: 1, Rung: 1, People: rungs[1].People}, record("drumbeat:timer"))
	if _, ok := second[0].Next(false); ok {
		t.Error("after the last rung there is a next one")
	}
	if next, ok := second[0].Next(true); next != 0 || !ok {
		t.Errorf("anew: got %d, %v, want the first", next, ok)
	}
	if diff := cmp.Diff([]stream.Person{maya, omar}, second[0].Paged); diff != "" || second[0].Lapsed.Handle != "maya" || second[0].Acked.Handle != "" {
		t.Errorf("paged (-want +got):\n%s\nlapsed %v, on it %v, want maya and nobody", diff, second[0].Lapsed, second[0].Acked)
	}
	if len(first[0].Paged) != 1 || first[0].Acked.Handle != "" || answered[0].Rung != 0 {
		t.Errorf("an older list changed: %+v, %+v", first, answered)
	}
	if got := second.With(7, func(p *paging.Page) { p.Why = "x" }); got[0].Why != "" {
		t.Error("a number that is none altered something")
	}
}

func TestPagesForSomebody(t *testing.T) {
	t.Parallel()
	list := paging.List{{N: 1, Rungs: []paging.Rung{{People: []stream.Person{maya}}}, Acked: maya}, {N: 2, Rungs: []paging.Rung{{People: []stream.Person{omar}}}}}
	for name, want := range map[string]int{"omar": 1, "maya": 0, "priya": 1} {
		if got := list.For(stream.Person{Handle: name}); len(got) != want {
			t.Errorf("%s answers %d pages, want %d", name, len(got), want)
		}
	}
	settled := list.Settle(stream.Settled{Result: stream.Delivered, About: "page/2/omar/twilio"}).Settle(stream.Settled{About: "room"})
	if got := settled[1].Ways["omar/twilio"]; got != stream.Delivered || list[1].Ways != nil {
		t.Errorf("the call: got %q, %v before, want delivered, and nothing before", got, list[1].Ways)
	}
	for _, about := range []string{"page/x/omar/twilio", "page/1/omar", "update/1/page/x"} {
		if _, _, _, ok := paging.Of(about); ok {
			t.Errorf("%s is read as a call", about)
		}
	}
}
