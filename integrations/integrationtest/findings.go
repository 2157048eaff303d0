package integrationtest

import (
	"strings"
	"testing"

	"drumbeat/integrations"
)

// Findings holds what a probe found against one line for each: "level subject:
// text → remedy", or the beginning of it. What is not well must have a remedy,
// and what is well none.
func Findings(t testing.TB, got []integrations.Finding, want ...string) {
	t.Helper()
	for i, f := range got {
		line := string(f.Level) + " " + f.Subject + ": " + f.Text
		if f.Remedy != "" {
			line += " → " + f.Remedy
		}
		if (f.Level == integrations.OK) != (f.Remedy == "") {
			t.Errorf("level and remedy do not go together: %s", line)
		}
		if i >= len(want) || !strings.HasPrefix(line, want[i]) {
			t.Errorf("finding %d: %s", i, line)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d findings, want %d: %q", len(got), len(want), want)
	}
}
