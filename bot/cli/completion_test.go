package cli_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"drumbeat/bot/desk"
)

// offered is what may stand in the place of the last word.
func offered(t *testing.T, words ...string) (out []string) {
	t.Helper()
	r := run(t, nil, append([]string{"complete", "--"}, words...)...)
	if r.Code != 0 || r.Stderr != "" {
		t.Fatalf("%q: got %+v", words, r)
	}
	for line := range strings.Lines(r.Stdout) {
		word, _, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			t.Errorf("%q: the line %q has no tab", words, line)
		}
		out = append(out, word)
	}
	return out
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		words, want string
	}{
		{"inc", "incident"},
		{"nothing", ""},
		{"demo-", ""}, // hidden
		{"serve --c", "--config"},
		{"serve --config ", ""},
		{"serve --config=x --h", "--help"},
		{"serve --config = x --h", "--help"}, // bash's way
		{"completion ", "bash zsh fish"},
		{"completion z", "zsh"},
		{"completion bash ", ""},
		{"incident dec", "declare decline"},
		{"incident --as maya dec", "declare decline"},
		{"incident --as=maya --json dec", "declare decline"},
		{"incident --as dec", ""}, // a handle
		{"incident declare sev", ""},
		{"incident declare --", ""}, // what he says
		{"incident --u", "--url"},
	} {
		if diff := cmp.Diff(strings.Fields(c.want), offered(t, strings.Split(c.words, " ")...), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.words, diff)
		}
	}
	if got := offered(t); !slices.Contains(got, "serve") || slices.Contains(got, "complete") {
		t.Errorf("without a word: got %q", got)
	}
	var want []string
	for _, w := range desk.Words() {
		want = append(want, w.Name)
	}
	if diff := cmp.Diff(want, offered(t, "incident", "")); diff != "" {
		t.Errorf("the words of /incident (-want +got):\n%s", diff)
	}
}

func TestCompletionScripts(t *testing.T) {
	t.Parallel()
	for shell, part := range map[string]string{"bash": "complete -o default -F", "zsh": "#compdef drumbeat", "fish": "complete --command drumbeat"} {
		if r := run(t, nil, "completion", shell); r.Code != 0 || !strings.Contains(r.Stdout, part) {
			t.Errorf("%s: got %+v, want %q in it", shell, r, part)
		}
	}
	if r := run(t, nil, "completion", "csh"); r.Code != 2 {
		t.Errorf("csh: got %+v, want 2", r)
	}
}
