// Package integrationtest holds what the contract of package integrations means
// in tests: one suite that every far end's package runs against its stand-in.
//
//	func TestContract(t *testing.T) {
//		integrationtest.Run(t, integrationtest.End{
//			Start: func(t *testing.T) integrationtest.Far {
//				s := standin.New(standin.Config{Key: "s3cret"})
//				wire := sandbox.Transport(s)
//				return integrationtest.Far{
//					Sender:  farend.New(farend.Config{Key: "s3cret"}, wire),
//					Wire:    wire,
//					Effects: func() int { return len(s.Posts()) },
//				}
//			},
//			Samples: []integrationtest.Sample{{Delivery: d, Match: "POST /posts", Needs: []string{"title"}}},
//			Secrets: []string{"s3cret"},
//		})
//	}
//
// The stand-in's control (POST /_faults, GET /_requests) is used through Wire, so
// Wire must reach it whatever the host is. An end that does not speak HTTP leaves
// Wire nil; the parts that need faults are then skipped, and its package tests them.
package integrationtest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// End is a far end's package under test.
type End struct {
	// Start makes a far end that holds nothing and a sender that speaks to it.
	// It is called inside testing/synctest bubbles too: no sockets when Wire
	// is set, no goroutine that outlives the test.
	Start   func(t *testing.T) Far
	Samples []Sample
	// Secrets must never be read in an error or a receipt: tokens, passwords,
	// and the parts of addresses that are as good as one.
	Secrets []string
	// Status replaces what may be said of a status code (see Statuses).
	Status map[int][]Kind
	// Limit gives the headers by which the far end asks to wait for seven
	// seconds; nil means Retry-After.
	Limit func() map[string]string
	// Vary makes the nth delivery out of a sample, to be told apart at the far
	// end; nil changes the ID and adds a paragraph.
	Vary func(d stream.Delivery, n int) stream.Delivery
}

// Far is a running stand-in and the sender that speaks to it.
type Far struct {
	Sender  integrations.Sender
	Wire    http.RoundTripper
	Effects func() int // what was posted, rung or mailed so far
}

// Sample is a delivery that the far end accepts when nothing is wrong.
type Sample struct {
	stream.Delivery
	// Match is the request that has the effect, as a fault's match: "POST
	// /2/tweets". Requests before it (look-ups) are left in peace.
	Match string
	// Needs are the Args without which Send refuses.
	Needs []string
	// Wrong are Args that Check and Send refuse, each on its own.
	Wrong map[string]string
	// Dedupes: the far end itself takes two deliveries of one ID as one.
	Dedupes bool
	// NoFind: a Finder that cannot tell for this action.
	NoFind bool
}

// Kind is what an error of Send says.
type Kind string

// The kinds of errors: none, surely not applied (for good, or to be tried
// again), and unknown.
const (
	Done      Kind = "done"
	Permanent Kind = "permanent"
	Retry     Kind = "retry"
	Unknown   Kind = "unknown"
)

// KindOf sorts an error of Send.
func KindOf(err error) Kind {
	if err == nil {
		return Done
	}
	if integrations.IsPermanent(err) {
		return Permanent
	}
	if _, ok := integrations.RetryDelay(err); ok {
		return Retry
	}
	return Unknown
}

// Statuses is what an answer may mean when the far end's package says nothing
// else: a refusal is final, a limit passes, and a server's own failure leaves
// open what it did before it failed. 408 and 503 are read either way.
func Statuses() map[int][]Kind {
	return map[int][]Kind{
		400: {Permanent}, 401: {Permanent}, 403: {Permanent}, 404: {Permanent}, 422: {Permanent},
		408: {Retry, Unknown}, 429: {Retry}, 503: {Retry, Unknown},
		500: {Unknown}, 502: {Unknown}, 504: {Unknown},
	}
}

// Run holds the end to the contract.
func Run(t *testing.T, e End) {
	if len(e.Samples) == 0 {
		t.Fatal("no samples: nothing would be tested")
	}
	for _, s := range e.Samples {
		t.Run(s.Action, func(t *testing.T) {
			t.Parallel()
			c := suite{End: e, Sample: s}
			c.run(t, "arrives", c.arrives)
			c.run(t, "check", c.check)
			c.run(t, "refuses what it cannot send", c.refuses)
			c.run(t, "strange words", c.strangeWords)
			c.run(t, "concurrent sends", c.concurrent)
			c.run(t, "cancelled before", c.cancelledBefore)
			if s.Dedupes {
				c.run(t, "sent twice", c.sentTwice)
			}
			if c.start(t).Wire == nil {
				return
			}
			c.run(t, "status codes", c.statusCodes)
			c.run(t, "rate limit", c.rateLimit)
			c.run(t, "broken connections", c.brokenConnections)
			c.run(t, "gives up with its context", c.givesUp)
			c.run(t, "garbage", c.garbage)
			c.run(t, "redirect", c.redirect)
			if _, ok := c.start(t).Sender.(integrations.Finder); ok && !s.NoFind {
				c.run(t, "find", c.find)
				c.run(t, "find cannot tell", c.findCannotTell)
			}
		})
	}
}

// suite is one sample's tests.
type suite struct {
	End
	Sample
}

func (c suite) run(t *testing.T, name string, test func(*testing.T)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		test(t)
	})
}

func (c suite) start(t *testing.T) Far {
	t.Helper()
	f := c.Start(t)
	if f.Sender == nil || f.Effects == nil {
		t.Fatal("Start gave no Sender or no Effects")
	}
	return f
}

// nth makes the nth delivery of the sample.
func (c suite) nth(n int) stream.Delivery {
	d := c.Delivery
	if c.Vary != nil {
		return c.Vary(d, n)
	}
	d.ID = fmt.Sprintf("%s-%d", d.ID, n)
	if d.Words != nil {
		words := *d.Words
		words.Paragraphs = append(slices.Clone(words.Paragraphs), "No. "+strconv.Itoa(n))
		d.Words = &words
	}
	return d
}
