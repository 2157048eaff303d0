package replay_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot/config"
	"drumbeat/bot/replay"
	"drumbeat/bot/serve"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/sandbox/town"
	"drumbeat/integrations/slack"
	"drumbeat/integrations/twilio"
	"drumbeat/playbooks"
	"drumbeat/store/sqlite"
)

// build makes a bot with Slack, phones and a status page.
func build(ctx context.Context, r replay.Rig) (stage replay.Stage, err error) {
	var c struct {
		serve.Config `yaml:",inline"`
		Slack        slack.Config  `yaml:"slack"`
		Twilio       twilio.Config `yaml:"twilio"`
	}
	text, client, err := town.Inside(ctx, r.Now, r.People)
	if err != nil {
		return stage, err
	}
	head, _, _ := strings.Cut(text, "status_page:") // what stands between is of other far ends
	phones, _, _ := strings.Cut(text[strings.Index(text, "twilio:"):], "email:")
	if err := config.Load(config.Source{Name: "town", Data: []byte(head + phones)}, &c, func() []integrations.Problem { return nil }); err != nil {
		return stage, err
	}
	c.Defaults()
	chat, chatErr := slack.New(c.Slack, client, r.Log)
	sms, smsErr := twilio.New(c.Twilio.At(c.PublicURL), client)
	db, dbErr := sqlite.Open(ctx, sqlite.Config{Path: r.File})
	return replay.Stage{Town: client, Parts: serve.Parts{Config: c.Config, Store: db, Log: r.Log,
		Senders:  map[string]integrations.Sender{"slack": chat, "twilio": sms},
		Settings: playbooks.Settings{Announce: c.Slack.AnnounceChannel}}}, errors.Join(chatErr, smsErr, dbErr)
}

func play(t *testing.T, text string, o replay.Options) *replay.Result {
	t.Helper()
	s, err := replay.Parse("night.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r, err := replay.Play(t.Context(), s, build, o)
	if err != nil {
		t.Fatal(err)
	}
	if t.Failed() {
		for _, row := range r.Timeline {
			t.Log(row.At.Format("15:04:05"), row.Text)
		}
	}
	return r
}

// night is an incident in which Ann falls asleep after the first words.
const night = `title: Night
company: Harbor
date: "2026-03-04"
zone: Europe/Berlin
sources: [{name: Ours, url: "https://example.com"}]
people: [{handle: ann}, {handle: bob}]
oncall: [{people: [ann], wait: 5m}]
services: {api: {component: API}}
components: [{name: API, words: the API}]
really: {began: "02:00", posted: [{at: "02:40", to: X, text: sorry}], over: "03:10"}
assume:
  live: [page]
  unattended: true
  changes: [{name: deploy, from: "01:30", to: "01:31", what: deployment, service: api, risk: medium, by: bob}]
  alerts: [{rule: Down, from: "02:00", to: "03:10", service: api, severity: SEV1, summary: All is down}]
  talks: [{who: ann, from: "02:05", to: "02:20", every: 3m}]
  habits:
    - {who: ann, when: ack, after: 1m, most: 1}
    - {who: ann, when: confirm, after: 1m}
    - {who: ann, when: approve, after: 1m, most: 1}
`

func TestPlayCountsHoldingApart(t *testing.T) {
	t.Parallel()
	r := play(t, night, replay.Options{})
	if r.PromisesKeptByHolding != 1 || r.PromisesMissed == 0 {
		t.Errorf("kept by holding %d, missed %d: the page speaks once for her, and then nobody does", r.PromisesKeptByHolding, r.PromisesMissed)
	}
	clock := func(m *time.Time) string { return m.Format("15:04 -0700") }
	got := []string{clock(r.FirstPage), clock(r.FirstAck), clock(r.FirstPublic), clock(r.Really.FirstPublic)}
	if diff := cmp.Diff([]string{"02:00 +0100", "02:01 +0100", "02:03 +0100", "02:40 +0100"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := *r.Really.LongestSilence; got != 40 {
		t.Errorf("really nothing was said for %d minutes, want 40", got)
	}
	if diff := cmp.Diff([]string{"CH-1 “deployment” by Bob (ended 29 min before)"}, r.Suspects); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Words keep a promise when customers could read them in time; a page that was
// down shows them when it is back.
func TestPlayJudgesByWhatCouldBeRead(t *testing.T) {
	t.Parallel()
	r := play(t, strings.Replace(night, "assume:", `outages: [{tool: page, from: "02:02", to: "02:30"}]`+"\nassume:", 1), replay.Options{})
	first := slices.IndexFunc(r.Promises, func(p replay.Promise) bool { return p.Audience == "public" })
	if first < 0 {
		t.Fatal("nothing was promised")
	}
	p := r.Promises[first]
	if p.State != "missed" || p.Kept == nil || p.Kept.Format("15:04") != "02:03" || p.Reached == nil || p.Reached.Format("15:04") != "02:30" {
		t.Errorf("words of 02:03 that could be read at 02:30: %+v", p)
	}
	if got := r.FirstPublic.Format("15:04"); got != "02:30" {
		t.Errorf("customers read the first words at %s", got)
	}
}

func TestPlayCountsMessagesAgainstTheBudget(t *testing.T) {
	t.Parallel()
	text := `title: Notes
company: Harbor
date: "2026-03-04"
zone: Europe/Berlin
sources: [{name: Ours, url: "https://example.com"}]
people: [{handle: ann}]
oncall: [{people: [ann], wait: 5m}]
really: {began: "02:00", over: "02:30"}
assume:
  lines:
    - {at: "02:00", who: ann, says: "declare SEVERITY exports fail"}
NOTES    - {at: "02:04:30", who: ann, says: "cancel #1"}
`
	for name, c := range map[string]struct {
		severity string
		notes    int // that Ann writes to the responders, each a post
		want     []string
	}{
		"a SEV1 may have 5 an hour": {"sev1", 2, []string{}}, // beside brief, first words and end
		"a SEV1 with 6":             {"sev1", 3, []string{"incident's channel"}},
		"a SEV2 may have 3 an hour": {"sev2", 0, []string{}},
		"a SEV2 with 4":             {"sev2", 1, []string{"incident's channel"}},
		"a SEV3 may cost 5":         {"sev3", 4, []string{}},
		"a SEV3 with 6":             {"sev3", 5, []string{"all together"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var notes string
			for i := range c.notes {
				notes += fmt.Sprintf("    - {at: \"02:00:%02d\", who: ann, says: \"update note %d #1\"}\n", 30+i, i)
			}
			r := play(t, strings.NewReplacer("SEVERITY", c.severity, "NOTES", notes).Replace(text), replay.Options{})
			if diff := cmp.Diff(c.want, r.OverBudget); diff != "" {
				t.Errorf("%v of %d (-want +got):\n%s", r.MostInAnHour, r.Budget, diff)
				for _, row := range r.Timeline {
					t.Log(row.At.Format("15:04:05"), row.Text)
				}
			}
		})
	}
}

// A reader sees once what comes again and again; the JSON has it all.
func TestTableFoldsWhatRepeatsItself(t *testing.T) {
	t.Parallel()
	text := strings.ReplaceAll(night, "03:10", "06:40")
	text = strings.Replace(text, `to: "02:20", every: 3m}`, `to: "06:40", every: 3m}`, 1)
	text = strings.Replace(text, "approve, after: 1m, most: 1}\n", "approve, after: 1m}\n    - {who: bob, when: approve, after: 1m}\n    - {who: ann, when: update public, after: 1m, says: [\"update public Nothing new.\"]}\n", 1)
	text = strings.Replace(text, "  habits:\n", "  lines: [{at: \"02:05\", who: bob, says: \"join #1\"}]\n  habits:\n", 1)
	r := play(t, text, replay.Options{})
	said := 0
	for _, row := range r.Timeline {
		if row.Kind == "public" && strings.Contains(row.Text, "Nothing new.") {
			said++
		}
	}
	var b strings.Builder
	if err := r.Table(&b); err != nil {
		t.Fatal(err)
	}
	if shown := strings.Count(b.String(), "Nothing new. Next"); said < 6 || shown >= said || !strings.Contains(b.String(), "× more, until 06:") {
		t.Errorf("said %d times, shown %d times:\n%s", said, shown, b.String())
	}
}

func TestPlayWithoutChanges(t *testing.T) {
	t.Parallel()
	r := play(t, night, replay.Options{WithoutChanges: true})
	if len(r.Suspects) > 0 || slices.ContainsFunc(r.Timeline, func(row replay.Row) bool { return row.Kind == "change" }) {
		t.Errorf("look here first: %q", r.Suspects)
	}
}

// What programs read stays where it is.
func TestResultHasItsKeys(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(play(t, night, replay.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	var all, source, promise map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	source, _ = all["sources"].([]any)[0].(map[string]any)
	promise, _ = all["promises"].([]any)[0].(map[string]any)
	for _, c := range []struct {
		in   map[string]any
		keys string
	}{
		{all, `first_sign_at first_page_at first_ack_at first_public_at over_at longest_public_silence_minutes public_words_at
			promises_kept promises_kept_by_holding promises_missed deliveries_failed public_posts messages_per_person messages_per_channel
			most_in_an_hour budget_in_an_hour over_budget suspects assumptions refused timeline really scenario zone without_changes`},
		{source, "name url"},
		{promise, "audience due_at kept_at reached_at state"},
	} {
		for _, key := range strings.Fields(c.keys) {
			if _, ok := c.in[key]; !ok {
				t.Errorf("%s is not in %v", key, c.in)
			}
		}
	}
}

func TestPlayIsTheSameAgain(t *testing.T) {
	t.Parallel()
	var said []string
	for range 2 {
		text, err := json.Marshal(play(t, night, replay.Options{}))
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, string(text))
	}
	if diff := cmp.Diff(said[0], said[1]); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
}

func TestPlayWhileDrumbeatIsAway(t *testing.T) {
	t.Parallel()
	r := play(t, strings.Replace(night, "assume:", `outages: [{tool: bot, from: "02:02", to: "02:30"}]`+"\nassume:", 1), replay.Options{})
	if got := r.FirstPublic.Format("15:04"); got < "02:30" {
		t.Errorf("words went out at %s, while Drumbeat was away", got)
	}
	if got := *r.LongestSilence; got < 30 {
		t.Errorf("the longest silence is %d minutes", got)
	}
}

func TestPlayTellsWhatCannotBeBuilt(t *testing.T) {
	t.Parallel()
	s, err := replay.Parse("night.yaml", []byte(night))
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("no far ends today")
	_, err = replay.Play(t.Context(), s, func(context.Context, replay.Rig) (replay.Stage, error) { return replay.Stage{}, broken }, replay.Options{})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestPeopleOfARigHaveNames(t *testing.T) {
	t.Parallel()
	s, err := replay.Parse("night.yaml", []byte(night))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	_, err = replay.Play(t.Context(), s, func(_ context.Context, r replay.Rig) (replay.Stage, error) {
		for _, p := range r.People {
			got = append(got, stream.Person.String(p))
		}
		return replay.Stage{}, errors.New("enough")
	}, replay.Options{})
	if diff := cmp.Diff([]string{"Ann", "Bob"}, got); diff != "" || err == nil {
		t.Errorf("error %v, (-want +got):\n%s", err, diff)
	}
}
