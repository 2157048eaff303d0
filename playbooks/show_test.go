package playbooks_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"drumbeat/playbooks"

	"github.com/goccy/go-yaml"
)

// What is shown is YAML, names the place of each line, and has the steps of the
// parts.
func TestShow(t *testing.T) {
	t.Parallel()
	const acme = `extends: default
page: {wakes: {SEV2: [oncall, comms]}}
room: {call: "https://meet.example/war"}
roles: {legal: {about: reads what we say to authorities, asked: [SEV1]}}
tasks:
  - {text: "Freeze deployments of {{.service}}", when: severity == "SEV1"}
  - {text: Ask for help, after: 10m, on: confirmed}
steps:
  - name: announce
    args: {channel: outages}
words:
  stand down: {lines: ["{{.number}}: sleep well."]}
`
	set, err := playbooks.Load(fstest.MapFS{"acme.yaml": {Data: []byte(acme)}})
	if err != nil {
		t.Fatal(err)
	}
	for name, book := range set {
		if name == "base" {
			continue
		}
		var shown strings.Builder
		if err := book.Show(&shown); err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal([]byte(shown.String()), &map[string]any{}); err != nil {
			t.Errorf("%s: it is no YAML: %v", name, err)
		}
		if name != "acme" {
			continue
		}
		for _, want := range []string{"name: acme\n", "  wakes: {SEV1: [oncall, comms, authors], SEV2: [oncall, comms]}", "# acme.yaml:2\n", "# default.yaml:",
			"    args: {channel: outages}", "# acme.yaml:10\n", "  # from tasks", "# acme.yaml:6\n", "  - name: task 2\n", "at + duration('10m')", "    do: task\n", "Wanted: legal – reads what we say to authorities."} {
			if !strings.Contains(shown.String(), want) {
				t.Errorf("%q is not in it", want)
			}
		}
	}
}
