package main_test

import (
	"strconv"
	"testing"
)

// A playbook whose words fail only for one title: whoever is woken, reads the
// channel or is asked for a yes gets number and severity; customers read what was
// approved; the operator is told of each text, once.
func TestWordsThatFailWhileAnIncidentRuns(t *testing.T) {
	t.Parallel()
	r := settle(t, "sqlite:drumbeat.db")
	const fails = `"{{if eq .title \"boom in Mail view\"}}{{index .signs 9}}{{end}}{{.number}}{{if not .private}} {{.title}}{{end}}"`
	const words = "{lines: [" + fails + "], title: ~, footer: ~}"
	r.write("own/default.yaml", "extends: default\nwords: {page: "+words+", brief: "+words+", approval: "+words+"}\nsteps: [{name: publish, args: {link: "+fails+"}}]\n")
	r.rewrite(edit{"store: ", "playbooks: own\nstore: "})
	r.start()
	for n, who := range []string{"maya", "omar"} { // the same words of one person are one declaration
		number := strconv.Itoa(n + 1)
		r.command(who, "declare sev1 boom in Mail view")
		r.await(soon, "a page", func() bool { return len(r.town.PagerDuty.Alerts()) == n+1 })
		if got, want := r.town.PagerDuty.Alerts()[n].Summary, "INC-"+number+" SEV1"; got != want {
			t.Errorf("the page: got %q, want %q", got, want)
		}
		r.says(r.command("maya", "ack #"+number), "INC-"+number)
		r.await(soon, "the brief", func() bool { return len(r.rooms()) == n+1 && r.saw(r.rooms()[n].ID, "INC-"+number+" SEV1") > 0 })
	}
	r.command("omar", "update public Saving mail fails for some people. #1")
	r.says(r.command("maya", "approve #1"), "Published")
	r.await(soon, "customers read it", func() bool { return r.told("Saving mail fails for some people.") == everywhere })
	failed := func(what string) int { return r.wrote("U0000MAYA", what+" of playbook default: failed") }
	for what, want := range map[string]int{"words “page”": 1, "words “brief”": 1, "words “approval”": 1, "step “publish”": 1, "step “announce”": 0} {
		r.await(soon, "the operator is told of "+what, func() bool { return failed(what) >= want })
		if got := failed(what); got != want {
			t.Errorf("of %s the operator was told %d times, want %d", what, got, want)
		}
	}
	r.stop()
}
