package main_test

import (
	"strings"
	"testing"
	"time"

	"drumbeat/integrations/sandbox"
)

// everywhere is once on our page, at X, at Statuspage and by mail.
var everywhere = [4]int{1, 1, 1, 1}

// A declaration is answered in time and wakes people whatever Slack does, and
// everything else follows once it can. Words go out once, to all.
func TestFromDeclareToResolve(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Fault{
		"SlackHangs":  {Match: "/api/", Delay: sandbox.Duration(time.Minute), Status: 503},
		"SlackIsDown": {Match: "/api/", Status: 503},
	} {
		t.Run(name, func(t *testing.T) {
			onBothStores(t, func(t *testing.T, store string) {
				r := live(t, store)
				r.breakSlack(fault)
				began := time.Now()
				r.says(r.command("maya", "declare sev1 people cannot save Mail view"), "INC-1 SEV1", "Maya", "paged")
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("the answer took %s", took)
				}
				r.await(soon, "PagerDuty is told", func() bool { return len(r.town.PagerDuty.Alerts()) == 1 })
				r.mendSlack()
				r.opened()
				r.command("maya", "ack #1")
				r.publish()
				r.resolve()
				r.once()
			})
		})
	}
}

// opened waits until a sev1 has its place in Slack.
func (r *rig) opened() {
	r.Helper()
	r.await(2*soon, "a channel opens", func() bool { return len(r.rooms()) == 1 })
	r.await(soon, "the brief is pinned", func() bool { return len(r.rooms()[0].Pins) == 1 })
	r.says(full(r.brief()), "SEV1", "people cannot save Mail view")
	r.await(time.Minute, "the announcement", func() bool { return r.saw("incidents", "people cannot save Mail view") == 1 })
	r.await(soon, "the draft of first words", func() bool { return r.saw(r.rooms()[0].ID, "may they go out") == 1 })
}

// publish sends words that omar wrote and priya approves.
func (r *rig) publish() {
	r.Helper()
	r.says(r.command("omar", "update public Saving mail fails for some people. #1"), "customers would read this", "Saving mail fails")
	r.says(r.command("omar", "approve #1"), "somebody else has to approve")
	r.says(r.command("priya", "approve #1"), "Published INC-1")
	r.await(soon, "the words are everywhere", func() bool { return r.told("Saving mail fails for some people.") == everywhere })
	if _, html := r.fetch("/"); !strings.Contains(html, "Saving mail fails for some people.") {
		r.Errorf("the page's HTML has no words:\n%s", html)
	}
	if _, html := r.fetch("/incidents/1"); !strings.Contains(html, "Saving mail fails for some people.") {
		r.Errorf("the incident's page has no words:\n%s", html)
	}
}

func (r *rig) resolve() {
	r.Helper()
	r.says(r.command("omar", "resolve Saving works again. #1"), "INC-1 is resolved", "Saving works again.")
	r.says(r.command("priya", "approve #1"), "Published INC-1")
	r.await(soon, "the last words are everywhere", func() bool { return r.told("Saving works again.") == everywhere })
	if _, summary := r.fetch("/api/v2/incidents/unresolved.json"); strings.Contains(summary, "Saving") {
		r.Errorf("the page still shows an unresolved incident: %s", summary)
	}
}

// once fails when anything stands twice at a far end.
func (r *rig) once() {
	r.Helper()
	if got := r.tweets(); len(got) != 2 {
		r.Errorf("posts at X: got %q, want two", got)
	}
	if got := r.town.Statuspage.Incidents(); len(got) != 1 || len(got[0].Updates) != 2 || got[0].Status != "resolved" {
		r.Errorf("Statuspage: got %+v, want one resolved incident with two updates", got)
	}
	if got := r.letters(); len(got) != 2 || r.town.Mail.Duplicates() != 0 {
		r.Errorf("mails: got %q, want two", got)
	}
	if got := r.town.PagerDuty.Alerts(); len(got) != 1 || got[0].Notifications != 1 {
		r.Errorf("PagerDuty: got %+v, want one alert that rang once", got)
	}
	if got := r.rooms(); len(got) != 1 {
		r.Errorf("channels: got %d, want 1", len(got))
	}
	if got := r.saw("incidents", "INC-1"); got != 1 {
		r.Errorf("announcements: got %d, want 1", got)
	}
}
