package guard_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/playbooks/guard"
)

// house is what a made-up operator demands.
func house() guard.Config {
	return guard.Config{Builtin: map[string]string{"tone": "off", "repair time": "block", "internal": "warn"}, Rules: []guard.Own{
		{Name: "code names", Why: "Nobody outside knows our code names.", Does: "block", Words: map[string]string{"Project Falcon": "the new editor", "falcon": "", "war’s end": ""}},
		{Name: "our words", Why: "Customers call it a workspace.", Words: map[string]string{"tenant": "workspace"}, Instead: "customer"},
		{Name: "numbers", Why: "We do not count customers aloud.", Pattern: `(?i)\b(\d+) ?(?:%|percent) of (customers|users)`, Except: `50`, Instead: "some $2"},
		{Name: "breach", Why: "Legal says this word first.", Does: "block", Pattern: `(?i)\bbreach\w*`, When: `audience == "public" && severity in ["SEV1", "SEV2"]`},
		{Name: "long", Why: "Nobody reads so long a sentence.", When: `len(split(sentence, " ")) > 12`},
		{Name: "short", Why: "The first words are one sentence.", When: `kind == "first" && words > 20 || text startsWith "Update:"`, Instead: "We are looking into it."},
		{Name: "odd", Why: "It is odd.", When: `text contains "odd" && components[3] == "API"`},
	}}
}

func own(t testing.TB, c guard.Config) guard.Known {
	t.Helper()
	rules, problems := guard.New(c)
	for _, p := range problems {
		t.Errorf("%s: %s", p.Path, p.Text)
	}
	k := known()
	k.Rules, k.About = rules, guard.About{Audience: "public", Kind: "news", Phase: "investigating", Severity: "SEV1", Components: []string{"API"}}
	return k
}

func TestOwnRules(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, found, clean string }{
		"a word with its clean one": {"Your tenant loads slowly.", "our words “tenant”", "Your workspace loads slowly."},
		"it begins a sentence":      {"All works. Tenant exports fail for some.", "our words “Tenant”", "All works. Workspace exports fail for some."},
		"part of a word":            {"Your tenants load slowly.", "", "Your tenants load slowly."},
		"the longer word":           {"Saving fails in project\nfalcon for some.", "code names “project\nfalcon”, BLOCKED", "Saving fails in the new editor for some."},
		"a word without":            {"Saving fails for some people. It is Falcon's part.", "code names “Falcon”, BLOCKED", "Saving fails for some people."},
		"typographic":               {"Saving fails until the war's end for some.", "code names “war's end”, BLOCKED", fallback},
		"a pattern with its group":  {"Saving fails for 14% of users today.", "numbers “14% of users”", "Saving fails for some users today."},
		"excepted":                  {"Saving fails for 50% of users today.", "", "Saving fails for 50% of users today."},
		"a condition":               {"We see no breach of data here.", "breach “breach”, BLOCKED", fallback},
		"each sentence":             {"Saving works. We are looking at each and every part of it since this morning and tell you more.", "long “We are looking at each and every part of it since this morning and tell you more.”", fallback},
		"all of the text":           {"Update: saving works for most people now.", "short “Update: saving works for most people now.”", "We are looking into it."},
		"it cannot be read":         {"This is odd, saving fails.", "odd “This is odd, saving fails.”", fallback},
		"a built-in one is off":     {"lol saving fails for some people.", "", "lol saving fails for some people."},
		"one blocks":                {"Saving fails. Fixed by noon.", "repair time “Fixed by noon”, BLOCKED", fallback},
		"one warns":                 {"Saving on db-7 fails for some people.", "internal “db-7”", fallback},
		"a secret blocks":           {"The password is hunter2 now.", "secret “password is hunter2”, BLOCKED", fallback},
	} {
		k := own(t, house())
		found := guard.Check(test.text, k)
		got := tell(found)
		if guard.Blocks(found) {
			got += ", BLOCKED"
		}
		if diff := cmp.Diff(test.found, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if diff := cmp.Diff(test.clean, guard.Clean(test.text, k, fallback)); diff != "" {
			t.Errorf("%s: clean (-want +got)\n%s", name, diff)
		}
	}
}

func TestOwnRulesByWhatTheWordsAreAbout(t *testing.T) {
	t.Parallel()
	k := own(t, house())
	k.About.Severity = "SEV3"
	if got := guard.Check("We see no breach of data here.", k); len(got) > 0 {
		t.Errorf("at a SEV3 found %s", tell(got))
	}
	k.About.Kind = "first"
	if got := tell(guard.Check(strings.Repeat("Saving fails for some. ", 6), k)); !strings.HasPrefix(got, "short “Saving") {
		t.Errorf("first words of 24 words: found %s", got)
	}
}

// The author is told the clean word, too.
func TestOwnRulesAreTold(t *testing.T) {
	t.Parallel()
	want := "“Tenant”: Customers call it a workspace. Say “workspace”.\nInstead: “Workspace exports fail.”"
	if diff := cmp.Diff(want, guard.Plain(guard.Check("Tenant exports fail.", own(t, house())), "Workspace exports fail.")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestMistakesInRules(t *testing.T) {
	t.Parallel()
	rule := func(change func(*guard.Own)) guard.Config {
		o := guard.Own{Name: "mine", Why: "It is so.", Pattern: "x+"}
		change(&o)
		return guard.Config{Rules: []guard.Own{o}}
	}
	for want, c := range map[string]guard.Config{
		"builtin.tones: there is no such rule; there are secret, customer, internal, address, ticket, repair time, cause, blame, next time, tone, minimizing, absolute, jargon, length": {Builtin: map[string]string{"tones": "off"}},
		`builtin.tone: say block, warn or off, not "no"`:                                                                                    {Builtin: map[string]string{"tone": "no"}},
		"builtin.secret: a secret always blocks":                                                                                            {Builtin: map[string]string{"secret": "warn"}},
		"rules[0].name: a rule needs a name":                                                                                                rule(func(o *guard.Own) { o.Name = " " }),
		"rules[0].name: a built-in rule is called cause; `builtin` says what that does":                                                     rule(func(o *guard.Own) { o.Name = "cause" }),
		"rules[0].why: say in one sentence why nobody should write this":                                                                    rule(func(o *guard.Own) { o.Why = "" }),
		`rules[0].does: say block or warn, not "stop"`:                                                                                      rule(func(o *guard.Own) { o.Does = "stop" }),
		"rules[0]: it finds nothing: give it a pattern, words or a when":                                                                    rule(func(o *guard.Own) { o.Pattern = "" }),
		"rules[0].words: it has a pattern already: make two rules of them":                                                                  rule(func(o *guard.Own) { o.Words = map[string]string{"a": ""} }),
		"rules[0].words: one of them is empty":                                                                                              rule(func(o *guard.Own) { o.Pattern, o.Words = "", map[string]string{" ": ""} }),
		"rules[0].except: it has no pattern to be an exception of":                                                                          rule(func(o *guard.Own) { o.Pattern, o.Except, o.When = "", "x", "words > 3" }),
		"rules[0].pattern: missing closing ): `(x`":                                                                                         rule(func(o *guard.Own) { o.Pattern = "(x" }),
		"rules[0].except: missing closing ): `(x`":                                                                                          rule(func(o *guard.Own) { o.Except = "(x" }),
		"rules[0].pattern: it finds the empty text, and so does everywhere":                                                                 rule(func(o *guard.Own) { o.Pattern = "x*" }),
		`rules[0].instead: its clean wording "an x" is found by the same rule`:                                                              rule(func(o *guard.Own) { o.Instead = "an x" }),
		`rules[0].words.pod: its clean wording "a Pod" is found by the same rule`:                                                           rule(func(o *guard.Own) { o.Pattern, o.Words = "", map[string]string{"pod": "a Pod"} }),
		`rules[0].when: unknown name place (1:1); there are audience, characters, components, kind, phase, sentence, severity, text, words`: rule(func(o *guard.Own) { o.When = "place == 1" }),
		`rules[0].when: invalid operation: > (mismatched types string and int) (1:10)`:                                                      rule(func(o *guard.Own) { o.When = "severity > 1" }),
		`rules[0].when: expected bool, but got int`:                                                                                         rule(func(o *guard.Own) { o.When = "words" }),
	} {
		_, problems := guard.New(c)
		var got []string
		for _, p := range problems {
			got = append(got, p.Path+": "+p.Text)
		}
		if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
	twice := guard.Config{Rules: []guard.Own{{Name: "mine", Why: "So.", Pattern: "x"}, {Name: "mine", Why: "So.", Pattern: "y"}}}
	if _, problems := guard.New(twice); len(problems) != 1 || problems[0] != (guard.Problem{Path: "rules[1].name", Text: "mine stands here twice"}) {
		t.Errorf("got %v", problems)
	}
}

// FuzzGuard: whatever is written under whatever rule, nothing breaks or takes
// long, every finding lies in the text, and what Clean gives has none.
func FuzzGuard(f *testing.F) {
	f.Add("Your tenant, 14% of users: odd. Project Falcon's breach", `(?i)b[a-z]+`, "x", "tenant", "workspace", "$0 it", true)
	f.Add("p\u200bod ’s \xff ﬁ ẞ İ", `.`, ``, "’", "\xff", "$1", false)
	f.Add("a. b. c", `\pL`, `a`, " ", "a", "", true)
	f.Fuzz(func(t *testing.T, text, pattern, except, word, clean, instead string, blocks bool) {
		if len(text) > 3000 || len(pattern)+len(except) > 200 || len(clean)+len(instead) > 200 {
			return // no update is longer, and no sane rule
		}
		c := house()
		does := map[bool]string{true: "block"}[blocks]
		c.Rules = append(c.Rules, guard.Own{Name: "a", Why: "A.", Pattern: pattern, Except: except, Instead: instead, Does: does},
			guard.Own{Name: "b", Why: "B.", Words: map[string]string{word: clean}, When: `sentence != "a."`})
		rules, _ := guard.New(c)
		k, begun := known(), time.Now()
		k.Rules, k.About = rules, guard.About{Audience: "public", Kind: "first", Severity: "SEV1"}
		for _, found := range guard.Check(text, k) {
			if text[found.Start:found.End] != found.Words || found.Words == "" || found.Why == "" {
				t.Errorf("%q: found %+v", text, found)
			}
		}
		if left := guard.Check(guard.Clean(text, k, fallback), k); len(left) > 0 {
			t.Errorf("%q became %q, in which it finds %s", text, guard.Clean(text, k, fallback), tell(left))
		}
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("%q under %q took %s", text, pattern, took)
		}
	})
}

// The longest update, full of findings, is read in no time that a person would
// notice.
func BenchmarkWorstUpdate(b *testing.B) {
	c := house()
	c.Rules = append(c.Rules, guard.Own{Name: "all", Why: "All.", Pattern: `\pL`, Instead: "1"}, guard.Own{Name: "each", Why: "E.", When: `sentence contains "x"`})
	k := own(b, c)
	text := strings.Repeat("x. y. tenant z\n", 200)
	for b.Loop() {
		guard.Clean(text, k, fallback)
	}
}
