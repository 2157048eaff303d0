package desk_test

import (
	"slices"
	"strings"
	"testing"

	"drumbeat/bot/desk/operator"
	"drumbeat/incident/control"
	"drumbeat/integrations"

	"github.com/google/go-cmp/cmp"
)

// Five wrong codes make another; each is worth nothing after the next, and none
// once there is an operator.
func TestTheCodeIsGuessedByNobody(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.Operator = ""
	l := newLab(t, cfg)
	var codes []string
	l.Office.Offer(func(code string) { codes = append(codes, code) })
	for range 5 {
		l.say("sam", "setup AAAA-BBBB")
	}
	if len(codes) != 2 || codes[0] == codes[1] {
		t.Fatalf("after five wrong ones: got codes %q, want two that differ", codes)
	}
	if got := l.say("sam", "setup "+codes[0]); !strings.HasPrefix(got, "✗ That is not the code") {
		t.Errorf("the old code: got %s", got)
	}
	if got := l.say("sam", "setup "+strings.ToLower(strings.ReplaceAll(codes[1], "-", ""))); !strings.HasPrefix(got, "You are the operator now") {
		t.Errorf("typed by hand: got %s", got)
	}
	if strings.Contains(l.log.String(), codes[1]) {
		t.Error("the desk logs the code: who sees that log is not who started the bot")
	}
	l.Office.Offer(func(code string) { codes = append(codes, code) }) // another process, which has not heard yet
	if got := l.say("maya", "setup "+codes[2]); !strings.HasPrefix(got, "✗ Sam is the operator already") {
		t.Errorf("a second operator: got %s", got)
	}
}

// Incidents are announced where the operator typed the code, unless the
// configuration names a channel; and who it names is the operator.
func TestWhatTheConfigurationSaysWins(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.Operator = ""
	l := newLab(t, cfg)
	l.Office.Offer(func(code string) { l.code = code })
	l.sayIn("C9", "sam", "setup "+l.code)
	l.say("sam", "declare sev3 exports are late")
	if got := l.state("1").Playbook.Text; !strings.Contains(got, `"announce":"C9"`) {
		t.Errorf("the playbook is pinned without the channel: %.200s", got)
	}
	l.Config.Operator, l.Settings.Announce = "zoe", "C0CONFIG"
	l.say("sam", "declare sev3 imports are late")
	if got := l.state("2").Playbook.Text; !strings.Contains(got, `"announce":"C0CONFIG"`) {
		t.Errorf("the configured channel is not pinned: %.200s", got)
	}
	if got := l.say("sam", "shadow x"); got != "✗ Only the operator moves far ends between modes (Zoe)." {
		t.Errorf("got %s", got)
	}
	if got := l.say("zoe", "shadow x"); !strings.Contains(got, "X shadow") {
		t.Errorf("got %s", got)
	}
}

// News tell what is new and what is over, and not all else once more.
func TestNewsLeaveOutWhatTheOperatorKnows(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	finding := func(level integrations.Level, subject, text string) integrations.Finding {
		return integrations.Finding{Level: level, Subject: subject, Text: text}
	}
	heartbeat, disk := finding(integrations.Warning, "heartbeat", "is not set."), finding(integrations.Warning, "store", "has little room.")
	revoked := finding(integrations.Failure, "twitter", "answers 401.")
	r, err := l.Office.Report(t.Context(), operator.Looked{Before: []integrations.Finding{heartbeat, disk},
		Findings: []integrations.Finding{heartbeat, revoked, finding(integrations.OK, "store", "is whole.")}})
	if err != nil {
		t.Fatal(err)
	}
	want := []control.Finding{{Fails: true, What: "X:", Text: "answers 401"}}
	if diff := cmp.Diff(want, r.Findings); diff != "" || !slices.Equal(r.Ended, []string{"store"}) {
		t.Errorf("ended: %q, new (-want +got):\n%s", r.Ended, diff)
	}
}
