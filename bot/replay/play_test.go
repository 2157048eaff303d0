package replay_test

import (
	"context"
	"encoding/json"
	"errors"
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

func TestPlayWithoutChanges(t *testing.T) {
	t.Parallel()
	r := play(t, night, replay.Options{WithoutChanges: true})
	if len(r.Suspects) > 0 || slices.ContainsFunc(r.Timeline, func(row replay.Row) bool { return row.Kind == "change" }) {
		t.Errorf("look here first: %q", r.Suspects)
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
