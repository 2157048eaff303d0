package slack

import (
	"math"
	"time"
)

// bucket is a token bucket: it holds most, and fills by perSecond.
type bucket struct {
	left float64
	at   time.Time
}

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

// Requests a minute by tier. Slack gives the special tier no number: "hundreds".
var tiers = map[int]float64{1: 1, 2: 20, 3: 50, 4: 100, 5: 300}

// A channel takes about one post a second and a short burst, whose size Slack
// does not publish.
const (
	postBurst     = 5
	postPerSecond = 1
)

// checkRate counts the call against its method's limit, and a post against its
// channel's.
func (c *call) checkRate() error {
	if !c.config.RateLimits {
		return nil
	}
	perMinute := tiers[c.tier]
	if own, ok := c.config.Limits[c.name]; ok {
		perMinute = float64(own)
	}
	wait := c.bucket(c.name).take(c.now(), perMinute, perMinute/60)
	if wait == 0 && c.name == "chat.postMessage" {
		wait = c.bucket(c.name+" "+c.values["channel"]).take(c.now(), postBurst, postPerSecond)
	}
	if wait > 0 {
		return refusal{code: "ratelimited", more: reply{"wait": wait}}
	}
	return nil
}

func (w *Workspace) bucket(name string) *bucket {
	b := w.buckets[name]
	if b == nil {
		b = &bucket{}
		w.buckets[name] = b
	}
	return b
}
