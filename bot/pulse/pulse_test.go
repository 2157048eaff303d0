package pulse_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"drumbeat/bot/pulse"

	"github.com/google/go-cmp/cmp"
)

// body is a bot whose parts can be made to fail, and the minutes at which
// somebody outside heard of it.
type body struct {
	began   time.Time
	rounds  atomic.Int64
	mu      sync.Mutex // of what follows: the story has it while no time passes
	stuck   bool
	store   error
	status  int // of the far side; 0 is no answer
	marks   int
	beats   []string
	pings   int
	missed  int
	log     bytes.Buffer
	address string
}

func (b *body) minute() string { return time.Since(b.began).Truncate(time.Second).String() }

// RoundTrip is the far side of the heartbeat.
func (b *body) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.status == 0 {
		return nil, errors.New("connection refused")
	}
	if b.status == http.StatusOK {
		b.beats = append(b.beats, b.minute())
	}
	return &http.Response{StatusCode: b.status, Status: http.StatusText(b.status), Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
}

// live runs a pulse in a bubble, with a courier that works every second.
func live(t *testing.T, story func(b *body)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &body{began: time.Now(), status: http.StatusOK, address: "https://hc-ping.com/s3cret"}
		do := func(f func()) { b.mu.Lock(); defer b.mu.Unlock(); f() }
		ctx, stop := context.WithCancel(t.Context())
		p := pulse.New(pulse.Config{Rounds: b.rounds.Load, URL: func() (a string) { do(func() { a = b.address }); return a }, Client: &http.Client{Transport: b},
			Mark: func(context.Context) (err error) { do(func() { b.marks++; err = b.store }); return err },
			Ping: func() { do(func() { b.pings++ }) }, Interval: 15 * time.Second, Failed: func() { do(func() { b.missed++ }) }, Log: slog.New(slog.NewTextHandler(&b.log, nil))})
		done := make(chan struct{})
		go func() { defer close(done); p.Run(ctx) }()
		go func() {
			work := time.NewTicker(time.Second + 1)
			defer work.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-work.C:
					do(func() {
						if !b.stuck {
							b.rounds.Add(1)
						}
					})
				}
			}
		}()
		b.mu.Lock()
		b.pass(time.Second)
		story(b)
		b.mu.Unlock()
		stop()
		<-done
		if strings.Contains(b.log.String(), "s3cret") {
			t.Errorf("the log has the URL:\n%s", &b.log)
		}
	})
}

func (b *body) pass(d time.Duration) {
	b.mu.Unlock()
	<-time.After(d)
	synctest.Wait()
	b.mu.Lock()
}

func check(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestItBeatsOnceAMinute(t *testing.T) {
	live(t, func(b *body) {
		b.pass(3 * time.Minute)
		check(t, "beats", []string{"1m0s", "2m0s", "3m0s"}, b.beats)
		check(t, "marks", 3, b.marks)
		check(t, "pings", 12, b.pings)
	})
}

func TestNobodyHearsOfACourierThatIsStuck(t *testing.T) {
	live(t, func(b *body) {
		b.pass(time.Minute)
		b.stuck = true
		b.pass(3 * time.Minute)
		check(t, "beats while stuck", []string{"1m0s"}, b.beats[:1])
		stuck := len(b.beats)
		if stuck > 2 { // it had worked for a second of the first minute
			t.Errorf("beats: got %v, want none while it is stuck", b.beats)
		}
		pings := b.pings
		b.stuck = false
		b.pass(time.Minute)
		check(t, "beats when it works again", stuck+1, len(b.beats))
		check(t, "pings when it works again", pings+4, b.pings)
	})
}

func TestNobodyHearsOfAStoreThatTakesNothing(t *testing.T) {
	live(t, func(b *body) {
		b.pass(time.Minute)
		b.store = errors.New("the store is full")
		b.pass(3 * time.Minute)
		check(t, "beats while it is full", []string{"1m0s"}, b.beats)
		check(t, "said", 1, strings.Count(b.log.String(), "the store is full"))
		b.store = nil
		b.pass(time.Minute)
		check(t, "beats when there is room", []string{"1m0s", "5m0s"}, b.beats)
	})
}

func TestAHeartbeatThatDoesNotGetThroughIsSaidOnce(t *testing.T) {
	live(t, func(b *body) {
		for _, status := range []int{0, 404, 500} {
			b.status = status
			b.pass(time.Minute)
		}
		check(t, "missed", 3, b.missed)
		check(t, "said", 1, strings.Count(b.log.String(), "does not get through"))
		b.status = 200
		b.pass(time.Minute)
		b.status = 500
		b.pass(time.Minute)
		check(t, "said again after it got through", 2, strings.Count(b.log.String(), "does not get through"))
		check(t, "beats", []string{"4m0s"}, b.beats)
		check(t, "pings go on", 20, b.pings)
	})
}

func TestWithoutAnAddressThereIsNoHeartbeat(t *testing.T) {
	live(t, func(b *body) {
		b.address = ""
		b.pass(2 * time.Minute)
		check(t, "beats", 0, len(b.beats)+b.missed)
		check(t, "marks", 2, b.marks)
		b.address = "://s3cret"
		b.pass(time.Minute)
		check(t, "missed at what is no address", 1, b.missed)
	})
}
