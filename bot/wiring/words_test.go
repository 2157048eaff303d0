package wiring_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot/wiring"
	"drumbeat/playbooks"
	"drumbeat/playbooks/lint"
)

// The words of every built-in playbook fit into every far end, with names as
// long as people give them.
func TestBuiltinWordsFitEveryFarEnd(t *testing.T) {
	t.Parallel()
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range lint.Set(set, configured(t), "too-long") {
		t.Error(f)
	}
}

// Each far end's own limit is found, where the words are written.
func TestWordsThatAreTooLongForAFarEnd(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("x", n-1) + "." }
	set, err := playbooks.Load(fstest.MapFS{"acme.yaml": {Data: []byte(`name: acme
extends: default
audiences:
  public:
    words:
      first: "Since {since}: {what}. ` + long(250) + `"
      resolved: "` + long(25100) + `"
words:
  page:
    lines: ["{{.number}} ` + long(320) + `…"]
  stand down: {lines: ["` + long(1700) + `"], title: "{{.number}} ` + long(150) + `"}
  brief:
    title: "` + long(3100) + `"
    buttons:
      - {text: "{{.number}}", command: "ack #{{.id_name}}"}
      - {text: "` + long(80) + `", command: "ack #{{.id_name}}"}
  merged:
    lines: ["{{.into}} then", "` + long(3100) + `"]
steps:
  - {name: set the topic, args: {topic: "` + long(260) + `"}}
  - {name: mail, on: [confirmed], to: email, do: send, args: {address: boss@acme.example}, words: stand down}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	for name := range set {
		if name != "acme" && name != "base" {
			delete(set, name)
		}
	}
	var got []string
	for _, f := range lint.Set(set, configured(t), "too-long") {
		got = append(got, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Text))
	}
	want := []string{
		"6:14 372 characters as X counts them, and X takes 280: they go in 3 posts",
		"7:17 25100 characters, and Statuspage takes 25000: they are refused",
		"7:17 25125 characters as X counts them, and X takes 280: they are refused",
		"10:13 6 segments, and SMS takes 5: they may come late, or in parts",
		"11:24 1878 characters, and SMS takes 1600: they are cut",
		"11:1736 170 characters of a subject, and email takes 150: it is cut",
		"13:12 3102 characters, and Slack takes 3000: it is cut",
		"16:10 80 characters, and Slack takes 75: it is cut",
		"18:31 3100 characters, and Slack takes 3000: it is cut",
		"20:41 260 characters, and Slack takes 250: it is cut",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// configured is the complete example of docs/configuration.md, with long names.
func configured(t *testing.T) *lint.Config {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "drumbeat.yaml")
	if err := os.WriteFile(file, bytes.ReplaceAll(example.FindSubmatch(text)[1], []byte("${file:/run/secrets/alertmanager}"), []byte("secret")), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := wiring.Playbooks(file, variable)
	if err != nil {
		t.Fatal(err)
	}
	c.Component.Name, c.Component.Words = "Scheduled exports", "scheduled exports, and reports that are sent by mail"
	c.Service = "exports-and-scheduled-reports-worker"
	return c
}
