package desk_test

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"drumbeat/bot/desk"
	"drumbeat/incident/alert"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/store"
	"drumbeat/store/sqlite"

	"github.com/google/go-cmp/cmp"
)

const team = `extends: default
schedules:
- {name: weekly digest, cron: "0 10 * * MON", zone: Europe/Berlin, do: digest, to: "#eng"}
- {name: handover, cron: "0 9 * * MON", do: handover, to: "#oncall"}
- {name: noise, cron: "0 11 * * MON", do: noise, to: omar}
- {name: drill, cron: "0 14 1 * *", do: drill}
`

func booksOf(t *testing.T, yaml string) playbooks.Set {
	t.Helper()
	books, err := playbooks.Load(fstest.MapFS{"team.yaml": {Data: []byte(yaml)}})
	if err != nil {
		t.Fatal(err)
	}
	return books
}

// recurs is a lab whose team's work recurs.
func recurs(t *testing.T, cfg desk.Config, yaml string) *lab {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "drumbeat.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return recursOn(t, cfg, db, booksOf(t, yaml))
}

func recursOn(t *testing.T, cfg desk.Config, db store.Store, books playbooks.Set) *lab {
	t.Helper()
	l := labOn(t, cfg, db, books)
	l.arm()
	return l
}

func (l *lab) arm() {
	l.t.Helper()
	if err := l.Recurring.Arm(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
}

// until moves the clock on and delivers what is due then.
func (l *lab) until(at string) {
	l.t.Helper()
	t, err := time.Parse("2006-01-02 15:04", at)
	if err != nil {
		l.t.Fatal(err)
	}
	l.now, l.read = t, nil
	l.deliver()
}

// posts are the messages whose title begins so, as they were read.
func (l *lab) posts(part string) []string {
	var out []string
	for _, line := range l.read {
		if strings.Contains(line, part) {
			out = append(out, line)
		}
	}
	return out
}

func TestTheDigestTellsOfAWeekAndOfNothingPrivate(t *testing.T) {
	t.Parallel()
	l := recurs(t, company(), team) // Monday 2 March 2026, 14:30 in Berlin
	l.say("maya", "declare sev1 people cannot save in api")
	l.now = l.now.Add(10 * time.Minute)
	l.say("maya", "ack #1")
	l.say("maya", "confirm #1")
	l.say("omar", "approve #1")
	l.now = l.now.Add(40 * time.Minute)
	l.say("maya", "resolve #1 This is fixed. We are sorry.")
	l.say("omar", "approve #1")
	l.say("maya", "close #1")
	l.now = l.now.Add(24 * time.Hour)
	l.say("ines", "declare private a customer's list is visible to others")
	l.say("ines", "declare sev3 exports are slow")
	l.do(stream.ID{Workspace: "main", Kind: alert.Kind, Name: "DiskSlow"}, alert.Receive{Rule: "DiskSlow", Service: "db", Severity: "sev2",
		Instances: []alert.Instance{{Fingerprint: "a", Firing: true}}})
	l.deliver()
	l.say("maya", "cancel false alarm #4")

	l.until("2026-03-09 08:59")
	if got := l.posts("incidents since"); len(got) != 0 {
		t.Errorf("before its time: %q", got)
	}
	l.until("2026-03-09 09:00")
	got := l.posts("incidents since")
	want := []string{strings.Join([]string{
		"slack post : 3 incidents since Mon 2 Mar 09:00",
		"INC-1 SEV1 people cannot save in api – 50 min, first words after 10 min, promises 1 of 2",
		"INC-4 SEV2 DiskSlow – false alarm",
		"INC-3 SEV3 exports are slow – open for 5 days",
		"Promises to customers kept: 1 of 2. Longest silence: 40 min. Slowest first words: after 10 min.",
		"Woken: 2 times (api 1, db 1).",
		"Worst alert: DiskSlow (1 page for 1 incident, 1 false alarm, 1 taken by nobody)."}, " | ")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	l.until("2026-03-09 09:30")
	if got := l.posts("since"); len(got) != 0 {
		t.Errorf("it came again: %q", got)
	}
	l.until("2026-03-16 09:00")
	if got, want := l.posts("No incident"), []string{"slack post : No incident since Mon 9 Mar 09:00"}; cmp.Diff(want, got) != "" {
		t.Errorf("got %q, want %q", got, want)
	}
}
