package playbooks_test

import (
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/playbooks/simulate"
)

// harbor is the company in which every story plays. Los Angeles is at UTC-7;
// customers read UTC.
var (
	losAngeles = time.FixedZone("PDT", -7*3600)
	harbor     = company()
	settings   = harbor.Settings
)

func company() simulate.Company {
	c := simulate.Sample()
	c.Zone, c.Others = losAngeles, nil
	return c
}

func loadBook(t testing.TB, name string) simulate.Book {
	t.Helper()
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	b, err := harbor.Open(set[name])
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// world is a simulation whose every mistake is a test's.
type world struct {
	reporter
	*simulate.World
}

// reporter is a test's, or a property's.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func newWorld(t reporter, b simulate.Book, start time.Time) *world {
	w := &world{t, simulate.New(harbor, b, start)}
	w.Asks = w.check
	return w
}

// run lets time go on until then.
func (w *world) run(until time.Time) {
	w.Helper()
	if err := w.Run(until); err != nil {
		w.Fatal(err)
	}
	for _, f := range w.Faults {
		w.Errorf("%v", f)
	}
}

// must carries out a command of a person in the one incident of a test.
func (w *world) must(by string, c incident.Command) {
	w.Helper()
	if _, err := w.Do("42", stream.Actor{ID: by, Name: harbor.Person(by).Name}, c); err != nil {
		w.Fatal(err)
	}
}
