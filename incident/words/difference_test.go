package words_test

import (
	"strings"
	"testing"

	"drumbeat/incident/words"

	"pgregory.net/rapid"
)

func TestDifference(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("It goes on and on. ", 20)
	for name, c := range map[string]struct{ was, is, want string }{
		"nothing":              {"We look into it.", "We look into it.", ""},
		"only space":           {"We look  into it.", "We look into it.", ""},
		"two words":            {"Well again.", "Well again.", ""},
		"another sentence":     {"We are looking into it.", "We have found the cause.", "+ “We have found the cause.” − “We are looking into it.”"},
		"one word":             {"Saving fails for some people.", "Saving fails for most people.", "+ “most people.” − “some people.”"},
		"more":                 {"Saving fails for some people.", "Saving fails for some people. We know why.", "+ “We know why.”"},
		"less":                 {"Saving fails for some people. We know why.", "Saving fails for some people.", "− “We know why.”"},
		"in two places":        {"Since 05:30 UTC some people have problems with saving. We are working on it.", "Since 05:22 UTC some people have problems with saving. We have found the cause.", "+ “Since 05:22” − “Since 05:30” + “We have found the cause.” − “We are working on it.”"},
		"no confetti":          {"we see a slow app", "they see an odd app", "+ “they see an odd app” − “we see a slow app”"},
		"a long one":           {"Short.", long, "+ “It goes on and on. It goes on and on. It … n. It goes on and on. It goes on and on.” − “Short.”"},
		"from nothing":         {"", "We look into it.", "+ “We look into it.”"},
		"more than two can be": {strings.Repeat("a ", 300), strings.Repeat("b ", 300), "+ “" + strings.Repeat("b ", 20) + "… " + strings.TrimSpace(strings.Repeat("b ", 20)) + "” − “" + strings.Repeat("a ", 20) + "… " + strings.TrimSpace(strings.Repeat("a ", 20)) + "”"},
		"many": {"one a b c two d e f three g h i four j k l", "1 a b c 2 d e f 3 g h i 4 j k l",
			"+ “1” − “one” + “2” − “two” + “3” − “three” and 1 more"},
	} {
		if got := words.Difference(c.was, c.is); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

// What went out and what came in are words of the one and the other text, in
// their order; the same text has no change, and a changed one has one.
func TestChangesAreOfTheTexts(t *testing.T) {
	t.Parallel()
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 14).Draw(t, "words"), " ")
	})
	rapid.Check(t, func(t *rapid.T) {
		was, is := text.Draw(t, "was"), text.Draw(t, "is")
		changes := words.Changes(was, is)
		if (len(changes) == 0) != (was == is) {
			t.Fatalf("%q → %q: got %d changes", was, is, len(changes))
		}
		for _, c := range changes {
			var ok1, ok2 bool
			if _, was, ok1 = strings.Cut(was, c.Out); !ok1 {
				t.Fatalf("“%s” is not there to go out", c.Out)
			}
			if _, is, ok2 = strings.Cut(is, c.In); !ok2 {
				t.Fatalf("“%s” is not there to come in", c.In)
			}
			if c.Out == c.In {
				t.Fatalf("“%s” is no change", c.In)
			}
		}
	})
}

func TestNextWords(t *testing.T) {
	t.Parallel()
	const sentence = "Next update by {time}."
	for text, want := range map[string]string{
		"Saving fails. Next update by 05:45 UTC.": "Saving fails.",
		"Saving fails.":             "Saving fails.",
		"Next update by 05:45 UTC.": "Next update by 05:45 UTC.",
	} {
		if got := words.WithoutNext(text, sentence); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAnd(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{"": nil, "a": {"a"}, "a and b": {"a", "b"}, "a, b and c": {"a", "b", "c"}} {
		if got := words.And(names); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
