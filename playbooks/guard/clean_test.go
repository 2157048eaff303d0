package guard_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"drumbeat/playbooks/guard"
)

const fallback = "Opening and saving fails for some people. We are working on it."

func TestClean(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"nothing found":            {" Thank you for your patience. ", "Thank you for your patience."},
		"one sentence of three":    {"Saving fails for some people. It is because of Leo's change. Opening works.", "Saving fails for some people. Opening works."},
		"the end of one":           {"Saving fails for some people because of Leo's change. Opening works.", "Saving fails for some people. Opening works."},
		"what follows after all":   {"Saving fails for some people, but it should be fixed soon.\nOpening works.", "Saving fails for some people.\nOpening works."},
		"a head that leans":        {"If saving fails for you, and only then, call Omar. Opening works as before.", "Opening works as before."},
		"a head without its verb":  {"The errors in Europe appear to be caused by Leo's change. Opening works as before.", "Opening works as before."},
		"a firm is no full stop":   {"Initech Ltd. has no invoices. Opening works as before.", "Opening works as before."},
		"a simpler word":           {"Only a few users see errors. We prepare a hotfix.", "Some users see errors. We prepare a fix."},
		"lines":                    {"Saving fails for some people.\nETA 10 min\n\nOpening works.", "Saving fails for some people.\nOpening works."},
		"nothing left":             {"…we know db-7 is overloaded because of Leo's change, fixed in 10 minutes", fallback},
		"only a courtesy left":     {"Hi all! Sorry about that. db-7 is down.", fallback},
		"only a reference left":    {"db-7 is down. This affects everybody in Europe.", fallback},
		"the mail is no full stop": {"Some mails, e.g. replies, are late. Write to leo@harbor.example.", "Some mails, e.g. replies, are late."},
		"too long":                 {strings.Repeat("Opening and saving fails. ", 12), strings.TrimSpace(strings.Repeat("Opening and saving fails. ", 10))},
		"too long only with what goes": {"Opening and saving fails. " + strings.Repeat("We have no idea why. ", 13) + "Exports work as before.",
			"Opening and saving fails. Exports work as before."},
		"one sentence that is too long": {strings.Repeat("saving fails and ", 20), fallback},
		"between lines":                 {"Saving fails. It will be fixed in\n10 minutes. Opening works as before.", "Saving fails. Opening works as before."},
	} {
		if diff := cmp.Diff(test.want, guard.Clean(test.text, known(), fallback)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestCleanWithoutAWayOut(t *testing.T) {
	t.Parallel()
	if got := guard.Clean("db-7 is down.", known(), "Our host db-8 is down."); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
	k := known()
	k.NeedsNext = true
	if got := guard.Clean("Opening and saving fails.", k, fallback); got != "" {
		t.Errorf("got %q, want nothing: neither says when the next words come", got)
	}
	if got, want := guard.Clean("Opening and saving fails.", k, fallback+" Next update by 13:40 UTC."), fallback+" Next update by 13:40 UTC."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzClean: whatever is written, the findings are parts of it, and what Clean
// gives has none.
func FuzzClean(f *testing.F) {
	for i, s := range measured(f, "developing.txt") {
		if i%32 == 0 {
			f.Add("Saving fails. "+strings.ToUpper(s.text)+"\n"+s.text, i%64 == 0)
		}
	}
	f.Add("p\u200bassword=hunter\u00ad2 leo’s change FULLWIDTH ｄｂ-7 \xff\xfe İstanbul ẞ", true)
	f.Fuzz(func(t *testing.T, text string, verified bool) {
		if len(text) > 3000 {
			return // no update is longer
		}
		k := known()
		k.Verified, k.NeedsNext = verified, len(text)%2 == 1
		for _, found := range guard.Check(text, k) {
			if text[found.Start:found.End] != found.Words || found.Words == "" || found.Why == "" {
				t.Errorf("%q: found %+v", text, found)
			}
		}
		clean := guard.Clean(text, k, fallback+" Next update by 13:40 UTC.")
		if left := guard.Check(clean, k); len(left) > 0 {
			t.Errorf("%q became %q, in which it finds %s", text, clean, tell(left))
		}
		if clean == "" && strings.TrimSpace(text) != "" || utf8.ValidString(text) && !utf8.ValidString(clean) {
			t.Errorf("%q became %q", text, clean)
		}
	})
}

// What is unseen or looks alike hides nothing.
func TestDisguises(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"We know d\u200bb-7 is down.", "Leo’s change broke it.", "pass\u00adword=hunter2", "ｄｂ-7 is down.", "db\u20117 is down.",
		"fixed in\u00a010\u00a0minutes", "ＬＯＬ we are down"} {
		if len(guard.Check(text, known())) == 0 {
			t.Errorf("%q passes", text)
		}
	}
}

func TestKnownChangesWhatIsFound(t *testing.T) {
	t.Parallel()
	const text = "INC-42: db-7 is slow because of a migration, by Leo. password=hunter2"
	for name, test := range map[string]struct {
		change func(*guard.Known)
		want   string
	}{
		"outside":      {func(*guard.Known) {}, "ticket “INC-42”, internal “db-7”, cause “because of a migration”, blame “Leo”, secret “password=hunter2”"},
		"verified":     {func(k *guard.Known) { k.Verified = true }, "ticket “INC-42”, internal “db-7”, blame “Leo”, secret “password=hunter2”"},
		"inside":       {func(k *guard.Known) { k.Inside = true }, "cause “because of a migration”, secret “password=hunter2”"},
		"nobody known": {func(k *guard.Known) { *k = guard.Known{} }, "ticket “INC-42”, internal “db-7”, cause “because of a migration”, secret “password=hunter2”"},
		"a customers' word": {func(k *guard.Known) { k.Public = append(k.Public, "Leo") },
			"ticket “INC-42”, internal “db-7”, cause “because of a migration”, secret “password=hunter2”"},
		"no next time": {func(k *guard.Known) { k.NeedsNext, k.Verified, k.People = true, true, nil },
			"ticket “INC-42”, internal “db-7”, secret “password=hunter2”, next time “" + text + "”"},
	} {
		k := known()
		test.change(&k)
		if diff := cmp.Diff(test.want, tell(guard.Check(text, k))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestWhatWasFoundIsTold(t *testing.T) {
	t.Parallel()
	found := guard.Check("db-7 and db-7 are down, ETA "+strings.Repeat("not ", 30)+"known, "+strings.Repeat("lol, ", 3)+"a@b.example, #1, #2, #3, #4, #5, #6, #7", known())
	got := guard.Fields(found)
	if len(got) != 8 || got[0].Name != "“db-7”" || got[1].Name == got[0].Name {
		t.Errorf("got %d fields: %+v", len(got), got)
	}
	want := "“lol”: Reads as a joke to somebody who cannot work.\nInstead: “We look into it.”"
	if diff := cmp.Diff(want, guard.Plain(guard.Check("lol", known()), "We look into it.")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
