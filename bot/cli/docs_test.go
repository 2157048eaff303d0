package cli_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// commands is where people read of the command line. What it prints about itself
// stands between marks.
const (
	commands  = "../../docs/commands.md"
	lineBegin = "<!-- The command line: go test ./bot/cli -run CommandsAreTold -update -->\n"
	lineEnd   = "<!-- the command line ends -->\n"
)

var listed = regexp.MustCompile(`(?m)^  ([a-z]+(?: [a-z]+)?)(?:  |$)`)

// TestCommandsAreTold writes down what the command line says about itself, and
// that it carries nothing out while it does.
func TestCommandsAreTold(t *testing.T) {
	t.Parallel()
	help := func(args ...string) string {
		r := run(t, nil, append(args, "--help")...)
		if r.Code != 0 || r.Called != "" || r.Stderr != "" {
			t.Errorf("%v: got %+v", args, r)
		}
		return r.Stdout
	}
	var b strings.Builder
	tell := func(title, text string) {
		b.WriteString("\n### " + title + "\n\n```text\n" + strings.TrimRight(text, "\n") + "\n```\n")
	}
	all := help()
	tell("`drumbeat`", all)
	if r := run(t, nil); r.Code != 0 || r.Stdout != all {
		t.Errorf("without arguments: got %+v, want the help", r)
	}
	_, list, _ := strings.Cut(all, "Commands:\n")
	for _, m := range listed.FindAllStringSubmatch(list, -1) {
		tell("`drumbeat "+m[1]+"`", help(strings.Fields(m[1])...))
	}
	want := b.String() + "\n"
	doc, err := os.ReadFile(commands)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(doc), lineBegin)
	told, after, ends := strings.Cut(rest, lineEnd)
	if !ok || !ends {
		t.Fatalf("%s does not tell of the command line", commands)
	}
	if *update {
		if err := os.WriteFile(commands, []byte(before+lineBegin+want+lineEnd+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("%s tells of another command line; rewrite it with -update (-want +got):\n%s", commands, diff)
	}
}
