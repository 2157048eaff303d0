package playbooks_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/playbooks/simulate"
)

// scattered is Harbor with people who live elsewhere: Maya in Berlin, Omar in
// Kathmandu, Priya in São Paulo, whose zone has no letters, and Leo nowhere. All
// others have the team's zone.
func scattered() simulate.Company {
	c := company()
	c.ZoneOf = zoneOf
	lives := map[string]string{"maya": "Europe/Berlin", "omar": "Asia/Kathmandu", "priya": "America/Sao_Paulo", "leo": "Nowhere/Atall"}
	c.People = slices.Clone(c.People)
	for i, p := range c.People {
		c.People[i].Zone = lives[p.Handle]
	}
	c.OnCall = []incident.Rung{{People: []incident.Person{c.Person("maya")}, Wait: 3e11}, {People: []incident.Person{c.Person("omar")}, Wait: 3e11}}
	return c
}

func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

// Who is written to alone reads his own time, with its zone; channels read the
// team's, and customers UTC.
func TestTimesInTheReadersZone(t *testing.T) {
	t.Parallel()
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	c := scattered()
	book, err := c.Open(set["default"])
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t, simulate.New(c, book, story("05:30"))}
	said := map[string]string{}
	w.Asks = func(d stream.Delivery, r stream.Record) {
		w.check(d, r)
		if d.Words != nil {
			to := d.To + " " + d.Action + " " + d.Args["person"] + d.Args["channel"]
			said[to] += d.Words.Plain() + "\n"
		}
	}
	do := func(by string, c incident.Command) {
		w.must(by, c)
		w.run(w.Now.Add(time.Second))
	}
	do("ana", incident.Declare{Title: "people cannot save", Severity: "sev1"})
	w.run(story("05:36")) // nobody answers
	do("maya", incident.Ack{By: c.Person("maya")})
	do("maya", incident.Assign{Role: incident.RoleCommander, Person: c.Person("omar")})
	do("maya", incident.Assign{Role: incident.RoleComms, Person: c.Person("priya")})
	do("maya", incident.Confirm{})
	do("ana", incident.Propose{Audience: incident.Public, Text: "We are looking into it."})
	do("omar", incident.Approve{})
	w.run(story("06:30"))
	for to, want := range map[string]string{
		"pagerduty page maya":   "since 14:30 CEST",
		"twilio page omar":      "since 18:15 UTC+05:45",
		"slack post incidents":  "since 05:30\n",
		"slack edit C0ANNOUNCE": "since 05:30",
		"slack dm U0000OMAR":    "due 18:30 UTC+05:45",
		"slack dm U000PRIYA":    "10:10 UTC-03: words to customers due in 5 min",
		"twitter publish ":      "Next update by 13:",
	} {
		if !strings.Contains(said[to], want) {
			t.Errorf("%s: got %q, want “%s”; all are %q", to, said[to], want, slices.Sorted(maps.Keys(said)))
		}
	}
	for to, text := range said {
		if channel := !strings.Contains(to, "page") && !strings.Contains(to, "dm"); channel && (strings.Contains(text, "CEST") || strings.Contains(text, "UTC-") || strings.Contains(text, "UTC+")) {
			t.Errorf("%s: one person's zone, for all to read: %q", to, text)
		}
	}
}

// A person whose zone nobody knows, and one who has none, read the team's time
// without a name; so do all where there is nobody to find zones.
func TestTimesOfWhoHasNoZone(t *testing.T) {
	t.Parallel()
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		who    string
		zoneOf func(string) *time.Location
	}{{"leo", zoneOf}, {"ana", zoneOf}, {"maya", nil}} {
		c := scattered()
		c.ZoneOf = test.zoneOf
		book, err := c.Open(set["default"])
		if err != nil {
			t.Fatal(err)
		}
		person := c.Person(test.who)
		s := incident.State{ID: stream.ID{Workspace: "main", Kind: incident.Kind, Name: "42"}, Number: "INC-42", Severity: "SEV1", Phase: incident.Investigating,
			Since: story("05:30"), Policy: book.Policy, Roles: map[string]incident.Person{incident.RoleComms: person},
			Promises: []incident.Promise{{N: 1, Audience: incident.Public, Due: story("06:00")}}}
		out, faults := book.React(s, stream.Record{Stream: s.ID, Seq: 7, Kind: "reminded", Meta: stream.Meta{At: story("05:55")}, Data: stream.JSON(incident.Reminded{N: 1, Who: "comms", Due: story("06:00")})})
		if len(faults) > 0 || len(out) != 1 || !strings.HasPrefix(out[0].Words.Title, "06:00: first words") {
			t.Errorf("%s: got %+v %v", test.who, out, faults)
		}
	}
}

// The catalogue tells times to one person as playbooks do.
func TestCatalogueTellsTimesInTheReadersZone(t *testing.T) {
	t.Parallel()
	words, err := playbooks.Words(losAngeles, zoneOf)
	if err != nil {
		t.Fatal(err)
	}
	for zone, want := range map[string]string{"": "05:00–05:50", "Europe/Berlin": "14:00 CEST–14:50 CEST", "Nowhere/Atall": "05:00–05:50"} {
		m := words.Say("was away", map[string]any{"for": stream.Person{Handle: "maya", Zone: zone}, "from": story("05:00"), "to": story("05:50")})
		if !strings.Contains(m.Plain(), want) {
			t.Errorf("%q: got %q, want “%s”", zone, m.Plain(), want)
		}
	}
}
