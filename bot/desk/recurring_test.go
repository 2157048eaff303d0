package desk_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"drumbeat/bot/desk"
	"drumbeat/incident/alert"
	"drumbeat/incident/schedule"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/playbooks/recur"
	"drumbeat/store"
	"drumbeat/store/redis"
	"drumbeat/store/sqlite"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"
)

func team() []recur.Schedule {
	return []recur.Schedule{
		{Name: "weekly digest", Cron: "0 10 * * MON", Zone: "Europe/Berlin", Do: "digest", To: "#eng"},
		{Name: "handover", Cron: "0 9 * * MON", Do: "handover", To: "#oncall"},
		{Name: "noise", Cron: "0 11 * * MON", Do: "noise", To: "omar"},
		{Name: "drill", Cron: "0 14 1 * *", Do: "drill"},
	}
}

func booksOf(t *testing.T, recurs []recur.Schedule) playbooks.Set {
	t.Helper()
	books := builtin(t)
	book := books["default"]
	book.Schedules = recurs
	books["default"] = book
	return books
}

// recurs is a lab whose team's work recurs.
func recurs(t *testing.T, cfg desk.Config, jobs []recur.Schedule) *lab {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "drumbeat.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return recursOn(t, cfg, db, booksOf(t, jobs))
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
	l := recurs(t, company(), team()) // Monday 2 March 2026, 14:30 in Berlin
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
	if got, want := l.posts("No incident"), []string{"slack post : No incident since Mon 9 Mar 09:00 | Still open from before: INC-3 SEV3"}; cmp.Diff(want, got) != "" {
		t.Errorf("got %q, want %q", got, want)
	}
	l.say("ines", "resolve #3")
	l.say("ines", "close #3")
	l.until("2026-03-23 09:00")
	if got, want := l.posts("No incident"), []string{"slack post : No incident since Mon 16 Mar 09:00"}; cmp.Diff(want, got) != "" {
		t.Errorf("nothing happened: got %q, want %q", got, want)
	}
}

// However bad the week was, a digest is twelve lines at most.
func TestTheDigestOfABadWeek(t *testing.T) {
	t.Parallel()
	l := recurs(t, company(), team())
	l.say("maya", "declare sev3 something small")
	l.until("2026-03-09 09:00")
	l.now = l.now.Add(14*time.Hour + 30*time.Minute) // 23:30
	for n := range 12 {
		l.do(stream.ID{Workspace: "main", Kind: alert.Kind, Name: fmt.Sprint("Alert", n)}, alert.Receive{Rule: fmt.Sprint("Alert", n), Service: fmt.Sprint("service", n), Severity: "sev1",
			Instances: []alert.Instance{{Fingerprint: "a", Firing: true}}})
		l.deliver()
		l.now = l.now.Add(11 * time.Minute) // no storm
	}
	l.say("maya", "declare sev1 people cannot save")
	l.say("maya", "confirm #14")
	l.say("omar", "approve #14")
	l.until("2026-03-16 09:00")
	got := l.posts("13 incidents since Mon 9 Mar 09:00")
	if len(got) != 1 {
		t.Fatalf("got %q", l.read)
	}
	if n := strings.Count(got[0], " | ") + 1; n > 12 {
		t.Errorf("%d lines: %s", n, got[0])
	}
	for _, want := range []string{"… and 8 more", "Still open from before: INC-1 SEV3", "Promises to customers kept: 1 of 2", " of them at night"} {
		if !strings.Contains(got[0], want) {
			t.Errorf("%q is not in %s", want, got[0])
		}
	}
}

// A handover names who leaves, who takes over, and what is his from then on.
func TestTheHandover(t *testing.T) {
	t.Parallel()
	cfg := company()
	l := recurs(t, cfg, team())
	l.until("2026-03-09 09:00")
	if got, want := l.posts("stays on call"), []string{"slack post : Maya stays on call | Called in this order: Maya, then Omar. | Nothing is open."}; cmp.Diff(want, got) != "" {
		t.Errorf("got %q, want %q", got, want)
	}
	cfg.OnCall = []desk.Rung{{People: []string{"omar"}}, {People: []string{"maya"}}}
	l.now = l.now.Add(6*24*time.Hour + 22*time.Hour)
	next := recursOn(t, cfg, l.store.Store, booksOf(t, team()))
	next.now = l.now
	next.say("maya", "declare sev1 people cannot save in api")
	next.say("ines", "declare private a customer's list is visible to others")
	next.say("maya", "mute DiskSlow 3h because the backfill is noisy")
	next.say("leo", `change log "schema 12" api high risk`)
	next.say("leo", `change start "backfill" db`)
	next.until("2026-03-16 09:00")
	want := []string{strings.Join([]string{
		"slack post : Maya → Omar: on call from now on",
		"Called in this order: Omar, then Maya.",
		"INC-1 SEV1 investigating, since 07:00 – people cannot save in api; words to customers due 07:15",
		"Muted:", "DiskSlow until 10:00 (Maya: the backfill is noisy)",
		"Changes to look at first:", "CH-2 16 Mar 07:00 – backfill, db, Leo, still running", "CH-1 16 Mar 07:00 – schema 12, api, high risk, Leo"}, " | ")}
	if diff := cmp.Diff(want, next.posts("on call from now on")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The review counts by alert what its pages were good for, and one tap mutes.
func TestTheReviewOfNoise(t *testing.T) {
	t.Parallel()
	l := recurs(t, company(), team())
	fires := func(rule, service string, fingerprints ...string) {
		t.Helper()
		c := alert.Receive{Rule: rule, Service: service, Severity: "sev2"}
		for _, f := range fingerprints {
			c.Instances = append(c.Instances, alert.Instance{Fingerprint: f, Firing: true, Since: l.now})
		}
		l.do(stream.ID{Workspace: "main", Kind: alert.Kind, Name: alert.Name(rule)}, c)
		l.deliver()
	}
	fires("Disk slow", "db", "a")
	l.say("maya", "cancel false alarm #1")
	l.now = l.now.Add(time.Hour)
	fires("ApiErrors", "exports", "a")
	l.say("maya", "ack #2")
	l.say("omar", "mute Backups 20d because they are rebuilt")
	fires("Backups", "exports", "a")
	fires("Backups", "exports", "b", "c") // wider than it was
	l.now = l.now.Add(24 * time.Hour)
	l.until("2026-03-09 11:00")
	want := []string{strings.Join([]string{
		"slack dm U0OMAR0001: Alerts since Mon 2 Mar 11:00, the noisiest first",
		"Disk slow – db, fired once, 1 page for 1 incident, 1 false alarm, 1 taken by nobody",
		"ApiErrors – exports, fired once, 1 page for 1 incident",
		"Backups – exports, fired 2 times, came through its mute once, muted until Sun 22 Mar 14:30",
		"What nobody needs wants another threshold; until then, mute it with a reason and an end."}, " | ")}
	if diff := cmp.Diff(want, l.posts("Alerts since")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := l.say("omar", `mute "Disk slow" 24h because the review of noise found it not needed`); !strings.HasPrefix(got, "Disk slow pages nobody until 10 Mar 11:00.") {
		t.Errorf("what the button types: %s", got)
	}
}

// A drill begins by itself, pages who is on call, and never at a bad time.
func TestADrillBySchedule(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.People[5].Slack = "U0000ZOE01" // the operator's
	for name, c := range map[string]struct {
		before func(l *lab)
		at     string
		drills int
		told   string
	}{
		"in time":           {func(*lab) {}, "2026-04-01 14:00", 1, ""},
		"a little late":     {func(*lab) {}, "2026-04-01 14:40", 1, ""},
		"after an absence":  {func(*lab) {}, "2026-04-01 23:00", 0, "I was not running when it was due"},
		"beside a real one": {func(l *lab) { l.say("ines", "declare private people cannot save") }, "2026-04-01 14:00", 0, "those on call have something else to do. The next one: Fri 1 May 14:00."},
		"after a real one":  {func(l *lab) { l.say("ines", "declare people cannot save"); l.say("ines", "cancel false alarm #1") }, "2026-04-01 14:00", 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := recurs(t, cfg, team())
			c.before(l)
			l.until("2026-03-31 23:00")
			l.until(c.at)
			l.deliver() // what the drill itself asked for
			if got := l.got("twilio page maya", "drill: nothing is wrong"); got != c.drills {
				t.Errorf("maya was paged %d times, want %d: %q", got, c.drills, l.read)
			}
			if got := len(l.posts("was left out: " + c.told)); got != 1-c.drills {
				t.Errorf("the operator read %d times that it was left out, want %d: %q", got, 1-c.drills, l.read)
			}
		})
	}
}

// Two processes with the same configuration say everything once, whichever
// store they share; what was changed or taken out is not said any more.
func TestSchedulesOfTwoProcesses(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) (store.Store, error){
		"sqlite": func(t *testing.T) (store.Store, error) {
			return sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "drumbeat.db")})
		},
		"redis": func(t *testing.T) (store.Store, error) {
			return redis.Open(t.Context(), redis.Config{URL: "redis://" + miniredis.RunT(t).Addr() + "/0"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			books := booksOf(t, team())
			a := recursOn(t, company(), db, books)
			b := recursOn(t, company(), db, books)
			both := func(at string) []string {
				a.until(at)
				b.until(at)
				a.deliver()
				return append(a.posts("since"), b.posts("since")...)
			}
			if got := both("2026-03-09 10:30"); len(got) != 1 {
				t.Errorf("the digest came %d times: %q", len(got), got)
			}
			if got := both("2026-03-30 10:30"); len(got) != 2 { // and the review of noise, that was due too
				t.Errorf("after three weeks: %q", got)
			}
			changed := labOn(t, company(), db, booksOf(t, []recur.Schedule{{Name: "weekly digest", Cron: "0 12 * * TUE", Do: "digest", To: "#eng"}}))
			changed.now = a.now
			changed.arm()
			if got, want := changed.say("maya", "schedules"), "What recurs\nweekly digest: digest for #eng, next Tue 31 Mar 12:00"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			b.until("2026-03-31 11:59")
			a.until("2026-03-31 11:59")
			if got := append(a.read, b.read...); len(got) != 0 {
				t.Errorf("what is gone was said: %q", got)
			}
			if got := both("2026-03-31 12:00"); len(got) != 1 {
				t.Errorf("changed: %q", got)
			}
		})
	}
}

// Words that reach nobody are told to the operator once, until they arrive.
func TestALostDigestIsToldToTheOperator(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.People[5].Slack = "U0000ZOE01"
	l := recurs(t, cfg, team())
	const news = "“weekly digest” did not arrive | It was for #eng: channel_not_found."
	l.until("2026-03-09 09:00")
	l.lost()
	l.lost()
	if got := len(l.posts(news)); got != 1 {
		t.Errorf("twice in a row: told %d times, want once: %q", got, l.read)
	}
	const line = "weekly digest: digest for #eng, next Mon 16 Mar 09:00 (`0 10 * * MON`, Europe/Berlin); ⚠ the last one did not arrive: channel_not_found"
	if got := l.say("maya", "schedules"); !strings.Contains(got, line) {
		t.Errorf("got %s, want %s in it", got, line)
	}
	l.until("2026-03-16 09:00")
	if got := l.say("maya", "schedules"); strings.Contains(got, "⚠") {
		t.Errorf("after one that arrived: %s", got)
	}
	l.lost()
	if got := len(l.posts(news)); got != 1 {
		t.Errorf("lost anew: told %d times, want once: %q", got, l.read)
	}
}

// lost says that the newest digest did not arrive, and delivers what that asks
// for.
func (l *lab) lost() {
	l.t.Helper()
	l.do(l.ID(schedule.Kind, schedule.Name), schedule.Settle{Settled: stream.Settled{Result: stream.GaveUp, To: "slack", Action: "post",
		About: "words/weekly digest", Problem: "channel_not_found"}})
	l.deliver()
}
