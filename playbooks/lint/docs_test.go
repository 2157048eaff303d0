package lint_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"drumbeat/playbooks/lint"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the rules into docs/lint.md")

// documented holds that the page tells of every rule, with the first twin that
// breaks it.
func documented(t *testing.T, all []twin, found []both) {
	t.Helper()
	const page, begin, end = "../../docs/lint.md", "-run Rules -update -->\n", "<!-- the rules end -->\n"
	var b strings.Builder
	for _, r := range lint.Rules() {
		needs := ""
		if r.Configured {
			needs = " It needs a configuration."
		}
		fmt.Fprintf(&b, "\n## `%s`\n\n%s: %s%s\n\n", r.ID, strings.ToUpper(string(r.Level[:1]))+string(r.Level[1:]), r.About, needs)
		for i, test := range all {
			if test.rule == r.ID && len(found[i].bad) > 0 {
				f := found[i].bad[0]
				f.File = "acme.yaml"
				fmt.Fprintf(&b, "```yaml\n%s```\n```text\n%s\n```\n\nPut right:\n\n```yaml\n%s```\n", acme(test.bad), f, acme(test.fixed))
				break
			}
		}
	}
	b.WriteString("\n")
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, begins := strings.Cut(string(text), begin)
	told, tail, ends := strings.Cut(rest, end)
	if !begins || !ends {
		t.Fatalf("%s has no place for the rules", page)
	}
	if *update {
		if err := os.WriteFile(page, []byte(head+begin+b.String()+end+tail), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(b.String(), told); diff != "" {
		t.Errorf("%s tells of other rules; rewrite it with -update (-want +got):\n%s", page, diff)
	}
}

// acme is a twin as somebody would write it.
func acme(text string) string {
	return "name: acme\nextends: default\n" + strings.TrimSuffix(text, "\n") + "\n"
}
