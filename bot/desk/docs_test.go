package desk_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot/desk"
)

// commands is where people read of the words. The table stands between marks.
const (
	commands   = "../../docs/commands.md"
	wordsBegin = "<!-- The words: go test ./bot/desk -run WordsAreTold -update -->\n"
	wordsEnd   = "<!-- the words end -->\n"
)

// TestWordsAreTold makes the table of docs/commands.md of the grammar.
func TestWordsAreTold(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	group := ""
	for _, w := range desk.Words() {
		if w.Group != group {
			group = w.Group
			b.WriteString("\n### " + group + "\n\n| type | what it does | of one incident | also |\n|---|---|---|---|\n")
		}
		number, also := "", ""
		if w.Needs {
			number = "yes"
		}
		if len(w.Aliases) > 0 {
			also = "`" + strings.Join(w.Aliases, "`, `") + "`"
		}
		usage := strings.TrimSpace(w.Name + " " + w.Usage)
		b.WriteString("| `" + strings.ReplaceAll(usage, "|", `\|`) + "` | " + w.About + " | " + number + " | " + also + " |\n")
	}
	want := b.String() + "\n"
	doc, err := os.ReadFile(commands)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(doc), wordsBegin)
	told, after, ends := strings.Cut(rest, wordsEnd)
	if !ok || !ends {
		t.Fatalf("%s has no table of words", commands)
	}
	if *rewrite {
		if err := os.WriteFile(commands, []byte(before+wordsBegin+want+wordsEnd+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("%s tells other words than there are; rewrite it with -update (-want +got):\n%s", commands, diff)
	}
}
