package schema_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"drumbeat/playbooks"
	"drumbeat/playbooks/schema"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write playbook.schema.json")

// TestSchemaIsOfTheTypes makes the schema of the types once more.
func TestSchemaIsOfTheTypes(t *testing.T) {
	t.Parallel()
	want := generate(t)
	if *update {
		if err := os.WriteFile("playbook.schema.json", []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, schema.Text()); diff != "" {
		t.Errorf("playbooks have other keys than the schema knows; rewrite it with -update (-want +got):\n%s", diff)
	}
}

// compiled is the schema, ready to judge playbooks.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema.Text()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("playbook.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("playbook.schema.json") // against the schema of schemas, too
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// judge tells what is wrong with a playbook, by the schema.
func judge(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	var doc any
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return s.Validate(doc)
}

func TestBuiltinPlaybooksAreValid(t *testing.T) {
	t.Parallel()
	s := compiled(t)
	files, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".yaml") {
			continue
		}
		text, err := os.ReadFile("../" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if n++; judge(t, s, string(text)) != nil {
			t.Errorf("%s: %v", f.Name(), judge(t, s, string(text)))
		}
	}
	set, err := playbooks.Builtin()
	if err != nil || n < len(set) {
		t.Errorf("%d files for %d playbooks: %v", n, len(set), err)
	}
}

// The examples of docs/playbooks.md are valid, whole or as parts of one.
func TestExamplesAreValid(t *testing.T) {
	t.Parallel()
	s := compiled(t)
	doc, err := os.ReadFile("../../docs/playbooks.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(doc), "```yaml\n")[1:]
	for _, b := range blocks {
		b, _, _ = strings.Cut(b, "```")
		if strings.HasPrefix(strings.TrimSpace(b), "- name:") {
			b = "steps:\n" + b
		}
		if err := judge(t, s, b); err != nil {
			t.Errorf("%v\n%s", err, b)
		}
	}
	if len(blocks) < 4 {
		t.Errorf("docs/playbooks.md has %d examples", len(blocks))
	}
}

func TestWhatTheSchemaRefuses(t *testing.T) {
	t.Parallel()
	s := compiled(t)
	for text, want := range map[string]string{
		"nam: acme":                   "additional properties 'nam'",
		"name: 7":                     "at '/name'",
		"severities: SEV1":            "at '/severities'",
		"severities: [sev1]":          "at '/severities/0'",
		"page: {lapses: soon}":        "at '/page/lapses'",
		"page: {lapses: {SEV1: 10}}":  "at '/page/lapses",
		"page: {lapses: {sev1: 10m}}": "at '/page/lapses",
		"room: {place: garden}":       "at '/room/place'",
		"audiences: {public: {every: {SEV1: {monitor: 1h}}}}": "at '/audiences/public/every",
		"audiences: {public: {takes: {twitter: [firsts]}}}":   "at '/audiences/public/takes/twitter/0'",
		"audiences: {public: {approval: {alone: 10m}}}":       "additional properties 'alone'",
		"remind: [{at: 5m, who: nobody}]":                     "at '/remind/0/who'",
		"remind: [{who: comms}]":                              "missing property 'at'",
		"steps: [{on: [confirmed]}]":                          "missing property 'name'",
		"steps: [{name: x, on: [publish]}]":                   "at '/steps/0/on/0'",
		"steps: [{name: x, on: confirmed}]":                   "at '/steps/0/on'",
		"steps: [{name: x, urgent: 1}]":                       "at '/steps/0/urgent'",
		"steps: ~":                                            "at '/steps'",
		"words: {boss: {lines: hello}}":                       "at '/words/boss/lines'",
		"words: {boss: {buttons: [{text: x, style: red}]}}":   "at '/words/boss/buttons/0/style'",
		"close: {asks: [money]}":                              "at '/close/asks/0'",
		"duties: [{name: gdpr, text: notice, within: 72h}]":   "missing property 'owner'",
		"tasks: [{text: Freeze, on: start}]":                  "at '/tasks/0/on'",
		"budget: {SEV1: {channels: 5}}":                       "additional properties 'channels'",
	} {
		err := judge(t, s, text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}

func TestWhatTheSchemaTakes(t *testing.T) {
	t.Parallel()
	s := compiled(t)
	for _, text := range []string{
		"{}", "page: {lapses: ~, again: 10m}", "page: {lapses: {SEV1: 2h30m, SEV2: ~}, wakes: [oncall]}", "page: {wakes: {SEV1: [oncall, legal]}}",
		"audiences: {public: {every: 1h}}", "audiences: {public: {every: {monitoring: 1h}}}", "audiences: {public: {every: {SEV1: {monitoring: 1h}, SEV2: 5d}}}",
		"audiences: {public: {takes: {twitter: ~}}, stakeholders: ~}", "tasks: ~", "words: {boss: ~}", "remind: [{at: -5m, who: comms, page: [SEV1]}]",
		"steps: [{name: announce, expires: ~, args: {channel: outages, ts: ~}}]",
	} {
		if err := judge(t, s, text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Each value that the schema offers is one that Load takes, and what it does not
// offer is none.
func TestChoicesAreThoseOfLoad(t *testing.T) {
	t.Parallel()
	dir, good := fstest.MapFS{}, map[string]bool{}
	for at, c := range choices(t) {
		for _, value := range append(slices.Clone(c.values[:min(len(c.values), 7)]), "nonsense") { // of all events, a few
			if name := at + " " + value; c.text != "" {
				dir[name+".yaml"] = &fstest.MapFile{Data: []byte("extends: default\n" + strings.ReplaceAll(c.text, "VALUE", value))}
				good[name] = value != "nonsense"
			}
		}
	}
	set, err := playbooks.Load(dir)
	for name, want := range good {
		if _, got := set[name]; got != want {
			t.Errorf("%s: taken by Load: %t, offered by the schema: %t", name, got, want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}
