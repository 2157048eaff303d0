// Package socket holds the connections of Slack's Socket Mode: what a person
// does comes in an envelope, and each envelope is acknowledged.
//
// # Connections
//
// Two connections stand. Slack gives each a life of some hours, and two of one
// age would end together, so one is opened at least 5 s after the other: time
// enough to replace it. Where none stands, one is opened at once.
//
// Slack announces an end some seconds ahead ("disconnect"); the announced one
// goes on hearing until it ends, and its successor does not wait for that. A
// connection that broke is replaced in the same way, at once unless it had hardly
// begun. One that says nothing for
// 30 s, not even a pong to our pings, is taken for dead.
//
// # Envelopes
//
// An envelope is acknowledged after its handler has returned, over the connection
// that brought it. If that is gone, Slack gives the envelope out again: an
// envelope may come twice, on either connection, and in any order. Whoever
// handles envelopes makes that once (see Envelope).
//
// # Failures
//
// What Slack refuses (a revoked token, Socket Mode turned off) and what does not
// connect is tried again after 1, 2, 4 … 30 s, for ever, or when Slack says. It
// is logged when it begins, when it becomes another failure, and when it is over.
//
// # The end
//
// When the context of Run ends, nothing more is read, so that Slack gives it to
// another process; what is under way is acknowledged, for at most 5 s.
//
// Source of all that Slack does: docs.slack.dev/apis/events-api/using-socket-mode.
package socket

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"drumbeat/integrations"
)

const (
	// Two is how many connections stand. Slack allows ten for an app, so five
	// processes can share one.
	Two = 2
	// MaxAck is Slack's limit of an acknowledgement, in bytes: what is as long or
	// longer is dropped without a word. Source: slack-go, package socketmode.
	MaxAck = 20 << 10

	apart    = 5 * time.Second
	brief    = time.Second      // a connection that ended sooner did not come about
	settled  = 10 * time.Second // a connection that stood so long is a good one
	longest  = 30 * time.Second // between two tries
	patience = 5 * time.Second  // for what is under way at the end
)

// Config is what a Line needs.
type Config struct {
	// Open asks Slack for the address of a new connection, which is good for one.
	// Its error may say when to ask again (integrations.RetryAfter).
	Open func(context.Context) (string, error)
	// Dialer connects; nil is the usual one. Its write buffer must hold MaxAck.
	Dialer *websocket.Dialer
	// Handle carries out an envelope; Slack waits three seconds.
	Handle func(context.Context, Envelope) Answer
	// Log says when Slack is not heard, and why.
	Log *slog.Logger
}

// Line is the connections of one app. Its methods may be called by many
// goroutines.
type Line struct {
	config Config
	ended  chan struct{}  // has room for one: a connection has ended, or is about to
	all    sync.WaitGroup // connections

	mu        sync.Mutex
	standing  int       // that said hello, and did not announce their end
	opened    time.Time // when the last one did
	tries     int       // in vain, since one stood
	notBefore time.Time // of the next try
	failure   error     // of the last try, or why the last connection ended
	told      string    // the failure as it was logged; empty when all is well
}

// New makes a Line; it calls nobody.
func New(c Config) *Line {
	if c.Dialer == nil {
		c.Dialer = &websocket.Dialer{HandshakeTimeout: settled, WriteBufferSize: 2 * MaxAck}
	}
	return &Line{config: c, ended: make(chan struct{}, 1)}
}

// Connected says how many connections stand, and while that is fewer than Two,
// what kept the last one from it; nil when nothing did.
func (l *Line) Connected() (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.standing >= Two {
		return l.standing, nil
	}
	return l.standing, l.failure
}

// Run holds the connections until ctx ends; its error is always nil.
func (l *Line) Run(ctx context.Context) error {
	for l.turn(ctx) {
		c, err := l.connect(ctx)
		if err != nil {
			l.failed(ctx, err)
			continue
		}
		l.all.Go(func() { c.serve(ctx) })
	}
	l.all.Wait()
	return nil
}

// turn waits until a connection is to be opened; false when ctx has ended.
func (l *Line) turn(ctx context.Context) bool {
	for {
		wait := l.due()
		if wait <= 0 && ctx.Err() == nil {
			return true
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-l.ended:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return false
		}
	}
}

// due is how long it is until the next connection is to be opened.
func (l *Line) due() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.standing >= Two:
		return time.Hour // until one ends
	case l.standing > 0:
		return max(time.Until(l.opened.Add(apart)), time.Until(l.notBefore))
	}
	return time.Until(l.notBefore)
}

// NextTry is the pause before a connection is tried again that failed so many
// times: none, 1, 2, 4, … 30 s.
func NextTry(failed int) time.Duration {
	if failed == 0 {
		return 0
	}
	return min(time.Second<<min(failed-1, 10), longest)
}

// failed notes why there is no connection.
func (l *Line) failed(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tries++
	l.blame(err)
}

// blame notes a failure, and sets the pause after it. It is called locked.
func (l *Line) blame(err error) {
	l.failure = err
	pause := NextTry(l.tries)
	if wait, ok := integrations.RetryDelay(err); ok {
		pause = max(pause, wait)
	}
	l.notBefore = time.Now().Add(pause)
	if text := err.Error(); l.told != text {
		l.told = text
		l.config.Log.Warn("slack: Socket Mode is not connected as it should be; it is tried again and again", "standing", l.standing, "error", text)
	}
}

// stands notes a connection that said hello.
func (l *Line) stands() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.standing++
	l.opened = time.Now()
	if l.standing == 1 && l.told == "" {
		l.config.Log.Info("slack: Socket Mode is connected")
	}
}

// well notes that a connection has stood for a while: what was wrong is over.
func (l *Line) well() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tries = 0
	if l.told != "" {
		l.told = ""
		l.config.Log.Info("slack: Socket Mode is connected again", "standing", l.standing)
	}
}

// leaves notes that a connection has ended, or is about to: it is to be replaced.
// A reason is why that is a failure.
func (l *Line) leaves(stood time.Duration, reason error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.standing--
	if reason != nil {
		if stood < brief {
			l.tries++ // at once, it would be again and again
		}
		l.blame(reason)
	}
	select {
	case l.ended <- struct{}{}:
	default:
	}
}

// connect opens a connection and waits for its hello.
func (l *Line) connect(ctx context.Context) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, settled)
	defer cancel()
	address, err := l.config.Open(ctx)
	if err != nil {
		return nil, err
	}
	ws, resp, err := l.config.Dialer.DialContext(ctx, address, nil)
	switch {
	case err != nil && resp != nil:
		return nil, fmt.Errorf("connecting: HTTP status %d", resp.StatusCode)
	case err != nil:
		return nil, fmt.Errorf("connecting: %w", plain(err))
	}
	c := newConnection(l, ws)
	if err := c.greet(ctx); err != nil {
		_ = ws.Close() // nothing came through it
		return nil, err
	}
	return c, nil
}

// plain leaves out the addresses of a connection: they change with each, and the
// failure is the same.
func plain(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		return fmt.Errorf("%s: %w", op.Op, op.Err)
	}
	return err
}
