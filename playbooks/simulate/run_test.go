package simulate_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/playbooks"
	"drumbeat/playbooks/simulate"

	"github.com/google/go-cmp/cmp"
)

var tuesday = time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)

func open(t testing.TB, name string) (simulate.Book, simulate.Company) {
	t.Helper()
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	c := simulate.Sample()
	b, err := c.Open(set[name])
	if err != nil {
		t.Fatal(err)
	}
	return b, c
}

func run(t testing.TB, name string, course simulate.Course) simulate.Result {
	t.Helper()
	b, c := open(t, name)
	r, err := simulate.Run(b, c, course)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Whoever does his duty under a playbook that comes along keeps every promise,
// within the budget, and no step fails.
func TestDutyKeepsEveryPromise(t *testing.T) {
	t.Parallel()
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	spoke := 0
	for name, src := range set {
		if name == "base" {
			continue
		}
		company := simulate.Sample()
		book, err := company.Open(src)
		if err != nil {
			t.Fatal(err)
		}
		for _, severity := range src.Severities {
			for _, private := range []bool{false, true} {
				course := simulate.Duty(severity, tuesday)
				course.Private = private
				course.Turns = []simulate.Turn{{To: incident.Identified, After: time.Hour}, {To: incident.Monitoring, After: 2 * time.Hour}, {To: incident.Resolved, After: 3 * time.Hour}}
				r, err := simulate.Run(book, company, course)
				if err != nil {
					t.Fatal(err)
				}
				if r.Missed > 0 || len(r.Over) > 0 || len(r.Faults) > 0 {
					t.Errorf("%s %s, private %t: %d missed, over %q, faults %q", name, severity, private, r.Missed, r.Over, r.Faults)
				}
				if private && len(r.Public) > 0 {
					t.Errorf("%s %s is private, and customers read %v", name, severity, r.Public)
				}
				spoke += len(r.Public)
			}
		}
	}
	if spoke < 30 {
		t.Errorf("customers read %d words in all, want many: else nothing is shown here", spoke)
	}
}

func TestTheEndIsReached(t *testing.T) {
	t.Parallel()
	course := simulate.Duty("sev1", tuesday)
	course.Turns = []simulate.Turn{{To: incident.Monitoring, After: time.Hour}, {To: incident.Resolved, After: 2 * time.Hour}}
	r := run(t, "default", course)
	if r.State.Phase != incident.Closed {
		t.Errorf("it ends %s, want closed", r.State.Phase)
	}
	last := r.Public[len(r.Public)-1]
	if last.Kind != "resolved" || last.By != "Maya" || !slices.Equal(last.To, []string{"email", "status page", "X"}) {
		t.Errorf("the last words: got %+v", last)
	}
}

// From the moment of silence on nobody types, the ladder rings, and the promise
// that stood is missed.
func TestSilence(t *testing.T) {
	t.Parallel()
	course := simulate.Duty("sev1", tuesday)
	course.Ack, course.SilentFrom = 7*time.Minute, 40*time.Minute
	r := run(t, "default", course)
	var rang []string
	for _, a := range r.Acts {
		if a.Kind == simulate.Typed && a.At.Sub(tuesday) >= 40*time.Minute {
			t.Errorf("%s types “%s” after %s", a.Who, a.What, a.After)
		}
		if a.Kind == simulate.Page && a.At.Sub(tuesday) < time.Hour {
			rang = append(rang, a.After.String()+" "+a.Who)
		}
	}
	if diff := cmp.Diff([]string{"0s Maya", "0s Priya", "5m Omar", "47m Maya", "49m Maya", "54m Omar"}, rang[:min(6, len(rang))]); diff != "" {
		t.Errorf("who rang (-want +got):\n%s", diff)
	}
	if r.Missed != 1 || r.Kept == 0 {
		t.Errorf("promises: %d kept, %d missed, want some and one", r.Kept, r.Missed)
	}
}

func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	course := simulate.Duty("sev1", tuesday)
	course.Ack, course.For = simulate.Never, time.Hour
	r := run(t, "default", course)
	if !slices.ContainsFunc(r.Acts, func(a simulate.Act) bool { return a.Kind == simulate.Missed && a.What == "nobody answers" }) {
		t.Error("nobody tells that nobody answers")
	}
	if c := r.State.Commander(); c.Handle != "" {
		t.Errorf("%s leads, and nobody answered", c)
	}
}

func TestBrokenFarEnds(t *testing.T) {
	t.Parallel()
	course := simulate.Duty("sev1", tuesday)
	course.Broken = []string{"twitter"}
	r := run(t, "default", course)
	for _, w := range r.Public {
		if slices.Contains(w.To, "X") {
			t.Errorf("X does not work, and takes %+v", w)
		}
	}
	if !slices.ContainsFunc(r.Acts, func(a simulate.Act) bool { return a.Kind == simulate.Failed && a.Who == "X" }) {
		t.Error("nobody hears that X does not work")
	}
}

func TestTheSameCourseGivesTheSame(t *testing.T) {
	t.Parallel()
	b, c := open(t, "default")
	first, err := simulate.Run(b, c, simulate.Duty("sev1", tuesday))
	if err != nil {
		t.Fatal(err)
	}
	again, err := simulate.Run(b, c, simulate.Duty("sev1", tuesday))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first.Acts, again.Acts); diff != "" {
		t.Errorf("the second time it is another (-first +again):\n%s", diff)
	}
}

func TestCoursesThatCannotBePlayed(t *testing.T) {
	t.Parallel()
	b, c := open(t, "default")
	for want, alter := range map[string]func(*simulate.Course){
		"playbook default has no severity SEV9": func(x *simulate.Course) { x.Severity = "SEV9" },
		"up to 31 days":                         func(x *simulate.Course) { x.For = 0 },
		"Say what is wrong":                     func(x *simulate.Course) { x.Title = "" },
	} {
		course := simulate.Duty("sev1", tuesday)
		alter(&course)
		if _, err := simulate.Run(b, c, course); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func BenchmarkRun(b *testing.B) {
	book, c := open(b, "default")
	for b.Loop() {
		if _, err := simulate.Run(book, c, simulate.Duty("sev1", tuesday)); err != nil {
			b.Fatal(err)
		}
	}
}
