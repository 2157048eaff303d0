package bot_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

func TestWhatIsStaleIsNotSent(t *testing.T) {
	inBubble(t, func(u *bubble) {
		began := time.Now()
		u.Stale = func(_ stream.Delivery, queued time.Time) (string, bool) {
			if queued.After(began.Add(time.Second)) {
				return "", false
			}
			return "it is from before", true
		}
		u.fnd.arrived["b"] = true
		public := to("far", "p")
		public.Public = true
		u.ask(to("far", "a"), to("finder", "b"), to("finder", "c"), public)
		u.ask(later("timer", one, one, add{N: 1, Name: "timer"}, began.Add(2*time.Second)))
		u.start()
		u.wait(10 * time.Second)
		u.ask(to("far", "new"))
		u.wait(time.Second)
		u.sent(u.far, "10 new")
		u.sent(&u.fnd.far, "0 find b", "0 find c")
		u.told("gave-up a 1  it is from before", "delivered b 1 found-b", "gave-up c 1  it is from before",
			"in-doubt p 1  nobody knows whether it arrived, and far cannot be asked", "delivered new 1 ref-new")
		if got, want := state(u.t, u.m, one).Total, 4; got != want { // two asks, the timer, the new one
			u.t.Errorf("the timer did not go off: got %d, want %d", got, want)
		}
		u.empty()
	})
}

// gate is a store whose claims wait to be let through.
type gate struct {
	store.Store
	open chan struct{}
}

func (g gate) Claim(ctx context.Context, now time.Time, hold time.Duration, free map[string]int) ([]store.Lease, error) {
	leases, err := g.Store.Claim(ctx, now, hold, free)
	<-g.open
	if err == nil {
		err = ctx.Err()
	}
	return leases, err
}

// A claim that is under way when the courier is to end is not cut off: its
// leases would wait for nobody until they ran out.
func TestStoppingDuringAClaimLeavesNoLease(t *testing.T) {
	inBubble(t, func(u *bubble) {
		g := gate{u.m, make(chan struct{})}
		u.Store = g
		u.ask(to("far", "a"))
		u.start()
		synctest.Wait()
		ended := make(chan error, 1)
		end := u.end
		go func() { ended <- end() }()
		synctest.Wait()
		close(g.open)
		if err := <-ended; err != nil {
			u.t.Error(err)
		}
		u.told("delivered a 1 ref-a")
		u.empty()
	})
}

func TestRoundsCountWhatTheStoreAnswered(t *testing.T) {
	inBubble(t, func(u *bubble) {
		g := gate{u.m, make(chan struct{})}
		u.Store = g
		u.start()
		u.wait(time.Minute)
		if got := u.courier.Rounds(); got != 0 {
			u.t.Errorf("while the store hangs: got %d rounds", got)
		}
		close(g.open)
		u.wait(time.Second)
		before := u.courier.Rounds()
		u.wait(10 * time.Second)
		if got := u.courier.Rounds() - before; got != 10 {
			u.t.Errorf("in ten seconds: got %d rounds, want one in every poll", got)
		}
	})
}
