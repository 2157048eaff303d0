package phrase_test

import (
	"testing"
	"time"
	"unicode/utf8"

	"drumbeat/bot/desk/phrase"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	for word, want := range map[string][3]string{ // incident, bare, change
		"#42":    {"42", "", "42"},
		"inc-7":  {"7", "", ""},
		"INC-07": {"7", "", ""},
		"007":    {"", "7", "7"},
		"CH-23":  {"", "", "23"},
		"#":      {},
		"12:30":  {},
		"#1.":    {},
	} {
		var got [3]string
		got[0], _ = phrase.Number(word)
		got[1], _ = phrase.Digits(word)
		got[2], _ = phrase.Change(word)
		if got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]time.Duration{"90m": 90 * time.Minute, "3d": 72 * time.Hour, "366d": 366 * 24 * time.Hour,
		"367d": 0, "-1h": 0, "0s": 0, "soon": 0, "9999999d": 0} {
		if got, ok := phrase.Duration(word); got != want || ok != (want > 0) {
			t.Errorf("%q: got %v %v, want %v", word, got, ok, want)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"declare", "page", "severity", "ack"}
	for word, want := range map[string]string{"decl": "declare", "pgae": "page", "sevreitt": "severity", "ak": "", "PAGE!": "page", "banana": ""} {
		if got := phrase.Nearest(word, names); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestQuoted(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][2]string{`"a b" c`: {"a b", "c"}, "“x y”z": {"x y", "z"}, `"open`: {"", `"open`}, `""`: {"", `""`}} {
		inside, rest, _ := phrase.Quoted(line)
		if got := [2]string{inside, rest}; got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

// FuzzCut: nothing is lost but space, and nothing that was text becomes none.
func FuzzCut(f *testing.F) {
	f.Add("declare sev1  people cannot save")
	f.Add(" \u2003x")
	f.Fuzz(func(t *testing.T, s string) {
		word, rest := phrase.Cut(s)
		if phrase.First(word) != word {
			t.Errorf("%q is more than a word", word)
		}
		if n := len(word) + len(rest); n > len(s) || utf8.ValidString(s) && !utf8.ValidString(word+rest) {
			t.Errorf("%q became %q and %q", s, word, rest)
		}
		if short := phrase.Shorten(s, 10); utf8.RuneCountInString(short) > 10 {
			t.Errorf("%q is longer than ten", short)
		}
	})
}
