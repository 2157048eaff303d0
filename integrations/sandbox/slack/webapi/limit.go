package webapi

import (
	"math"
	"time"
)

// Requests a minute by tier. Slack gives the special tier no number: "hundreds".
var tiers = map[int]float64{1: 1, 2: 20, 3: 50, 4: 100, 5: 300}

// A channel takes about one post a second and a short burst, whose size Slack
// does not publish.
const (
	postBurst     = 5
	postPerSecond = 1
)

// Limits counts a workspace's calls. The zero value has counted none.
type Limits struct {
	// PerMinute overrides a method's tier.
	PerMinute map[string]int
	buckets   map[string]*bucket
}

// Take counts the call against its method's limit, and a post against its
// channel's; the error is ratelimited with the seconds to wait.
func (l *Limits) Take(c *Call, now time.Time) error {
	perMinute := tiers[c.Tier]
	if own, ok := l.PerMinute[c.Name]; ok {
		perMinute = float64(own)
	}
	wait := l.bucket(c.Name).take(now, perMinute, perMinute/60)
	if wait == 0 && c.Name == "chat.postMessage" {
		wait = l.bucket(c.Name+" "+c.Values["channel"]).take(now, postBurst, postPerSecond)
	}
	if wait > 0 {
		return Refusal{Code: "ratelimited", Wait: wait}
	}
	return nil
}

func (l *Limits) bucket(name string) *bucket {
	b := l.buckets[name]
	if b == nil {
		if l.buckets == nil {
			l.buckets = map[string]*bucket{}
		}
		b = &bucket{}
		l.buckets[name] = b
	}
	return b
}

// bucket is a token bucket.
type bucket struct {
	left float64
	at   time.Time
}

// take takes one of at most most, which come back by perSecond; else it gives
// the seconds until one is there.
func (b *bucket) take(now time.Time, most, perSecond float64) (wait int) {
	if b.at.IsZero() {
		b.left = most
	} else if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.left = min(most, b.left+passed*perSecond)
	}
	b.at = now
	if b.left >= 1 {
		b.left--
		return 0
	}
	return max(1, int(math.Ceil((1-b.left)/perSecond)))
}
