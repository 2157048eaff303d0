package desk_test

import (
	"strings"
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/playbooks/guard"
)

// In a form the findings stand under the field, and the form keeps the text; the
// next try of the same form counts.
func TestFormIsReadByTheGuard(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("omar", "declare sev1 people cannot save in the app")
	f := l.open("sam", "update public #1")
	l.news()
	r, err := l.form("sam", f, map[string]string{"audience": "public", "text": "Saving fails for some people. db-7 is down, fixed by noon."})
	if err != nil || !r.Refused || r.Open != nil {
		t.Fatalf("got %s", read(r, err))
	}
	for _, want := range []string{"“db-7”: An internal name.", "“fixed by noon”: Promises when", "Instead: “Saving fails for some people.”"} {
		if !strings.Contains(r.Problems["text"], want) {
			t.Errorf("got %q under the field, want %q in it", r.Problems["text"], want)
		}
	}
	if got := l.news(); got != nil {
		t.Errorf("it left records: %v", got)
	}
	r, err = l.form("sam", f, map[string]string{"audience": "public", "text": "Saving fails for some people."})
	if got := read(r, err); !strings.Contains(got, "this would go to email (shadow), status page, X") {
		t.Errorf("put right: got %s", got)
	}
}

// The button types what it says: clean words go through as they are.
func TestCleanWordsAreOneTap(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("omar", "declare sev1 people cannot save in the app")
	for _, text := range []string{"lol", "Saving fails.\nIt is because of Leo's change.\nOpening works as before.", strings.Repeat("Saving fails for some people. ", 12), "100% of db-7 %s is down %d"} {
		r, err := l.ask(integrations.Request{By: stream.Actor{ID: "sam"}, Line: "update public #1 " + text})
		if err != nil || !r.Refused || len(r.Words.Buttons) == 0 {
			t.Fatalf("%q: got %s", text, read(r, err))
		}
		clean, ok := strings.CutPrefix(r.Words.Buttons[0].Command, "update public #1 ")
		if got := l.say("sam", r.Words.Buttons[0].Command); !ok || !strings.Contains(got, "“"+clean+" Next update by") {
			t.Errorf("%q: the tap got %s", text, got)
		}
	}
}

// Words too long for a button are told without one.
func TestNoButtonHoldsAnEssay(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.Lengths = nil
	l := newLab(t, cfg)
	l.say("omar", "declare sev1 people cannot save in the app")
	r, err := l.ask(integrations.Request{By: stream.Actor{ID: "sam"}, Line: "update public #1 lol. " + strings.Repeat("Saving fails for some people. ", 80)})
	if err != nil || !r.Refused || len(r.Words.Buttons) != 0 || !strings.Contains(r.Words.Plain(), "“lol”: Reads as") {
		t.Errorf("got %s", read(r, err))
	}
}

func TestConfiguredNamesAreKeptInside(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.Customers, cfg.InternalHosts = []string{"Acme"}, []string{"corp.harbor.example"}
	l := newLab(t, cfg)
	l.say("omar", "declare sev1 people cannot save in the app")
	for _, want := range []string{"“Acme”: Names a customer.", "“build.corp.harbor.example”: An internal name."} {
		if got := l.say("sam", "update public #1 Acme cannot save, and build.corp.harbor.example is slow."); !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// The reason is asked for in a form, where it was not typed.
func TestACommanderGivesHisReasonInAForm(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("omar", "declare sev1 people cannot save in the app")
	l.say("omar", "lead #1")
	const text = "Requests to db-7 fail for some people."
	r, err := l.ask(integrations.Request{By: stream.Actor{ID: "omar"}, Line: "update public #1 " + text, CanOpen: true})
	if err != nil || len(r.Words.Buttons) != 2 || r.Words.Buttons[1].Text != "Send mine, with a reason" {
		t.Fatalf("got %s", read(r, err))
	}
	f := l.open("omar", r.Words.Buttons[1].Command)
	why, words := f.Fields[len(f.Fields)-1], f.Fields[len(f.Fields)-2]
	if why.Name != "why" || words.Value != text {
		t.Errorf("got the fields %+v", f.Fields)
	}
	r, err = l.form("omar", f, map[string]string{"audience": "public", "text": text})
	if err != nil || !r.Refused || !strings.Contains(r.Problems["text"], "“db-7”") {
		t.Errorf("without a reason: got %s", read(r, err))
	}
	r, err = l.form("omar", f, map[string]string{"audience": "public", "text": text, "why": "it is in the news"})
	if got := read(r, err); !strings.Contains(got, "⚠ It goes although the guard found internal, because it is in the news") {
		t.Errorf("with a reason: got %s", got)
	}
	r, err = l.form("omar", f, map[string]string{"audience": "public", "text": "password=hunter2", "why": "it is in the news"})
	if err != nil || !r.Refused || r.Problems["text"] == "" {
		t.Errorf("a secret with a reason: got %s", read(r, err))
	}
}

// Words that begin with "because" are words where nothing overrides.
func TestBecauseIsAReasonOnlyBehindTheMark(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("omar", "declare sev1 people cannot save in the app")
	for line, want := range map[string]string{
		"update because of this: db-7 is down #1":                           "told the responders",
		"update! because of this: db-7 is down #1":                          "told the responders",
		"update public! #1 because it is so: Saving fails for some people.": "“Saving fails for some people. Next update by",
	} {
		if got := l.say("sam", line); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %q", line, got, want)
		}
	}
}

func TestOwnRulesAreRead(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.GuardRules, _ = guard.New(guard.Config{Builtin: map[string]string{"tone": "off"}, Rules: []guard.Own{
		{Name: "code names", Why: "Nobody outside knows them.", Does: "block", Words: map[string]string{"Falcon": "the new editor"}},
		{Name: "legal", Why: "Legal says this first.", Does: "block", Pattern: `(?i)breach`, When: `audience == "public" && severity == "SEV1" && kind == "first" && phase == "investigating" && "app" in components`},
	}})
	l := newLab(t, cfg)
	l.say("omar", "declare sev1 people cannot save in the app")
	l.say("omar", "lead #1")
	for line, want := range map[string]string{
		"update public #1 lol, Falcon fails for some people.":         "“Falcon”: Nobody outside knows them. Say “the new editor”.\n[Use: “lol, the new editor fails for some people.” → update public #1 lol, the new editor fails",
		"update public #1 There is no breach of data, it is slow.":    "“breach”: Legal says this first.",
		"update stakeholders #1 There is no breach of data, we look.": "told the stakeholders",
		"update public! #1 because legal says so: No breach is seen.": "although the guard found legal, because legal says so",
	} {
		if got := l.say("omar", line); !strings.Contains(got, want) {
			t.Errorf("%s: got %s", line, got)
		}
	}
}
