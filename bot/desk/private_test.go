package desk_test

import (
	"strings"
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// everyLine is each command that can name an incident, % for its number.
var everyLine = []string{
	"update #% x", "update public #% x", "update stakeholders #% x", "page #% @maya x", "ack #%", "severity sev1 #%", "lead #%", "resolve #%",
	"approve #%", "approve 1 #%", "reject #%", "reject 1 #%", "correct 1 #% x", "sent #%", "hold #%", "release #%", "confirm #%",
	"investigating #%", "identified #%", "monitoring #%", "close #%", "reopen #%", "cancel #%", "merge % #%", "merge % #1", "since 05:22 #%",
	"comms #%", "scribe #%", "liaison #%", "join #%", "decline #%", "escalate #%", "note #% x", "task #% list", "task add x #%", "show %", "show INC-%",
}

func TestStrangersLearnNothingOfPrivateIncidents(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("omar", "declare sev3 exports are late")
	l.say("sam", "declare private sev2 customer list visible to other tenant, exports")
	l.room("2", "C44")
	l.thread("2", "CINC", "17.5")
	l.news()
	for _, line := range everyLine {
		got := l.say("leo", strings.ReplaceAll(line, "%", "2"))
		want := strings.ReplaceAll(l.say("leo", strings.ReplaceAll(line, "%", "7")), "7", "2")
		if got != want || !strings.HasPrefix(got, "✗ There is no INC-2.") {
			t.Errorf("%s: got %q, want the answer for an incident that does not exist, %q", line, got, want)
		}
	}
	for _, test := range []struct{ line, hidden string }{{"list", "INC-2"}, {"report customer list visible to other tenant", "INC-2"},
		{"declare sev3 customer list visible again", "INC-2"}, {"help", "INC-2"}, {"home", "INC-2"}} {
		if got := l.say("leo", test.line); strings.Contains(got, test.hidden) {
			t.Errorf("%s tells of it: %s", test.line, got)
		}
	}
	got := read(l.ask(integrations.Request{By: stream.Actor{ID: "leo"}, Line: "show", Channel: "CINC", Thread: "17.5"}))
	if strings.Contains(got, "INC-2") {
		t.Errorf("its thread tells of it: %s", got)
	}
	for _, news := range l.news() {
		if strings.Contains(news, "incident/2") {
			t.Errorf("a stranger left something in it: %s", news)
		}
	}
}

func TestTheOnlyOpenOneIsPrivate(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("sam", "declare private sev3 a leak")
	for _, line := range []string{"ack", "note x", "show", "hold"} {
		if got := l.say("leo", line); !strings.HasPrefix(got, "✗ Nothing is open.") {
			t.Errorf("%s: got %s", line, got)
		}
	}
	if got := l.say("leo", "list"); got != "Nothing is open." {
		t.Errorf("list: got %s", got)
	}
}

func TestWhoIsPartOfAPrivateIncident(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("sam", "declare private sev2 a leak") // Maya is on call
	l.say("sam", "lead #1 @ines")
	l.say("sam", "page #1 @omar")
	l.room("1", "C44")
	for _, who := range []string{"sam", "maya", "omar", "ines", "zoe"} {
		if got := l.say(who, "show #1"); !strings.HasPrefix(got, "INC-1") {
			t.Errorf("%s: got %s", who, got)
		}
		if got := l.say(who, "list"); !strings.Contains(got, "INC-1") {
			t.Errorf("%s: got the list %s", who, got)
		}
	}
	if got := l.say("leo", "show #1"); !strings.HasPrefix(got, "✗ There is no INC-1.") {
		t.Errorf("leo: got %s", got)
	}
	got := read(l.ask(integrations.Request{By: stream.Actor{ID: "leo"}, Line: "note I was invited by hand", Channel: "C44"}))
	if got != "Noted in INC-1." {
		t.Errorf("in its own channel: got %s", got)
	}
}

func TestPrivateIncidentsAreNotMergedWithOthers(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("sam", "declare private sev3 a leak")
	l.say("sam", "declare sev3 exports are late")
	for _, line := range []string{"merge 1 #2", "merge 2 #1"} {
		if got := l.say("sam", line); !strings.HasPrefix(got, "✗ A private incident") {
			t.Errorf("%s: got %s", line, got)
		}
	}
}
