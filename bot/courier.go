package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

// Defaults of CourierConfig.
const (
	places    = 8
	ownPlaces = 16
	lease     = 30 * time.Second
	poll      = 500 * time.Millisecond
	grace     = 10 * time.Second
)

// maxRounds bounds one Step: timers that set each other for the same moment
// would never end.
const maxRounds = 10_000

// CourierConfig wires a Courier. Bot and Store are needed.
type CourierConfig struct {
	Bot     *Bot
	Store   store.Store
	Senders map[string]integrations.Sender // by far end
	// Places is how many deliveries to a far end may be under way at once; 8
	// where nothing is said, 16 for commands of our own. A far end that is
	// named here and has no Sender gives up what it is asked for.
	Places map[string]int
	// Gate is asked just before customers' words leave. A reason (a sentence)
	// withholds them.
	Gate func(context.Context, stream.Delivery) (reason string)
	// Stale is asked before anything leaves. A reason (a sentence) gives the
	// delivery up, which was asked for at queued; unsure says that somebody
	// else may have sent it, so that the far end is asked first if it can be.
	Stale func(d stream.Delivery, queued time.Time) (reason string, unsure bool)
	// Lease is how long a delivery is ours; default 30 s, at least 10 s. A
	// send may take 5 s less, so that no lease is ever renewed.
	Lease time.Duration
	// Poll is how often Run looks for timers that fall due and for other
	// replicas' work; default 500 ms. Our own commits wake it at once.
	Poll time.Duration
	// Grace is how long sends under way may go on when Run is to end; default
	// 10 s.
	Grace time.Duration
	Log   *slog.Logger // default slog.Default
	// Attempt gives the context of an attempt, in which its outcome is
	// recorded.
	Attempt func(context.Context, store.Lease) context.Context
	// Observe hears of every attempt when it is settled. It must not block.
	Observe func(Event)
}

// Event is one attempt, for those who count.
type Event struct {
	Lease   store.Lease
	Outcome string // stream.Delivered and its siblings; "retry", "unknown" where nothing was recorded
	Began   time.Time
	Late    time.Duration // from when it was due to when it was tried; of a first attempt
	Took    time.Duration
}

// Courier is the only sender. It may run in several replicas on one store.
type Courier struct {
	CourierConfig
	running sync.WaitGroup
	rounds  atomic.Int64

	mu   sync.Mutex
	free map[string]int
}

// NewCourier makes a Courier. It starts nothing.
func NewCourier(cfg CourierConfig) *Courier {
	setDefault(&cfg.Lease, lease)
	cfg.Lease = max(cfg.Lease, 2*spare)
	setDefault(&cfg.Poll, poll)
	setDefault(&cfg.Grace, grace)
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	all := map[string]int{stream.Bot: ownPlaces}
	for to := range cfg.Senders {
		all[to] = places
	}
	maps.Copy(all, cfg.Places)
	cfg.Places = all
	return &Courier{CourierConfig: cfg, free: maps.Clone(all)}
}

// InFlight is how many deliveries are under way now, by far end.
func (c *Courier) InFlight() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make(map[string]int, len(c.free))
	for to, free := range c.free {
		out[to] = c.Places[to] - free
	}
	return out
}

func setDefault(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
}

// Run delivers until ctx ends, every free place at once. Then it claims no
// more, lets the sends under way end for Grace, cuts them off, and settles what
// it holds. It returns nil unless a far end did not let go; what it holds then
// is in doubt when its lease runs out.
func (c *Courier) Run(ctx context.Context) error {
	sending, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	tick := time.NewTicker(c.Poll)
	defer tick.Stop()
	broken := false
	for ctx.Err() == nil {
		n, err := c.claim(ctx, sending)
		if err != nil && !broken && ctx.Err() == nil {
			c.Log.Error("deliveries cannot be claimed", "error", err)
		}
		if broken = err != nil; n > 0 {
			continue // there may be more
		}
		wake := c.Bot.wake
		if broken {
			wake = nil // the next tick is soon enough
		}
		select {
		case <-wake:
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	return c.drain(cut)
}

// Rounds counts how often Run has asked the store for what is due, and was
// answered: a courier that makes progress does so once in every Poll.
func (c *Courier) Rounds() int64 { return c.rounds.Load() }

// claim takes what is due and starts it. Run may end meanwhile: then what was
// claimed is sent like all that is under way, for a claim that is cut off would
// leave leases to nobody.
func (c *Courier) claim(ctx, sending context.Context) (int, error) {
	now := c.Bot.Now()
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.Grace)
	defer cancel()
	leases, err := c.Store.Claim(asking, now, c.Lease, c.places())
	if err == nil {
		c.rounds.Add(1)
	}
	var late []store.Lease
	for _, l := range leases {
		if expired(l, now) {
			late = append(late, l)
			continue
		}
		c.occupy(l.Delivery.To, 1)
		c.running.Go(func() {
			c.deliver(sending, l, c.Bot.Now)
			c.occupy(l.Delivery.To, -1)
			c.Bot.nudge()
		})
	}
	if len(late) > 0 { // these have no places: one after another
		c.running.Go(func() {
			for _, l := range late {
				c.deliver(sending, l, c.Bot.Now)
			}
			c.Bot.nudge()
		})
	}
	return len(leases), err
}

// places are the free ones; where there is none, what is too late is still
// handed out.
func (c *Courier) places() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.free)
}

func (c *Courier) occupy(to string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.free[to] -= n
}

// drain waits for what is under way.
func (c *Courier) drain(cut context.CancelFunc) error {
	idle := make(chan struct{})
	go func() {
		c.running.Wait()
		close(idle)
	}()
	for _, last := range []bool{false, true} {
		patience := time.NewTimer(c.Grace)
		defer patience.Stop()
		select {
		case <-idle:
			return nil
		case <-patience.C:
			cut()
		}
		if last {
			break
		}
	}
	return errors.New("a far end does not let go of a delivery: its lease will run out")
}

// Step delivers all that is due at now, one after another on the caller's
// goroutine, with what these ask for in turn. It returns how many attempts it
// made. Time stands still meanwhile: the same store, senders and now give the
// same records.
func (c *Courier) Step(ctx context.Context, now time.Time) (int, error) {
	clock := func() time.Time { return now }
	n := 0
	for range maxRounds {
		leases, err := c.Store.Claim(ctx, now, c.Lease, c.places())
		if err != nil || len(leases) == 0 {
			return n, err
		}
		for _, l := range leases {
			c.deliver(ctx, l, clock)
		}
		n += len(leases)
	}
	return n, fmt.Errorf("after %d deliveries more are due at %s: they ask for each other", n, now)
}

func expired(l store.Lease, now time.Time) bool {
	return !l.Delivery.NotAfter.IsZero() && now.After(l.Delivery.NotAfter)
}
