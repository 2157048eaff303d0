// Package simulation lets random people work on random incidents for days of
// virtual time, while the process is killed and the far ends fail, and holds
// what came of it against what Drumbeat promises.
//
// # What is real
//
// The bot, its courier (stepped), the desk with its grammar, the default
// playbook and the store. Simulated are the people, the monitoring, and the far
// ends, at the contract integrations.Sender: each remembers every effect.
//
// # Time, chance and crashes
//
// Run belongs into a bubble of testing/synctest: it sleeps from one moment at
// which something is due to the next, and a day passes in milliseconds. All that
// is random is drawn from the seed, one goroutine at a time works, and so the
// same seed gives the same run.
//
// A crash ends the goroutine that makes a call (to the store or to a far end),
// just before or just after it, and with it all that the process had in memory:
// whatever else of it still waits never reaches the store or a far end again.
// The next process is made over the same store.
//
// # What is held
//
// See Breach. The far ends' ledgers, the outbox and the log are each kept by
// themselves here, from what passes the two contracts, so that none is asked
// about itself.
package simulation

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"drumbeat/bot/serve"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/store"
)

// Config says what is simulated.
type Config struct {
	// Seed gives the run: the same one, the same run.
	Seed uint64
	// Days are those on which incidents begin.
	Days int
	// Store is where the bot remembers. It is empty.
	Store store.Store
	// Books are what NewBooks gives; runs may share them.
	Books *Books
	// CrashAt kills the process at the call of that number (from 1), in place
	// of random crashes; 0 for these.
	CrashAt int
	// Furnish may change the parts of every process before it is made, and
	// Built the process itself: a test that shows that a breach is found
	// breaks something here. Both may be nil.
	Furnish func(*serve.Parts)
	Built   func(*serve.Server)
}

// The invariants, as Breach names them.
const (
	Lost       = "lost"       // what a record asked for was neither done, replaced nor given up aloud
	Doubled    = "doubled"    // a delivery, or the words of an update, had two effects
	Overtaken  = "overtaken"  // newer words of an incident arrived before older ones
	Forgotten  = "forgotten"  // a promise, a page or a timer has no end and no next step
	Unapproved = "unapproved" // customers got words without a yes, or in spite of a hold or a mode
	Leaked     = "leaked"     // somebody got to know what is not for him
	Complained = "complained" // the bot itself logged a defect
)

// Breach is an invariant that did not hold.
type Breach struct {
	Invariant string
	At        time.Time
	Stream    stream.ID
	What      string
}

// String tells it in a line.
func (b Breach) String() string {
	return fmt.Sprintf("%s at %s: %s: %s", b.Invariant, b.At.Format("Jan 2 15:04:05"), b.Stream, b.What)
}

// Report is what came of a run.
type Report struct {
	Seed    uint64
	Records int
	// Incidents that began, and incident-days: for each of them the days on
	// which it was open.
	Incidents, Days int
	Crashes         int
	Calls           int // of the store and the far ends, each of which may die
	Commands        int // of people, granted or refused
	Effects         map[string]int
	Faults          map[string]int // what the far ends and the store were made to do
	Breaches        []Breach
	// Trail is what happened last before the first breach, oldest first.
	Trail []string
	// Digest is the same for the same run.
	Digest string
}

// Books are the built-in playbooks, compiled once for all processes.
type Books struct {
	set      playbooks.Set
	mu       sync.Mutex
	compiled map[string]*playbooks.Playbook // by hash
}

// NewBooks reads them.
func NewBooks() (*Books, error) {
	set, err := playbooks.Builtin()
	return &Books{set: set, compiled: map[string]*playbooks.Playbook{}}, err
}

func (b *Books) compile(pin incident.Pinned, zone *time.Location) (*playbooks.Playbook, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if known := b.compiled[pin.Hash]; known != nil {
		return known, nil
	}
	book, err := playbooks.Compile(pin, zone)
	if err == nil {
		b.compiled[pin.Hash] = book
	}
	return book, err
}

// Run simulates until all is told, or until the first breach. An error says
// that the simulation itself could not go on.
func Run(ctx context.Context, cfg Config) (*Report, error) {
	w := newWorld(ctx, cfg)
	w.arrange()
	err := w.run()
	w.shut()
	r := w.report()
	if err != nil {
		return r, fmt.Errorf("seed %d: %w", cfg.Seed, err)
	}
	return r, nil
}

// ear lets what a process logs at level error be heard: it is made for
// operators, and a sound bot has no reason for it.
type ear struct{ hear func(string) }

func (e ear) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }
func (e ear) WithAttrs([]slog.Attr) slog.Handler           { return e }
func (e ear) WithGroup(string) slog.Handler                { return e }
func (e ear) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool { text += " " + a.String(); return true })
	e.hear(text)
	return nil
}
