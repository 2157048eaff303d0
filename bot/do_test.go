package bot_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

func TestWaitingCommandsShareOneCommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newLab(t)
		m.pace = time.Millisecond
		b := newBot(m)
		var seqs sync.Map
		crowd(64, func(i int) {
			r, err := b.Do(t.Context(), command(one, fmt.Sprint(i), add{N: 1}))
			if err != nil {
				t.Error(err)
			}
			if got := r.State.(counter).Total; got != r.Seq {
				t.Errorf("total %d just after record %d", got, r.Seq)
			}
			if other, taken := seqs.LoadOrStore(r.Seq, i); taken {
				t.Errorf("record %d answers commands %d and %v", r.Seq, i, other)
			}
		})
		if got := state(t, m, one).Total; got != 64 {
			t.Errorf("got total %d, want 64", got)
		}
		if m.commits > 2 {
			t.Errorf("got %d commits for 64 commands that came at once, want at most 2", m.commits)
		}
	})
}

func TestCommandsOfOneCallerKeepTheirOrder(t *testing.T) {
	t.Parallel()
	m := newLab(t)
	b := newBot(m)
	var want, got []string
	for i := range 20 {
		key := fmt.Sprint(i)
		want = append(want, key)
		if _, err := b.Do(t.Context(), command(one, key, add{N: 1})); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range m.records(t, one) {
		got = append(got, r.Key)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEachCommandOfAGroupHasItsOwnFate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newLab(t)
		m.pace = time.Millisecond
		b := newBot(m)
		cmds := []bot.Command{
			command(one, "first", add{N: 1}), // the group forms while this is written
			command(one, "a", add{N: 5, Max: 9}),
			command(one, "b", add{N: 1, Break: "decide"}),
			command(one, "c", add{N: 1, Break: "apply"}),
			command(one, "d", add{N: 1, Break: "react"}),
			command(one, "a", add{N: 5}),
			command(one, "e", add{N: 50, Max: 9}),
			command(one, "f", add{Idle: true}),
			command(one, "g", add{N: 2}),
			{Stream: one, Value: "not an add"},
		}
		got := make([]string, len(cmds))
		crowd(len(cmds), func(i int) {
			<-time.After(time.Duration(i)) // in this order
			r, err := b.Do(t.Context(), cmds[i])
			got[i] = fmt.Sprintf("%d records, duplicate %v, refused %v, %v", len(r.Records), r.Duplicate,
				errors.Is(err, stream.ErrRefused), err)
		})
		want := []string{
			"1 records, duplicate false, refused false, <nil>",
			"1 records, duplicate false, refused false, <nil>",
			"0 records, duplicate false, refused false, panic at counter_test.go:LINE: decide broke",
			"0 records, duplicate false, refused false, applying record 3 (added) of main/counter/1: panic at counter_test.go:LINE: apply broke",
			"0 records, duplicate false, refused false, reacting to record 3 (added) of main/counter/1: panic at counter_test.go:LINE: assignment to entry in nil map",
			"0 records, duplicate true, refused false, <nil>",
			"0 records, duplicate false, refused true, 56 is too much",
			"0 records, duplicate false, refused false, <nil>",
			"1 records, duplicate false, refused false, <nil>",
			"0 records, duplicate false, refused false, string is no command of a counter",
		}
		for i := range got {
			if diff := cmp.Diff(want[i], withoutLine(got[i])); diff != "" {
				t.Errorf("command %d (-want +got)\n%s", i, diff)
			}
		}
		if got := state(t, m, one).Total; got != 8 {
			t.Errorf("got total %d, want 8", got)
		}
	})
}

// withoutLine hides the line of a panic.
func withoutLine(s string) string {
	head, tail, ok := strings.Cut(s, ".go:")
	if !ok {
		return s
	}
	return head + ".go:LINE" + strings.TrimLeft(tail, "0123456789")
}

func TestKeyIsDoneOnce(t *testing.T) {
	t.Parallel()
	m := newLab(t)
	b := newBot(m)
	first, err := b.Do(t.Context(), command(one, "click", add{N: 1, Max: 1}))
	if err != nil {
		t.Fatal(err)
	}
	if first.Duplicate {
		t.Error("the first is no duplicate")
	}
	for _, again := range []struct {
		name string
		b    *bot.Bot
		id   stream.ID
		c    add
		want bot.Result
	}{
		{"by the same bot", b, one, add{N: 1}, bot.Result{Stream: one, Seq: 1, State: first.State, Duplicate: true}},
		{"by another bot", newBot(m), one, add{N: 1}, bot.Result{Stream: one, Seq: 1, State: first.State, Duplicate: true}},
		{"at another stream", b, two, add{N: 1}, bot.Result{Stream: one, Duplicate: true}},
		{"at a new stream", b, one.Of("counter", bot.Next), add{N: 1}, bot.Result{Stream: one, Duplicate: true}},
		{"as it would be refused now", b, one, add{N: 1, Max: 1}, bot.Result{Stream: one, Seq: 1, State: first.State, Duplicate: true}},
	} {
		got, err := again.b.Do(t.Context(), command(again.id, "click", again.c))
		if err != nil {
			t.Errorf("%s: %v", again.name, err)
		}
		if diff := cmp.Diff(again.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", again.name, diff)
		}
	}
	for range 2 { // none: every time
		do(t, b, two, add{N: 1})
	}
	if got := state(t, m, two).Total; got != 2 {
		t.Errorf("without a key: got total %d, want 2", got)
	}
}

func TestSettleIsWrittenWhateverIsDecided(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		cmd  bot.Command
		left int
	}{
		{"records", command(one, "x", add{N: 1}), 0},
		{"nothing decided", command(one, "", add{Idle: true}), 0},
		{"done before", command(one, "before", add{N: 1}), 0},
		{"done before by another", command(two, "before", add{N: 1}), 0},
		{"refused", command(one, "", add{N: 9, Max: 1}), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := newLab(t)
			b := newBot(m)
			if _, err := b.Do(t.Context(), command(one, "before", add{Ask: []stream.Delivery{{ID: "s", To: "slack"}}})); err != nil {
				t.Fatal(err)
			}
			leases, err := m.Claim(t.Context(), t0, time.Minute, map[string]int{"slack": 1})
			if err != nil || len(leases) != 1 {
				t.Fatalf("claim: %v, %v", leases, err)
			}
			c.cmd.Settle = []store.Outcome{{Delivery: leases[0].Delivery.ID, Token: leases[0].Token, Result: store.Done}}
			if _, err := b.Do(t.Context(), c.cmd); err != nil && !errors.Is(err, stream.ErrRefused) {
				t.Fatal(err)
			}
			if got := len(m.left(t)); got != c.left {
				t.Errorf("got %d deliveries left, want %d", got, c.left)
			}
		})
	}
}

func TestTwoBotsOnOneStore(t *testing.T) {
	t.Parallel()
	m := newLab(t)
	bots := []*bot.Bot{newBot(m), newBot(m), newBot(m)}
	var refused atomic.Int64
	crowd(60, func(i int) {
		_, err := bots[i%3].Do(t.Context(), command(one, "", add{N: 1, Max: 50}))
		switch {
		case errors.Is(err, stream.ErrRefused):
			refused.Add(1)
		case err != nil:
			t.Error(err)
		}
	})
	if got := state(t, m, one).Total; got != 50 {
		t.Errorf("got total %d, want 50", got)
	}
	if got := refused.Load(); got != 10 {
		t.Errorf("got %d refused, want 10", got)
	}
	for i, b := range bots {
		s, seq, err := b.State(t.Context(), one)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.(counter).Total; got != 50 || seq != 50 {
			t.Errorf("bot %d sees total %d at %d, want 50 at 50", i, got, seq)
		}
	}
}

func TestAnswersThatWriteNothingAreGivenOverTheNewestState(t *testing.T) {
	t.Parallel()
	m := newLab(t)
	a, b := newBot(m), newBot(m)
	do(t, a, one, add{N: 10})
	do(t, b, one, add{N: -10}) // behind a's back
	if _, err := a.Do(t.Context(), command(one, "", add{N: 1, Max: 5})); err != nil {
		t.Errorf("refused over an old state: %v", err)
	}
	do(t, b, one, add{N: 1})
	r := do(t, a, one, add{Idle: true})
	if got := r.State.(counter).Total; got != 2 || r.Seq != 4 {
		t.Errorf("got total %d at %d, want 2 at 4", got, r.Seq)
	}
}

func TestUnknownCommitsAreNeverDoubled(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { unknownCommits(t, seed) })
		})
	}
}

// unknownCommits hands commands to two bots whose store often says that it does
// not know, and applies some commits late.
func unknownCommits(t *testing.T, seed uint64) {
	m := newLab(t)
	m.pace = time.Millisecond
	random := rand.New(rand.NewPCG(seed, 1))
	var late []store.Batch
	var mu sync.Mutex
	m.fault = func(b store.Batch) (bool, error) {
		mu.Lock()
		defer mu.Unlock()
		if len(late) > 0 && random.IntN(2) == 0 { // it arrives before this one, or never
			if err := m.Store.Commit(context.Background(), late[0]); err == nil {
				late = nil
			} else {
				late = late[1:]
			}
		}
		switch random.IntN(8) {
		case 0:
			return true, errBroken
		case 1:
			return false, errBroken
		case 2:
			late = append(late, b)
			return false, errBroken
		}
		return true, nil
	}
	bots := []*bot.Bot{newBot(m), newBot(m)}
	if seed%4 < 2 { // alone, a late batch meets its own retry
		bots = bots[:1]
	}
	done := make([]bool, 120)
	crowd(len(done), func(i int) {
		<-time.After(time.Duration(i) * 300 * time.Microsecond)
		key := ""
		if i%2 == 0 {
			key = fmt.Sprint(i)
		}
		_, err := bots[i/2%len(bots)].Do(t.Context(), command(one, key, add{N: 1, Name: fmt.Sprint(i)}))
		if err != nil && !errors.Is(err, bot.ErrStore) {
			t.Error(err)
		}
		done[i] = err == nil
	})
	got := state(t, m, one).Numbers
	for i, ok := range done {
		switch n := got[fmt.Sprint(i)]; {
		case n > 1:
			t.Errorf("command %d is recorded %d times", i, n)
		case ok && n == 0:
			t.Errorf("command %d was answered and is not recorded", i)
		}
	}
}

func TestStoreThatIsFullOrDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newLab(t)
		b := newBot(m)
		for _, failure := range []error{store.ErrFull, errBroken} {
			m.fail(0, func(store.Batch) (bool, error) { return false, failure })
			_, err := b.Do(t.Context(), command(one, "k", add{N: 1}))
			if !errors.Is(err, bot.ErrStore) || !errors.Is(err, failure) {
				t.Errorf("got %v, want one that wraps ErrStore and %v", err, failure)
			}
		}
		m.fail(0, nil)
		if r, err := b.Do(t.Context(), command(one, "k", add{N: 1})); err != nil || r.Duplicate || r.Seq != 1 {
			t.Errorf("when it is up again: got %+v, %v", r, err)
		}
	})
}

func TestNewStreamsTakeTheNextNumber(t *testing.T) {
	t.Parallel()
	m := newLab(t)
	bots := []*bot.Bot{newBot(m), newBot(m)}
	do(t, bots[0], one.Of("counter", "7"), add{N: 1})
	if _, err := bots[0].Do(t.Context(), command(one.Of("counter", bot.Next), "", add{N: 9, Max: 1})); !errors.Is(err, stream.ErrRefused) {
		t.Errorf("got %v, want a refusal", err)
	}
	if r := do(t, bots[0], one.Of("counter", bot.Next), add{N: 1}); r.Stream.Name != "8" {
		t.Errorf("after a refusal: got %s, want 8", r.Stream.Name)
	}
	var mu sync.Mutex
	var got []string
	crowd(40, func(i int) {
		r, err := bots[i%2].Do(t.Context(), command(one.Of("counter", bot.Next), "", add{N: 1}))
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		got = append(got, r.Stream.Name)
	})
	slices.SortFunc(got, func(a, b string) int { return cmpNumbers(a, b) })
	var want []string
	for n := range 40 {
		want = append(want, fmt.Sprint(9+n))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got)\n%s", diff)
	}
}

func cmpNumbers(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

func TestTimeNeverGoesBackInAStream(t *testing.T) {
	t.Parallel()
	m := newLab(t)
	b := newBot(m)
	do(t, b, one, add{N: 1})
	c := command(one, "", add{N: 1, Times: 2})
	c.Meta.At = t0.Add(-time.Hour)
	r, err := b.Do(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range r.Records {
		if !r.At.Equal(t0) {
			t.Errorf("record %d is of %s, want %s", r.Seq, r.At, t0)
		}
	}
}

func TestLeavingCallerSpoilsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newLab(t)
		m.pace = time.Millisecond
		b := newBot(m)
		ctx, leave := context.WithCancel(t.Context())
		errs := make([]error, 3)
		crowd(3, func(i int) {
			<-time.After(time.Duration(i) * 100 * time.Microsecond)
			own := ctx
			if i == 2 {
				own = t.Context()
				leave()
			}
			_, errs[i] = b.Do(own, command(one, "", add{N: 1, Name: fmt.Sprint(i)}))
		})
		if !errors.Is(errs[0], context.Canceled) || !errors.Is(errs[1], context.Canceled) || errs[2] != nil {
			t.Errorf("got %v", errs)
		}
		// The first was under way when its caller left, the second was not.
		if diff := cmp.Diff(map[string]int{"0": 1, "2": 1}, state(t, m, one).Numbers); diff != "" {
			t.Error(diff)
		}
	})
}

func TestBatchesHoldAtMostAThousandDeliveries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newLab(t)
		m.pace = time.Millisecond
		b := newBot(m)
		many := make([]stream.Delivery, 501)
		for i := range many {
			many[i] = stream.Delivery{ID: fmt.Sprint(i), To: "mail", Quiet: true}
		}
		crowd(3, func(i int) {
			<-time.After(time.Duration(i))
			ask := many[:min(i, 1)*len(many)] // the others wait behind the first, together
			if _, err := b.Do(t.Context(), command(one, "", add{N: 1, Ask: ask})); err != nil {
				t.Error(err)
			}
		})
		if got := len(m.left(t)); got != 1002 {
			t.Errorf("got %d deliveries, want 1002", got)
		}
		many = slices.Concat(many, many)
		if _, err := b.Do(t.Context(), command(one, "", add{N: 1, Ask: many})); err == nil {
			t.Error("1,002 deliveries of one command were accepted")
		}
	})
}

func TestDeliveriesOfBadFormAreRepaired(t *testing.T) {
	t.Parallel()
	m := newLab(t)
	b := newBot(m)
	do(t, b, one, add{Ask: []stream.Delivery{
		{ID: "a", To: "slack", Lane: "l", NotBefore: t0}, {ID: "a", To: "slack"}, {ID: "b", To: "slack"},
	}})
	want := []string{"main/counter/1/1/a", "main/counter/1/1/b", "main/counter/1/1/unnamed-1"}
	if diff := cmp.Diff(want, m.left(t)); diff != "" {
		t.Error(diff)
	}
}

func TestStreamsBeyondTheBoundAreReadAgain(t *testing.T) {
	t.Parallel()
	m := newLab(t)
	b := bot.New(bot.Config{Store: m, Kinds: []bot.Kind{counters()}, Log: quiet, Cached: 2})
	crowd(100, func(i int) {
		if _, err := b.Do(t.Context(), command(one.Of("counter", fmt.Sprint(i%10)), "", add{N: 1})); err != nil {
			t.Error(err)
		}
	})
	for i := range 10 {
		if got := state(t, m, one.Of("counter", fmt.Sprint(i))).Total; got != 10 {
			t.Errorf("stream %d: got total %d, want 10", i, got)
		}
	}
}

func TestPrepareAndCommitted(t *testing.T) {
	t.Parallel()
	m := newLab(t)
	var heard []stream.Summary
	b := bot.New(bot.Config{Store: m, Kinds: []bot.Kind{counters()}, Log: quiet,
		Prepare: func(_ context.Context, c *bot.Command) error {
			a := c.Value.(add)
			if a.N == 0 {
				return stream.Refuse("nothing to add")
			}
			a.Name = "looked up"
			c.Value = a
			return nil
		},
		Committed: func(s stream.Summary) { heard = append(heard, s) },
	})
	if _, err := b.Do(t.Context(), command(one, "", add{})); !errors.Is(err, stream.ErrRefused) {
		t.Errorf("got %v, want what Prepare said", err)
	}
	do(t, b, one, add{N: 3})
	if diff := cmp.Diff(map[string]int{"looked up": 1}, state(t, m, one).Numbers); diff != "" {
		t.Error(diff)
	}
	want := []stream.Summary{{Stream: one, Seq: 1, Tags: []string{"total:3"}}}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Error(diff)
	}
}

func TestDamagedStreamsAndUnknownKinds(t *testing.T) {
	t.Parallel()
	m := newLab(t)
	damage := stream.Record{Stream: one, Seq: 1, Kind: "added", Data: []byte(`"x"`)}
	if err := m.Commit(t.Context(), store.Batch{Stream: one, Records: []stream.Record{damage}}); err != nil {
		t.Fatal(err)
	}
	b := newBot(m)
	for _, id := range []stream.ID{one, one.Of("nothing", "1")} {
		if _, err := b.Do(t.Context(), command(id, "", add{N: 1})); err == nil || errors.Is(err, bot.ErrStore) {
			t.Errorf("do on %s: got %v", id, err)
		}
		if _, _, err := b.State(t.Context(), id); err == nil {
			t.Errorf("state of %s: no error", id)
		}
	}
}
