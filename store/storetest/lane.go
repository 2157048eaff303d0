package storetest

import (
	"fmt"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// laned is a delivery to Slack in the lane.
func laned(id, lane string) stream.Delivery {
	return stream.Delivery{ID: id, To: "slack", Lane: lane}
}

func heads() []scenario {
	return []scenario{
		{"the lane goes on when its head is dead", func(k kit) {
			k.queue(one, laned("a", "l"), laned("b", "l"))
			k.settle(k.wantClaim(at(0), "a")[0], store.Dead, at(0))
			k.wantClaim(at(0), "b")
		}},
		{"a head that waits for its next try bars the lane", func(k kit) {
			k.queue(one, laned("a", "l"), laned("b", "l"))
			k.settle(k.wantClaim(at(0), "a")[0], store.Retry, at(30))
			k.wantClaim(at(29))
			k.settle(k.wantClaim(at(30), "a")[0], store.Done, at(0))
			k.wantClaim(at(30), "b")
		}},
		{"a head in doubt bars the lane", func(k kit) {
			k.queue(one, laned("a", "l"), laned("b", "l"))
			k.settle(k.wantClaim(at(0), "a")[0], store.Unknown, at(30))
			k.wantClaim(at(29))
			k.settle(k.wantClaim(at(30), "a")[0], store.Done, at(0))
			k.wantClaim(at(30), "b")
		}},
		{"a head whose lease ran out bars the lane", func(k kit) {
			k.queue(one, laned("a", "l"), laned("b", "l"))
			k.wantClaim(at(0), "a")
			k.wantClaim(at(60), "a")
		}},
		{"a head past its time bars the lane", func(k kit) {
			head := laned("a", "l")
			head.NotAfter = at(5)
			k.queue(one, head, laned("b", "l"))
			got := k.wantClaim(at(6), "a")
			k.wantClaim(at(6))
			k.settle(got[0], store.Dead, at(6))
			k.wantClaim(at(6), "b")
		}},
		{"a head settled in a commit frees what that commit adds", func(k kit) {
			k.queue(one, laned("a", "l"))
			a := k.wantClaim(at(0), "a")[0]
			b := batch(one, 1, 1, at(1))
			b.Settle = []store.Outcome{outcome(a, store.Done, at(1))}
			b.Deliveries = named(one, 2, []stream.Delivery{laned("b", "l")})
			k.commit(b)
			k.wantClaim(at(1), "b")
		}},
	}
}

func lanes() []scenario {
	return []scenario{
		{"in the order of commits, one in flight", func(k kit) {
			k.queueAt(at(9), two, laned("a", "l"), laned("b", "l"))
			k.queueAt(at(1), one, laned("c", "l"))
			for i, want := range []string{"a", "b", "c"} {
				got := k.wantClaim(at(10+i), want)
				k.wantClaim(at(10 + i))
				k.settle(got[0], store.Done, at(0))
			}
		}},
		{"urgent does not overtake in a lane", func(k kit) {
			page := laned("b", "l")
			page.Urgent = true
			k.queue(one, laned("a", "l"), page)
			k.settle(k.wantClaim(at(0), "a")[0], store.Done, at(0))
			k.wantClaim(at(0), "b")
		}},
		{"a lane goes through far ends", func(k kit) {
			tweet := laned("a", "l")
			tweet.To = "twitter"
			k.queue(one, tweet, laned("b", "l"))
			k.wantSteps(k.claim(at(0), map[string]int{"slack": 9}))
			k.settle(k.wantClaim(at(0), "a")[0], store.Done, at(0))
			k.wantClaim(at(0), "b")
		}},
		{"other lanes and those without one go on", func(k kit) {
			k.queue(one, laned("a", "l"), laned("b", "l"), laned("c", "m"), laned("d", ""), laned("e", ""))
			k.wantClaim(at(0), "a", "c", "d", "e")
		}},
		{"lanes are the workspace's", func(k kit) {
			k.queueAt(at(0), one, laned("a", "l"))
			k.queueAt(at(1), two, laned("b", "l"))
			k.queueAt(at(2), far, laned("c", "l"))
			k.wantClaim(at(5), "a", "c")
		}},
		{"a long lane", func(k kit) {
			const n = 50
			var ds []stream.Delivery
			for i := range n {
				ds = append(ds, laned(fmt.Sprint(i), "l"))
			}
			k.queue(one, ds...)
			for i := range n {
				k.settle(k.wantClaim(at(i), fmt.Sprint(i))[0], store.Done, at(0))
			}
		}},
	}
}
