package simulation_test

import (
	"flag"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"drumbeat/bot/simulation"
	"drumbeat/store"
	"drumbeat/store/sqlite"
)

var (
	seed    = flag.Uint64("simulate.seed", 0, "the first seed of TestDays; 0 runs a few that never change, and one that is drawn")
	seeds   = flag.Int("simulate.seeds", 1, "how many seeds it runs, counting on from the first")
	minutes = flag.Float64("simulate.minutes", 0, "of processor time from a seed that is drawn, in place of a number of seeds")
	days    = flag.Int("simulate.days", 2, "how many days of a seed bring incidents")
	real    = flag.Bool("simulate.sqlite", false, "over SQLite, not in memory")
	every   = flag.Int("simulate.every", 0, "TestDeathAtAnyCall tries each call of that distance; 0 tries some")
)

// books are read once: a run changes nothing in them.
var books = sync.OnceValues(simulation.NewBooks)

// simulate runs one seed in a bubble of its own, over an empty memory unless
// the store is given.
func simulate(t *testing.T, cfg simulation.Config) *simulation.Report {
	t.Helper()
	var err error
	if cfg.Books, err = books(); err != nil {
		t.Fatal(err)
	}
	var r *simulation.Report
	synctest.Test(t, func(t *testing.T) {
		switch {
		case cfg.Store != nil:
		case *real:
			cfg.Store = onDisk(t)
		default:
			cfg.Store = simulation.NewMemory()
		}
		if r, err = simulation.Run(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Minute) // a process that died may be at its last write: by then it has given up
		if err := cfg.Store.Close(); err != nil {
			t.Fatal(err)
		}
	})
	return r
}

func onDisk(t *testing.T) store.Store {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "store.db")})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// sound reports what did not hold, and how to see it again.
func sound(t *testing.T, r *simulation.Report, again string) {
	t.Helper()
	if len(r.Breaches) == 0 {
		return
	}
	var all []string
	for _, b := range r.Breaches {
		all = append(all, b.String())
	}
	t.Errorf("%s\n\nbefore that:\n%s\n\n%s\n\nagain: %s", all[0], strings.Join(r.Trail, "\n"), strings.Join(all, "\n"), again)
}

// Days of random incidents, with random deaths and failures. `make simulate`
// runs many.
func TestDays(t *testing.T) {
	t.Parallel()
	var list []uint64
	switch {
	case *minutes > 0:
		list = []uint64{uint64(time.Now().UnixNano()) % 1_000_000_000}
	case *seed == 0:
		list = []uint64{4, 12, uint64(time.Now().UnixNano()) % 1_000_000_000} // the others found words overtaken once
	}
	for i := range *seeds {
		if *seed > 0 {
			list = append(list, *seed+uint64(i))
		}
	}
	began, sum := cpu(t), newSum()
	for i := 0; i < len(list) && !t.Failed(); i++ {
		r := simulate(t, simulation.Config{Seed: list[i], Days: *days})
		sum.add(r)
		sound(t, r, fmt.Sprintf("make simulate SEED=%d SEEDS=1 DAYS=%d", r.Seed, *days))
		if *minutes > 0 && (cpu(t)-began).Minutes() < *minutes {
			list = append(list, list[i]+1)
		}
	}
	sum.print(list, cpu(t)-began)
}

// sum is what many runs came to.
type sum struct{ simulation.Report }

func newSum() *sum {
	return &sum{simulation.Report{Effects: map[string]int{}, Faults: map[string]int{}}}
}

func (s *sum) add(r *simulation.Report) {
	s.Days, s.Incidents, s.Records = s.Days+r.Days, s.Incidents+r.Incidents, s.Records+r.Records
	s.Crashes, s.Calls, s.Commands = s.Crashes+r.Crashes, s.Calls+r.Calls, s.Commands+r.Commands
	for k, n := range r.Effects {
		s.Effects[k] += n
	}
	for k, n := range r.Faults {
		s.Faults[k] += n
	}
}

func (s *sum) print(list []uint64, took time.Duration) {
	fmt.Printf("seeds %d to %d\n", list[0], list[len(list)-1])
	fmt.Printf("%d incident-days (an incident on a day on which it was open) of %d incidents in %.1f s of processor time: %.0f a minute\n",
		s.Days, s.Incidents, took.Seconds(), float64(s.Days)/took.Minutes())
	fmt.Printf("%d commands of people, %d records, %d calls of the store and the far ends, %d crashes\n", s.Commands, s.Records, s.Calls, s.Crashes)
	fmt.Printf("what failed: %s\n", counts(s.Faults))
	fmt.Printf("what reached the far ends: %s\n", counts(s.Effects))
}

func counts(m map[string]int) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, fmt.Sprintf("%s %d", k, m[k]))
	}
	return strings.Join(out, ", ")
}

// cpu is the processor time that this process has used.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestTheSameSeedIsTheSameRun(t *testing.T) {
	t.Parallel()
	want := simulate(t, simulation.Config{Seed: 3, Days: 1}).Digest
	if got := simulate(t, simulation.Config{Seed: 3, Days: 1}).Digest; got != want {
		t.Errorf("the second run is %s, the first was %s", got, want)
	}
	if got := simulate(t, simulation.Config{Seed: 4, Days: 1}).Digest; got == want {
		t.Errorf("another seed is the same: %s", got)
	}
	synctest.Test(t, func(t *testing.T) { // a second backend, and no look at what the first did
		cfg := simulation.Config{Seed: 3, Days: 1, Store: onDisk(t)}
		var err error
		if cfg.Books, err = books(); err != nil {
			t.Fatal(err)
		}
		r, err := simulation.Run(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		sound(t, r, "-simulate.sqlite -simulate.seed 3 -simulate.days 1")
		if r.Digest != want {
			t.Errorf("over SQLite it is %s, in memory it was %s", r.Digest, want)
		}
		if err := cfg.Store.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// The process dies at one call of a short run, for each of them in turn.
func TestDeathAtAnyCall(t *testing.T) {
	t.Parallel()
	const first = 3
	whole := simulate(t, simulation.Config{Seed: first, Days: 1, CrashAt: 1 << 40})
	step := *every
	if step == 0 {
		step = whole.Calls/5 + 1
	}
	for at := 1; at <= whole.Calls && !t.Failed(); at += step {
		r := simulate(t, simulation.Config{Seed: first, Days: 1, CrashAt: at})
		if r.Crashes != 1 {
			t.Errorf("the process died %d times at call %d", r.Crashes, at)
		}
		sound(t, r, fmt.Sprintf("it died at call %d of seed %d", at, first))
	}
}
