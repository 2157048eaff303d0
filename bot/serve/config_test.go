package serve_test

import (
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot/config"
	"drumbeat/bot/desk"
	"drumbeat/bot/serve"
	"drumbeat/integrations"
)

func load(text string) (serve.Config, error) {
	var c serve.Config
	err := config.Load(config.Source{Name: "drumbeat.yaml", Data: []byte(text), Env: os.LookupEnv, File: os.ReadFile}, &c, func() []integrations.Problem { return c.Problems() })
	return c, err
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	const one = "127.0.0.1:8080"
	for name, c := range map[string]struct {
		in, want serve.Config
	}{
		"nothing": {serve.Config{}, serve.Config{Environment: "production", Listen: serve.Listen{Public: one, Slack: one, Private: one},
			Store: "sqlite:drumbeat.db", Timezone: "UTC", Command: "/incident"}},
		"what is said stays": {
			serve.Config{Environment: "staging", Listen: serve.Listen{Slack: ":443"}, Store: "redis://r", Timezone: "Europe/Berlin", Command: "/inc"},
			serve.Config{Environment: "staging", Listen: serve.Listen{Public: ":443", Slack: ":443", Private: one}, Store: "redis://r",
				Timezone: "Europe/Berlin", Command: "/inc"}},
	} {
		c.in.Defaults()
		if diff := cmp.Diff(c.want, c.in); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestProduction(t *testing.T) {
	t.Parallel()
	for environment, want := range map[string]bool{"": true, "production": true, "staging": false, "Production": false} {
		if got := (serve.Config{Environment: environment}).Production(); got != want {
			t.Errorf("%q: got %t, want %t", environment, got, want)
		}
	}
}

func TestListenIsOneAddressOrThree(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]serve.Listen{
		"listen: 127.0.0.1:8080": {Public: "127.0.0.1:8080", Slack: "127.0.0.1:8080", Private: "127.0.0.1:8080"},
		"listen:\n  public: :80\n  slack: :443\n  private: 10.0.0.1:9": {Public: ":80", Slack: ":443", Private: "10.0.0.1:9"},
		"listen:\n  private: :9": {Private: ":9"},
	} {
		if got, err := load(text); err != nil || got.Listen != want {
			t.Errorf("%s: got %+v, %v, want %+v", text, got.Listen, err, want)
		}
	}
	const help = "drumbeat.yaml:2:3: listen: write one address (127.0.0.1:8080), or public, slack and private"
	if _, err := load("listen:\n  pubic: :80"); err == nil || err.Error() != help {
		t.Errorf("a wrong key: got %v, want %s", err, help)
	}
	if _, err := load("listen: [a]"); err == nil {
		t.Error("a list: got no error")
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	people := []desk.Person{{Handle: "maya", Slack: "U0000MAYA", Phone: "+14155550101"}}
	for name, c := range map[string]struct {
		config serve.Config
		want   []string
	}{
		"nothing":             {serve.Config{}, nil},
		"all is well":         {serve.Config{Store: "rediss://r:6379/0", PublicURL: "https://drumbeat.example", Command: "/incident", Operator: "maya", People: people, OnCall: []desk.Rung{{People: []string{"maya"}}}, Approvers: []string{"maya"}}, nil},
		"sqlite":              {serve.Config{Store: "sqlite:/var/lib/drumbeat.db"}, nil},
		"one address":         {serve.Config{Listen: serve.Listen{Public: "a", Slack: "a", Private: "a"}}, []string{"$.listen"}},
		"addresses":           {serve.Config{Listen: serve.Listen{Public: "a", Slack: "b:1", Private: "c"}}, []string{"$.listen.private", "$.listen.public"}},
		"timezone":            {serve.Config{Timezone: "Middle/Earth"}, []string{"$.timezone"}},
		"store without path":  {serve.Config{Store: "sqlite:"}, []string{"$.store"}},
		"store without kind":  {serve.Config{Store: "drumbeat.db"}, []string{"$.store"}},
		"store of another":    {serve.Config{Store: "mysql://h"}, []string{"$.store"}},
		"command":             {serve.Config{Command: "incident"}, []string{"$.command"}},
		"public_url bare":     {serve.Config{PublicURL: "drumbeat.example"}, []string{"$.public_url"}},
		"public_url of files": {serve.Config{PublicURL: "file:///x"}, []string{"$.public_url"}},
		"public_url broken":   {serve.Config{PublicURL: "https://%"}, []string{"$.public_url"}},
		"no handle":           {serve.Config{People: []desk.Person{{Name: "Maya"}}}, []string{"$.people[0].handle"}},
		"twice":               {serve.Config{People: append(people, people...)}, []string{"$.people[1].handle"}},
		"phone":               {serve.Config{People: []desk.Person{{Handle: "maya", Phone: "0155 1234"}}}, []string{"$.people[0].phone"}},
		"zone":                {serve.Config{People: []desk.Person{{Handle: "maya", Timezone: "Europe/Berlin"}, {Handle: "omar", Timezone: "Berlin"}}}, []string{"$.people[1].timezone"}},
		"slack":               {serve.Config{People: []desk.Person{{Handle: "maya", Slack: "@maya"}}}, []string{"$.people[0].slack"}},
		"unknown people": {serve.Config{People: people, Operator: "omar", Approvers: []string{"maya", "leo"}, Groups: map[string][]string{"comms": {"maya", "kim"}}, OnCall: []desk.Rung{{People: []string{"maya"}}, {People: []string{"maya", "ines"}}}},
			[]string{"$.approvers[1]", "$.groups.comms[1]", "$.oncall[1].people[1]", "$.operator"}},
	} {
		var got []string
		for _, p := range c.config.Problems() {
			if p.Text == "" {
				t.Errorf("%s: %s has no text", name, p.Path)
			}
			got = append(got, p.Path)
		}
		slices.Sort(got)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestGuardIsReadWithItsPlaces(t *testing.T) {
	t.Parallel()
	c, err := load(`guard:
  builtin: {tone: off, repair time: block}
  rules:
    - name: code names
      why: Nobody outside knows them.
      does: block
      words: {Project Falcon: the new editor, Falcon: ~, 404: error}
    - {name: long, why: Too long., when: 'words > 60'}
`)
	if err != nil || c.Guard.Builtin["tone"] != "off" || c.Guard.Builtin["repair time"] != "block" ||
		!maps.Equal(c.Guard.Rules[0].Words, map[string]string{"Project Falcon": "the new editor", "Falcon": "", "404": "error"}) {
		t.Errorf("got %+v, %v", c.Guard, err)
	}
	_, err = load(`guard:
  builtin: {secret: off}
  rules:
    - name: code names
      does: stop
      words: {Falcon: the falcon}
    - name: numbers
      why: So.
      pattern: '(\d+'
    - {name: long, why: Too long., when: 'wrods > 60', patern: x}
`)
	const want = `drumbeat.yaml:2:13: guard.builtin.secret: a secret always blocks
drumbeat.yaml:4:7: guard.rules[0].why: say in one sentence why nobody should write this
drumbeat.yaml:5:7: guard.rules[0].does: say block or warn, not "stop"
drumbeat.yaml:9:7: guard.rules[1].pattern: missing closing ): ` + "`(\\d+`" + `
drumbeat.yaml:10:56: guard.rules[2] has no key "patern"; did you mean "pattern"?`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
