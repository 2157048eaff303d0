package playbooks_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"drumbeat/playbooks/simulate"
)

// counted draws the counts as the end of a story.
func counted(w *world) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(w.States())) {
		counts := w.Counts(name)
		if len(counts) == 0 {
			continue
		}
		fmt.Fprintf(&b, "= INC-%s, messages unasked for (most in an hour) and asked for:", name)
		for i, c := range counts {
			fmt.Fprintf(&b, "%s %s %d (%d) + %d", map[bool]string{true: ","}[i > 0], c.Reader, c.All, c.Hour, c.Asked)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestStoriesKeepTheBudget(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, w := play(t, bookOf(t, string(data)), string(data))
		for name, s := range w.States() {
			for _, wrong := range simulate.Over(s.Policy.Budget[s.Severity], w.Counts(name)) {
				t.Errorf("%s: %s %s: %s", file, s.Number, s.Severity, wrong)
			}
		}
	}
}
