package desk_test

import (
	"strings"
	"testing"
)

// A SEV1 wakes whoever stands in the group of a role, beside who is on call;
// who answers that has the role, and not command.
func TestGroupsAreWokenForTheirRole(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.Groups = map[string][]string{"comms": {"sam", "ines"}}
	l := newLab(t, cfg)
	l.say("maya", "declare sev1 people cannot save")
	s := l.state("1")
	if len(s.Pages) != 2 || s.Pages[1].Role != "comms" || s.Pages[1].Paged[0].Handle != "sam" || s.Pages[1].Rungs[1].People[0].Handle != "ines" {
		t.Fatalf("pages: got %+v, want one for who is on call and one for comms", s.Pages)
	}
	l.say("sam", "ack #1")
	if s = l.state("1"); s.Roles["comms"].Handle != "sam" || s.Commander().Handle != "" {
		t.Errorf("roles: got %v, want Sam at comms alone", s.Roles)
	}
	if got := l.say("maya", "duty list #1"); !strings.Contains(got, "owes nobody anything more") {
		t.Errorf("duties: got %s", got)
	}
}
