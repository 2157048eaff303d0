package simulate

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
)

// Company is where an incident happens: its people, its far ends, and what the
// bot would look up.
type Company struct {
	Settings   playbooks.Settings
	Zone       *time.Location // of its people; customers read UTC
	People     []incident.Person
	OnCall     []incident.Rung
	Comms      string // the handle of whoever takes comms when an incident wakes comms
	Reporter   string // the handle of whoever notices
	Suspects   []incident.Change
	Components []incident.Component
	Targets    []incident.Target // far ends for words to customers
}

// Book is a playbook that is ready to be played, and what it demands.
type Book struct {
	*playbooks.Playbook
	Pin    incident.Pinned
	Policy policy.Policy
}

// Open pins and compiles a playbook for the company. A Book may be played many
// times.
func (c Company) Open(src playbooks.Source) (Book, error) {
	pin, p, err := src.Pin(c.Settings)
	if err != nil {
		return Book{}, err
	}
	b, err := playbooks.Compile(pin, c.Zone)
	return Book{b, pin, p}, err
}

// Person finds somebody by handle; the zero Person when nobody is called so.
func (c Company) Person(handle string) incident.Person {
	i := slices.IndexFunc(c.People, func(p incident.Person) bool { return p.Handle == handle })
	if i < 0 {
		return incident.Person{}
	}
	return c.People[i]
}

// find takes what a far end calls somebody.
func (c Company) find(id string) (incident.Person, bool) {
	i := slices.IndexFunc(c.People, func(p incident.Person) bool {
		return id != "" && (id == p.Handle || id == p.Slack || slices.ContainsFunc(p.Ways, func(w incident.Way) bool { return w.Address == id }))
	})
	if i < 0 {
		return incident.Person{}, false
	}
	return c.People[i], true
}

// Name is how somebody is called whom a far end calls id; id itself for a
// stranger.
func (c Company) Name(id string) string {
	p, _ := c.find(id)
	return cmp.Or(p.Name, id)
}

// facts completes a command with what the bot would look up.
func (c Company) facts(b Book, cmd incident.Command, by stream.Actor, at time.Time) incident.Command {
	switch v := cmd.(type) {
	case incident.Declare:
		v.Playbook, v.Policy, v.OnCall, v.Suspects = b.Pin, b.Policy, c.OnCall, c.Suspects
		v.Components = slices.Clone(c.Components)
		v.By = c.Person(by.ID)
		if v.Drill {
			v.OnCall, v.Suspects, v.Components = []incident.Rung{{People: []incident.Person{v.By}, Wait: stream.Duration(5 * time.Minute)}}, nil, nil
		}
		return v
	case incident.EndDrill:
		v.Shown = incident.Drilled{Room: 1, Rang: 2, Answered: 20, Drafted: 0, Approved: 60}
		return v
	case incident.Approve:
		v.Targets, v.Local = c.Targets, at.In(c.Zone).Format("15:04")
		return v
	case incident.Speak:
		v.Targets = c.Targets
		return v
	}
	return cmd
}

// Sample is a company of six people with everything that a playbook can ask
// for: two rungs on call, somebody for words, a status page, X and mail.
func Sample() Company {
	person := func(handle, name string, ways ...incident.Way) incident.Person {
		id := "U" + strings.ToUpper(handle)
		return incident.Person{Handle: handle, Name: name, Slack: "U" + strings.Repeat("0", max(0, 9-len(id))) + strings.ToUpper(handle), Ways: ways}
	}
	phone := func(number string) incident.Way { return incident.Way{To: "twilio", Address: "+141555501" + number} }
	chat := func(id string) incident.Way { return incident.Way{To: "slack", Address: id} }
	maya := person("maya", "Maya", incident.Way{To: "pagerduty", Address: "maya"}, phone("01"), chat("U0000MAYA"))
	omar := person("omar", "Omar", phone("02"), chat("U0000OMAR"))
	leo := person("leo", "Leo")
	wait := stream.Duration(5 * time.Minute)
	return Company{
		Settings: playbooks.Settings{Company: "Harbor", Command: "/incident", Announce: "incidents", Shadow: "shadow-words", URL: "https://status.harbor.example"},
		Zone:     time.UTC,
		People:   []incident.Person{maya, omar, person("priya", "Priya", chat("U000PRIYA")), person("sam", "Sam", phone("04")), leo, person("ana", "Ana")},
		OnCall:   []incident.Rung{{People: []incident.Person{maya}, Wait: wait}, {People: []incident.Person{omar}, Wait: wait}},
		Comms:    "priya", Reporter: "ana",
		Suspects: []incident.Change{{ID: "CH-23", What: "permissions backfill", Service: "api", Risk: "high", Author: leo,
			Reviewer: incident.Person{Handle: "ines", Name: "Ines"}, Why: "ended 7 h 50 min before", Unrecorded: true}},
		Components: []incident.Component{{Name: "Mail view", Words: "opening and saving", State: "partial"}},
		Targets:    []incident.Target{{Name: "email", Mode: "live"}, {Name: incident.StatusPage, Mode: "live"}, {Name: "twitter", Mode: "live"}},
	}
}
