package policy_test

import (
	"testing"
	"time"

	"drumbeat/incident/policy"
	"drumbeat/incident/stream"

	"github.com/google/go-cmp/cmp"
)

func minutes(n int) stream.Duration { return stream.Duration(time.Duration(n) * time.Minute) }

func usual() policy.Policy {
	return policy.Policy{Severities: []policy.Weight{{Name: "SEV1", Room: "thread", Wakes: []string{"oncall"}, FirstWords: minutes(30), AckLapses: minutes(20),
		Every: map[string]stream.Duration{"investigating": minutes(60), "monitoring": minutes(120)}, Quiet: minutes(15)}},
		Ladder: []policy.Reminder{{At: minutes(-5), Who: "comms"}, {At: 0, Who: "channel"}}}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		phase  string
		alter  func(p *policy.Policy, w *policy.Weight)
		want   []string
		public bool
	}{
		{"nothing", "investigating", func(*policy.Policy, *policy.Weight) {}, nil, false},
		{"the words alone", "investigating", func(p *policy.Policy, _ *policy.Weight) { p.FirstWords = "Since {since} …" }, nil, false},
		{"how soon and how often", "monitoring", func(_ *policy.Policy, w *policy.Weight) {
			w.FirstWords, w.Every = minutes(15), map[string]stream.Duration{"investigating": minutes(30)}
			w.Stakeholders, w.AckLapses, w.Quiet = minutes(90), 0, minutes(30)
		}, []string{
			"An “I'm on it” lasts, without a sign of life: for ever; so far 20 min.",
			"First words to customers: within 15 min; so far within 30 min.",
			"Stakeholders hear, while customers do not: every 1 h 30 min; so far only when somebody writes.",
			"Once they know, customers hear: every 30 min; so far every 2 h.",
			"“Resolved” is offered after quiet of: 30 min; so far 15 min."}, false},
		{"customers know", "identified", func(_ *policy.Policy, w *policy.Weight) { w.FirstWords, w.Stakeholders, w.Every = 0, minutes(5), nil }, []string{
			"Once they know, customers hear: only when somebody writes; so far every 1 h."}, true},
		{"no words", "identified", func(_ *policy.Policy, w *policy.Weight) { w.FirstWords, w.Every = 0, nil }, []string{
			"First words to customers: only when somebody writes them; so far within 30 min.",
			"Once they know, customers hear: only when somebody writes; so far every 1 h."}, false},
		{"who is woken, and where", "investigating", func(_ *policy.Policy, w *policy.Weight) {
			w.Wakes, w.Room, w.Call = []string{"oncall", "authors", "legal"}, "channel", "https://meet.example/war"
		}, []string{
			"The work moves to a channel of its own.",
			"Call: https://meet.example/war; so far none.",
			"Woken: whoever is on call, the authors of risky changes and legal; so far whoever is on call."}, false},
		{"whose yes", "investigating", func(p *policy.Policy, _ *policy.Weight) {
			p.Approval = policy.Approval{By: []string{"priya", "role:commander", "group:comms"}, Need: 2, Fallback: []string{"role:legal"}, FallbackAfter: minutes(5),
				AloneAfter: minutes(10), Night: policy.Hours{From: "22:00", To: "07:00"}}
			p.Unattended = policy.Unattended{Targets: []string{"page"}, Holding: "We are on it.", Most: 2}
		}, []string{
			"Words for customers need a yes by: 2 of priya, the commander and the group comms; so far anybody but their author.",
			"Without it, enough is: legal after 5 min, the commander alone after 10 min and whoever is alone from 22:00 to 07:00; so far nobody else.",
			"The status page speaks by itself: before words are late, at most 2 times in a row; so far never."}, false},
		{"reminders, duties and the end", "investigating", func(p *policy.Policy, w *policy.Weight) {
			p.Ladder = []policy.Reminder{{At: 0, Who: "comms", Page: []string{"SEV1"}}, {At: minutes(10), Who: "commander", Page: []string{"SEV2"}}}
			p.Duties = []policy.Duty{{Name: "gdpr", Text: "notice to the authority", Within: minutes(72 * 60), Owner: "legal"}}
			w.Review, w.ReviewDue = true, minutes(5*24*60)
		}, []string{
			"Reminders of words: when due (comms, by phone too) and 10 min late (the commander); so far 5 min before (comms) and when due (channel).",
			"New duty of legal: notice to the authority, within 72 h.",
			"Review: due 5 days after the end; so far none."}, false},
		{"another set of severities", "investigating", func(p *policy.Policy, _ *policy.Weight) {
			p.Severities = append(p.Severities, policy.Weight{Name: "SEV2"})
			p.Ladder = nil
		}, []string{"Severities: SEV1 and SEV2; so far SEV1.", "Reminders of words: none; so far 5 min before (comms) and when due (channel)."}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			now := usual()
			c.alter(&now, &now.Severities[0])
			if diff := cmp.Diff(c.want, policy.Diff(usual(), now, "SEV1", c.phase, c.public)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	ended := usual()
	ended.Duties = []policy.Duty{{Name: "gdpr", Text: "notice to the authority"}}
	if got, want := policy.Diff(ended, usual(), "SEV1", "investigating", false), []string{"No duty any more, unless its clock runs: notice to the authority."}; !cmp.Equal(got, want) {
		t.Errorf("a duty less: got %q, want %q", got, want)
	}
}
