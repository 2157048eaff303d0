package playbooks_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/playbooks"

	"github.com/google/go-cmp/cmp"
)

// inside are names that stand all over an incident, and that no customer knows.
var inside = []string{"billing-worker", "db-7", "mail-frontend", "permissions backfill", "CH-23", "Maya", "Omar", "maya", "omar"}

// hidden is an incident whose every part has such a name; what is affected is
// "opening and saving" and "exports" to customers.
func hidden(src playbooks.Source, phase incident.Phase, severity string) incident.State {
	maya, omar := incident.Person{Handle: "maya", Name: "Maya"}, incident.Person{Handle: "omar", Name: "Omar"}
	return incident.State{ID: stream.ID{Workspace: "main", Kind: incident.Kind, Name: "42"}, Seq: 8, Number: "INC-42", Title: "db-7 fails in mail-frontend", Severity: severity,
		Phase: phase, PhaseNote: "Omar restarts db-7", Since: story("05:30"), Ended: story("07:00"), DeclaredAt: story("05:30"), At: story("07:00"), Policy: src.Incident(), Service: "billing-worker",
		Components: []incident.Component{{Name: "mail-frontend", Words: "opening and saving", State: "partial"}, {Name: "mail-frontend-exports", Words: "exports"}},
		Signs:      []incident.Sign{{Source: "alert:db-7", Text: "db-7 is slow"}}, Suspects: []incident.Change{{ID: "CH-23", What: "permissions backfill", Service: "billing-worker", Author: maya}},
		Roles: map[string]incident.Person{incident.RoleCommander: omar, incident.RoleComms: maya}, DeclaredBy: maya}
}

// What customers read of every built-in playbook, at every far end and on our
// page, calls the parts of the product as they do, and has no name of ours.
func TestCustomersReadNoNameOfOurs(t *testing.T) {
	t.Parallel()
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, name := range slices.Sorted(maps.Keys(set)) {
		src := set[name]
		if len(src.Severities) == 0 {
			continue
		}
		book, err := harbor.Open(src)
		if err != nil {
			t.Fatal(err)
		}
		public := src.Audiences.Public
		for text, phase := range map[string]incident.Phase{public.Words.First: incident.Investigating, public.Words.Resolved: incident.Resolved, public.Words.Retracted: incident.Resolved,
			public.Unattended.First: incident.Investigating, public.Unattended.Holding: incident.Identified} {
			if text == "" {
				continue
			}
			s := hidden(src, phase, src.Severities[0])
			u := incident.Update{N: 1, Audience: incident.Public, Kind: incident.FirstWords, Phase: phase, Severity: s.Severity, State: incident.PublishedS, ApprovedBy: "Omar", PublishedAt: s.At,
				Text: words.WithNext(s.Fill(text), s.Policy.NextWords, s.At.Add(time.Hour))}
			for _, end := range []string{incident.StatusPage, "twitter", "email", "atlassian_statuspage"} {
				state := incident.TargetQueued
				if end == incident.StatusPage {
					state = incident.TargetSent
				}
				u.Targets = append(u.Targets, incident.Target{Name: end, Mode: "live", State: state})
			}
			s.Updates = words.List{u}
			out, faults := book.React(s, stream.Record{Stream: s.ID, Seq: s.Seq, Kind: "published", Data: stream.JSON(incident.Published{N: 1, Targets: u.Targets}), Meta: stream.Meta{At: s.At}})
			if len(faults) > 0 {
				t.Errorf("%s: %v", name, faults)
			}
			for _, said := range slices.Concat(published(out), onPage(t, s)) {
				read++
				for _, name := range inside {
					if strings.Contains(said, name) {
						t.Errorf("%s: customers read “%s” in %q", src.Name, name, said)
					}
				}
			}
			if strings.Contains(text, "{what}") && !strings.Contains(u.Text, "opening and saving and exports") {
				t.Errorf("%s: %q does not say what is affected as customers do", name, u.Text)
			}
		}
	}
	if read < 100 {
		t.Errorf("customers read %d texts, want many", read)
	}
}

// published is all that far ends show of words to customers; component_states
// are keys, for which the far end has names of its own.
func published(out []stream.Delivery) (texts []string) {
	for _, d := range out {
		if !d.Public {
			continue
		}
		for key, v := range d.Args {
			if key != "components" {
				texts = append(texts, v)
			}
		}
		texts = append(texts, d.Words.Plain())
	}
	return texts
}

// onPage is what our own page shows but for its list of parts.
func onPage(t *testing.T, s incident.State) []string {
	t.Helper()
	var card incident.Card
	if err := json.Unmarshal(incident.Rules{}.Summarize(s).Data, &card); err != nil {
		t.Fatal(err)
	}
	if card.Public == nil {
		return nil
	}
	if diff := cmp.Diff("Problems with opening and saving and exports", card.Public.Title); diff != "" {
		t.Errorf("the title on our page (-want +got):\n%s", diff)
	}
	texts := []string{card.Public.Title}
	for _, u := range card.Public.Updates {
		texts = append(texts, u.Text)
	}
	return texts
}
