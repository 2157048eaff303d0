package guard_test

import (
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

func tell(all []guard.Finding) string {
	var out []string
	for _, f := range all {
		out = append(out, string(f.Rule)+" “"+f.Words+"”")
	}
	return strings.Join(out, ", ")
}

// Whatever is found can be shown, and says what to do; what must never leave
// blocks. Both the wording for its place and the clean words as a whole pass.
func TestEachFindingHasItsWayOut(t *testing.T) {
	t.Parallel()
	passes := map[string]string{} // wordings, and what is found in them
	for _, half := range []string{"developing.txt", "held-out.txt"} {
		for _, s := range measured(t, half) {
			k, found := s.known(), guard.Check(s.text, s.known())
			for _, f := range found {
				if s.text[f.Start:f.End] != f.Words || f.Words == "" || !strings.HasSuffix(f.Why, ".") || f.Block != blocking[f.Rule] {
					t.Errorf("%s\n\tfound %+v", s.text, f)
				}
				passes[f.Instead] = ""
			}
			clean := guard.Clean(s.text, k, fallback)
			if clean == "" || len(found) == 0 && clean != s.text {
				t.Errorf("%s\n\tcleaned to %q", s.text, clean)
			}
			passes[clean] = ""
			if s.verified {
				delete(passes, clean) // it may say why
			}
		}
	}
	for wording := range passes {
		if left := guard.Check(wording, known()); len(left) > 0 {
			t.Errorf("%q is offered, in which it finds %s", wording, tell(left))
		}
	}
}

// blocking are the rules that let nobody send the words.
var blocking = map[guard.Rule]bool{guard.Secret: true, guard.Customer: true, guard.Internal: true, guard.Address: true, guard.Ticket: true}

func BenchmarkCheck(b *testing.B) {
	k := known()
	text := strings.Repeat("Since 12:30 UTC some people see errors or long waits when opening or saving. ", 3)
	for b.Loop() {
		guard.Check(text, k)
	}
}
