package playbooks_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/playbooks/facts"
)

func TestBuiltinsHaveNoMistake(t *testing.T) {
	t.Parallel()
	set, err := playbooks.CheckBuiltin()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"base", "data-loss", "default", "degraded-but-working", "drill", "gds", "gitlab-cadence", "maintenance", "security", "third-party"}
	if got := slices.Sorted(maps.Keys(set)); !slices.Equal(got, want) {
		t.Errorf("playbooks: got %v, want %v", got, want)
	}
	for name, severities := range map[string]int{"default": 4, "drill": 1, "gds": 4, "security": 4, "maintenance": 1} {
		if got := len(set[name].Incident().Severities); got != severities {
			t.Errorf("%s: got %d severities, want %d", name, got, severities)
		}
	}
}

// Every mistake is told with file, line and column, and the others stay good.
func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, yaml string
		want       []string
	}{
		{"no YAML", "name: acme\nsteps: [\n", []string{"acme.yaml:2:"}},
		{"an unknown key", "extends: default\ncolour: red\n", []string{`acme.yaml:2:1: unknown field "colour"`}},
		{"a wrong type", "extends: default\npage:\n  again: soon\n", []string{`acme.yaml:3:10: `, "not a duration"}},
		{"no such parent", "extends: nobody\n", []string{"acme.yaml:1:10: there is no playbook nobody to extend"}},
		{"its own parent", "extends: acme\n", []string{"acme.yaml:1:10: acme extends itself, by way of acme"}},
		{"no event of that name", step("on: [published, vanished]\nto: slack\ndo: dm"), []string{"acme.yaml:4:", `no event is called "vanished"`, "“mine”"}},
		{"no event at all", step("to: slack\ndo: dm"), []string{"acme.yaml:3:5", "names no event"}},
		{"an expression with an unknown name", step("on: [phase]\nwhen: colour == 'red'\nto: slack\ndo: dm"), []string{"acme.yaml:5:11: ", "unknown name colour"}},
		{"an expression that is no yes or no", step("on: [phase]\nwhen: severity\nto: slack\ndo: dm"), []string{"acme.yaml:5:11: ", "expected bool"}},
		{"a field that the event lacks", step("on: [phase]\nwhen: event.Rung == 1\nto: slack\ndo: dm"), []string{"acme.yaml:5:11: ", "Rung"}},
		{"each of what is no list", step("on: [phase]\neach: severity\nto: slack\ndo: dm"), []string{"acme.yaml:5:11: ", "severity is not a list"}},
		{"a template that does not parse", step("on: [phase]\nto: '{{if}}'\ndo: dm"), []string{"acme.yaml:5:9: ", "missing value for if"}},
		{"a template with an unknown name", step("on: [phase]\nto: slack\ndo: dm\nargs: {person: '{{.colour}}'}"), []string{"acme.yaml:7:20: ", "nothing is called .colour"}},
		{"a template that fails on a sample", step("on: [phase]\nto: slack\ndo: dm\nargs: {person: '{{.commander.Colour}}'}"), []string{"acme.yaml:7:20: ", "Colour"}},
		{"words that fail in one phase alone", step("on: [phase]\nto: slack\ndo: dm\nwords: mine") +
			"words:\n  mine:\n    lines: ['{{if eq .phase \"monitoring\"}}{{.severity.Colour}}{{end}}']\n", []string{"acme.yaml:10:13: words “mine”", "Colour"}},
		{"no such words", step("on: [phase]\nto: slack\ndo: dm\nwords: yours"), []string{"acme.yaml:7:12: ", `no words are called "yours"`}},
		{"words that say nothing", "extends: default\nwords:\n  stand up: {footer: bye}\n", []string{"acme.yaml:3:14: words “stand up” say nothing"}},
		{"a button that does nothing", "extends: default\nwords:\n  phase: {lines: [x], buttons: [{text: Go}]}\n", []string{"acme.yaml:3:34: a button needs a text"}},
		{"a base step removed", "extends: default\nsteps:\n  - name: ring\n    on: []\n", []string{"acme.yaml:4:9: step “ring” of base may be reworded and redirected, never removed: its `on` stays"}},
		{"a base step that never holds", "extends: default\nsteps:\n  - name: ring\n    when: 'false'\n", []string{"acme.yaml:4:11: ", "never removed: its `when` stays"}},
		{"public words that somebody wrote", step("on: [published]\nto: twitter\ndo: publish\nwords: phase"), []string{"acme.yaml:", "what is published is public"}},
		{"a step that does nothing", step("on: [phase]\ndo: dm"), []string{"acme.yaml:3:5: ", "names no far end"}},
		{"a lane and a time", step("on: [phase]\nto: slack\ndo: dm\nlane: x\nat: at + wait"), []string{"acme.yaml:7:11: ", "has no lane"}},
		{"a private incident told elsewhere", step("on: [phase]\nto: slack\ndo: post\nargs: {channel: C0OWN}\nwords: phase"), []string{"acme.yaml:8:12: ", "it tells C0OWN of a private incident"}},
		{"a private title for a pager", "extends: default\nwords:\n  page: {lines: ['{{.title}}']}\n", []string{"base.yaml:24:12: step “ring”: it tells pagerduty the title of a private incident"}},
		{"a command that nobody knows", step("on: [phase]\nto: bot\ndo: dance\ncommand: {n: '1'}"), []string{"acme.yaml:7:15: ", `no command "dance"`}},
		{"a command of the wrong form", step("on: [phase]\nto: bot\ndo: remind\ncommand: {n: severity}"), []string{"acme.yaml:7:15: ", "n is a string and has to be a int"}},
		{"a room that is none", "extends: default\nroom:\n  place: {SEV1: kitchen}\n", []string{"acme.yaml:3:17: severity SEV1: room is channel or thread"}},
		{"a ladder to nobody", "extends: default\nremind:\n  - {at: 1m, who: boss}\n", []string{"acme.yaml:3:19: a reminder reaches"}},
		{"a ladder at no severity", "extends: default\nremind:\n  - {at: 1m, who: comms, page: [SEV9]}\n", []string{"acme.yaml:3:33: there is no severity SEV9"}},
		{"a ladder that ends too early", "extends: default\nremind: [{at: -5m, who: comms}]\n", []string{"acme.yaml:2:9: nobody hears that words are late"}},
		{"a ladder of nothing", "extends: default\nremind: ~\n", []string{"acme.yaml:", "nobody hears that words are late"}},
		{"words that never wait", "extends: default\naudiences: {public: {quiet_hours: {from: \"22:00\", to: \"07:00\", kinds: [news, resolved]}}}\n", []string{"acme.yaml:2:78: words of the kinds phase, news and no-news may wait"}},
		{"hours that are none", "extends: default\naudiences: {public: {quiet_hours: {from: late, to: \"07:00\", kinds: [news]}}}\n", []string{"quiet hours go from a time of the day"}},
		{"a kind of words that is none", "extends: default\naudiences: {public: {takes: {twitter: [first, poem]}}}\n", []string{"acme.yaml:2:47: twitter takes words of the kinds"}},
		{"a value at no severity", "extends: default\npage: {lapses: {SEV9: 1m}}\n", []string{"acme.yaml:2:23: there is no severity SEV9"}},
		{"all steps taken out", "extends: default\nsteps: ~\n", []string{"acme.yaml:2:8: the steps of base may be reworded and redirected, never removed"}},
		{"a text of base taken out", "extends: default\nwords: {page: ~}\n", []string{`base.yaml:24:12: step “ring”: no words are called "page"`}},
		{"a duty of nobody", "extends: default\nduties:\n  - {name: gdpr, text: a notice, within: 72h}\n", []string{"acme.yaml:3:6: a duty needs an owner"}},
		{"a question that is none", "extends: default\nclose: {asks: [weather]}\n", []string{"acme.yaml:2:16: closing asks for start, alert or review"}},
		{"a role of two words", "extends: default\nroles: {data protection: {about: x}}\n", []string{"acme.yaml:2:27: a role's name is one word"}},
		{"two at once", "extends: default\nwords:\n  told: {lines: ['{{.a}}', '{{.b}}']}\n", []string{"acme.yaml:3:18: ", ".a", "acme.yaml:3:28: ", ".b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			set, err := playbooks.Load(fstest.MapFS{"acme.yaml": {Data: []byte(c.yaml)}})
			if err == nil {
				t.Fatal("got no mistake")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %s, want %q in it", err, want)
				}
			}
			if _, ok := set["acme"]; ok {
				t.Error("the playbook is in the set")
			}
			if _, ok := set["default"]; !ok {
				t.Error("the default playbook is not in the set")
			}
		})
	}
}

// In the place of a bad playbook the one of that name that comes with the
// binary holds; who extends it goes on with that, and who extends a bad one of
// its own is bad too.
func TestBadPlaybooksStopNothing(t *testing.T) {
	t.Parallel()
	set, err := playbooks.Load(fstest.MapFS{
		"default.yaml": {Data: []byte("extends: base\nseverities: [sev1]\n")},
		"acme.yaml":    {Data: []byte("extends: default\nabout: ours\n")},
		"bad.yaml":     {Data: []byte("extends: default\nremind: [{at: 1m, who: boss}]\n")},
		"worse.yaml":   {Data: []byte("extends: bad\n")},
		"round.yaml":   {Data: []byte("extends: about\n")},
		"about.yaml":   {Data: []byte("extends: round\n")},
	})
	for _, want := range []string{"default.yaml:2:14: severity", "bad.yaml:2:24", "worse.yaml:1:10: bad, which it extends, has mistakes", "extends itself"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q in it", err, want)
		}
	}
	if got := len(set["default"].Incident().Severities); got != 4 {
		t.Errorf("default has %d severities, want the built-in one's 4", got)
	}
	if got := len(set["acme"].Incident().Severities); got != 4 || set["acme"].About != "ours" {
		t.Errorf("acme has %d severities and is about %q, want the built-in default's 4 and its own", got, set["acme"].About)
	}
	for _, name := range []string{"bad", "worse", "round", "about"} {
		if _, ok := set[name]; ok {
			t.Errorf("%s is in the set", name)
		}
	}
}

// What takes the place of a built-in playbook may extend it.
func TestExtendsWhatItReplaces(t *testing.T) {
	t.Parallel()
	set, err := playbooks.Load(fstest.MapFS{
		"default.yaml": {Data: []byte("extends: default\npage: {wakes: {SEV2: ~}}\n")},
		"acme.yaml":    {Data: []byte("extends: default\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"default", "acme", "gds"} {
		if w := set[name].Incident().Severities; len(w) != 4 || len(w[1].Wakes) != map[string]int{"gds": 1}[name] {
			t.Errorf("%s: got %+v", name, w)
		}
	}
}

// step is a playbook with one step.
func step(keys string) string {
	return "extends: default\nsteps:\n  - name: mine\n    " + strings.ReplaceAll(keys, "\n", "\n    ") + "\n"
}

// A child rewords and redirects what base does, and adds its own.
func TestChildRewordsAndRedirects(t *testing.T) {
	t.Parallel()
	set, err := playbooks.Load(fstest.MapFS{"acme.yaml": {Data: []byte(`extends: default
steps:
  - name: stand down
    words: sleep
  - name: page the boss
    on: [confirmed]
    to: email
    do: send
    args: {address: boss@acme.example}
    words: sleep
words:
  sleep: {lines: ["Sleep well. {{.number}} is somebody else's."]}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	pin, _, err := set["acme"].Pin(settings)
	if err != nil {
		t.Fatal(err)
	}
	b, err := playbooks.Compile(pin, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	s := incident.State{Number: "INC-42", Pages: []incident.Page{{N: 1, Paged: []incident.Person{harbor.Person("sam")}, Ways: map[string]string{"sam/twilio": stream.Delivered}}}}
	for _, c := range []struct{ kind, data, to string }{{"acknowledged", `{"n":1,"by":{"handle":"omar"}}`, "twilio"}, {"confirmed", `{}`, "email"}} {
		out, faults := b.React(s, stream.Record{Kind: c.kind, Data: []byte(c.data)})
		found := false
		for _, d := range out {
			found = found || d.To == c.to && d.Words.Plain() == "Sleep well. INC-42 is somebody else's."
		}
		if !found || len(faults) > 0 {
			t.Errorf("%s: got %+v, %v, want the new words at %s", c.kind, out, faults, c.to)
		}
	}
}

// What fails at run time costs its words alone: customers read what was
// approved, others number and severity.
func TestFaultAtRunTime(t *testing.T) {
	t.Parallel()
	pin := incident.Pinned{Text: `{"steps": [
		{"name": "publish", "on": ["published"], "each": "publications", "to": "{{.it.Target.Name}}", "do": "publish", "words": "as-written", "public": true,
			"about": "{{.it.About}}", "args": {"link": "{{index .it.Update.Targets 9}}"}},
		{"name": "say", "on": ["published"], "to": "slack", "do": "post", "words": "broken"},
		{"name": "fine", "on": ["published"], "to": "slack", "do": "post", "words": "fine"}],
		"words": {"broken": {"lines": ["{{index .signs 9}}"]}, "fine": {"lines": ["{{.title}}"]}}}`}
	b, err := playbooks.Compile(pin, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	u := incident.Update{N: 1, Audience: incident.Public, Text: "We look into it.", State: incident.PublishedS,
		Targets: []incident.Target{{Name: "twitter", Mode: "live", State: incident.TargetQueued}}}
	out, faults := b.React(incident.State{Number: "INC-42", Severity: "SEV1", Title: "x", Updates: []incident.Update{u}},
		stream.Record{Kind: "published", Data: []byte(`{"n":1}`)})
	var said []string
	for _, d := range out {
		said = append(said, d.Words.Plain())
	}
	if got, want := strings.Join(said, " | "), "We look into it. | INC-42 SEV1 | x"; got != want {
		t.Errorf("words: got %q, want %q", got, want)
	}
	if len(faults) != 2 || !strings.Contains(faults[0].Error(), "step “publish”, args, link") || !strings.Contains(faults[1].Error(), "words “broken”") {
		t.Errorf("faults: got %v, want one of publish's link and one of the broken words", faults)
	}
}

// docs/playbooks.md names every fact, and its examples load.
func TestDocs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/playbooks.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	for name := range facts.Known {
		if !strings.Contains(text, "`"+name+"`") {
			t.Errorf("the page does not name %s", name)
		}
	}
	var blocks []string
	for _, part := range strings.Split(text, "```yaml\n")[1:] {
		block, _, _ := strings.Cut(part, "```")
		blocks = append(blocks, block)
	}
	if len(blocks) < 8 {
		t.Fatalf("examples: got %d, want at least 8", len(blocks))
	}
	for i, data := range blocks {
		name := "acme.yaml"
		if strings.HasPrefix(data, "name: default") {
			name = "default.yaml"
		}
		if strings.HasPrefix(data, "schedules:") {
			data = "extends: default\n" + data
		}
		if _, err := playbooks.Load(fstest.MapFS{name: {Data: []byte(data)}}); err != nil {
			t.Errorf("example %d: %v", i+1, err)
		}
	}
}
