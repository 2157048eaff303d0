package simulate

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/approval"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
)

// Company is where an incident happens: its people, its far ends, and what the
// bot would look up.
type Company struct {
	Settings playbooks.Settings
	Zone     *time.Location // of its people; customers read UTC
	// ZoneOf finds the zones of those who have one of their own; nil finds none.
	ZoneOf     func(name string) *time.Location
	People     []incident.Person
	OnCall     []incident.Rung
	Others     incident.Others     // who can be woken for a role
	Groups     map[string][]string // handles of those whose yes a group's is
	Reporter   string              // the handle of whoever notices
	Suspects   []incident.Change
	Components []incident.Component
	Targets    []incident.Target // far ends for words to customers
}

// Book is a playbook that is ready to be played, and what it demands.
type Book struct {
	*playbooks.Playbook
	Pin    incident.Pinned
	Policy policy.Policy
	About  string // what it is for
}

// Open pins and compiles a playbook for the company. A Book may be played many
// times.
func (c Company) Open(src playbooks.Source) (Book, error) {
	pin, p, err := src.Pin(c.Settings)
	if err != nil {
		return Book{}, err
	}
	b, err := playbooks.Compile(pin, c.Zone)
	if err != nil {
		return Book{}, err
	}
	return Book{b.In(c.ZoneOf), pin, p, src.About}, nil
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
		v.Playbook, v.Policy, v.OnCall, v.Others, v.Suspects = b.Pin, b.Policy, c.OnCall, c.Others, c.Suspects
		v.Components = slices.Clone(c.Components)
		v.By = c.Person(by.ID)
		if v.Drill {
			v.OnCall, v.Others, v.Suspects, v.Components = []incident.Rung{{People: []incident.Person{v.By}, Wait: rung}}, nil, nil, nil
		}
		return v
	case incident.EndDrill:
		v.Shown = incident.Drilled{Room: 1, Rang: 2, Answered: 20, Drafted: 0, Approved: 60}
		return v
	case incident.Approve:
		v.Targets, v.Local = c.Targets, at.In(c.Zone).Format("15:04")
		return v
	case incident.Speak:
		v.Targets, v.Local = c.Targets, at.In(c.Zone).Format("15:04")
		return v
	}
	return cmd
}

// farEnds are those that can break: chat, phones, and what carries words.
func (c Company) farEnds() []string {
	found := map[string]bool{"slack": true}
	for _, p := range c.People {
		for _, w := range p.Ways {
			found[w.To] = true
		}
	}
	for _, t := range c.Targets {
		found[t.Name] = t.Name != incident.StatusPage
	}
	maps.DeleteFunc(found, func(_ string, breaks bool) bool { return !breaks })
	return slices.Sorted(maps.Keys(found))
}

// rung is how long a call waits before the next person is called.
const rung = stream.Duration(5 * time.Minute)

// with has somebody for every name, role and group that a policy asks for.
func (c Company) with(p policy.Policy) Company {
	c.People, c.Others, c.Groups = slices.Clone(c.People), maps.Clone(c.Others), maps.Clone(c.Groups)
	if c.Others == nil {
		c.Others = incident.Others{}
	}
	if c.Groups == nil {
		c.Groups = map[string][]string{}
	}
	for _, entry := range slices.Concat(p.Approval.By, p.Approval.Fallback) {
		switch kind, name := approval.Parse(entry); kind {
		case approval.Role:
		case approval.Group:
			if c.Groups[name] == nil {
				for _, free := range c.free() {
					c.Groups[name] = append(c.Groups[name], free.Handle)
				}
			}
		default:
			if c.Person(name).Handle == "" {
				c.People = append(c.People, incident.Person{Handle: name, Name: strings.ToUpper(name[:1]) + name[1:], Slack: "U0" + strings.ToUpper(name)})
			}
		}
	}
	for _, w := range p.Severities {
		for _, role := range w.Wakes {
			if free := c.free(); role != "oncall" && role != "authors" && c.Others[role] == nil && len(free) > 0 {
				who := free[len(c.Others)%len(free)]
				who.Ways = append(slices.Clip(who.Ways), incident.Way{To: "slack", Address: who.Slack})
				c.Others[role] = []incident.Rung{{People: []incident.Person{who}, Wait: rung}}
			}
		}
	}
	return c
}

// free are those who are not on call.
func (c Company) free() []incident.Person {
	return slices.DeleteFunc(slices.Clone(c.People), func(who incident.Person) bool {
		return who.Handle == c.Reporter || slices.ContainsFunc(c.OnCall, func(r incident.Rung) bool { return slices.ContainsFunc(r.People, same(who)) })
	})
}

// actor is somebody with his groups, as the bot knows him.
func (c Company) actor(who incident.Person) stream.Actor {
	a := stream.Actor{ID: who.Handle, Name: who.Name}
	for _, group := range slices.Sorted(maps.Keys(c.Groups)) {
		if slices.Contains(c.Groups[group], who.Handle) {
			a.Roles = append(a.Roles, group)
		}
	}
	return a
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
	priya := person("priya", "Priya", chat("U000PRIYA"))
	return Company{
		Settings: playbooks.Settings{Company: "Harbor", Command: "/incident", Announce: "incidents", Shadow: "shadow-words", URL: "https://status.harbor.example"},
		Zone:     time.UTC,
		People:   []incident.Person{maya, omar, priya, person("sam", "Sam", phone("04")), leo, person("ana", "Ana")},
		OnCall:   []incident.Rung{{People: []incident.Person{maya}, Wait: rung}, {People: []incident.Person{omar}, Wait: rung}},
		Others:   incident.Others{incident.RoleComms: {{People: []incident.Person{priya}, Wait: rung}}},
		Reporter: "ana",
		Suspects: []incident.Change{{ID: "CH-23", What: "permissions backfill", Service: "api", Risk: "high", Author: leo,
			Reviewer: incident.Person{Handle: "ines", Name: "Ines"}, Why: "ended 7 h 50 min before", Unrecorded: true}},
		Components: []incident.Component{{Name: "Mail view", Words: "opening and saving", State: "partial"}},
		Targets:    []incident.Target{{Name: "email", Mode: "live"}, {Name: incident.StatusPage, Mode: "live"}, {Name: "twitter", Mode: "live"}},
	}
}
