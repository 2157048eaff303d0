package desk_test

import (
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/promises"
)

// over is an incident that wants to be closed.
func over(t *testing.T) *lab {
	t.Helper()
	l := newLab(t, company())
	l.say("omar", "declare sev2 people cannot save")
	l.say("omar", "lead")
	l.say("omar", "resolve")
	return l
}

func TestClosingAsksInOneForm(t *testing.T) {
	t.Parallel()
	l := over(t)
	f := l.open("omar", "close")
	var names []string
	for _, field := range f.Fields {
		names = append(names, field.Name)
	}
	if got, want := strings.Join(names, " "), "start alert reviewer due"; got != want {
		t.Fatalf("it asks for %s, want %s", got, want)
	}
	if l.state("1").Phase == incident.Closed {
		t.Fatal("the form alone closed it")
	}
	began := l.state("1").Since
	if r, err := l.form("omar", f, map[string]string{"due": "soon"}); err != nil || r.Problems["due"] == "" {
		t.Fatalf("a due day that is none: got %v", read(r, err))
	}
	l.now = l.now.Add(time.Hour)
	values := map[string]string{"start": began.Add(-10 * time.Minute).In(l.Zone).Format("15:04"), "alert": "noise", "reviewer": "omar", "due": "3d"}
	f.Title = "anew"
	if r, err := l.form("omar", f, values); err != nil || r.Refused {
		t.Fatal(read(r, err))
	}
	s := l.state("1")
	review := s.Promises.Duty(promises.Review)
	if s.Phase != incident.Closed || s.Alert != "noise" || review == nil || s.Owner(review.Owner).Handle != "omar" {
		t.Fatalf("got %s, alert %q, review %+v", s.Phase, s.Alert, review)
	}
	if got := began.Sub(s.Since).Round(time.Minute); got != 10*time.Minute {
		t.Errorf("it began %v before, want 10m", got)
	}
	if got := review.Due.Sub(s.PhaseAt); got < 71*time.Hour || got > 73*time.Hour {
		t.Errorf("the review is due %v after the end, want 3 days", got)
	}
}

func TestClosingInALineAsksNothing(t *testing.T) {
	t.Parallel()
	l := over(t)
	l.say("omar", "close useful review @sam 2d")
	s := l.state("1")
	if review := s.Promises.Duty(promises.Review); s.Phase != incident.Closed || s.Alert != "useful" || review == nil || s.Owner(review.Owner).Handle != "sam" {
		t.Errorf("got %s, alert %q, review %+v", s.Phase, s.Alert, review)
	}
}

func TestFollowUpHasAnOwnerAndADay(t *testing.T) {
	t.Parallel()
	l := over(t)
	l.say("omar", "followup add page on symptoms @sam 5d")
	l.say("omar", "followup add restore within 2d")
	got := l.state("1").Tasks.Open(true)
	if len(got) != 2 || got[0].Text != "page on symptoms" || got[0].Owner.Handle != "sam" || got[0].Due.IsZero() ||
		got[1].Text != "restore within" || got[1].Owner.Handle != "omar" {
		t.Errorf("got %+v", got)
	}
}
