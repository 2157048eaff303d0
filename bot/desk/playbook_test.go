package desk_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/store/sqlite"
)

// choosing is a lab with playbooks that fit a SEV1, what is private, a team's
// alerts and the small hours.
func choosing(t *testing.T) *lab {
	t.Helper()
	db, err := sqlite.Open(context.Background(), sqlite.Config{Path: filepath.Join(t.TempDir(), "drumbeat.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	books, err := playbooks.Load(fstest.MapFS{
		"outage.yaml":   {Data: []byte("about: For an outage.\nextends: default\nwhen: severity == 'SEV1'\naudiences: {public: {first: 5m}}\n")},
		"payments.yaml": {Data: []byte("extends: default\nwhen: labels.team == 'payments' && phase == 'triage'\npage: {wakes: [oncall, legal]}\n")},
		"night.yaml":    {Data: []byte("extends: default\nwhen: hour < 4 && !private && severity != 'SEV1' && 'export' in components\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := company()
	cfg.Approvers, cfg.Groups = []string{"zoe"}, map[string][]string{"legal": {"ines"}}
	return labOn(t, cfg, db, books)
}

func TestPlaybookAtDeclare(t *testing.T) {
	t.Parallel()
	l := choosing(t)
	l.say("sam", "declare people cannot save")
	l.say("sam", "declare sev1 people cannot save")
	l.say("sam", "declare sev1 private a key leaked")
	l.do(stream.ID{Workspace: "main", Kind: incident.Kind, Name: bot.Next}, incident.Declare{Title: "payments fail", Sign: incident.Sign{Source: "alert:X"},
		Labels: map[string]string{"team": "payments"}})
	l.now = time.Date(2026, 3, 3, 2, 0, 0, 0, time.UTC)
	l.say("sam", "declare the export is empty")
	l.say("zoe", "drill")
	var got []string
	for _, n := range []string{"1", "2", "3", "4", "5", "6"} {
		s := l.state(n)
		if s.Seq == 0 {
			t.Fatalf("%s was not declared", n)
		}
		got = append(got, s.Playbook.Name+": "+s.Playbook.Why)
		if s.Policy.Approval.By[0] != "zoe" {
			t.Errorf("%s: approvers are %v, want the configuration's", s.Number, s.Policy.Approval.By)
		}
	}
	want := []string{"default: no other fits", "outage: severity is SEV1", "outage: severity is SEV1",
		`payments: label team is "payments" and phase is triage`,
		"night: it is 02:00 and it is not private and severity is SEV2 and the component is export", "drill: no other fits"}
	want[2] = "outage: severity is SEV1"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if rungs := l.state("4").Others["legal"]; len(rungs) != 1 || rungs[0].People[0].Handle != "ines" {
		t.Errorf("legal: got %+v, want Ines", rungs)
	}
}

func TestPlaybookOfferedAndTaken(t *testing.T) {
	t.Parallel()
	l := choosing(t)
	l.say("sam", "declare people cannot save")
	l.say("omar", "lead #1")
	if got, want := l.say("omar", "playbook #1"), "INC-1 goes by the playbook default: no other fits.\n“playbook <name>” takes another one: "; !strings.HasPrefix(got, want) || strings.Contains(got, "[") {
		t.Errorf("got %s, want %s…, and no button", got, want)
	}
	l.say("omar", "severity sev1 #1")
	l.do(number("1"), incident.Choose{})
	offer := l.state("1").Choice.Offer
	if offer.Playbook.Name != "outage" || offer.About != "For an outage." || len(offer.Told) == 0 {
		t.Fatalf("offered: got %q %q %q, want outage and what changes", offer.Playbook.Name, offer.About, offer.Told)
	}
	for _, c := range []struct{ by, line, want string }{
		{"omar", "playbook #1", "outage fits better now: severity is SEV1."},
		{"omar", "playbook #1", "[Take outage → playbook outage #1]"},
		{"sam", "playbook take " + offer.Playbook.Hash + " #1", "✗ Omar leads INC-1 and decides on its playbook."},
		{"omar", "playbook take 00 #1", "✗ This is out of date"},
		{"omar", "playbook stay " + offer.Playbook.Hash + " #1", "INC-1 goes on under default."},
		{"omar", "playbook nothing #1", "✗ There is no playbook nothing. There are data-loss, default,"},
		{"omar", "playbook base #1", "✗ There is no playbook base."},
		{"omar", "playbook default #1", "✗ INC-1 goes by default already."},
		{"omar", "playbook maintenance #1", "✗ maintenance has no severity SEV1, so nothing was changed."},
		{"omar", "playbook what is this #1", "✗ “playbook” shows what INC-1 goes by"},
		{"omar", "playbook outage #1", "INC-1 goes by outage now, so far by default. “playbook default” takes that back."},
		{"omar", "playbook #1", "INC-1 goes by the playbook outage: Omar took it."},
	} {
		if got := l.say(c.by, c.line); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s: got %s, want %s", c.by, c.line, got, c.want)
		}
	}
	s := l.state("1")
	if s.Policy.Weight("SEV1").FirstWords != stream.Duration(5*time.Minute) || s.Policy.Approval.By[0] != "zoe" {
		t.Errorf("the policy: got first words within %s, approved by %v, want 5m and zoe", s.Policy.Weight("SEV1").FirstWords, s.Policy.Approval.By)
	}
	l.do(number("1"), incident.Choose{}) // what it goes by fits
	if got := l.news(); !strings.HasSuffix(strings.Join(got, "\n"), "promised proposed") && strings.Count(strings.Join(got, "\n"), "playbook-offered") != 1 {
		t.Errorf("records: %s, want one offer", got)
	}
}

// The labels that all instances of an alert share come with the incident.
func TestLabelsOfAnAlert(t *testing.T) {
	t.Parallel()
	l := choosing(t)
	id := stream.ID{Workspace: "main", Kind: alert.Kind, Name: "Payments"}
	l.do(id, alert.Receive{Rule: "Payments", Summary: "payments fail", Labels: map[string]string{"team": "payments"}, Instances: []alert.Instance{{Fingerprint: "a", Firing: true}}})
	leases, err := l.store.Store.Claim(t.Context(), l.now, time.Minute, map[string]int{"bot": 5})
	if err != nil || len(leases) != 1 {
		t.Fatalf("claimed: %v, %v, want the declaration", leases, err)
	}
	c, err := incident.DecodeCommand(leases[0].Delivery.Action, []byte(leases[0].Delivery.Args[stream.ArgData]))
	if err != nil {
		t.Fatal(err)
	}
	l.do(stream.ID{Workspace: "main", Kind: incident.Kind, Name: bot.Next}, c)
	if s := l.state("1"); s.Labels["team"] != "payments" || s.Playbook.Name != "payments" {
		t.Errorf("got labels %v, playbook %s, want payments", s.Labels, s.Playbook.Name)
	}
}
