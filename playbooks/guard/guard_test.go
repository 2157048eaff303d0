package guard_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"drumbeat/playbooks/guard"
)

// known is what the bot of a made-up company knows.
func known() guard.Known {
	return guard.Known{
		People:    []string{"Maya", "maya", "Omar Haddad", "omar", "Leo", "leo", "Will Page", "will"},
		Services:  []string{"api", "exports", "db", "billing-worker", "pg_main", "search.v2"},
		Suffixes:  []string{"corp.harbor.example"},
		Customers: []string{"Acme", "Globex Bank", "Target"},
		Public:    []string{"opening and saving", "exports", "Harbor"},
		Lengths:   map[string]func(string) (int, int){"twitter": func(s string) (int, int) { return utf8.RuneCountInString(s), 280 }},
	}
}

func read(t testing.TB, file string) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			lines = append(lines, line)
		}
	}
	if len(lines) < 60 {
		t.Fatalf("%s: %d sentences, at least 60", file, len(lines))
	}
	return lines
}

func tell(all []guard.Finding) string {
	var out []string
	for _, f := range all {
		out = append(out, string(f.Rule)+" “"+f.Words+"”")
	}
	return strings.Join(out, ", ")
}

// "identified |" before a sentence says that the cause is verified.
func TestGoodSentencesPass(t *testing.T) {
	t.Parallel()
	for _, line := range read(t, "good.txt") {
		k := known()
		text, verified := strings.CutPrefix(line, "identified | ")
		k.Verified = verified
		if got := guard.Check(text, k); len(got) > 0 {
			t.Errorf("%s\n\tfound %s", text, tell(got))
		}
		if got := guard.Clean(text, k, "We are working on it."); got != text {
			t.Errorf("%s\n\tcleaned to %s", text, got)
		}
	}
}

// Each line is "rule: sentence": the rule must find something, and what blocks
// must block.
func TestBadSentencesAreFound(t *testing.T) {
	t.Parallel()
	for _, line := range read(t, "bad.txt") {
		rule, text, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("no rule: %s", line)
		}
		got := guard.Check(text, known())
		if !slices.ContainsFunc(got, func(f guard.Finding) bool { return string(f.Rule) == rule }) {
			t.Errorf("%s\n\twant %s, found %s", text, rule, tell(got))
		}
		blocks := slices.Contains([]guard.Rule{guard.Secret, guard.Customer, guard.Internal, guard.Address, guard.Ticket}, guard.Rule(rule))
		if blocks && !guard.Blocks(got) {
			t.Errorf("%s\n\tdoes not block", text)
		}
		for _, f := range got {
			if text[f.Start:f.End] != f.Words || f.Words == "" || !strings.HasSuffix(f.Why, ".") {
				t.Errorf("%s\n\tfound %+v", text, f)
			}
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	k := known()
	text := strings.Repeat("Since 12:30 UTC some people see errors or long waits when opening or saving. ", 3)
	for b.Loop() {
		guard.Check(text, k)
	}
}
