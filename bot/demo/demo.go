// Package demo is the front door: `drumbeat demo` plays an outage that happened
// with the visitor in it.
//
// # What is real
//
// The bot is: the same program, run once more as a process of its own with the
// embedded store, so that it can be killed. Slack, X, Statuspage, SMS and mail
// are the stand-ins of `drumbeat sandbox`, in this process. Credentials and
// settings of the machine do not reach the bot. All of it lives in a temporary
// folder, and is gone afterwards.
//
// # Time
//
// The town and the bot live by one Clock. It stands while the evening before is
// played, starts when a visitor opens the page, and may run faster than the
// visitor's while nobody has anything to do; the bot is told each setting on its
// standard input, and ends when nobody is left to tell it.
//
// # What is measured
//
// A watch sits before the far ends and before the page: it notes, by the
// machine's clock, when the visitor did something and when its effects arrived.
// The score is the bot's own, from its log; who was written to how often is
// counted where it arrived.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"drumbeat/bot/replay"
)

// Command is `drumbeat demo`.
type Command struct {
	Listen   string  `help:"Where the page is." default:"127.0.0.1:8080"`
	Scenario string  `help:"What to play: a built-in scenario, or a file of your own." default:"streak-2019-10-02"`
	Speed    float64 `help:"How fast time runs while nobody has anything to do." default:"60"`
}

// maxSpeed keeps an hour longer than a breath.
const maxSpeed = 600

// Demo is one that runs: a round after the other.
type Demo struct {
	scenario *replay.Scenario
	speed    float64
	bot      []string // how the bot is run, less its configuration
	url      string   // the page's
	begin    func(story bool) error

	begun chan struct{} // closed when the first round has, or has failed
	mu    sync.Mutex
	round *round
	err   error
}

// Run serves the demo until ctx ends. bot is how it runs: the program and its
// arguments, to which the configuration's file is added.
func (c Command) Run(ctx context.Context, builtin fs.FS, bot []string, stdout io.Writer) error {
	if c.Speed < 1 || c.Speed > maxSpeed {
		return fmt.Errorf("--speed is between 1 and %d, not %g", maxSpeed, c.Speed)
	}
	s, err := replay.Open(builtin, c.Scenario)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("%w\nAnother address: drumbeat demo --listen 127.0.0.1:0", err)
	}
	d := &Demo{scenario: s, speed: c.Speed, bot: append(bot, "--lease", (lease * time.Duration(c.Speed)).String()), url: "http://" + l.Addr().String(), begun: make(chan struct{})}
	if _, err := fmt.Fprintf(stdout, "Drumbeat's demo: %s/\n", d.url); err != nil {
		return errors.Join(err, l.Close())
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	defer d.stop()
	d.begin = func(story bool) error { return d.next(ctx, story) }
	go func() {
		defer close(d.begun)
		if d.begin(true) != nil {
			end() // d.err says why
		}
	}()
	srv := &http.Server{Handler: d, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() }) // nothing outlives it
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// lease is how long a delivery is the bot's, in the machine's time.
const lease = 30 * time.Second

// next puts a new round in the place of the last one: a story, or free play.
func (d *Demo) next(ctx context.Context, story bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.round != nil {
		d.round.stop()
	}
	d.round, d.err = newRound(ctx, d, story)
	return d.err
}

func (d *Demo) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.round != nil {
		d.round.stop()
		d.round = nil
	}
}

// ServeHTTP hands a request to the round that is on. One that is open when its
// round ends is cut off, so that the page asks again.
func (d *Demo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	<-d.begun
	d.mu.Lock()
	now := d.round
	d.mu.Unlock()
	if now == nil {
		http.Error(w, "The demo is closed.", http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(now.ctx, cancel)()
	now.ServeHTTP(w, r.WithContext(ctx))
}

// freePort finds a port for the bot. It must stay the same when the bot is
// started again, so it cannot be the bot's choice.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("a port for the bot: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	return "127.0.0.1:" + strconv.Itoa(port), l.Close()
}

// folder makes the place where a round's files are.
func folder() (string, error) {
	dir, err := os.MkdirTemp("", "drumbeat-demo-")
	if err != nil {
		return "", fmt.Errorf("the demo needs a temporary folder: %w", err)
	}
	return dir, nil
}
