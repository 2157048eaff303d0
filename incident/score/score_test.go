package score_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/incident/score"
	"drumbeat/incident/stream"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("update", false, "rewrite the golden score")

var (
	maya = incident.Person{Handle: "maya", Name: "Maya", Ways: []incident.Way{{To: "twilio", Address: "+14155550101"}}}
	omar = incident.Person{Handle: "omar", Name: "Omar", Ways: []incident.Way{{To: "twilio", Address: "+14155550102"}}}
	ends = []incident.Target{{Name: "email", Mode: "shadow"}, {Name: incident.StatusPage, Mode: "live"}, {Name: "twitter", Mode: "live"}}
)

func minutes(n int) stream.Duration { return stream.Duration(time.Duration(n) * time.Minute) }

// rules is what the stories demand: first words after 15 minutes, next ones every
// 30.
func rules() policy.Policy {
	return policy.Policy{FirstWords: "People have problems.", ResolvedWords: "This is fixed.", RetractedWords: "It was nothing.",
		NextWords: "Next update by {time}.",
		Ladder:    []policy.Reminder{{At: minutes(-5), Who: "comms"}, {Who: "channel"}},
		Severities: []policy.Weight{{Name: "SEV1", Wakes: []string{"oncall"}, FirstWords: minutes(15), AfterConfirmed: minutes(5),
			Every: map[string]stream.Duration{"investigating": minutes(30)}, Stakeholders: minutes(30)}},
		Unattended: policy.Unattended{Targets: []string{"page"}, First: "Our monitoring shows problems.", Most: 2, Wait: minutes(1)}}
}

// history is the log of incident 42, made by its own rules.
type history struct {
	t     testing.TB
	state incident.State
	log   []stream.Record
}

// clock reads "05:30" and "05:30:20" of the morning.
func clock(t testing.TB, s string) time.Time {
	t.Helper()
	if len(s) == 5 {
		s += ":00"
	}
	at, err := time.Parse(time.DateTime, "2019-10-02 "+s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func (h *history) do(at, who string, c incident.Command) {
	h.t.Helper()
	m := stream.Meta{At: clock(h.t, at), By: stream.Actor{ID: who, Name: strings.ToUpper(who[:1]) + who[1:]}}
	if m.By.Machine() {
		m.By.Name = ""
	}
	records, err := incident.Rules{}.Decide(h.state, c, m)
	if err != nil || len(records) == 0 {
		h.t.Fatalf("%s %s %T: %d records, %v", at, who, c, len(records), err)
	}
	for _, r := range records {
		r.Stream, r.Seq, r.Meta = stream.ID{Workspace: "main", Kind: incident.Kind, Name: "42"}, len(h.log)+1, m
		if h.state, err = (incident.Rules{}).Apply(h.state, r); err != nil {
			h.t.Fatal(err)
		}
		h.log = append(h.log, r)
	}
}

// settles tells what became of a delivery, at its nth attempt.
func (h *history) settles(at, about, result string, attempt int) {
	h.t.Helper()
	parts := strings.Split(about, "/")
	x := stream.Settled{Result: result, To: parts[len(parts)-1], About: about, Attempt: attempt}
	if result != stream.Delivered {
		x.Problem = "403 not allowed"
	}
	h.do(at, "drumbeat:courier", incident.Settle{Settled: x})
}

func (h *history) score(now string) score.Score {
	h.t.Helper()
	s, err := score.Of(h.log, clock(h.t, now))
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func declared(t testing.TB) *history {
	h := &history{t: t}
	h.do("05:30", "kim", incident.Declare{Title: "people cannot save", Severity: "sev1", Policy: rules(), By: incident.Person{Handle: "kim", Name: "Kim"},
		OnCall:     []incident.Rung{{People: []incident.Person{maya}, Wait: minutes(5)}, {People: []incident.Person{omar}, Wait: minutes(5)}},
		Components: []incident.Component{{Name: "app", Words: "opening and saving"}},
		Suspects: []incident.Change{{ID: "CH-23", What: "backfill", Service: "api", Risk: "high", Started: clock(t, "04:00"), Why: "runs now",
			Author: incident.Person{Handle: "leo", Name: "Leo", Slack: "U0LEO"}, Unrecorded: true}}})
	return h
}

// morning is an outage from its first page to its close.
func morning(t testing.TB) *history {
	h := declared(t)
	h.settles("05:30:02", "page/1/maya/twilio", stream.Failing, 1)
	h.settles("05:30:09", "page/1/maya/slack", stream.Delivered, 1)
	h.do("05:35", "drumbeat:timer", incident.Escalate{Page: 1})
	h.settles("05:35:01", "page/1/omar/twilio", stream.Delivered, 1)
	h.do("05:38", "omar", incident.Ack{By: omar})
	h.do("05:39", "omar", incident.Confirm{})
	h.do("05:40", "omar", incident.Approve{Targets: ends})
	h.settles("05:40:03", "update/1/twitter", stream.Failing, 1)
	h.do("06:06", "maya", incident.Propose{Audience: incident.Public, Text: "We are still at it."})
	h.do("06:07", "omar", incident.Approve{Targets: ends})
	h.settles("06:07:20", "update/2/twitter", stream.Delivered, 2)
	h.do("06:18", "omar", incident.SetPhase{To: incident.Identified})
	h.do("06:20", "maya", incident.Propose{Audience: incident.Public, Text: "We know waht it is."})
	h.do("06:21", "omar", incident.Reject{Why: "a typo"})
	h.do("06:40", "drumbeat:timer", incident.Remind{N: h.state.Promise(incident.Public).N, Rung: 1})
	h.do("06:50", "maya", incident.Propose{Audience: incident.Public, Text: "We know what it is."})
	h.do("06:51", "omar", incident.Approve{Targets: ends})
	h.settles("06:51:04", "update/4/twitter", stream.GaveUp, 5)
	h.do("07:10", "omar", incident.Resolve{})
	h.do("07:11", "maya", incident.Approve{Targets: ends})
	h.settles("07:11:02", "update/5/twitter", stream.Delivered, 1)
	h.do("07:20", "omar", incident.Close{})
	return h
}

func TestMorning(t *testing.T) {
	t.Parallel()
	got, err := json.MarshalIndent(morning(t).score("09:00"), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/morning.json"
	if *rewrite {
		if err := os.WriteFile(golden, append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if strings.Contains(string(got), "+1415") || strings.Contains(string(got), "U0LEO") {
		t.Error("the score tells somebody's address")
	}
}

// measures are what the table below compares, as text.
func measures(s score.Score) string {
	at := func(m *time.Time) string {
		if m == nil {
			return "-"
		}
		return m.Format(time.TimeOnly)
	}
	waited := "-"
	if s.Waited != nil {
		waited = (time.Duration(*s.Waited) * time.Second).String()
	}
	p := s.Promises
	return fmt.Sprintf("public %s waited %s silence %s resolved %s; kept %d held %d missed %d dropped %d open %d", at(s.FirstPublic), waited,
		time.Duration(s.Silence)*time.Second, at(s.Resolved), p.Kept, p.Held, p.Missed, p.Dropped, p.Open)
}

func TestMeasures(t *testing.T) {
	t.Parallel()
	shadows := []incident.Target{{Name: incident.StatusPage, Mode: "shadow"}, {Name: "twitter", Mode: "shadow"}}
	for name, c := range map[string]struct {
		do   func(*history)
		now  string
		want string
	}{
		"nobody was told yet": {func(*history) {}, "05:40",
			"public - waited - silence 10m0s resolved -; kept 0 held 0 missed 0 dropped 0 open 2"},
		"the due time passed unseen": {func(*history) {}, "06:10",
			"public - waited - silence 40m0s resolved -; kept 0 held 0 missed 2 dropped 0 open 0"},
		"words in shadow reach nobody": {func(h *history) {
			h.do("05:40", "omar", incident.Approve{Targets: shadows})
			h.settles("05:40:01", "update/1/twitter", stream.Delivered, 1)
		}, "05:55", "public - waited - silence 25m0s resolved -; kept 1 held 0 missed 1 dropped 0 open 1"},
		"on hold until somebody lets them go": {func(h *history) {
			h.do("05:34", "omar", incident.Hold{})
			h.do("05:35", "omar", incident.Approve{Targets: ends})
			h.do("05:44", "omar", incident.Release{})
		}, "05:50", "public 05:44:00 waited 14m0s silence 14m0s resolved -; kept 2 held 0 missed 0 dropped 0 open 1"},
		"a far end that is not ours, when it took them": {func(h *history) {
			h.do("05:35", "omar", incident.Approve{Targets: ends[2:]})
			h.settles("05:36:30", "update/1/twitter", stream.Delivered, 1)
		}, "05:40", "public 05:36:30 waited 6m30s silence 6m30s resolved -; kept 2 held 0 missed 0 dropped 0 open 1"},
		"on their way, and there is time": {func(h *history) {
			h.do("05:35", "omar", incident.Approve{Targets: ends[2:]})
		}, "05:40", "public - waited - silence 10m0s resolved -; kept 1 held 0 missed 0 dropped 0 open 2"},
		"said in time, read too late": {func(h *history) {
			h.do("05:35", "omar", incident.Approve{Targets: ends[2:]})
			h.settles("05:50", "update/1/twitter", stream.Delivered, 7)
		}, "05:55", "public 05:50:00 waited 20m0s silence 20m0s resolved -; kept 1 held 0 missed 1 dropped 0 open 1"},
		"nobody tapped": {func(h *history) {
			for _, source := range []string{"alert:Errors", "customers"} {
				h.do("05:31", "drumbeat:desk", incident.Add{Sign: incident.Sign{Source: source}})
			}
			h.do("05:43", "drumbeat:timer", incident.Prepare{N: 1})
			h.do("05:44", "drumbeat:timer", incident.Speak{N: 2, Targets: ends})
		}, "05:50", "public 05:44:00 waited 14m0s silence 14m0s resolved -; kept 0 held 1 missed 0 dropped 0 open 2"},
		"it began earlier than was thought": {func(h *history) {
			h.do("05:33", "omar", incident.CorrectStart{Since: clock(h.t, "05:10")})
			h.do("05:35", "omar", incident.Approve{Targets: ends})
		}, "05:40", "public 05:35:00 waited 25m0s silence 25m0s resolved -; kept 2 held 0 missed 0 dropped 1 open 1"},
		"too late": {func(h *history) {
			h.do("05:50", "omar", incident.Approve{Targets: ends})
		}, "05:55", "public 05:50:00 waited 20m0s silence 20m0s resolved -; kept 1 held 0 missed 1 dropped 0 open 1"},
		"resolved, and customers do not know": {func(h *history) {
			h.do("05:40", "omar", incident.Approve{Targets: ends})
			h.do("05:45", "omar", incident.Resolve{})
		}, "06:09", "public 05:40:00 waited 10m0s silence 29m0s resolved 05:45:00; kept 2 held 0 missed 1 dropped 0 open 0"},
		"resolved, and they know": {func(h *history) {
			h.do("05:40", "omar", incident.Approve{Targets: ends})
			h.do("05:45", "omar", incident.Resolve{})
			h.do("05:58", "maya", incident.Approve{Targets: ends})
		}, "09:00", "public 05:40:00 waited 10m0s silence 18m0s resolved 05:45:00; kept 3 held 0 missed 0 dropped 0 open 0"},
		"resolved before anybody was told": {func(h *history) {
			h.do("05:45", "omar", incident.Resolve{})
		}, "09:00", "public - waited - silence 15m0s resolved 05:45:00; kept 0 held 0 missed 0 dropped 2 open 0"},
		"reopened": {func(h *history) {
			h.do("05:45", "omar", incident.Resolve{})
			h.do("05:50", "omar", incident.Reopen{})
		}, "05:52", "public - waited - silence 22m0s resolved -; kept 0 held 0 missed 0 dropped 2 open 2"},
		"a false alarm": {func(h *history) {
			h.do("05:40", "omar", incident.Cancel{})
		}, "09:00", "public - waited - silence 10m0s resolved -; kept 0 held 0 missed 0 dropped 2 open 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := declared(t)
			c.do(h)
			if got := measures(h.score(c.now)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A log grows; what was measured of its beginning stays.
func TestWhatWasMeasuredStays(t *testing.T) {
	t.Parallel()
	h := morning(t)
	var before score.Score
	for n := 1; n <= len(h.log); n++ {
		at := h.log[n-1].At
		now, err := score.Of(h.log[:n], at)
		if err != nil {
			t.Fatal(err)
		}
		for name, m := range map[string][2]*time.Time{"first sign": {before.FirstSign, now.FirstSign}, "page": {before.FirstPage, now.FirstPage},
			"ack": {before.FirstAck, now.FirstAck}, "confirmed": {before.Confirmed, now.Confirmed}, "public": {before.FirstPublic, now.FirstPublic},
			"identified": {before.Identified, now.Identified}, "resolved": {before.Resolved, now.Resolved}} {
			if m[0] != nil && (m[1] == nil || !m[1].Equal(*m[0])) {
				t.Errorf("record %d moves %s: %v, then %v", n, name, m[0], m[1])
			}
		}
		if p := now.Promises; p.Kept < before.Promises.Kept || p.Missed < before.Promises.Missed || now.Silence < before.Silence {
			t.Errorf("record %d undoes something: %+v, then %+v", n, before.Promises, p)
		}
		if p := now.Promises; p.Kept+p.Held+p.Missed+p.Dropped+p.Open != len(p.List) {
			t.Errorf("record %d: the promises do not add up: %+v", n, p)
		}
		before = now
	}
}

func TestNoScoreWithoutALog(t *testing.T) {
	t.Parallel()
	if _, err := score.Of(nil, time.Time{}); err == nil {
		t.Error("no records, and no error")
	}
	h := declared(t)
	h.log[1].Data = json.RawMessage(`{"n":`)
	if _, err := score.Of(h.log, time.Time{}); err == nil || !strings.Contains(err.Error(), "main/incident/42/2") {
		t.Errorf("a damaged record: %v", err)
	}
}

func TestWhatTheEndLeaves(t *testing.T) {
	t.Parallel()
	h := declared(t)
	h.do("05:40", "maya", incident.AddTask{Text: "page on symptoms", FollowUp: true, Owner: omar, Due: clock(t, "09:00")})
	h.do("05:41", "maya", incident.AddTask{Text: "restart", Owner: omar})
	h.do("05:50", "maya", incident.Resolve{})
	h.do("05:55", "maya", incident.Close{Since: clock(t, "05:20"), Alert: "noise", Reviewer: omar, Due: clock(t, "08:00")})
	h.do("06:00", "omar", incident.FinishTask{N: 1})
	h.do("07:00", "omar", incident.EndDuty{Name: "review", Done: true})
	got, due, done := h.score("10:00"), clock(t, "09:00"), clock(t, "07:00")
	want := score.Score{Alert: "noise", FollowUps: []score.FollowUp{{N: 1, Text: "page on symptoms", Owner: "Omar", Due: &due, Done: true}},
		Review: &score.Review{Owner: "Omar", Due: clock(t, "08:00"), Done: &done}}
	if diff := cmp.Diff(want, score.Score{Alert: got.Alert, FollowUps: got.FollowUps, Review: got.Review}); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got.FirstSign == nil || !got.FirstSign.Equal(clock(t, "05:20")) {
		t.Errorf("first sign: got %v, want 05:20, as it was corrected at the end", got.FirstSign)
	}
}
