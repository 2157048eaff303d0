package playbooks_test

import (
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever people, timers and far ends do, every delivery is valid and nobody
// hears what he may not (world.check), no step fails, and the same record asks
// for the same again.
func TestAnyHistoryAsksForValidDeliveries(t *testing.T) {
	t.Parallel()
	b := loadBook(t, "default")
	b.Policy.Unattended.Targets = []string{incident.StatusPage}
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(rt, b, story("05:30"))
		declare := incident.Declare{Title: "people cannot save", Private: rapid.Bool().Draw(rt, "private"),
			Severity: rapid.SampledFrom([]string{"sev1", "sev2", "sev3"}).Draw(rt, "severity")}
		if rapid.Bool().Draw(rt, "alert") {
			declare.Sign = incident.Sign{Source: "alert:Errors", Text: "errors 14 %"}
		}
		w.must("omar", declare)
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			anything(rt, w)
		}
		w.run(w.Now.Add(2 * time.Hour))
		for _, r := range w.Last() {
			first, _ := b.React(w.State("42"), r)
			again, _ := b.React(w.State("42"), r)
			if diff := cmp.Diff(first, again); diff != "" {
				rt.Fatalf("%s asks otherwise the second time:\n%s", r.Kind, diff)
			}
		}
	})
}

// anything is a command of somebody, a far end that breaks, or time that passes.
func anything(t *rapid.T, w *world) {
	who := rapid.SampledFrom([]string{"maya", "omar", "priya", "sam"}).Draw(t, "who")
	person := harbor.Person(who)
	text := rapid.SampledFrom([]string{"", "We look into it.", "{{.nope}} <b> *x* “q”"}).Draw(t, "text")
	n := rapid.IntRange(0, 4).Draw(t, "n")
	commands := []incident.Command{
		incident.Ack{By: person}, incident.Decline{By: person}, incident.Escalate{}, incident.Confirm{}, incident.Join{By: person},
		incident.Assign{Role: incident.RoleCommander, Person: person}, incident.Assign{Role: incident.RoleComms, Person: person},
		incident.SetSeverity{Severity: rapid.SampledFrom([]string{"sev1", "sev2", "sev3"}).Draw(t, "to"), Why: text, Sure: true},
		incident.SetPhase{To: incident.Identified, Note: text}, incident.SetPhase{To: incident.Monitoring}, incident.SetPhase{To: incident.Investigating},
		incident.Propose{Audience: incident.Public, Text: text}, incident.Propose{Audience: incident.Stakeholders, Text: text},
		incident.Propose{Audience: incident.Internal, Text: text}, incident.Approve{N: n, Sure: true}, incident.Reject{N: n}, incident.Correct{N: n, Text: text},
		incident.Hold{Why: text}, incident.Release{}, incident.Resolve{Text: text}, incident.Close{}, incident.Reopen{Why: text}, incident.Cancel{Why: text},
		incident.AddTask{Text: text}, incident.FinishTask{N: n}, incident.AddNote{Text: text}, incident.CorrectStart{Since: w.Now.Add(-time.Hour)},
		incident.Add{Sign: incident.Sign{Source: "customers", Text: text, Count: n}},
		incident.Call{Rungs: []incident.Rung{{People: []incident.Person{person}, Wait: stream.Duration(time.Minute)}}, Why: text},
		incident.Merge{Into: stream.ID{Workspace: "main", Kind: incident.Kind, Name: "7"}, Number: "INC-7"},
	}
	switch i := rapid.IntRange(-3, len(commands)-1).Draw(t, "what"); {
	case i == -1:
		w.Latency = time.Duration(rapid.IntRange(1, 300).Draw(t, "latency")) * time.Second
	case i == -2:
		end := rapid.SampledFrom([]string{"slack", "twilio", "pagerduty", "twitter", "email"}).Draw(t, "end")
		w.Refuses[end] = rapid.SampledFrom([]string{"", "it answers 403."}).Draw(t, "why")
	case i >= 0:
		if _, err := w.Do("42", stream.Actor{ID: who, Name: person.Name}, commands[i]); err != nil && err.Error() == "" {
			t.Fatal("an empty refusal")
		}
	}
	w.run(w.Now.Add(time.Duration(rapid.IntRange(0, 1200).Draw(t, "seconds")) * time.Second))
}
