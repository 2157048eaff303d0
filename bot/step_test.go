package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

// steps is a courier that is stepped, its stream and its far end.
type steps struct {
	*testing.T
	m   *lab
	b   *bot.Bot
	c   *bot.Courier
	far *far
}

func newSteps(t *testing.T) steps {
	m := newLab(t)
	b := newBot(m)
	f := &far{script: map[string][]func(context.Context) error{}, began: time.Now()}
	c := bot.NewCourier(bot.CourierConfig{Bot: b, Store: m, Log: quiet,
		Senders: map[string]integrations.Sender{"far": f}})
	return steps{t, m, b, c, f}
}

// at steps to t0 plus d and returns how many attempts were made.
func (s steps) at(d time.Duration) int {
	s.Helper()
	n, err := s.c.Step(s.Context(), t0.Add(d))
	if err != nil {
		s.Fatalf("step to %s: %v", d, err)
	}
	return n
}

func (s steps) total(id stream.ID, want int) {
	s.Helper()
	if got := state(s.T, s.m, id).Total; got != want {
		s.Errorf("total of %s: got %d, want %d", id.Name, got, want)
	}
}

func TestTimerIsDoneOnceAndAtItsTime(t *testing.T) {
	t.Parallel()
	s := newSteps(t)
	do(t, s.b, one, add{N: 1, Ask: []stream.Delivery{later("timer", one, one, add{N: 10}, t0.Add(time.Minute))}})
	if n := s.at(59 * time.Second); n != 0 {
		t.Errorf("got %d attempts before its time", n)
	}
	before := s.m.commits
	if n := s.at(time.Minute); n != 1 {
		t.Errorf("got %d attempts, want 1", n)
	}
	if got := s.m.commits - before; got != 1 {
		t.Errorf("got %d commits, want 1: the command and its settling belong together", got)
	}
	s.total(one, 11)
	last := s.m.records(s.T, one)[1]
	want := stream.Meta{At: t0.Add(time.Minute), By: stream.Actor{ID: "drumbeat:timer"}, Key: "main/counter/1/1/timer"}
	if diff := cmp.Diff(want, last.Meta); diff != "" {
		t.Error(diff)
	}
	if n := s.at(time.Hour); n != 0 || len(s.m.left(s.T)) != 0 {
		t.Errorf("got %d more attempts, left %q", n, s.m.left(s.T))
	}
}

func TestCommandThatDecidesNothingIsSettled(t *testing.T) {
	t.Parallel()
	s := newSteps(t)
	do(t, s.b, one, add{N: 1, Ask: []stream.Delivery{later("timer", one, one, add{Idle: true}, t0)}})
	s.at(0)
	if left := s.m.left(s.T); len(left) != 0 || len(s.m.records(s.T, one)) != 1 {
		t.Errorf("left %q, %d records", left, len(s.m.records(s.T, one)))
	}
}

func TestCommandForAnotherStreamIsDoneOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, otherStreamOnce)
}

func otherStreamOnce(t *testing.T) {
	s := newSteps(t)
	do(t, s.b, one, add{N: 1, Ask: []stream.Delivery{later("effect", one, two, add{N: 5}, t0)}})
	s.m.refuseSettle = 6 // the command is done, its settling is not
	if n := s.at(0); n != 1 {
		t.Errorf("got %d attempts, want 1", n)
	}
	if n := s.at(30 * time.Second); n != 1 {
		t.Errorf("after the lease: got %d attempts, want 1", n)
	}
	s.total(two, 5)
	if left := s.m.left(s.T); len(left) != 0 {
		t.Errorf("left %q", left)
	}
}

func TestCommandForANewStreamTellsItsName(t *testing.T) {
	t.Parallel()
	s := newSteps(t)
	d := later("declare", one, one.Of("counter", bot.Next), add{N: 5}, t0)
	d.Quiet, d.About = false, "child"
	do(t, s.b, one, add{N: 1, Ask: []stream.Delivery{d}})
	s.at(0)
	s.total(two, 5)
	if diff := cmp.Diff([]string{"delivered child 1 main/counter/2"}, state(t, s.m, one).Told); diff != "" {
		t.Error(diff)
	}
}

func TestCommandsThatCannotBeDoneAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*stream.Delivery)
		want   string
	}{
		{"no such command", func(d *stream.Delivery) { d.Action = "fly" }, `gave-up x 1  the command fly cannot be read: "fly" is no command`},
		{"no such kind", func(d *stream.Delivery) { d.Args[stream.ArgStream] = "main/x/1" }, `gave-up x 1  the command add cannot be read: main/x/1: "x" is no kind of stream`},
		{"no stream", func(d *stream.Delivery) { d.Args = nil }, `gave-up x 1  the command add cannot be read: stream id "" is not workspace/kind/name`},
		{"refused", func(d *stream.Delivery) { d.Args[stream.ArgData] = `{"n":9,"max":1}` }, `gave-up x 1  9 is too much`},
		{"late", func(d *stream.Delivery) { d.NotAfter = t0.Add(-time.Second) }, `gave-up x 1  it was not to be sent after 08:59:59 UTC`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSteps(t)
			d := later("x", one, two, add{N: 5}, t0)
			d.About = "x"
			c.change(&d)
			do(t, s.b, one, add{Ask: []stream.Delivery{d}})
			s.at(0)
			if diff := cmp.Diff([]string{c.want}, state(t, s.m, one).Told); diff != "" {
				t.Error(diff)
			}
			if left := s.m.left(s.T); len(left) != 0 {
				t.Errorf("left %q", left)
			}
		})
	}
}

func TestCommandThatFailsIsTriedForAWhile(t *testing.T) {
	t.Parallel()
	s := newSteps(t)
	d := later("x", one, two, add{N: 5, Break: "decide"}, t0)
	d.About = "x"
	do(t, s.b, one, add{Ask: []stream.Delivery{d}})
	n := 0
	for at := time.Duration(0); at < 8*time.Hour; at += 20 * time.Minute {
		n += s.at(at)
	}
	if n != 20 {
		t.Errorf("got %d attempts, want 20", n)
	}
	told := state(t, s.m, one).Told
	if len(told) != 2 || !strings.HasPrefix(told[0], "failing x 1  panic at") || !strings.HasPrefix(told[1], "gave-up x 20  the command add fails: panic at") {
		t.Errorf("told %q", told)
	}
}

func TestStepIsDeterministic(t *testing.T) {
	t.Parallel()
	play := func() []string {
		s := newSteps(t)
		busy := func(context.Context) error { return integrations.RetryAfter(errors.New("busy"), 0) }
		s.far.script["a"] = []func(context.Context) error{busy, busy, busy}
		s.far.script["b"] = []func(context.Context) error{func(context.Context) error { return errBroken }}
		again := later("again", one, one, add{N: 2, Ask: []stream.Delivery{{ID: "c", To: "far", About: "c"}}}, t0.Add(7*time.Second))
		do(t, s.b, one, add{N: 1, Ask: []stream.Delivery{{ID: "a", To: "far", About: "a"}, {ID: "b", To: "far", About: "b"}, again,
			later("other", one, two, add{N: 4}, t0.Add(3*time.Second))}})
		var lines []string
		for at := range 30 {
			if n := s.at(time.Duration(at) * time.Second); n > 0 {
				lines = append(lines, fmt.Sprintf("%d s: %d attempts", at, n))
			}
		}
		for _, r := range append(s.m.records(s.T, one), s.m.records(s.T, two)...) {
			lines = append(lines, fmt.Sprintf("%s/%d %s %s %s", r.Stream, r.Seq, r.At.Format(time.TimeOnly), r.Kind, r.Data))
		}
		return lines
	}
	want := play()
	for range 2 {
		if diff := cmp.Diff(want, play()); diff != "" {
			t.Fatal(diff)
		}
	}
	if got, want := strings.Join(want[:3], ", "), "0 s: 2 attempts, 1 s: 1 attempts, 3 s: 2 attempts"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTimersThatSetEachOtherForEverAreStopped(t *testing.T) {
	t.Parallel()
	c := bot.NewCourier(bot.CourierConfig{Store: endless{}, Log: quiet,
		Senders: map[string]integrations.Sender{"far": &far{}}})
	if n, err := c.Step(t.Context(), t0); err == nil {
		t.Errorf("it ended without an error after %d", n)
	}
}

// endless always has one more delivery that is due.
type endless struct{ store.Store }

func (endless) Claim(_ context.Context, now time.Time, hold time.Duration, _ map[string]int) ([]store.Lease, error) {
	d := stream.Delivery{ID: "main/counter/1/1/a", Stream: one, To: "far", Quiet: true}
	return []store.Lease{{Delivery: d, Attempt: 1, Until: now.Add(hold)}}, nil
}

func (endless) Settle(context.Context, store.Outcome) error { return nil }

func TestStreamThatDoesNotTakeItsReceiptsBarsNothing(t *testing.T) {
	t.Parallel()
	s := newSteps(t)
	do(t, s.b, one, add{N: 1, Ask: []stream.Delivery{{ID: "a", To: "far", Lane: "l"}, {ID: "b", To: "far", Lane: "l"}}})
	damage := stream.Record{Stream: one, Seq: 2, Kind: "added", Data: []byte(`"x"`)}
	if err := s.m.Commit(t.Context(), store.Batch{Stream: one, After: 1, Records: []stream.Record{damage}}); err != nil {
		t.Fatal(err)
	}
	s.c = bot.NewCourier(bot.CourierConfig{Bot: newBot(s.m), Store: s.m, Log: quiet, Senders: map[string]integrations.Sender{"far": s.far}})
	if n := s.at(0); n != 2 {
		t.Errorf("got %d attempts, want 2", n)
	}
	if left := s.m.left(s.T); len(left) != 0 {
		t.Errorf("left %q", left)
	}
}

func TestLeaseThatWaitedTooLongKeepsItsDoubt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		doubt bool
		want  store.Result
	}{{false, store.Retry}, {true, store.Unknown}} {
		d := stream.Delivery{ID: "main/counter/1/1/a", Stream: one, To: "far"}
		s := &waited{lease: store.Lease{Delivery: d, Attempt: 2, Until: t0, Doubt: c.doubt}}
		f := &far{}
		courier := bot.NewCourier(bot.CourierConfig{Store: s, Log: quiet, Senders: map[string]integrations.Sender{"far": f}})
		if _, err := courier.Step(t.Context(), t0); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]store.Outcome{{Delivery: d.ID, Result: c.want, At: t0}}, s.settled); diff != "" || len(f.sent) > 0 {
			t.Errorf("doubt %v: sent %q, settled (-want +got)\n%s", c.doubt, f.sent, diff)
		}
	}
}

// waited hands out one lease that is nearly over, once.
type waited struct {
	store.Store
	lease   store.Lease
	settled []store.Outcome
}

func (w *waited) Claim(context.Context, time.Time, time.Duration, map[string]int) (out []store.Lease, _ error) {
	if w.lease.Attempt > 0 {
		out, w.lease = []store.Lease{w.lease}, store.Lease{}
	}
	return out, nil
}

func (w *waited) Settle(_ context.Context, o store.Outcome) error {
	w.settled = append(w.settled, o)
	return nil
}
