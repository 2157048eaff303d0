package simulation

import (
	"container/heap"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"time"

	"drumbeat/bot/serve"
)

// How a run ends: a time in which nothing new happens, and nothing fails, for
// what is due to be done.
const (
	evening = 6 * time.Hour // people end what is open
	night   = 2 * time.Hour // and nobody does anything
)

// world is a run.
type world struct {
	Config
	ctx     context.Context
	people  *rand.Rand // what people do
	weather *rand.Rand // what fails
	reaper  *rand.Rand // what dies

	cues  agenda
	life  *life // nil while no process runs
	hold  bool  // DRUMBEAT_HOLD of the next process
	calm  bool  // nothing fails any more
	still bool  // people do nothing by themselves any more

	town   town
	outbox outbox
	book   book
	habits habits

	calls    int
	commands int
	crashes  int
	faults   map[string]int
	trail    trail
	digest   hash.Hash
	breaches []Breach
}

// life is a process from its start to its death.
type life struct {
	*serve.Server
	ctx  context.Context
	end  context.CancelFunc
	over atomic.Bool
	dead chan struct{} // closed when it is over
}

func newWorld(ctx context.Context, cfg Config) *world {
	w := &world{Config: cfg, ctx: ctx, faults: map[string]int{}, digest: sha256.New(),
		people: rand.New(rand.NewPCG(cfg.Seed, 1)), weather: rand.New(rand.NewPCG(cfg.Seed, 2)), reaper: rand.New(rand.NewPCG(cfg.Seed, 3))}
	w.outbox, w.book = newOutbox(w), newBook(w)
	w.town, w.habits = newTown(w), newHabits(w)
	return w
}

// now is the bubble's time.
func (w *world) now() time.Time { return time.Now().UTC() }

// at sets something to be done at a moment; nil only lets the courier look.
func (w *world) at(t time.Time, do func()) {
	if now := w.now(); t.Before(now) {
		t = now
	}
	w.cues.add(t, do)
}

func (w *world) in(d time.Duration, do func()) { w.at(w.now().Add(d), do) }

// run goes from moment to moment until the last one.
func (w *world) run() error {
	end := w.now().Add(time.Duration(w.Days) * 24 * time.Hour)
	w.at(end, w.settleDown)
	w.at(end.Add(evening), func() { w.still = true })
	end = end.Add(evening + night)
	w.at(end, nil)
	w.boot()
	w.glance()
	for len(w.breaches) == 0 {
		t, ok := w.cues.first()
		if !ok || t.After(end) {
			break
		}
		time.Sleep(t.Sub(w.now()))
		for w.cues.due(t) {
			if do := w.cues.take(); do != nil {
				do()
			}
		}
		if err := w.step(); err != nil {
			return err
		}
	}
	if len(w.breaches) == 0 {
		w.verify()
	}
	return w.ctx.Err()
}

// step lets the courier deliver what is due.
func (w *world) step() error {
	err := w.live(func(l *life) error {
		_, err := l.Courier.Step(l.ctx, w.now())
		return err
	})
	switch {
	case errors.Is(err, errDied):
	case errors.Is(err, errFault): // the courier's own poll would look again
		w.in(time.Second, nil)
	default:
		return err
	}
	return nil
}

// boot makes a process over the store.
func (w *world) boot() {
	l := &life{dead: make(chan struct{})}
	l.ctx, l.end = context.WithCancel(w.ctx)
	w.life = l
	server, err := serve.New(w.parts(l))
	if err != nil {
		w.breach(Complained, "", "a process cannot be made: %s", err)
		return
	}
	if l.Server = server; w.Built != nil {
		w.Built(server)
	}
}

// errDied: the process is no more.
var errDied = errors.New("the process died")

// live lets the process do something. What it did is not to be read after
// errDied: the goroutine may still be at it.
func (w *world) live(do func(*life) error) error {
	l := w.life
	if l == nil {
		return errDied
	}
	done := make(chan error, 1)
	go func() {
		err := errDied
		defer func() { done <- err }()
		err = do(l)
	}()
	var err error
	select {
	case err = <-done:
	case <-l.dead:
	}
	if l.over.Load() {
		w.bury()
		return errDied
	}
	return err
}

// bury lets the next process come some time after the death of one.
func (w *world) bury() {
	w.life.end()
	w.life = nil
	w.outbox.orphaned()
	if w.reaper.IntN(40) == 0 && !w.calm {
		w.hold = !w.hold
	}
	away := time.Duration(1+w.reaper.IntN(30)) * time.Second
	if w.reaper.IntN(12) == 0 {
		away = time.Duration(1+w.reaper.IntN(90)) * time.Minute
	}
	w.in(away, w.boot)
}

// shut ends the last process: what waits in it is let go.
func (w *world) shut() {
	if w.life != nil {
		w.life.over.Store(true)
		w.life.end()
	}
}

// deadly is one of the moments at which a process may die: just before and just
// after each call. It does not return to a dead one.
func (l *life) deadly(w *world, what string, args ...any) {
	if l.over.Load() {
		runtime.Goexit()
	}
	w.calls++
	if w.CrashAt > 0 && w.calls != w.CrashAt || w.CrashAt == 0 && (w.calm || w.reaper.IntN(oneIn) != 0) {
		return
	}
	l.die(w, what, args...)
}

// oneIn is how rarely a call kills: about once an incident-day.
const oneIn = 1500

func (l *life) die(w *world, what string, args ...any) {
	w.crashes++
	w.note("killed "+what, args...)
	l.over.Store(true)
	close(l.dead)
	runtime.Goexit()
}

// breach notes that something does not hold.
func (w *world) breach(invariant, id string, format string, args ...any) {
	b := Breach{Invariant: invariant, At: w.now(), What: fmt.Sprintf(format, args...)}
	if parsed, ok := streamOf(id); ok {
		b.Stream = parsed
	}
	w.breaches = append(w.breaches, b)
}

// note keeps a line of what happens.
func (w *world) note(format string, args ...any) { w.trail.add(w.now(), format, args) }

func (w *world) report() *Report {
	r := &Report{Seed: w.Seed, Records: w.book.records, Incidents: len(w.book.incidents), Days: len(w.book.days), Crashes: w.crashes, Calls: w.calls,
		Commands: w.commands, Effects: w.town.counts, Faults: w.faults, Breaches: w.breaches, Digest: hex.EncodeToString(w.digest.Sum(nil)[:8])}
	if len(w.breaches) > 0 {
		r.Trail = w.trail.lines()
	}
	return r
}

// trail are the last lines of what happened; they are put together only when
// somebody reads them.
type trail struct {
	last [120]line
	n    int
}

type line struct {
	at     time.Time
	format string
	args   []any
}

func (t *trail) add(at time.Time, format string, args []any) {
	t.last[t.n%len(t.last)] = line{at, format, args}
	t.n++
}

func (t *trail) lines() (out []string) {
	for i := max(0, t.n-len(t.last)); i < t.n; i++ {
		l := t.last[i%len(t.last)]
		out = append(out, l.at.Format("Jan 2 15:04:05 ")+fmt.Sprintf(l.format, l.args...))
	}
	return out
}

// agenda is what is still to be done, the earliest first, and in the order in
// which it was set.
type agenda struct {
	cues  []cue
	n     int
	known map[int64]bool // moments at which the courier looks
}

type cue struct {
	at time.Time
	n  int
	do func()
}

func (a *agenda) add(t time.Time, do func()) {
	if do == nil {
		if a.known[t.UnixNano()] {
			return
		}
		if a.known == nil {
			a.known = map[int64]bool{}
		}
		a.known[t.UnixNano()] = true
	}
	a.n++
	heap.Push(a, cue{t, a.n, do})
}

func (a *agenda) first() (time.Time, bool) {
	if len(a.cues) == 0 {
		return time.Time{}, false
	}
	return a.cues[0].at, true
}

func (a *agenda) due(t time.Time) bool { return len(a.cues) > 0 && !a.cues[0].at.After(t) }

func (a *agenda) take() func() {
	c := heap.Pop(a).(cue)
	if c.do == nil {
		delete(a.known, c.at.UnixNano())
	}
	return c.do
}

// heap.Interface.
func (a *agenda) Len() int { return len(a.cues) }
func (a *agenda) Less(i, j int) bool {
	x, y := a.cues[i], a.cues[j]
	return x.at.Before(y.at) || x.at.Equal(y.at) && x.n < y.n
}
func (a *agenda) Swap(i, j int) { a.cues[i], a.cues[j] = a.cues[j], a.cues[i] }
func (a *agenda) Push(x any)    { a.cues = append(a.cues, x.(cue)) }
func (a *agenda) Pop() any {
	last := a.cues[len(a.cues)-1]
	a.cues = a.cues[:len(a.cues)-1]
	return last
}
