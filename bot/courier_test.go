package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"drumbeat/bot"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

// far is a far end that does what its script says for each delivery's step and
// arrives otherwise.
type far struct {
	mu     sync.Mutex
	script map[string][]func(context.Context) error
	sent   []string // "seconds step", of every attempt
	began  time.Time
}

func (f *far) Check(string, map[string]string) error { return nil }

func (f *far) Send(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	_, _, step, err := stream.Origin(d.ID)
	if err != nil {
		return integrations.Receipt{}, err
	}
	f.mu.Lock()
	f.sent = append(f.sent, fmt.Sprintf("%g %s", time.Since(f.began).Round(time.Millisecond).Seconds(), step))
	var act func(context.Context) error
	if todo := f.script[step]; len(todo) > 0 {
		act, f.script[step] = todo[0], todo[1:]
	}
	f.mu.Unlock()
	if act != nil {
		if err := act(ctx); err != nil {
			return integrations.Receipt{}, err
		}
	}
	return integrations.Receipt{Ref: "ref-" + step}, nil
}

// finder can be asked too. arrived and broken are by step.
type finder struct {
	far
	arrived map[string]bool
	broken  map[string]int // so many times
}

func (f *finder) Find(_ context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	_, _, step, err := stream.Origin(d.ID)
	if err != nil {
		return integrations.Receipt{}, false, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent = append(f.sent, fmt.Sprintf("%g find %s", time.Since(f.began).Seconds(), step))
	if f.broken[step] > 0 {
		f.broken[step]--
		return integrations.Receipt{}, false, errors.New("the far end does not answer")
	}
	return integrations.Receipt{Ref: "found-" + step}, f.arrived[step], nil
}

func fails(err error) func(context.Context) error { return func(context.Context) error { return err } }

func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func breaks(context.Context) error { panic("sender broke") }

// bubble is a courier at work on one memory store, inside a synctest bubble.
type bubble struct {
	t   *testing.T
	m   *lab
	b   *bot.Bot
	far *far
	fnd *finder
	bot.CourierConfig
	courier *bot.Courier // once it was started
	end     func() error
}

// inBubble runs a story with a courier that is started by start. The far ends
// are "far", which cannot be asked, and "finder".
func inBubble(t *testing.T, story func(*bubble)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		u := &bubble{t: t, m: newLab(t), far: &far{script: map[string][]func(context.Context) error{}, began: now}}
		u.fnd = &finder{far: far{script: map[string][]func(context.Context) error{}, began: now},
			arrived: map[string]bool{}, broken: map[string]int{}}
		u.b = newBot(u.m)
		u.CourierConfig = bot.CourierConfig{Bot: u.b, Store: u.m, Log: quiet, Poll: time.Second,
			Senders: map[string]integrations.Sender{"far": u.far, "finder": u.fnd}}
		story(u)
		if u.end != nil {
			if err := u.end(); err != nil {
				t.Errorf("the courier ended with %v", err)
			}
		}
	})
}

// start runs the courier until the story ends, or end is called.
func (u *bubble) start() {
	ctx, cancel := context.WithCancel(u.t.Context())
	done := make(chan error, 1)
	u.courier = bot.NewCourier(u.CourierConfig)
	go func() { done <- u.courier.Run(ctx) }()
	u.end = func() error {
		u.end = nil
		cancel()
		return <-done
	}
}

// ask has the stream ask for deliveries now.
func (u *bubble) ask(ds ...stream.Delivery) {
	u.t.Helper()
	for i := range ds {
		if ds[i].About == "" {
			ds[i].About = ds[i].ID
		}
	}
	c := command(one, "", add{N: 1, Ask: ds})
	c.Meta.At = time.Now()
	if _, err := u.b.Do(u.t.Context(), c); err != nil {
		u.t.Fatal(err)
	}
}

// wait lets time pass, and all that happens in it.
func (u *bubble) wait(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// inAnyOrder is for what happens at the same moment.
var inAnyOrder = cmpopts.SortSlices(func(a, b string) bool { return a < b })

// told compares what the stream heard of its deliveries.
func (u *bubble) told(want ...string) {
	u.t.Helper()
	if diff := cmp.Diff(want, state(u.t, u.m, one).Told, inAnyOrder); diff != "" {
		u.t.Errorf("told (-want +got)\n%s", diff)
	}
}

func (u *bubble) sent(f *far, want ...string) {
	u.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if diff := cmp.Diff(want, f.sent, inAnyOrder); diff != "" {
		u.t.Errorf("sent (-want +got)\n%s", diff)
	}
}

func (u *bubble) empty() {
	u.t.Helper()
	if left := u.m.left(u.t); len(left) > 0 {
		u.t.Errorf("left in the outbox: %q", left)
	}
}

func to(far, step string) stream.Delivery { return stream.Delivery{ID: step, To: far} }

func TestCommitWakesTheCourier(t *testing.T) {
	inBubble(t, func(u *bubble) {
		u.start()
		u.wait(100 * time.Millisecond)
		u.ask(to("far", "a"))
		synctest.Wait()
		u.sent(u.far, "0.1 a")
		u.told("delivered a 1 ref-a")
		u.empty()
	})
}

func TestQuietSuccessLeavesNoRecord(t *testing.T) {
	inBubble(t, func(u *bubble) {
		u.far.script["a"] = []func(context.Context) error{fails(integrations.RetryAfter(errBroken, 0))}
		u.start()
		d := to("far", "a")
		d.Quiet = true
		u.ask(d)
		u.wait(time.Minute)
		u.told()
		u.empty()
	})
}

func TestLanesLeaveInOrder(t *testing.T) {
	inBubble(t, func(u *bubble) {
		u.far.script["a"] = []func(context.Context) error{func(context.Context) error { <-time.After(3 * time.Second); return nil }}
		a, b := to("far", "a"), to("far", "b")
		a.Lane, b.Lane = "l", "l"
		u.start()
		u.ask(a, b, to("far", "c"))
		u.wait(time.Minute)
		u.sent(u.far, "0 a", "0 c", "3 b")
		u.empty()
	})
}

func TestPermanentIsGivenUp(t *testing.T) {
	inBubble(t, func(u *bubble) {
		u.far.script["a"] = []func(context.Context) error{fails(integrations.Permanent(errors.New("no such channel")))}
		u.start()
		u.ask(to("far", "a"))
		u.wait(time.Minute)
		u.sent(u.far, "0 a")
		u.told("gave-up a 1  no such channel")
		u.empty()
	})
}

func TestRetriesAreToldOnce(t *testing.T) {
	inBubble(t, func(u *bubble) {
		busy := fails(integrations.RetryAfter(errors.New("busy"), 90*time.Second))
		u.far.script["a"] = []func(context.Context) error{busy, busy}
		u.start()
		u.ask(to("far", "a"))
		u.wait(4 * time.Minute)
		u.told("failing a 1  busy", "delivered a 3 ref-a")
		for i, s := range u.far.sent {
			var at float64
			if _, err := fmt.Sscan(s, &at); err != nil {
				u.t.Fatal(err)
			}
			if low := 90 * float64(i); at < low || at > low+2*float64(i)+1 {
				u.t.Errorf("attempt %d at %g s, want from %g s on", i+1, at, low)
			}
		}
		u.empty()
	})
}

func TestUnknownOutcomeWaitsLooksThenSends(t *testing.T) {
	inBubble(t, func(u *bubble) {
		for _, step := range []string{"lost", "arrived", "unclear"} {
			u.fnd.script[step] = []func(context.Context) error{fails(errBroken)}
		}
		u.fnd.arrived["arrived"] = true
		u.fnd.arrived["unclear"] = true
		u.fnd.broken["unclear"] = 1
		u.start()
		u.ask(to("finder", "lost"))
		u.wait(time.Minute)
		u.ask(to("finder", "arrived"))
		u.wait(time.Minute)
		u.ask(to("finder", "unclear"))
		u.wait(time.Minute)
		// A lease is 30 s, an attempt 25 s of it, an effect must show 2 s later.
		u.sent(&u.fnd.far, "0 lost", "27 find lost", "27 lost", "60 arrived", "87 find arrived",
			"120 unclear", "147 find unclear", "149 find unclear")
		u.told("delivered lost 2 ref-lost", "delivered arrived 2 found-arrived",
			"failing unclear 2  perhaps it arrived; asking failed: the far end does not answer",
			"delivered unclear 3 found-unclear")
		u.empty()
	})
}

func TestWhereNobodyCanLook(t *testing.T) {
	inBubble(t, func(u *bubble) {
		for _, step := range []string{"words", "page", "urgent"} {
			u.far.script[step] = []func(context.Context) error{fails(errBroken)}
		}
		words, page, urgent := to("far", "words"), to("far", "page"), to("far", "urgent")
		words.Public, urgent.Urgent = true, true
		u.start()
		u.ask(words, page, urgent)
		u.wait(time.Minute)
		u.sent(u.far, "0 urgent", "0 words", "0 page", "12 urgent", "27 page")
		u.told("delivered urgent 2 ref-urgent", "in-doubt words 2  nobody knows whether it arrived, and far cannot be asked",
			"delivered page 2 ref-page")
		u.empty()
	})
}

func TestOutcomeThatStaysUnknownIsTold(t *testing.T) {
	inBubble(t, func(u *bubble) {
		broken := fails(errBroken)
		u.fnd.script["a"] = []func(context.Context) error{broken, broken, broken, broken}
		u.start()
		u.ask(to("finder", "a"))
		u.wait(2 * time.Minute)
		u.told("failing a 3  perhaps it arrived: connection reset", "delivered a 5 ref-a")
		u.empty()
	})
}

func TestUrgentIsQuickAndGivenUpInTime(t *testing.T) {
	inBubble(t, func(u *bubble) {
		busy := fails(integrations.RetryAfter(errors.New("busy"), 0))
		u.far.script["a"] = []func(context.Context) error{busy, busy, busy, busy, busy, busy, busy, busy, busy, busy, busy, busy, busy, busy}
		d := to("far", "a")
		d.Urgent, d.NotAfter = true, time.Now().Add(time.Minute)
		u.start()
		u.ask(d)
		u.wait(2 * time.Minute)
		told := state(u.t, u.m, one).Told
		if len(told) != 2 || told[0] != "failing a 1  busy" ||
			!strings.HasSuffix(told[1], "busy; the next try would be too late") {
			u.t.Errorf("told %q", told)
		}
		if n := len(u.far.sent); n < 8 || n > 11 {
			u.t.Errorf("got %d attempts in a minute, want 8 to 11: %q", n, u.far.sent)
		}
		u.empty()
	})
}

func TestLateDeliveriesAreGivenUp(t *testing.T) {
	inBubble(t, func(u *bubble) {
		d := to("far", "a")
		d.NotAfter = time.Now().Add(time.Second)
		u.ask(d)
		u.wait(time.Minute)
		u.start()
		u.wait(time.Second)
		u.sent(u.far)
		u.told("gave-up a 1  it was not to be sent after " + d.NotAfter.UTC().Format("15:04:05") + " UTC")
		u.empty()
	})
}

func TestLateDeliveryNeedsNoPlace(t *testing.T) {
	inBubble(t, func(u *bubble) {
		u.Places = map[string]int{"far": 1}
		u.far.script["hang"] = []func(context.Context) error{hangs}
		d := to("far", "a")
		d.NotAfter = time.Now().Add(5 * time.Second)
		u.start()
		u.ask(to("far", "hang"))
		synctest.Wait()
		u.ask(d)
		u.wait(7 * time.Second)
		u.told("gave-up a 1  it was not to be sent after " + d.NotAfter.UTC().Format("15:04:05") + " UTC")
		u.wait(time.Minute)
	})
}

func TestGateIsAskedAtTheLastMoment(t *testing.T) {
	inBubble(t, func(u *bubble) {
		var hold atomic.Value
		hold.Store("")
		u.Gate = func(_ context.Context, d stream.Delivery) string { return hold.Load().(string) }
		u.far.script["b"] = []func(context.Context) error{fails(integrations.RetryAfter(errBroken, 0))}
		public := func(step string) stream.Delivery { d := to("far", step); d.Public = true; return d }
		u.start()
		u.ask(public("a"), public("b"))
		synctest.Wait()
		hold.Store("held by Ann")
		u.wait(time.Minute)
		u.ask(public("c"), to("far", "d"))
		u.wait(time.Minute)
		u.sent(u.far, "0 a", "0 b", "60 d")
		u.told("delivered a 1 ref-a", "failing b 1  connection reset", "withheld b 2  held by Ann",
			"withheld c 1  held by Ann", "delivered d 1 ref-d")
		u.empty()
	})
}

func TestUnknownFarEndIsGivenUp(t *testing.T) {
	inBubble(t, func(u *bubble) {
		u.Places = map[string]int{"telegraph": 1}
		u.start()
		u.ask(to("telegraph", "a"))
		u.wait(time.Second)
		u.told("gave-up a 1  telegraph is not set up here")
		u.empty()
	})
}

func TestPanicOfASenderIsAnUnknownOutcome(t *testing.T) {
	inBubble(t, func(u *bubble) {
		u.fnd.script["a"] = []func(context.Context) error{breaks}
		u.start()
		u.ask(to("finder", "a"))
		u.wait(time.Minute)
		u.sent(&u.fnd.far, "0 a", "27 find a", "27 a")
		u.told("delivered a 2 ref-a")
	})
}

func TestFarEndThatHangsHoldsNobodyElse(t *testing.T) {
	inBubble(t, func(u *bubble) {
		u.Places = map[string]int{"far": 2}
		var ds []stream.Delivery
		for i := range 5 {
			step := fmt.Sprintf("hang%d", i)
			u.far.script[step] = []func(context.Context) error{hangs}
			ds = append(ds, to("far", step))
		}
		u.start()
		u.ask(append(ds, to("finder", "a"))...)
		u.wait(time.Second)
		u.told("delivered a 1 ref-a")
		u.sent(u.far, "0 hang0", "0 hang1")
		u.wait(30 * time.Second)
		u.sent(u.far, "0 hang0", "0 hang1", "25 hang2", "25 hang3")
		u.wait(30 * time.Second)
		u.sent(u.far, "0 hang0", "0 hang1", "25 hang2", "25 hang3", "50 hang4", "50 hang0", "50 hang1",
			"52 hang2", "52 hang3")
	})
}

func TestSenderThatDies(t *testing.T) {
	inBubble(t, func(u *bubble) {
		public, page, asked := to("far", "public"), to("far", "page"), to("finder", "asked")
		public.Public = true
		u.fnd.arrived["asked"] = true
		u.ask(public, page, asked)
		die := func(free map[string]int) {
			if leases, err := u.m.Claim(u.t.Context(), time.Now(), 30*time.Second, free); err != nil || len(leases) != len(free) {
				u.t.Fatalf("claim: %v, %v", leases, err)
			}
			u.wait(30 * time.Second)
		}
		die(map[string]int{"far": 1, "finder": 1})
		u.start()
		u.wait(time.Minute)
		u.sent(&u.fnd.far, "30 find asked")
		u.sent(u.far, "30 page")
		u.told("in-doubt public 2  nobody knows whether it arrived, and far cannot be asked",
			"delivered asked 2 found-asked", "delivered page 1 ref-page")
		u.empty()
	})
}

func TestDeliveryThatKillsItsSendersIsGivenUp(t *testing.T) {
	inBubble(t, func(u *bubble) {
		u.ask(to("far", "a"))
		for range 5 {
			if leases, err := u.m.Claim(u.t.Context(), time.Now(), time.Second, map[string]int{"far": 1}); err != nil || len(leases) != 1 {
				u.t.Fatalf("claim: %v, %v", leases, err)
			}
			u.wait(time.Second)
		}
		u.start()
		u.wait(time.Second)
		u.sent(u.far)
		u.told("gave-up a 6  its sender died 5 times")
		u.empty()
	})
}

func TestLateSuccessOfALostLeaseIsToldOnce(t *testing.T) {
	inBubble(t, func(u *bubble) {
		u.fnd.arrived["a"] = true
		u.fnd.script["a"] = []func(context.Context) error{func(context.Context) error { // deaf to its context
			<-time.After(40 * time.Second)
			return nil
		}}
		u.start()
		u.ask(to("finder", "a"))
		u.wait(time.Minute)
		u.told("delivered a 2 found-a")
		u.empty()
	})
}

func TestOutcomeIsWrittenAgainWhileTheLeaseLasts(t *testing.T) {
	inBubble(t, func(u *bubble) {
		d, q := to("far", "a"), to("far", "q")
		q.Quiet = true
		u.start()
		u.far.script["a"] = []func(context.Context) error{func(context.Context) error {
			failures := 7 // more than one Do makes up for
			u.m.fail(2, func(store.Batch) (bool, error) {
				if failures--; failures >= 0 {
					return false, errBroken
				}
				return true, nil
			})
			return nil
		}}
		u.ask(d, q)
		u.wait(20 * time.Second)
		u.sent(u.far, "0 a", "0 q")
		u.told("delivered a 1 ref-a")
		u.empty()
	})
}

func TestStoppingLetsGoOfNothing(t *testing.T) {
	inBubble(t, func(u *bubble) {
		u.far.script["slow"] = []func(context.Context) error{func(context.Context) error { <-time.After(5 * time.Second); return nil }}
		u.far.script["hang"] = []func(context.Context) error{hangs}
		u.start()
		u.ask(to("far", "slow"), to("far", "hang"))
		synctest.Wait()
		stopped := time.Now()
		if err := u.end(); err != nil {
			u.t.Error(err)
		}
		if got := time.Since(stopped); got != 10*time.Second {
			u.t.Errorf("it ended after %s, want the grace of 10 s", got)
		}
		u.told("delivered slow 1 ref-slow")
		u.ask(to("far", "after"))
		u.wait(time.Second)
		u.start()
		u.wait(time.Minute)
		// In doubt from the moment that it was cut off, not from the lease's end.
		u.sent(u.far, "0 slow", "0 hang", "11 after", "27 hang")
		u.empty()
	})
}

func TestFarEndThatDoesNotLetGo(t *testing.T) {
	inBubble(t, func(u *bubble) {
		release := make(chan struct{})
		u.far.script["a"] = []func(context.Context) error{func(context.Context) error { <-release; return nil }}
		u.start()
		u.ask(to("far", "a"))
		synctest.Wait()
		if err := u.end(); err == nil {
			u.t.Error("Run returned as if all were well")
		}
		close(release)
		u.wait(time.Second)
		u.told("delivered a 1 ref-a") // it was not late for its lease
	})
}

func TestObserve(t *testing.T) {
	inBubble(t, func(u *bubble) {
		var mu sync.Mutex
		type event struct {
			to, outcome string
			attempt     int
			late, took  time.Duration
			held        int // places at the far end, meanwhile
		}
		var got []event
		u.Observe = func(e bot.Event) {
			mu.Lock()
			defer mu.Unlock()
			if at := e.Began.Add(e.Took); !at.Equal(time.Now()) {
				u.t.Errorf("it ended at %s, and is told at %s", at, time.Now())
			}
			got = append(got, event{e.Lease.Delivery.To, e.Outcome, e.Lease.Attempt, e.Late, e.Took, u.courier.InFlight()["far"]})
		}
		u.far.script["a"] = []func(context.Context) error{fails(integrations.RetryAfter(errBroken, time.Second)), func(context.Context) error {
			<-time.After(time.Second)
			return nil
		}}
		d := to("far", "a")
		d.NotBefore = time.Now().Add(700 * time.Millisecond)
		u.start()
		u.ask(d)
		u.wait(time.Minute)
		want := []event{{"far", "retry", 1, 300 * time.Millisecond, 0, 1}, {"far", "delivered", 2, 0, time.Second, 1}}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(event{})); diff != "" {
			u.t.Error(diff)
		}
		if n := u.courier.InFlight()["far"]; n != 0 {
			u.t.Errorf("afterwards %d are under way", n)
		}
	})
}
