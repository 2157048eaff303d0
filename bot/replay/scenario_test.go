package replay_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot/config"
	"drumbeat/bot/replay"
	"drumbeat/playbooks/scenarios"
)

// whole is a scenario without a mistake.
const whole = `title: Whole
company: Harbor
date: "2026-03-04"
zone: Europe/Berlin
sources: [{name: Ours, url: "https://example.com"}]
people: [{handle: ann}, {handle: bob}]
oncall: [{people: [ann]}]
components: [{name: API, words: the API}]
services: {api: {component: API}}
facts: [{at: "10:00", what: it breaks}]
really: {began: "10:00", posted: [{at: "10:30", to: X, text: sorry}], over: "11:00"}
assume:
  live: [page]
  changes: [{name: one, from: "2026-03-03 20:00", to: "2026-03-03 21:00", what: it, by: ann}]
  mutes: [{at: "09:00", alert: Down, by: ann, for: 1h, until: one, because: noise}]
  alerts: [{rule: Down, from: "10:00", to: "10:50:30"}]
  lines: [{at: "10:05", who: ann, says: note it}]
  talks: [{who: ann, from: "10:10", to: "10:30", every: 5m}]
  habits: [{who: ann, when: ack, after: 1m}]
`

func TestParse(t *testing.T) {
	t.Parallel()
	s, err := replay.Parse("dir/whole.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	got := []string{s.Name, s.Really.Began.String(), s.Assume.Changes[0].From.String(), s.Assume.Alerts[0].To.String()}
	want := []string{"whole", "2026-03-04 10:00:00 +0100 CET", "2026-03-03 20:00:00 +0100 CET", "2026-03-04 10:50:30 +0100 CET"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseTellsEveryMistake(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, from, to, want string }{
		{"a key", "title: Whole", "titel: Whole", `x.yaml:1:1: the configuration has no key "titel"; did you mean "title"?`},
		{"the zone", "Europe/Berlin", "Berlin", "x.yaml:4:1: zone: "},
		{"the day", `"2026-03-04"`, "4 March", "x.yaml:3:1: date: "},
		{"no source", `sources: [{name: Ours, url: "https://example.com"}]`, "sources: []", "x.yaml:5:1: sources: "},
		{"a time", `{at: "10:00", what`, `{at: "25:00", what`, "x.yaml:10:14: facts[0].at: "},
		{"no time", `at: "10:00", what`, "what", "x.yaml:10:10: facts[0].at: say when"},
		{"nothing happened", "what: it breaks", "who: Ann", "facts[0].what: "},
		{"a handle", "{handle: bob}", "{handle: Bob}", "x.yaml:6:26: people[1].handle: "},
		{"a handle twice", "{handle: bob}", "{handle: ann}", "people[1].handle: ann stands here twice"},
		{"nobody on call", "oncall: [{people: [ann]}]", "oncall: [{people: [zoe]}]", `x.yaml:7:20: oncall[0].people[0]: "zoe" is not among people`},
		{"a component", "{component: API}", "{component: Web}", "services.api.component: Web is not among components"},
		{"over before it began", `over: "11:00"`, `over: "09:00"`, "really.over: it ended before it began"},
		{"a far end", "live: [page]", "live: [fax]", `assume.live[0]: "fax" is none of page, twitter, email`},
		{"a change backwards", `to: "2026-03-03 21:00"`, `to: "2026-03-03 19:00"`, "assume.changes[0].to: it ends before it begins"},
		{"a mute of no change", "until: one", "until: two", `assume.mutes[0].until: "two" is the name of no change`},
		{"a mute without reason", ", because: noise", "", "assume.mutes[0]: "},
		{"an alert without rule", "rule: Down, from", "from", "assume.alerts[0].rule: "},
		{"a line of nobody", "who: ann, says", "says", `assume.lines[0].who: "" is not among people`},
		{"talk too often", "every: 5m", "every: 5s", "assume.talks[0].every: "},
		{"a habit in no time", "after: 1m", "after: 0s", "assume.habits[0].after: "},
		{"a habit without button", "when: ack, ", "", "assume.habits[0].when: "},
		{"no YAML", "title: Whole", "title: [", "x.yaml: "},
		{"a secret", "title: Whole", "title: ${HOME}", "x.yaml:1:8: the environment variable HOME is not set"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(whole, c.from) {
				t.Fatalf("the whole scenario has no %q", c.from)
			}
			_, err := replay.Parse("x.yaml", []byte(strings.Replace(whole, c.from, c.to, 1)))
			var mistake config.Mistake
			if !errors.As(err, &mistake) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestNothingBegins(t *testing.T) {
	t.Parallel()
	head, _, _ := strings.Cut(whole, "assume:")
	if _, err := replay.Parse("x.yaml", []byte(head)); err == nil || !strings.Contains(err.Error(), "nothing begins") {
		t.Errorf("got %v", err)
	}
}

func TestBuiltinScenariosAreWhole(t *testing.T) {
	t.Parallel()
	names := replay.Names(scenarios.Files)
	if len(names) < 5 {
		t.Errorf("got %q, want five or more", names)
	}
	for _, name := range names {
		s, err := replay.Open(scenarios.Files, name)
		if err != nil {
			t.Error(err)
			continue
		}
		if s.Name != name || s.About == "" || len(s.Facts) < 5 || len(s.Assume.Says) == 0 || !strings.HasSuffix(name, s.Date) {
			t.Errorf("%s is not told in full", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(whole)
	f.Add("title: x\npeople: [{handle: -}]\nassume: {lines: [{at: \"10:00\", who: -, says: x}]}")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := replay.Parse("x.yaml", []byte(text))
		if err == nil && (s.Really.Began.IsZero() || s.Title == "" || len(s.Sources) == 0) {
			t.Errorf("accepted: %+v", s)
		}
	})
}
