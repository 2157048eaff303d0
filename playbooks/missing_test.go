package playbooks_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"

	"github.com/google/go-cmp/cmp"
)

// missing are the ways in which a template names something that is not there.
var missing = map[string]string{
	"a key":     "for {{.roles.legal}}",
	"an index":  "{{index .signs 9}}",
	"nil":       "it is {{.it}}",
	"a pointer": "{{.asking.Override}}",
	"a method":  "{{index .signs 9}} {{.title}}",
	"all of it": "{{if .private}}{{.title}}{{end}}",
}

// Words that miss something say number and severity, keep their mention and
// buttons, and have a fault with its step; those for customers are what was
// approved.
func TestWordsThatMissSomething(t *testing.T) {
	t.Parallel()
	u := incident.Update{N: 1, Audience: incident.Public, Text: "We look into it.", State: incident.PublishedS,
		Targets: []incident.Target{{Name: "twitter", Mode: "live", State: incident.TargetQueued}}}
	s := incident.State{Number: "INC-42", Severity: "SEV1", Title: "x", Updates: []incident.Update{u}, Roles: map[string]incident.Person{incident.RoleComms: harbor.Person("priya")}}
	for what, text := range missing {
		line, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		b, err := playbooks.Compile(incident.Pinned{Text: strings.ReplaceAll(`{"steps": [
			{"name": "page", "on": ["published"], "to": "twilio", "do": "page", "words": "w", "args": {"person": "maya"}},
			{"name": "message", "on": ["published"], "to": "slack", "do": "post", "words": "w", "args": {"channel": "C1"}},
			{"name": "to", "on": ["published"], "to": TEXT, "do": "post", "slot": "brief"},
			{"name": "customers", "on": ["published"], "each": "publications", "to": "{{.it.Target.Name}}", "do": "publish", "words": "as-written", "public": true, "args": {"title": TEXT}}],
			"words": {"w": {"mention": "invited", "lines": [TEXT], "buttons": [{"text": "I'm on it", "command": "ack #42"}, {"text": TEXT, "command": "ack #42"}]}}}`, "TEXT", string(line))}, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		out, faults := b.React(s, stream.Record{Kind: "published", Data: []byte(`{"n":1}`)})
		got := map[string]*stream.Message{}
		for _, d := range out {
			if d.To != "" {
				got[d.To] = d.Words
			}
		}
		fallback := &stream.Message{Mentions: []string{"U000PRIYA"}, Paragraphs: []string{"INC-42 SEV1"}, Buttons: []stream.Button{{Text: "I'm on it", Command: "ack #42"}}}
		want := map[string]*stream.Message{"twilio": fallback, "slack": fallback, "twitter": stream.Say("We look into it.")}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
		for _, step := range []string{"page", "message"} {
			if all := errors.Join(faults...); !strings.Contains(all.Error(), "step “"+step+"”, words “w”") {
				t.Errorf("%s: no fault of “%s” in %v", what, step, all)
			}
		}
	}
}

// Loading finds each of them before an incident does.
func TestLoadFindsWhatIsMissing(t *testing.T) {
	t.Parallel()
	for what, text := range missing {
		if what == "all of it" { // here an x stands before it
			continue
		}
		if _, err := playbooks.Load(fstest.MapFS{"acme.yaml": {Data: playbook(text)}}); err == nil || !strings.Contains(err.Error(), "acme.yaml:11:") {
			t.Errorf("%s: got %v, want a mistake in line 11", what, err)
		}
	}
	silent := strings.ReplaceAll(string(playbook("y")), `"xy"`, `"{{if eq .severity \"none\"}}y{{end}}"`)
	if _, err := playbooks.Load(fstest.MapFS{"acme.yaml": {Data: []byte(silent)}}); err == nil || !strings.Contains(err.Error(), "it says nothing") {
		t.Errorf("words without words: got %v", err)
	}
}
