package bot

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// ErrStore is wrapped by errors of Do and State that are the store's, not the
// command's. What became of the command is then unknown; the same command with
// the same Key may be handed over again.
var ErrStore = errors.New("the store failed")

// Next, as the Name of a command's stream, stands for the next free number of
// its kind.
const Next = "new"

// streams is how many streams a Bot keeps in memory unless told otherwise.
const streams = 1000

// Config wires a Bot. Store and Kinds are needed.
type Config struct {
	Store store.Store
	Kinds []Kind
	Log   *slog.Logger // default slog.Default
	// Prepare looks up the facts that a command carries, once, before it
	// queues. Its error is Do's, and nothing is done.
	Prepare func(context.Context, *Command) error
	// Committed hears of every commit that added records, after it. It must
	// not block.
	Committed func(stream.Summary)
	// Traced hears of each command that added records, after its commit. It
	// must not block.
	Traced func(context.Context, Commit)
	// Cached is how many streams are kept in memory; 0 means 1,000.
	Cached int
	// Now is the clock of all that this bot does; default time.Now.
	Now func() time.Time
}

// Commit is what one command wrote, for those who trace it. The context beside
// it is the command's.
type Commit struct {
	Records    []stream.Record
	State      any       // just after them
	Deliveries int       // that they ask for
	Asked      time.Time // when the command was queued
	// At is the commit's time: the At of its newest record, and the
	// store.Lease.Queued of all that it asks for.
	At time.Time
}

// Command is what Do carries out.
type Command struct {
	// Stream whose Name is Next is the next number of its kind.
	Stream stream.ID
	// Meta.At is raised to that of the stream's last record; zero is now. Meta.Key names
	// the intent; without one the command is done every time.
	Meta  stream.Meta
	Value any // a command of the stream's kind
	// Settle is written in the same commit, also when the command decides
	// nothing or was done before; not when it fails.
	Settle []store.Outcome
}

// Result is what became of a command.
type Result struct {
	Stream  stream.ID
	Records []stream.Record // none when it decided nothing
	// Seq and State are the stream's just after Records: a snapshot, to be
	// read only.
	Seq   int
	State any
	// Duplicate: a command of that Key was carried out before, by Stream;
	// nothing was recorded now. Seq and State are the newest when Stream is
	// the one asked for, and empty when it is another.
	Duplicate bool
}

// Bot is the only writer. Its methods may be called by many goroutines.
type Bot struct {
	cfg   Config
	kinds map[string]Kind
	wake  chan struct{} // a delivery may be due, or a place free

	mu      sync.Mutex
	writers map[stream.ID]*list.Element // of *writer
	recent  *list.List                  // most recently used first
	numbers map[stream.ID]*numbers      // by ID without Name
}

// writer is a stream in memory. Its fields belong to Bot.mu; busy says that a
// goroutine is writing, looking that one is reading for State.
type writer struct {
	id      stream.ID
	kind    Kind
	newest  snapshot
	waiting []*call
	busy    bool
	next    *look // the look that has not begun
	looking bool
}

// call is a command on its way.
type call struct {
	ctx  context.Context
	cmd  Command
	must bool          // the stream must be new
	dup  *stream.ID    // who did it before
	done chan struct{} // closed when result and err are final
	Result
	err  error
	asks int       // deliveries
	at   time.Time // when it was queued, where that is traced
}

// New makes a Bot. It starts nothing and reads nothing.
func New(cfg Config) *Bot {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Cached == 0 {
		cfg.Cached = streams
	}
	b := &Bot{cfg: cfg, kinds: map[string]Kind{}, wake: make(chan struct{}, 1),
		writers: map[stream.ID]*list.Element{}, recent: list.New(), numbers: map[stream.ID]*numbers{}}
	for _, k := range cfg.Kinds {
		b.kinds[k.name] = k
	}
	return b
}

// Now is the time that this bot lives in.
func (b *Bot) Now() time.Time { return b.cfg.Now() }

// Do carries out one command: it decides over the newest state and commits the
// records, the deliveries that they ask for, and c.Settle, all or nothing. It
// returns when that is durable, and calls nobody outside.
//
// Commands of one stream wait for each other, and all that wait are committed
// together; each gets its own answer. An error that wraps stream.ErrRefused is
// for the person who asked. Another one that does not wrap ErrStore is a
// defect or a damaged stream. When ctx ends first, the command may still be
// carried out; its Key tells.
func (b *Bot) Do(ctx context.Context, c Command) (Result, error) {
	k, err := b.kind(c.Stream)
	if err != nil {
		return Result{}, err
	}
	if c.Meta.At.IsZero() {
		c.Meta.At = b.cfg.Now()
	}
	if b.cfg.Prepare != nil {
		if err := guard(func() error { return b.cfg.Prepare(ctx, &c) }); err != nil {
			return Result{}, err
		}
	}
	if c.Stream.Name == Next {
		return b.create(ctx, k, c)
	}
	return b.submit(k, &call{ctx: ctx, cmd: c})
}

// State returns the newest state of a stream and its Seq, other replicas'
// commits included; the zero state and 0 when there is no such stream. The
// state is a snapshot, to be read only.
func (b *Bot) State(ctx context.Context, id stream.ID) (state any, seq int, err error) {
	k, err := b.kind(id)
	if err != nil {
		return nil, 0, err
	}
	b.mu.Lock()
	w := b.writer(k, id)
	if w.next == nil {
		w.next = &look{done: make(chan struct{})}
		if !w.looking {
			w.looking = true
			go b.read(context.WithoutCancel(ctx), w)
		}
	}
	l := w.next
	b.mu.Unlock()
	select {
	case <-l.done:
		return l.state, l.seq, l.err
	case <-ctx.Done():
		return nil, 0, fmt.Errorf("waiting for %s: %w", id, ctx.Err())
	}
}

// look is one reading of a stream, for all who asked before it began: a storm
// of callers reads as often as the store can answer, not as often as it is asked.
type look struct {
	done chan struct{} // closed when the rest is final
	snapshot
	err error
}

// read looks at a stream until nobody waits for a look.
func (b *Bot) read(ctx context.Context, w *writer) {
	for {
		b.mu.Lock()
		l, s := w.next, w.newest
		if w.next = nil; l == nil {
			w.looking = false
			b.mu.Unlock()
			return
		}
		b.mu.Unlock()
		timed, cancel := context.WithTimeout(ctx, turnTime)
		l.snapshot, _, l.err = b.catchUp(timed, w, s)
		cancel()
		close(l.done)
	}
}

func (b *Bot) kind(id stream.ID) (Kind, error) {
	k, ok := b.kinds[id.Kind]
	if !ok {
		return Kind{}, fmt.Errorf("%s: %q is no kind of stream", id, id.Kind)
	}
	return k, nil
}

// submit queues a call and waits for its answer.
func (b *Bot) submit(k Kind, c *call) (Result, error) {
	c.done = make(chan struct{})
	if b.cfg.Traced != nil {
		c.at = b.cfg.Now()
	}
	b.mu.Lock()
	w := b.writer(k, c.cmd.Stream)
	w.waiting = append(w.waiting, c)
	if !w.busy {
		w.busy = true
		go b.write(w)
	}
	b.mu.Unlock()
	select {
	case <-c.done:
		return c.Result, c.err
	case <-c.ctx.Done():
		return Result{}, fmt.Errorf("waiting for %s: %w", c.cmd.Stream, c.ctx.Err())
	}
}

// write answers all that waits at a stream, group by group, and ends.
func (b *Bot) write(w *writer) {
	for {
		b.mu.Lock()
		calls := w.waiting
		if w.waiting = nil; len(calls) == 0 {
			w.busy = false
			b.mu.Unlock()
			return
		}
		t := turn{Bot: b, w: w, calls: calls, snap: w.newest}
		b.mu.Unlock()
		if later := t.take(); len(later) > 0 {
			b.mu.Lock()
			w.waiting = append(later, w.waiting...)
			b.mu.Unlock()
		}
	}
}

// writer finds a stream in memory or makes room for it; b.mu is held. What is
// being written stays.
func (b *Bot) writer(k Kind, id stream.ID) *writer {
	if e, ok := b.writers[id]; ok {
		b.recent.MoveToFront(e)
		return e.Value.(*writer)
	}
	if e := b.recent.Back(); len(b.writers) >= b.cfg.Cached && !e.Value.(*writer).busy {
		delete(b.writers, b.recent.Remove(e).(*writer).id)
	}
	w := &writer{id: id, kind: k}
	b.writers[id] = b.recent.PushFront(w)
	return w
}

// catchUp loads what is newer than a snapshot of a stream, and remembers it.
func (b *Bot) catchUp(ctx context.Context, w *writer, s snapshot) (snapshot, []stream.Record, error) {
	newer, err := b.cfg.Store.Load(ctx, w.id, s.seq)
	if err != nil {
		return snapshot{}, nil, fmt.Errorf("%w: loading %s: %w", ErrStore, w.id, err)
	}
	if s, err = w.kind.fold(s, newer); err != nil {
		return snapshot{}, nil, err
	}
	b.remember(w, s)
	return s, newer, nil
}

// remember keeps a snapshot if it is the newest.
func (b *Bot) remember(w *writer, s snapshot) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !w.newest.loaded || s.seq > w.newest.seq {
		w.newest = s
	}
}

// nudge tells the courier to look.
func (b *Bot) nudge() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// numbers gives the streams of one kind their numbers; whoever holds turn may
// take the next. One at a time, so that a refusal leaves no gap.
type numbers struct {
	turn chan struct{}
	last int // 0 = look
}

// errTaken: the number is another stream's.
var errTaken = errors.New("the number is taken")

// create carries out a command on the next free number of its kind.
func (b *Bot) create(ctx context.Context, k Kind, c Command) (Result, error) {
	series := stream.ID{Workspace: c.Stream.Workspace, Kind: c.Stream.Kind}
	b.mu.Lock()
	n := b.numbers[series]
	if n == nil {
		n = &numbers{turn: make(chan struct{}, 1)}
		b.numbers[series] = n
	}
	b.mu.Unlock()
	select {
	case n.turn <- struct{}{}:
		defer func() { <-n.turn }()
	case <-ctx.Done():
		return Result{}, fmt.Errorf("waiting for the number of a new %s: %w", k.name, ctx.Err())
	}
	for look := n.last == 0; ; look = true {
		if look {
			newest, err := b.newestNumber(ctx, series)
			if err != nil {
				return Result{}, err
			}
			n.last = max(n.last, newest)
		}
		c.Stream.Name = strconv.Itoa(n.last + 1)
		r, err := b.submit(k, &call{ctx: ctx, cmd: c, must: true})
		if errors.Is(err, errTaken) {
			n.last++
			continue
		}
		if err == nil && len(r.Records) > 0 {
			n.last++
		}
		return r, err
	}
}

// newestNumber is the greatest number among the newest streams of a kind.
func (b *Bot) newestNumber(ctx context.Context, series stream.ID) (int, error) {
	page, err := b.cfg.Store.List(ctx, store.Query{Workspace: series.Workspace, Kind: series.Kind, Limit: 100})
	if err != nil {
		return 0, fmt.Errorf("%w: listing the newest %s: %w", ErrStore, series.Kind, err)
	}
	newest := 0
	for _, s := range page {
		if n, err := strconv.Atoi(s.Stream.Name); err == nil {
			newest = max(newest, n)
		}
	}
	return newest, nil
}
