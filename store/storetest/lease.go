package storetest

import (
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// single queues one delivery, and claims it.
func (k kit) single() store.Lease {
	k.Helper()
	k.queue(one, stream.Delivery{ID: "a", To: "slack"})
	return k.wantClaim(at(0), "a")[0]
}

func lost() []scenario {
	return []scenario{
		{"a lease that ran out is claimed again, in doubt", func(k kit) {
			first := k.single()
			k.wantClaim(first.Until.Add(-1))
			second := k.wantClaim(first.Until, "a")[0]
			k.wantLease(second, store.Lease{Attempt: 2, Doubt: true, Lost: 1})
			k.same("until", first.Until.Add(hold), second.Until)
			if first.Token == second.Token {
				k.Error("both leases have the same token")
			}
		}},
		{"a delivery that kills its sender shows", func(k kit) {
			k.single()
			now := at(0)
			for lost := 1; lost <= 5; lost++ {
				now = now.Add(hold)
				k.wantLease(k.wantClaim(now, "a")[0], store.Lease{Attempt: lost + 1, Doubt: true, Lost: lost})
			}
		}},
		{"a settle begins to count anew", func(k kit) {
			k.single()
			k.settle(k.wantClaim(at(60), "a")[0], store.Unknown, at(70))
			k.wantLease(k.wantClaim(at(70), "a")[0], store.Lease{Attempt: 3, Doubt: true})
			got := k.wantClaim(at(130), "a")[0]
			k.wantLease(got, store.Lease{Attempt: 4, Doubt: true, Lost: 1})
			k.settle(got, store.Retry, at(140))
			k.wantLease(k.wantClaim(at(140), "a")[0], store.Lease{Attempt: 5})
		}},
		{"done with a lost lease", func(k kit) {
			first := k.single()
			second := k.wantClaim(at(60), "a")[0]
			k.settle(first, store.Done, at(61))
			k.wantClaim(at(500))
			k.settle(second, store.Done, at(62))
			k.settle(second, store.Retry, at(62))
			k.wantClaim(at(500))
		}},
		{"others with a lost lease are ignored", func(k kit) {
			first := k.single()
			k.wantClaim(at(60), "a")
			for _, r := range []store.Result{store.Retry, store.Unknown, store.Dead} {
				k.settle(first, r, at(61))
				k.wantClaim(at(119))
			}
			k.wantLease(k.wantClaim(at(120), "a")[0], store.Lease{Attempt: 3, Doubt: true, Lost: 2})
		}},
		{"a lease that ran out can be settled until somebody claims", func(k kit) {
			k.settle(k.single(), store.Retry, at(300))
			k.wantClaim(at(299))
			k.wantLease(k.wantClaim(at(300), "a")[0], store.Lease{Attempt: 2})
		}},
	}
}

func stray() []scenario {
	return []scenario{
		{"settled once", func(k kit) {
			lease := k.single()
			k.settle(lease, store.Retry, at(30))
			for _, r := range []store.Result{store.Retry, store.Unknown, store.Dead} {
				k.settle(lease, r, at(90))
				k.settle(store.Lease{Delivery: lease.Delivery}, r, at(90))
			}
			got := k.wantClaim(at(30), "a")
			k.wantLease(got[0], store.Lease{Attempt: 2})
		}},
		{"done after retry", func(k kit) {
			lease := k.single()
			k.settle(lease, store.Retry, at(30))
			k.settle(lease, store.Done, at(0))
			k.wantClaim(at(99))
		}},
		{"an outcome of a delivery that is gone", func(k kit) {
			lease := k.single()
			k.settle(lease, store.Done, at(0))
			for _, r := range []store.Result{store.Done, store.Retry, store.Unknown, store.Dead} {
				k.settle(lease, r, at(1))
			}
			k.wantClaim(at(99))
		}},
		{"settled by a commit of another stream", func(k kit) {
			lease := k.single()
			b := batch(two, 0, 1, at(1))
			b.Settle = []store.Outcome{outcome(lease, store.Retry, at(30)), {Delivery: one.String() + "/9/gone", Result: store.Done}}
			k.commit(b)
			k.wantLease(k.wantClaim(at(30), "a")[0], store.Lease{Attempt: 2})
		}},
		{"settled by a batch without records", func(k kit) {
			lease := k.single()
			k.commit(store.Batch{Stream: one, After: 7, Settle: []store.Outcome{outcome(lease, store.Done, at(0))}})
			k.wantClaim(at(99))
			k.same("records", 1, k.seq(one))
		}},
	}
}

func leases() []scenario {
	return []scenario{
		{"done and dead are gone", func(k kit) {
			k.queue(one, stream.Delivery{ID: "a", To: "slack"}, stream.Delivery{ID: "b", To: "slack"})
			got := k.wantClaim(at(0), "a", "b")
			k.settle(got[0], store.Done, at(0))
			k.settle(got[1], store.Dead, at(0))
			k.wantClaim(at(1000))
		}},
		{"retry is tried again, without doubt", func(k kit) {
			k.settle(k.single(), store.Retry, at(30))
			k.wantClaim(at(29))
			got := k.wantClaim(at(30), "a")[0]
			k.wantLease(got, store.Lease{Attempt: 2})
			k.same("queued", at(0), got.Queued)
		}},
		{"retry without a time is due at once", func(k kit) {
			k.settle(k.single(), store.Retry, time.Time{})
			k.wantClaim(at(0), "a")
		}},
		{"unknown is looked at again, in doubt", func(k kit) {
			k.settle(k.single(), store.Unknown, at(30))
			k.wantClaim(at(29))
			k.wantLease(k.wantClaim(at(30), "a")[0], store.Lease{Attempt: 2, Doubt: true})
		}},
		{"doubt stays until retry says that it surely was not applied", func(k kit) {
			k.settle(k.single(), store.Unknown, at(10))
			k.settle(k.wantClaim(at(10), "a")[0], store.Unknown, at(20))
			again := k.wantClaim(at(20), "a")[0]
			k.wantLease(again, store.Lease{Attempt: 3, Doubt: true})
			k.settle(again, store.Retry, at(30))
			k.wantLease(k.wantClaim(at(30), "a")[0], store.Lease{Attempt: 4})
		}},
	}
}

// wantLease looks at what a lease says of the attempts before it.
func (k kit) wantLease(got, want store.Lease) {
	k.Helper()
	k.same("attempt, doubt, lost", want, store.Lease{Attempt: got.Attempt, Doubt: got.Doubt, Lost: got.Lost})
}
