package storetest

import (
	"drumbeat/incident/stream"
	"drumbeat/store"
)

// slotted is a delivery to Slack in the lane and in the slot "s".
func slotted(id, lane string) stream.Delivery {
	return stream.Delivery{ID: id, To: "slack", Lane: lane, Slot: "s"}
}

// timed is a delivery to ourselves in the slot "s".
func timed(id string, seconds int) stream.Delivery {
	return stream.Delivery{ID: id, To: stream.Bot, Slot: "s", NotBefore: at(seconds)}
}

// withdrawal takes back what waits in the slot "s".
func withdrawal() stream.Delivery { return stream.Delivery{ID: "withdrawal", Slot: "s"} }

func withdrawals() []scenario {
	return []scenario{
		{"a withdrawal only deletes", func(k kit) {
			k.queue(one, laned("a", "l"), slotted("old", "l"), laned("b", "l"))
			k.queue(one, withdrawal())
			k.wantLane("a", "b")
		}},
		{"a withdrawal frees the lane", func(k kit) {
			k.queue(one, slotted("old", "l"), laned("b", "l"))
			k.queue(one, withdrawal())
			k.wantLane("b")
		}},
		{"a withdrawal of nothing", func(k kit) {
			k.queue(one, withdrawal(), stream.Delivery{ID: "none"}, laned("a", ""))
			k.wantClaim(at(0), "a")
		}},
		{"after a withdrawal there is a new place", func(k kit) {
			k.queue(one, slotted("old", "l"), laned("b", "l"))
			k.queue(one, withdrawal(), slotted("new", "l"))
			k.wantLane("b", "new")
		}},
		{"what surely did not arrive is withdrawn", func(k kit) {
			k.queue(one, slotted("old", ""))
			k.settle(k.wantClaim(at(0), "old")[0], store.Retry, at(30))
			k.queue(one, withdrawal())
			k.wantClaim(at(99))
		}},
	}
}

func slotTimes() []scenario {
	return []scenario{
		{"an earlier time is kept", func(k kit) {
			k.queue(one, timed("old", 10))
			k.queue(one, timed("new", 20))
			got := k.wantClaim(at(10), "new")
			k.same("not before", at(10), got[0].Delivery.NotBefore)
		}},
		{"a later time is not", func(k kit) {
			k.queue(one, timed("old", 20))
			k.queue(one, timed("new", 10))
			k.wantClaim(at(9))
			k.settle(k.wantClaim(at(10), "new")[0], store.Done, at(10))
			k.wantClaim(at(99))
		}},
		{"no time is the earliest", func(k kit) {
			k.queue(one, slotted("old", ""))
			k.queue(one, timed("new", 20))
			got := k.wantClaim(at(0), "new")
			k.same("not before", true, got[0].Delivery.NotBefore.IsZero())
			k.queue(two, timed("old", 20))
			k.queue(two, slotted("newer", "l"))
			k.wantClaim(at(0), "newer")
		}},
	}
}

func slots() []scenario {
	return []scenario{
		{"a new one replaces what waits", func(k kit) {
			k.queue(one, slotted("old", ""))
			k.queueAt(at(1), one, slotted("new", ""))
			got := k.wantClaim(at(2), "new")[0]
			k.same("attempt", 1, got.Attempt)
			k.same("queued", at(1), got.Queued)
		}},
		{"within one batch too", func(k kit) {
			k.queue(one, slotted("a", ""), slotted("b", ""), slotted("c", ""))
			k.wantClaim(at(0), "c")
		}},
		{"slots are the stream's", func(k kit) {
			k.queue(one, slotted("a", ""), stream.Delivery{ID: "b", To: "slack", Slot: "t"}, laned("c", ""), laned("d", ""))
			k.queue(two, slotted("e", ""))
			k.queue(far, slotted("f", ""))
			k.wantClaim(at(0), "a", "b", "c", "d", "e", "f")
		}},
		{"it takes the place in the lane", func(k kit) {
			k.queue(one, laned("a", "l"), slotted("old", "l"), laned("b", "l"))
			k.queue(one, slotted("new", "l"))
			k.wantLane("a", "new", "b")
		}},
		{"it takes the place at the head", func(k kit) {
			k.queue(one, slotted("old", "l"), laned("b", "l"))
			k.queue(one, slotted("new", "l"))
			k.wantLane("new", "b")
		}},
		{"in another lane it stands at the end", func(k kit) {
			k.queue(one, slotted("old", "l"), laned("a", "l"))
			k.queue(two, laned("b", "m"))
			k.queue(one, slotted("new", "m"))
			got := k.wantClaim(at(0), "a", "b")
			k.settle(got[1], store.Done, at(0))
			k.wantClaim(at(0), "new")
		}},
		{"what surely did not arrive is replaced", func(k kit) {
			k.queue(one, slotted("old", "l"), laned("b", "l"))
			k.settle(k.wantClaim(at(0), "old")[0], store.Retry, at(30))
			k.queueAt(at(1), one, slotted("new", "l"))
			got := k.wantClaim(at(1), "new")[0] // its own first try
			k.same("attempt", 1, got.Attempt)
			k.settle(got, store.Done, at(0))
			k.wantClaim(at(99), "b")
		}},
	}
}

// wantLane claims and settles one after another, and wants these and no more.
func (k kit) wantLane(steps ...string) {
	k.Helper()
	for _, want := range steps {
		k.settle(k.wantClaim(at(100), want)[0], store.Done, at(100))
	}
	k.wantClaim(at(1000))
}

// busy are the stories of a new one that finds its slot's older one in flight
// or in doubt.
func busy() []scenario {
	return []scenario{
		{"one in flight stays before", func(k kit) {
			k.queue(one, slotted("old", ""))
			old := k.wantClaim(at(0), "old")[0]
			k.queue(one, slotted("new", ""))
			k.wantClaim(at(0))
			k.settle(old, store.Done, at(0))
			k.wantClaim(at(0), "new")
		}},
		{"one in flight that dies makes room", func(k kit) {
			k.queue(one, slotted("old", "l"))
			old := k.wantClaim(at(0), "old")[0]
			k.queue(one, slotted("new", "m"), laned("b", "m"))
			k.wantClaim(at(0))
			k.settle(old, store.Dead, at(0))
			k.wantLane("new", "b")
		}},
		{"one in doubt stays before", func(k kit) {
			k.queue(one, slotted("old", ""))
			k.settle(k.wantClaim(at(0), "old")[0], store.Unknown, at(30))
			k.queue(one, slotted("new", ""))
			k.wantClaim(at(29))
			again := k.wantClaim(at(30), "old")[0]
			k.same("doubt", true, again.Doubt)
			k.settle(again, store.Done, at(30))
			k.wantClaim(at(30), "new")
		}},
		{"one whose lease ran out stays before", func(k kit) {
			k.queue(one, slotted("old", ""))
			k.wantClaim(at(0), "old")
			k.queue(one, slotted("new", ""))
			k.settle(k.wantClaim(at(60), "old")[0], store.Done, at(60))
			k.wantClaim(at(60), "new")
		}},
		{"only the newest waits", func(k kit) {
			k.queue(one, slotted("old", "l"))
			old := k.wantClaim(at(0), "old")[0]
			k.queue(one, slotted("new", "l"), laned("b", "l"))
			k.queue(one, slotted("newer", "l"))
			k.settle(old, store.Done, at(0))
			k.wantLane("newer", "b")
		}},
		{"without a retry the new one has its own time", func(k kit) {
			k.queue(one, timed("old", 10))
			old := k.wantClaim(at(10), "old")[0]
			k.queue(one, timed("new", 20))
			k.settle(old, store.Done, at(11))
			k.wantClaim(at(19))
			k.wantClaim(at(20), "new")
		}},
	}
}

// withdrawn are the stories of a withdrawal while one is in flight or in doubt.
func withdrawn() []scenario {
	return []scenario{
		{"a withdrawal of one in flight", func(k kit) {
			k.queue(one, slotted("old", "l"), laned("b", "l"))
			old := k.wantClaim(at(0), "old")[0]
			k.queue(one, withdrawal())
			k.wantClaim(at(1))
			k.settle(old, store.Retry, at(30))
			k.wantLane("b")
		}},
		{"a withdrawal of the new one and the old one", func(k kit) {
			k.queue(one, slotted("old", ""))
			k.settle(k.wantClaim(at(0), "old")[0], store.Unknown, at(10))
			k.queue(one, slotted("new", ""))
			k.queue(one, withdrawal())
			k.settle(k.wantClaim(at(10), "old")[0], store.Retry, at(30))
			k.wantClaim(at(99))
		}},
	}
}

// obsoletes are the stories of such an older one that comes back as Retry.
func obsoletes() []scenario {
	return []scenario{
		{"a retry of the old one is its end", func(k kit) {
			k.queue(one, slotted("old", "l"), laned("b", "l"))
			old := k.wantClaim(at(0), "old")[0]
			k.queueAt(at(1), one, slotted("new", "l"))
			k.settle(old, store.Retry, at(30))
			got := k.wantClaim(at(2), "new")[0] // in the place of the old one, before "b"
			k.same("attempt", 1, got.Attempt)
			k.settle(got, store.Done, at(2))
			k.wantLane("b")
		}},
		{"a retry after doubt is its end too", func(k kit) {
			k.queue(one, slotted("old", "l"), laned("b", "l"))
			k.settle(k.wantClaim(at(0), "old")[0], store.Unknown, at(10))
			k.queue(one, slotted("new", "l"))
			k.settle(k.wantClaim(at(10), "old")[0], store.Retry, at(30))
			k.wantLane("new", "b")
		}},
		{"the place in another lane is the new one's own", func(k kit) {
			k.queue(one, slotted("old", "l"), laned("a", "l"))
			old := k.wantClaim(at(0), "old")[0]
			k.queue(two, laned("b", "m"))
			k.queue(one, slotted("new", "m"))
			k.settle(old, store.Retry, at(30))
			got := k.wantClaim(at(1), "a", "b")
			k.settle(got[1], store.Done, at(1))
			k.wantClaim(at(1), "new")
		}},
		{"an earlier time comes with the place", func(k kit) {
			k.queue(one, timed("old", 10))
			old := k.wantClaim(at(10), "old")[0]
			k.queue(one, timed("new", 500))
			k.settle(old, store.Retry, at(30))
			got := k.wantClaim(at(11), "new")[0]
			k.same("not before", at(10), got.Delivery.NotBefore)
		}},
		{"settled as retry by the commit that adds the new one", func(k kit) {
			k.queue(one, slotted("old", "l"), laned("b", "l"))
			b := batch(one, 1, 1, at(1))
			b.Settle = []store.Outcome{outcome(k.wantClaim(at(0), "old")[0], store.Retry, at(30))}
			b.Deliveries = named(one, 2, []stream.Delivery{slotted("new", "l")})
			k.commit(b)
			k.wantLane("new", "b")
		}},
		{"settled as done by the commit that adds the new one", func(k kit) {
			k.queue(one, slotted("old", ""))
			b := batch(one, 1, 1, at(1))
			b.Settle = []store.Outcome{outcome(k.wantClaim(at(0), "old")[0], store.Done, at(30))}
			b.Deliveries = named(one, 2, []stream.Delivery{slotted("new", "")})
			k.commit(b)
			k.wantClaim(at(1), "new")
		}},
	}
}
