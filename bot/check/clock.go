package check

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"drumbeat/integrations"
)

// How far this machine's clock may be off. Slack's requests are refused as stale
// beyond 5 minutes (https://api.slack.com/authentication/verifying-requests-from-slack),
// X's from its side as well; promises are told to the minute.
const (
	farOff  = time.Minute
	somehow = 5 * time.Second
)

// Clock is a transport that compares this machine's clock with those of the
// servers that answer, by the header Date. It may be used by many goroutines.
type Clock struct {
	base http.RoundTripper
	mu   sync.Mutex
	ours map[string]time.Duration // how far ahead, by host
}

// Watch has a client compare clocks from now on.
func Watch(client *http.Client) *Clock {
	c := &Clock{base: client.Transport}
	if c.base == nil {
		c.base = http.DefaultTransport
	}
	client.Transport = c
	return c
}

// RoundTrip passes the request on.
func (c *Clock) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := time.Now()
	resp, err := c.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if theirs, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		came := time.Now()
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.ours == nil {
			c.ours = map[string]time.Duration{}
		}
		// The header was cut to the second, somewhere between asking and answer.
		c.ours[r.URL.Host] = sent.Add(came.Sub(sent) / 2).Sub(theirs.Add(500 * time.Millisecond))
	}
	return resp, nil
}

// forget begins anew.
func (c *Clock) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ours = nil
}

// ahead gives how far this machine's clock is ahead of the nearest of the
// others: one server may be wrong, and ours is only if it differs from all.
func (c *Clock) ahead() (least time.Duration, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range c.ours {
		if !known || d.Abs() < least.Abs() {
			least, known = d, true
		}
	}
	return least, known
}

func (in Input) clock() []integrations.Finding {
	if in.Clock == nil {
		return nil
	}
	const remedy = "Set this machine's clock by NTP: timedatectl set-ntp true, or systemctl status chronyd."
	ahead, known := in.Clock.ahead()
	way := "ahead"
	if ahead < 0 {
		way = "behind"
	}
	off := fmt.Sprintf("this machine's clock is %s %s", ahead.Abs().Round(time.Second), way)
	switch {
	case !known:
		return []integrations.Finding{well("clock", "could not be compared: no far end answered.")}
	case ahead.Abs() > farOff:
		return []integrations.Finding{fails("clock", off+": from 5 minutes on, what Slack sends is refused as stale, and promises are told wrongly.", remedy)}
	case ahead.Abs() > somehow:
		return []integrations.Finding{warns("clock", off+".", remedy)}
	}
	return []integrations.Finding{well("clock", "agrees with the far ends' within seconds.")}
}
