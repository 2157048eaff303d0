package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"drumbeat/playbooks/lint"
)

// sarif is what the standard requires of a log, and what code scanning reads.
type sarif struct {
	Schema  string `json:"$schema"`
	Version string `json:"version"`
	Runs    []struct {
		ColumnKind string `json:"columnKind"`
		Tool       struct {
			Driver struct {
				Name    string `json:"name"`
				Version string `json:"version"`
				Rules   []struct {
					ID      string                 `json:"id"`
					About   struct{ Text string }  `json:"shortDescription"`
					Default struct{ Level string } `json:"defaultConfiguration"`
				} `json:"rules"`
			} `json:"driver"`
		} `json:"tool"`
		Results []struct {
			RuleID    string                `json:"ruleId"`
			RuleIndex int                   `json:"ruleIndex"`
			Level     string                `json:"level"`
			Message   struct{ Text string } `json:"message"`
			Locations []struct {
				Physical struct {
					Artifact struct{ URI string } `json:"artifactLocation"`
					Region   struct {
						StartLine   int `json:"startLine"`
						StartColumn int `json:"startColumn"`
					} `json:"region"`
				} `json:"physicalLocation"`
			} `json:"locations"`
		} `json:"results"`
	} `json:"runs"`
}

// readSARIF reads a log, and refuses what it does not know.
func readSARIF(t *testing.T, text string) (log sarif) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	if d.DisallowUnknownFields(); d.Decode(&log) != nil || d.More() {
		t.Fatalf("no SARIF log:\n%s", text)
	}
	if log.Version != "2.1.0" || !strings.HasSuffix(log.Schema, "sarif-2.1.0.json") || len(log.Runs) != 1 || log.Runs[0].Results == nil {
		t.Fatalf("got version %q, schema %q, %d runs", log.Version, log.Schema, len(log.Runs))
	}
	return log
}

func TestLintAsSARIF(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	book := filepath.Join(dir, "acme.yaml")
	write := func(text string) {
		if err := os.WriteFile(book, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("extends: default\nsteps:\n  - {name: announce, to: twitter}\n")
	r := run(t, nil, "playbook", "lint", "--sarif", "--config", filepath.Join(dir, "none.yaml"), dir)
	if r.Code != 1 || r.Stderr != "" {
		t.Errorf("got exit code %d, %s", r.Code, r.Stderr)
	}
	one := readSARIF(t, r.Stdout).Runs[0]
	if n := len(lint.Rules()); len(one.Tool.Driver.Rules) != n || one.Tool.Driver.Name == "" || one.ColumnKind != "unicodeCodePoints" {
		t.Errorf("got the tool %+v, want %d rules", one.Tool, n)
	}
	for _, rule := range one.Tool.Driver.Rules {
		if rule.ID == "" || rule.About.Text == "" || !slices.Contains([]string{"error", "warning"}, rule.Default.Level) {
			t.Errorf("rule %+v", rule)
		}
	}
	found := false
	for _, x := range one.Results {
		at := x.Locations[0].Physical
		if one.Tool.Driver.Rules[x.RuleIndex].ID != x.RuleID || x.Message.Text == "" || x.Level == "" || !strings.HasSuffix(at.Artifact.URI, "acme.yaml") {
			t.Errorf("result %+v", x)
		}
		found = found || x.RuleID == "unapproved-words" && at.Region.StartLine == 3 && at.Region.StartColumn == 26
	}
	if !found {
		t.Errorf("the step that tells customers is not in\n%s", r.Stdout)
	}
	write("extends: default\n")
	if r = run(t, nil, "playbook", "lint", "--sarif", "--config", filepath.Join(dir, "none.yaml"), dir); r.Code != 0 || len(readSARIF(t, r.Stdout).Runs[0].Results) > 0 {
		t.Errorf("a playbook in order: %+v", r)
	}
}
