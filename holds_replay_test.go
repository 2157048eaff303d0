package main_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// replayed is what a replay printed as JSON, as far as these tests look.
type replayed struct {
	FirstPage             time.Time      `json:"first_page_at"`
	FirstAck              time.Time      `json:"first_ack_at"`
	FirstPublic           time.Time      `json:"first_public_at"`
	FirstSign             time.Time      `json:"first_sign_at"`
	LongestSilence        int            `json:"longest_public_silence_minutes"`
	PromisesKept          int            `json:"promises_kept"`
	PromisesKeptByHolding int            `json:"promises_kept_by_holding"`
	PromisesMissed        int            `json:"promises_missed"`
	DeliveriesFailed      int            `json:"deliveries_failed"`
	MessagesPerPerson     map[string]int `json:"messages_per_person"`
	MostInAnHour          map[string]int `json:"most_in_an_hour"`
	OverBudget            []string       `json:"over_budget"`
	PublicPosts           map[string]int `json:"public_posts"`
	Suspects              []string       `json:"suspects"`
	Assumptions           []string       `json:"assumptions"`
	Refused               []string       `json:"refused"`
	Timeline              []struct {
		At       time.Time
		Drumbeat bool
		Kind     string
		Text     string
	} `json:"timeline"`
}

// when gives the times of day at which Drumbeat did something that reads so.
func (r replayed) when(part string) (out []string) {
	for _, row := range r.Timeline {
		if row.Drumbeat && strings.Contains(row.Text, part) {
			out = append(out, row.At.Format("15:04"))
		}
	}
	return out
}

func replay(t *testing.T, args ...string) (r replayed) {
	t.Helper()
	stdout, stderr, code := typedIn(t, t.TempDir(), append([]string{"replay", "--json"}, args...)...)
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d:\n%s", code, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// wanted of the morning, with and without recorded changes.
func TestReplayOfTheMorning(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"with changes": nil, "without changes": {"--without", "changes"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := replay(t, append([]string{"streak-2019-10-02"}, args...)...)
			began := time.Date(2019, 10, 2, 12, 30, 0, 0, time.UTC)
			if got := r.FirstPage.Sub(began); got < 0 || got > time.Minute {
				t.Errorf("the first page leaves %s after the first sign", got)
			}
			if got, want := r.when("pages Omar"), "05:35"; len(got) == 0 || got[0] != want {
				t.Errorf("nobody answers, and the next rung rings at %v, want %s", got, want)
			}
			if got := r.FirstPublic.Sub(began); got <= 0 || got > 15*time.Minute {
				t.Errorf("customers read the first words %s after the first sign", got)
			}
			if r.LongestSilence <= 0 || r.LongestSilence > 30 {
				t.Errorf("customers heard nothing for %d minutes", r.LongestSilence)
			}
			if r.PromisesMissed > 0 || r.PromisesKept < 6 || r.DeliveriesFailed > 0 {
				t.Errorf("promises kept %d, missed %d; deliveries failed %d", r.PromisesKept, r.PromisesMissed, r.DeliveriesFailed)
			}
			withinBudget(t, r)
			if len(r.Refused) > 0 || len(r.Assumptions) == 0 || r.PublicPosts["twitter"] == 0 || r.PublicPosts["email"] == 0 {
				t.Errorf("refused %q, assumptions %q, posts %v", r.Refused, r.Assumptions, r.PublicPosts)
			}
			if _, offset := r.FirstPage.Zone(); offset != -7*3600 {
				t.Errorf("times are not of the scenario's zone: %s", r.FirstPage)
			}
		})
	}
}

// withinBudget holds what a SEV1 may cost: 5 messages an hour in its channel
// and to a person.
func withinBudget(t *testing.T, r replayed) {
	t.Helper()
	if len(r.OverBudget) > 0 {
		t.Errorf("more messages than the budget: %v of %v", r.OverBudget, r.MostInAnHour)
	}
	if r.MostInAnHour["incident's channel"] == 0 {
		t.Errorf("nothing is counted in the channel: %v", r.MostInAnHour)
	}
	for who, n := range r.MostInAnHour {
		if n > 5 {
			t.Errorf("%s gets %d messages in an hour", who, n)
		}
	}
}

func TestReplayOfTheMorningNamesTheMigration(t *testing.T) {
	t.Parallel()
	r := replay(t, "streak-2019-10-02")
	if len(r.Suspects) == 0 || !strings.Contains(r.Suspects[0], "permissions backfill") {
		t.Errorf("look here first: %q", r.Suspects)
	}
	for _, who := range []string{"Leo", "Ines"} {
		if len(r.when("pages "+who)) != 1 {
			t.Errorf("%s, who knows the change, is not asked", who)
		}
	}
	r = replay(t, "streak-2019-10-02", "--without", "changes")
	if len(r.Suspects) > 0 || len(r.when("pages Leo")) > 0 || !slices.Contains(r.Assumptions, "No change was recorded.") {
		t.Errorf("nothing was recorded, and yet: %q, assuming %q", r.Suspects, r.Assumptions)
	}
}

func TestReplayOfPublicOutages(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]string{"gitlab-2017-01-31": "copy of the database", "cloudflare-2019-07-02": "firewall rules",
		"github-2018-10-21": "optical equipment", "aws-s3-2017-02-28": "billing servers"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, without := range []string{"nothing", "changes"} {
				r := replay(t, name, "--without", without)
				if r.DeliveriesFailed > 0 || len(r.Refused) > 0 {
					t.Errorf("deliveries failed %d, refused %q", r.DeliveriesFailed, r.Refused)
				}
				if got := r.FirstPublic.Sub(r.FirstSign); got <= 0 || got > 15*time.Minute {
					t.Errorf("the first words come %s after the first sign", got)
				}
				withinBudget(t, r)
				if missed := map[string]int{"aws-s3-2017-02-28": 3}[name]; r.PromisesMissed != missed { // its page was down
					t.Errorf("promises missed: %d, want %d", r.PromisesMissed, missed)
				}
				if without == "nothing" && (len(r.Suspects) == 0 || !strings.Contains(r.Suspects[0], first)) {
					t.Errorf("look here first: %q, want %s", r.Suspects, first)
				}
			}
		})
	}
}

// A status page that is down says nothing, whatever was promised; when it is
// back, it shows what was said meanwhile.
func TestReplayCountsOnlyWordsThatCanBeRead(t *testing.T) {
	t.Parallel()
	r := replay(t, "aws-s3-2017-02-28")
	if want := 90; r.LongestSilence != want {
		t.Errorf("between 10:07 on X and 11:37 nobody could read words: longest silence %d, want %d", r.LongestSilence, want)
	}
	if got := r.when("shows customers (status page)"); !slices.Equal(got, []string{"11:37"}) {
		t.Errorf("the page is back with its words at %v", got)
	}
}

func TestReplaySaysTheSameAgain(t *testing.T) {
	t.Parallel()
	var said []string
	for range 2 {
		stdout, stderr, code := typedIn(t, t.TempDir(), "replay", "--all")
		if code != 0 || stderr != "" {
			t.Fatalf("exit code %d:\n%s", code, stderr)
		}
		said = append(said, stdout)
	}
	if diff := cmp.Diff(said[0], said[1]); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
	for _, part := range []string{"streak-2019-10-02", "aws-s3-2017-02-28", "Really", "Assumed", "https://www.streak.com/"} {
		if !strings.Contains(said[0], part) {
			t.Errorf("the tables lack %q", part)
		}
	}
}

func TestReplayDraws(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "morning.svg")
	if _, stderr, code := typedIn(t, t.TempDir(), "replay", "streak-2019-10-02", "--svg", file); code != 0 {
		t.Fatal(stderr)
	}
	drawing, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(bytes.NewReader(drawing)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range []string{"What happened", "With Drumbeat", ">135 min<", "due 06:10: kept"} {
		if !strings.Contains(string(drawing), part) {
			t.Errorf("the drawing lacks %q", part)
		}
	}
	if _, stderr, code := typedIn(t, t.TempDir(), "replay", "--all", "--svg", file); code != 1 || !strings.Contains(stderr, "one scenario") {
		t.Errorf("--all --svg: exit code %d, %s", code, stderr)
	}
}

// ours is a scenario of the operator's own, in which tools fail.
const ours = `title: Ours
company: Harbor
date: "2026-03-04"
zone: Europe/Berlin
sources: [{name: Ours, url: "https://example.com"}]
people:
  - {handle: ann}
  - {handle: bob}
oncall:
  - {people: [ann], wait: 5m}
  - {people: [bob], wait: 5m}
really: {began: "10:00", over: "11:00"}
OUTAGES
assume:
  live: [page, twitter]
  alerts:
    - {rule: Down, from: "10:00", to: "10:50", severity: SEV1, summary: All is down}
  lines:
    - {at: "10:50", who: ann, says: resolve}
  habits:
    - {who: ann, when: ack, after: 1m}
    - {who: ann, when: confirm, after: 1m}
    - {who: ann, when: approve, after: 1m}
    - {who: bob, when: ack, after: 1m}
    - {who: bob, when: approve, after: 1m}
`

func scenario(t *testing.T, outages string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ours.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(ours, "OUTAGES", outages, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestReplayOfOnesOwnFile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		outages     string
		page, first string // times of day
		row         string // part of what Drumbeat does, at
		at          string
	}{
		"all well": {"outages: []", "10:00", "10:03", "All is down", "10:00"},
		"Drumbeat is away": {`outages: [{tool: bot, from: "09:55", to: "10:20", why: a deployment}]`, "10:20", "10:23",
			"INC-1 begins", "10:20"},
		"Slack is away: the phone rings": {`outages: [{tool: slack, from: "09:55", to: "10:10"}]`, "10:00", "10:12",
			"“ack #1”", "10:01"},
		"SMS is away: mail and Slack ring": {`outages: [{tool: twilio, from: "09:55", to: "10:30"}]`, "10:00", "10:03",
			"“ack #1”", "10:01"},
		"X is away: the page has the words": {`outages: [{tool: twitter, from: "09:55", to: "10:30"}]`, "10:00", "10:03",
			"publish by X does not arrive", "10:03"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := replay(t, scenario(t, c.outages))
			if got := r.FirstPage.Format("15:04"); got != c.page {
				t.Errorf("first page at %s, want %s", got, c.page)
			}
			if got := r.FirstPublic.Format("15:04"); got != c.first {
				t.Errorf("first words at %s, want %s", got, c.first)
			}
			if got := r.when(c.row); !slices.Contains(got, c.at) {
				t.Errorf("%q at %v, want %s", c.row, got, c.at)
			}
			if t.Failed() {
				for _, row := range r.Timeline {
					t.Log(row.At.Format("15:04:05"), row.Text)
				}
			}
		})
	}
}

func TestReplayOfABrokenFile(t *testing.T) {
	t.Parallel()
	file := scenario(t, "outages: [{tool: fax, from: \"10:00\", to: \"09:00\"}]\nfact: []")
	stdout, stderr, code := typedIn(t, t.TempDir(), "replay", file)
	if code != 2 || stdout != "" {
		t.Errorf("exit code %d, printed %q", code, stdout)
	}
	for _, part := range []string{file + ":13:12: ", `"fax" is none of`, "it ends before it begins", file + ":14:1: ", `did you mean "facts"?`} {
		if !strings.Contains(stderr, part) {
			t.Errorf("%s\nlacks %q", stderr, part)
		}
	}
	if _, stderr, code := typedIn(t, t.TempDir(), "replay", "nowhere-1999"); code != 1 || !strings.Contains(stderr, "streak-2019-10-02") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
