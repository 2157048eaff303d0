package storetest

import (
	"fmt"
	"sync"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// each calls f for 0 ≤ i < n, all at once, and gives what they returned.
func (k kit) each(n int, f func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// lapses are the stories of NotAfter.
func lapses() []scenario {
	return []scenario{
		{"past its time it needs no place", func(k kit) {
			k.queue(one, stream.Delivery{ID: "page", To: "sms", NotAfter: at(60)},
				stream.Delivery{ID: "other", To: "sms"}, stream.Delivery{ID: "longer", To: "sms", NotAfter: at(61)})
			k.wantSteps(k.claim(at(61), map[string]int{"slack": 5}))
			k.wantSteps(k.claim(at(61), map[string]int{"sms": 0}), "page")
			k.wantSteps(k.claim(at(61), map[string]int{"sms": 1}), "other")
			k.wantSteps(k.claim(at(62), map[string]int{"sms": 0}), "longer")
		}},
		{"at its last moment it needs one", func(k kit) {
			k.queue(one, stream.Delivery{ID: "page", To: "sms", NotAfter: at(60)})
			k.wantSteps(k.claim(at(60), map[string]int{"sms": 0}))
			k.wantSteps(k.claim(at(60), map[string]int{"sms": 1}), "page")
		}},
		{"past its time it takes no other's place", func(k kit) {
			k.queue(one, stream.Delivery{ID: "p1", To: "sms", NotAfter: at(1)}, stream.Delivery{ID: "p2", To: "sms", NotAfter: at(1)},
				stream.Delivery{ID: "a", To: "sms"}, stream.Delivery{ID: "b", To: "sms"})
			k.wantSteps(k.claim(at(9), map[string]int{"sms": 1}), "p1", "p2", "a")
		}},
		{"past its time it still waits for its lane and its next try", func(k kit) {
			k.queue(one, stream.Delivery{ID: "head", To: "sms", Lane: "l"}, stream.Delivery{ID: "late", To: "sms", Lane: "l", NotAfter: at(5)},
				stream.Delivery{ID: "retried", To: "sms", NotAfter: at(5)})
			got := k.wantClaim(at(1), "head", "retried")
			k.settle(got[1], store.Retry, at(40))
			k.wantClaim(at(10))
			k.wantClaim(at(40), "retried")
			k.settle(got[0], store.Done, at(40))
			k.wantClaim(at(41), "late")
		}},
		{"given up and gone", func(k kit) {
			k.queue(one, stream.Delivery{ID: "page", To: "sms", NotAfter: at(1)})
			k.settle(k.wantClaim(at(9), "page")[0], store.Dead, at(9))
			k.wantClaim(at(900))
		}},
	}
}

// times are the stories of NotBefore.
func times() []scenario {
	return []scenario{
		{"not before its time", func(k kit) {
			k.queue(one, stream.Delivery{ID: "a", To: "slack", NotBefore: at(10).Add(1)})
			k.wantClaim(at(10))
			got := k.wantClaim(at(10).Add(1), "a")
			k.same("not before", at(10).Add(1), got[0].Delivery.NotBefore)
		}},
		{"timers do not wait for each other", func(k kit) {
			k.queue(one, stream.Delivery{ID: "late", To: stream.Bot, NotBefore: at(30)},
				stream.Delivery{ID: "early", To: stream.Bot, NotBefore: at(10)}, stream.Delivery{ID: "now", To: stream.Bot})
			k.wantClaim(at(0), "now")
			early := k.wantClaim(at(10), "early")
			k.settle(early[0], store.Unknown, at(300))
			k.wantClaim(at(30), "late")
		}},
		{"what has no time waits for no clock", func(k kit) {
			k.queueAt(at(500), one, stream.Delivery{ID: "a", To: "sms", Urgent: true})
			k.wantClaim(at(0), "a")
		}},
	}
}

func claims() []scenario {
	return []scenario{
		{"a lease says all", func(k kit) {
			d := stream.Delivery{ID: "a", To: "slack", Action: "post", Args: map[string]string{"channel": "C1"},
				Words: stream.Say("Hello"), About: "room", Lane: "C1", Slot: "s", NotAfter: at(90),
				Urgent: true, Quiet: true, Public: true}
			k.queueAt(at(3), one, d)
			got := k.wantClaim(at(5), "a")[0]
			if got.Token == "" {
				k.Error("the lease has no token")
			}
			want := store.Lease{Delivery: named(one, 1, []stream.Delivery{d})[0], Token: got.Token,
				Until: at(5).Add(hold), Attempt: 1, Queued: at(3)}
			k.same("lease", want, got)
		}},
		{"no more than the free places", func(k kit) {
			for i := range 4 {
				k.queueAt(at(i), one.Of("alert", fmt.Sprint(i)),
					stream.Delivery{ID: fmt.Sprint("s", i), To: "slack"}, stream.Delivery{ID: fmt.Sprint("t", i), To: "twitter"},
					stream.Delivery{ID: fmt.Sprint("p", i), To: "sms"})
			}
			k.wantSteps(k.claim(at(9), nil))
			k.wantSteps(k.claim(at(9), map[string]int{"slack": 0, "twitter": -1, "email": 5}))
			k.wantSteps(k.claim(at(9), map[string]int{"slack": 2, "twitter": 1}), "s0", "t0", "s1")
			k.wantSteps(k.claim(at(9), map[string]int{"slack": 1}), "s2")
			k.wantSteps(k.claim(at(9), map[string]int{"slack": 9, "twitter": 9}), "t1", "t2", "s3", "t3")
			k.wantClaim(at(9), "p0", "p1", "p2", "p3")
		}},
		{"a far end of another workspace has the same places", func(k kit) {
			k.queueAt(at(0), one, stream.Delivery{ID: "a", To: "slack"})
			k.queueAt(at(1), far, stream.Delivery{ID: "b", To: "slack"})
			k.wantSteps(k.claim(at(2), map[string]int{"slack": 1}), "a")
			k.wantSteps(k.claim(at(2), map[string]int{"slack": 1}), "b")
		}},
		{"claimers at once never get the same", func(k kit) { claimers(k, k.s, k.s) }},
	}
}

// claimers lets many claim at once, on two handles, and wants every delivery
// handed out once.
func claimers(k kit, a, b store.Store) {
	const n = 200
	var ds []stream.Delivery
	for i := range n {
		ds = append(ds, stream.Delivery{ID: fmt.Sprint(i), To: "slack"})
	}
	k.queue(one, ds...)
	var mu sync.Mutex
	claimed := map[string]int{}
	errs := k.each(16, func(i int) error {
		s := a
		if i%2 == 1 {
			s = b
		}
		for {
			got, err := s.Claim(k.ctx(), at(1), hold, map[string]int{"slack": 7})
			if err != nil || len(got) == 0 {
				return err
			}
			mu.Lock()
			for _, l := range got {
				claimed[step(l)]++
			}
			mu.Unlock()
		}
	})
	for i, err := range errs {
		if err != nil {
			k.Errorf("claimer %d: %v", i, err)
		}
	}
	k.same("different deliveries", n, len(claimed))
	for id, times := range claimed {
		if times != 1 {
			k.Errorf("delivery %s: claimed %d times", id, times)
		}
	}
}

func orders() []scenario {
	return []scenario{
		{"urgent first", func(k kit) {
			k.queueAt(at(1), one, stream.Delivery{ID: "a", To: "slack"}, stream.Delivery{ID: "b", To: "sms"})
			k.queueAt(at(2), two, stream.Delivery{ID: "page", To: "sms", Urgent: true}, stream.Delivery{ID: "c", To: "sms"})
			k.queueAt(at(3), far, stream.Delivery{ID: "page2", To: "slack", Urgent: true, NotBefore: at(4)})
			k.wantSteps(k.claim(at(3), map[string]int{"sms": 1}), "page")
			k.wantClaim(at(4), "page2", "a", "b", "c")
		}},
		{"then by the time that it is due", func(k kit) {
			k.queueAt(at(5), one, stream.Delivery{ID: "five", To: "slack"}, stream.Delivery{ID: "six", To: "slack", NotBefore: at(6)},
				stream.Delivery{ID: "four", To: "twitter", NotBefore: at(4)})
			k.queueAt(at(3), two, stream.Delivery{ID: "three", To: "slack"})
			k.queueAt(at(8), far, stream.Delivery{ID: "two", To: "slack", NotBefore: at(2)}, stream.Delivery{ID: "eight", To: "slack"})
			k.wantSteps(k.claim(at(9), map[string]int{"slack": 3, "twitter": 1}), "two", "three", "four", "five")
			k.wantClaim(at(9), "six", "eight")
		}},
		{"then by the commits", func(k kit) {
			k.queue(two, stream.Delivery{ID: "a", To: "slack"}, stream.Delivery{ID: "b", To: "slack"})
			k.queue(one, stream.Delivery{ID: "c", To: "slack"}, stream.Delivery{ID: "d", To: "slack"})
			k.wantSteps(k.claim(at(1), map[string]int{"slack": 3}), "a", "b", "c")
		}},
		{"by the next try", func(k kit) {
			k.queueAt(at(0), one, stream.Delivery{ID: "a", To: "slack"}, stream.Delivery{ID: "b", To: "slack"}, stream.Delivery{ID: "c", To: "slack"})
			got := k.wantClaim(at(1), "a", "b", "c")
			k.settle(got[0], store.Retry, at(30))
			k.settle(got[1], store.Unknown, at(20))
			k.queueAt(at(25), two, stream.Delivery{ID: "d", To: "slack"})
			k.wantClaim(at(100), "b", "d", "a", "c")
		}},
		{"by the records' time, not the clock's", func(k kit) {
			k.queueAt(at(20), one, stream.Delivery{ID: "later", To: "slack"})
			k.queueAt(at(10), two, stream.Delivery{ID: "sooner", To: "slack"})
			got := k.wantClaim(at(30), "sooner", "later")
			k.same("queued", at(10), got[0].Queued)
		}},
		{"in the time of the newest record", func(k kit) {
			k.queueAt(at(10), one)
			k.queueAt(at(20), two, stream.Delivery{ID: "second", To: "slack"})
			k.commit(store.Batch{Stream: one, Deliveries: named(one, 1, []stream.Delivery{{ID: "first", To: "slack"}})})
			b := batch(far, 0, 2, at(5))
			b.Records[1].At = at(30)
			b.Deliveries = named(far, 1, []stream.Delivery{{ID: "third", To: "slack"}})
			k.commit(b)
			got := k.wantClaim(at(40), "first", "second", "third")
			k.same("queued", at(30), got[2].Queued)
		}},
	}
}
