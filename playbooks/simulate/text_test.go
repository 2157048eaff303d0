package simulate_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/playbooks/simulate"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, file, got string) {
	t.Helper()
	file = filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (go test ./playbooks/simulate -update rewrites it), -want +got:\n%s", file, diff)
	}
}

// silence is the course that everybody asks for first: an answer that comes
// late, and then nobody types any more.
func silence() simulate.Course {
	course := simulate.Duty("SEV1", tuesday)
	course.For, course.Ack, course.SilentFrom = 2*time.Hour, 7*time.Minute, 40*time.Minute
	return course
}

func TestText(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := run(t, "default", silence()).Text(&b, false); err != nil {
		t.Fatal(err)
	}
	golden(t, "silence.txt", b.String())
}

func TestTextOfAPrivateIncident(t *testing.T) {
	t.Parallel()
	course := simulate.Duty("SEV2", tuesday)
	course.Private, course.For, course.Confirm, course.Alert = true, time.Hour, simulate.Never, "alert:Errors"
	course.Broken = []string{"pagerduty"}
	course.Turns = []simulate.Turn{{To: incident.Resolved, After: 30 * time.Minute}}
	var b strings.Builder
	if err := run(t, "default", course).Text(&b, true); err != nil {
		t.Fatal(err)
	}
	golden(t, "private.txt", b.String())
}

func TestMoment(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("CET", 3600)
	for text, want := range map[string]string{
		"Sat 02:00": "2026-03-07T02:00:00+01:00", "mon 23:59": "2026-03-02T23:59:00+01:00", "09:30": "2026-03-03T09:30:00+01:00",
		"2027-01-02 03:04": "2027-01-02T03:04:00+01:00", "2027-01-02T03:04": "2027-01-02T03:04:00+01:00", "Saturday 02:00": "2026-03-07T02:00:00+01:00", "Sa 02:00": "", "Saturdays 02:00": "", "Sat": "", "Xyz 02:00": "", "Sat 25:00": "", "": "", "tomorrow 10:00": "",
	} {
		at, err := simulate.Moment(text, berlin)
		got := ""
		if err == nil {
			got = at.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: got %q (%v), want %q", text, got, err, want)
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	same := func(a, b string) bool { return a == b }
	again := func(block, rest []string, times int) string {
		return strings.Repeat("+", times) + strings.Join(block, "")
	}
	for rows, want := range map[string]string{
		"": "", "a": "a", "a a": "a a", "a a a": "a ++a", "a b a b a b c": "a b ++ab c", "x a b a b a b a b": "x a b +++ab", "a b c a b c": "a b c a b c",
	} {
		if got := strings.Join(simulate.Fold(strings.Fields(rows), 8, same, again), " "); got != want {
			t.Errorf("%q: got %q, want %q", rows, got, want)
		}
	}
}
