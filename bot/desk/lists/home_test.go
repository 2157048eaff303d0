package lists_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"drumbeat/bot/desk/lists"
	"drumbeat/incident"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
)

var now = time.Date(2026, 3, 2, 23, 50, 0, 0, time.UTC)

func view(open ...incident.State) lists.Home {
	return lists.Home{Me: stream.Actor{ID: "maya", Name: "Maya"}, At: now, Zone: time.UTC, Cmd: "/incident", Open: open}
}

// led is an incident that maya leads, with words promised by due.
func led(n int, due time.Time) incident.State {
	return incident.State{ID: stream.ID{Workspace: "main", Kind: "incident", Name: fmt.Sprint(n)}, Number: fmt.Sprint("INC-", n), Severity: "SEV1",
		Phase: incident.Investigating, Title: "people cannot save", Since: now.Add(-time.Hour), Roles: map[string]incident.Person{"commander": {Handle: "maya", Name: "Maya"}},
		Promises: []incident.Promise{{N: 1, Audience: incident.Public, Due: due}}}
}

func TestWhenWordsAreDue(t *testing.T) {
	t.Parallel()
	for want, due := range map[string]time.Time{
		"INC-1: words to customers due 23:55, in 5 min":                                              now.Add(5 * time.Minute),
		"INC-1: words to customers due 3 Mar 00:20, in 30 min":                                       now.Add(30 * time.Minute),
		"INC-1: words to customers due now":                                                          now.Add(20 * time.Second),
		"INC-1: words to customers were due 22:00, 1 h 50 min ago":                                   now.Add(-110 * time.Minute),
		"INC-1 SEV1 investigating – people cannot save\nsince 22:50 · Maya leads · next words 23:55": now.Add(5 * time.Minute),
	} {
		if got := view(led(1, due)).Draw().Words.Plain(); !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %q in it", got, want)
		}
	}
}

// A bad day still fits what Slack draws, and says how to see the rest.
func TestABadDay(t *testing.T) {
	t.Parallel()
	v := view()
	for n := range 60 {
		s := led(n+1, now)
		for i := range 9 {
			s.Tasks = append(s.Tasks, incident.Task{N: i + 1, Text: strings.Repeat("roll back ", 100)})
		}
		v.Open, v.Over = append(v.Open, s), append(v.Over, s)
		v.Change = append(v.Change, stream.Summary{Data: stream.JSON(change.Card{Number: fmt.Sprint("CH-", n), Started: now})}, stream.Summary{Data: []byte("{")})
	}
	r := v.Draw()
	rows := 0
	for _, p := range r.Parts {
		rows++ // its text
		if len(p.Buttons) > 1 {
			rows++
		}
		if p.Footer != "" {
			rows++
		}
	}
	if rows > 100 {
		t.Errorf("%d rows, Slack draws 100", rows)
	}
	text := r.Words.Plain()
	for _, want := range []string{"60 incidents are open; 120 things wait for you.", "… and 110 more: `/incident list`", "… and 45 more: `/incident list`", "… and 55 more: `/incident changes`"} {
		if !strings.Contains(text, want) {
			t.Errorf("got\n%s\nwant %q in it", text, want)
		}
	}
}
