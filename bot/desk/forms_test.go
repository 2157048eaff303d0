package desk_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

func (l *lab) form(by string, f *integrations.Form, values map[string]string) (integrations.Reply, error) {
	return l.ask(integrations.Request{By: stream.Actor{ID: by}, Form: f.ID, Line: f.Line, Version: f.Version, Values: values,
		Key: "form " + by + f.Title})
}

// open asks for a form.
func (l *lab) open(by, line string) *integrations.Form {
	l.t.Helper()
	r, err := l.ask(integrations.Request{By: stream.Actor{ID: by}, Line: line, CanOpen: true})
	if err != nil || r.Open == nil {
		l.t.Fatalf("%s opened no form: %s", line, read(r, err))
	}
	return r.Open
}

func TestDeclareFormTakesItsFieldsAsTheyAre(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	f := l.open("sam", "declare")
	r, err := l.form("sam", f, map[string]string{"title": "private sev1 is the name of a band #42", "severity": "SEV3"})
	if err != nil || r.Refused {
		t.Fatal(read(r, err))
	}
	s := l.state("1")
	if s.Private || s.Severity != "SEV3" || s.Title != "private sev1 is the name of a band #42" {
		t.Errorf("got %q, %s, private %v", s.Title, s.Severity, s.Private)
	}
}

func TestDeclareFormKeepsWhatWasRefused(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	f := l.open("sam", "declare")
	r, err := l.form("sam", f, map[string]string{"title": "  ", "severity": "SEV2"})
	if err != nil || !r.Refused || !strings.HasPrefix(r.Problems["title"], "Say what is wrong") {
		t.Errorf("got problems %v, %s", r.Problems, read(r, err))
	}
}

func TestDeclareFormAsksAboutAnAlikeIncidentFirst(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("omar", "declare sev3 export of reports stands still")
	f := l.open("sam", "declare")
	values := map[string]string{"title": "reports: export fails", "severity": "SEV2", "private": ""}
	r, err := l.form("sam", f, values)
	if err != nil || r.Open == nil || !strings.Contains(r.Open.Fields[0].Label, "INC-1 is open and sounds alike") {
		t.Fatalf("got %s", read(r, err))
	}
	if got := r.Open.Fields[1].Value; got != values["title"] {
		t.Errorf("the form lost the title: got %q", got)
	}
	for range 2 { // submitted twice, it is one
		again, err := l.form("sam", r.Open, values)
		if got := read(again, err); !strings.HasPrefix(got, "INC-2 SEV2: reports: export fails") {
			t.Errorf("got %s", got)
		}
	}
	if got := l.say("sam", "show 3"); !strings.HasPrefix(got, "✗ There is no INC-3") {
		t.Errorf("a second one was declared: %s", got)
	}
}

func TestDeclareFormSubmittedTwiceIsOne(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	f := l.open("sam", "declare")
	for range 2 {
		r, err := l.form("sam", f, map[string]string{"title": "reports stand still", "severity": "SEV2"})
		if got := read(r, err); !strings.HasPrefix(got, "INC-1 SEV2") || strings.Contains(got, "sounds alike") {
			t.Errorf("got %s", got)
		}
	}
}

func TestUpdateFormIsOlderThanSomebodyElsesWords(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("omar", "declare sev2 saving fails")
	f := l.open("omar", "update public #1")
	l.say("sam", "update public #1 Saving fails for some people.")
	if got := l.say("omar", "approve #1"); !strings.HasPrefix(got, "Published") {
		t.Fatal(got)
	}
	l.now = l.now.Add(18 * time.Second)
	mine := map[string]string{"audience": "public", "text": "We see errors on saving. ack"}
	r, err := l.form("omar", f, mine)
	if err != nil || r.Open == nil {
		t.Fatalf("got %s", read(r, err))
	}
	if got, want := r.Open.Fields[0].Label, "Sam posted 19 s ago: “Saving fails for some people. Next update by 14:35 UTC.”. Yours is kept."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := r.Open.Fields[len(r.Open.Fields)-1].Value; got != mine["text"] {
		t.Errorf("the form lost the text: got %q", got)
	}
	for range 2 { // sent as the next one, twice: one
		r2, err := l.form("omar", r.Open, mine)
		if got := read(r2, err); !strings.Contains(got, "“We see errors on saving. ack Next update by") {
			t.Errorf("got %s", got)
		}
	}
	if n := len(l.state("1").Updates); n != 3 { // the playbook's draft, Sam's, Omar's
		t.Errorf("got %d updates, want 3", n)
	}
}

func TestOwnWordsAreNoNews(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("omar", "declare sev2 saving fails")
	f := l.open("sam", "update public #1")
	l.say("sam", "update public #1 Saving fails.")
	l.say("omar", "update #1 restarting db-7")
	r, err := l.form("sam", f, map[string]string{"audience": "public", "text": "Saving still fails."})
	if got := read(r, err); !strings.Contains(got, "“Saving still fails.") {
		t.Errorf("got %s", got)
	}
}

func TestUpdateFormKeepsWhatWasRefused(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("omar", "declare private sev2 a leak")
	f := l.open("omar", "update #1")
	for _, c := range f.Fields[0].Choices {
		if c.Value == string(incident.Public) {
			t.Error("a private incident offers words for customers")
		}
	}
	for _, test := range []struct{ audience, text, field, want string }{
		{"public", "x", "text", "private: nothing about it becomes public"},
		{"internal", " ", "text", "Say what to tell them"},
		{"everybody", "x", "audience", "Say for whom."},
		{"internal", strings.Repeat("ä", 3001), "text", "3001 characters"},
	} {
		r, err := l.form("omar", f, map[string]string{"audience": test.audience, "text": test.text})
		if err != nil || !strings.Contains(r.Problems[test.field], test.want) {
			t.Errorf("%s: got problems %v, %s", test.want, r.Problems, read(r, err))
		}
	}
	other := *f
	other.Line = "update public #9"
	r, err := l.form("sam", &other, map[string]string{"audience": "internal", "text": "x"})
	if err != nil || !strings.Contains(r.Problems["text"], "There is no INC-9") {
		t.Errorf("got %s", read(r, err))
	}
	other.ID = "poem"
	if r, err = l.form("sam", &other, nil); err != nil || !r.Refused {
		t.Errorf("an unknown form: got %s", read(r, err))
	}
}

func TestTwoFormsAtOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("omar", "declare sev2 saving fails")
	forms := []*integrations.Form{l.open("omar", "update stakeholders #1"), l.open("sam", "update stakeholders #1")}
	var wg sync.WaitGroup
	opened := make([]bool, 2)
	for i, by := range []string{"omar", "sam"} {
		wg.Go(func() {
			f := forms[i]
			r, err := l.Handle(t.Context(), integrations.Request{By: stream.Actor{ID: by}, Form: f.ID, Line: f.Line, Version: f.Version, At: l.now, Key: by,
				Values: map[string]string{"audience": "stakeholders", "text": by + " writes"}})
			if err != nil {
				t.Error(err)
			}
			opened[i] = r.Open != nil
		})
	}
	wg.Wait()
	if opened[0] == opened[1] {
		t.Errorf("got the form again: %v; want one of the two to be shown the other's words", opened)
	}
}
