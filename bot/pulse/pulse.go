// Package pulse says to those who watch the bot from outside that it does its
// work: a heartbeat to a dead man's switch, a ping to systemd's watchdog, and a
// mark in the store. It says so by the machine's own timer, and only when the
// courier has asked the store for work since the last time and the store has
// taken a mark: a process that merely lives is silent, and whoever waits for
// its heartbeat hears that.
package pulse

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// Every is how often the store is marked and the heartbeat is called.
const Every = time.Minute

// patience is how long a mark or a heartbeat may take.
const patience = 10 * time.Second

// Config is what a Pulse needs; all of it, but for Ping.
type Config struct {
	// Rounds counts what the courier has done; it moves while it works.
	Rounds func() int64
	// Mark says in the store that it is in use now.
	Mark func(context.Context) error
	// URL is what a heartbeat calls (GET); empty for none. It is a secret:
	// whoever knows it can feign a bot that lives.
	URL    func() string
	Client *http.Client
	// Ping is called every Interval while there is progress: systemd's
	// watchdog. 0 is never.
	Ping     func()
	Interval time.Duration
	// Failed counts heartbeats that did not get through.
	Failed func()
	Log    *slog.Logger
}

// Pulse beats while Run runs.
type Pulse struct {
	Config
	marked atomic.Bool // the newest mark was taken
	silent bool        // the last heartbeat did not get through, and it was said
}

// New makes a Pulse of a store that was just marked.
func New(c Config) *Pulse {
	p := &Pulse{Config: c}
	p.marked.Store(true)
	return p
}

// Run beats until ctx ends. It never fails: what does not beat is missed
// elsewhere.
func (p *Pulse) Run(ctx context.Context) {
	var group errgroup.Group
	group.Go(func() error {
		p.watch(ctx, Every, func() { p.mark(ctx) }, func() { p.beat(ctx) })
		return nil
	})
	if p.Interval > 0 {
		group.Go(func() error {
			p.watch(ctx, p.Interval, func() {}, p.Ping)
			return nil
		})
	}
	_ = group.Wait() // they give none
}

// watch calls first at every tick, and then, if there was progress since the
// last one, say.
func (p *Pulse) watch(ctx context.Context, every time.Duration, first, say func()) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	before := p.Rounds()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		first()
		now := p.Rounds()
		if now != before && p.marked.Load() {
			say()
		}
		before = now
	}
}

func (p *Pulse) mark(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := p.Mark(ctx)
	if was := p.marked.Swap(err == nil); err != nil && was && ctx.Err() != context.Canceled {
		p.Log.Error("the store cannot be marked as in use, so there is no heartbeat", "error", err)
	}
}

// beat calls the URL. A failure is said once, until it gets through again.
func (p *Pulse) beat(ctx context.Context) {
	address := p.URL()
	if address == "" {
		return
	}
	err := p.call(ctx, address)
	if err != nil && ctx.Err() == nil {
		p.Failed()
		if !p.silent {
			p.Log.Warn("the heartbeat does not get through", "error", err)
		}
	}
	p.silent = err != nil
}

// call gives an error without the URL.
func (p *Pulse) call(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return errors.New("it is no address")
	}
	resp, err := p.Client.Do(req)
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	if err != nil {
		return err
	}
	_ = resp.Body.Close() // what it says is of no interest
	if resp.StatusCode >= 300 {
		return fmt.Errorf("it answers %s", resp.Status)
	}
	return nil
}
