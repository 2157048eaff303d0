package desk

import (
	"regexp"
	"strings"

	"drumbeat/incident"
	"drumbeat/incident/stream"
)

// Person is one entry of `people:` in the configuration.
type Person struct {
	Handle string `yaml:"handle"`
	Name   string `yaml:"name,omitempty"`
	Slack  string `yaml:"slack,omitempty"` // member ID: U024BE7LH
	Email  string `yaml:"email,omitempty"`
	Phone  string `yaml:"phone,omitempty"` // E.164: +15551234567
}

// Rung is one entry of `oncall:`: these people are paged, and the next rung
// after the wait without an answer.
type Rung struct {
	People []string        `yaml:"people"`
	Wait   stream.Duration `yaml:"wait,omitempty"` // default 5m
}

// Service is one entry of `services:`.
type Service struct {
	Team       string   `yaml:"team,omitempty"`
	Component  string   `yaml:"component,omitempty"` // on the status page
	DependsOn  []string `yaml:"depends_on,omitempty"`
	Repository string   `yaml:"repository,omitempty"`
}

// directory finds people by what faces call them.
type directory struct {
	byName map[string]incident.Person // handle, Slack id, "tel:+1…", mail, lower case
	oncall []incident.Rung
}

func newDirectory(cfg Config) directory {
	dir := directory{byName: map[string]incident.Person{}}
	for _, p := range cfg.People {
		person := incident.Person{Handle: p.Handle, Name: p.Name, Slack: p.Slack, Ways: ways(p, cfg.Pagers)}
		for _, name := range []string{p.Handle, p.Slack, "tel:" + p.Phone, p.Email} {
			if name != "" && name != "tel:" {
				dir.byName[strings.ToLower(name)] = person
			}
		}
	}
	for i, r := range cfg.OnCall {
		rung := incident.Rung{Wait: r.Wait}
		if rung.Wait == 0 {
			rung.Wait = defaultWait
		}
		for j, handle := range r.People {
			p, ok := dir.byName[strings.ToLower(handle)]
			if !ok {
				continue // the configuration's check has told
			}
			if i == 0 && j == 0 && contains(cfg.Pagers, "pagerduty") {
				p.Ways = append([]incident.Way{{To: "pagerduty", Address: p.Handle}}, p.Ways...)
			}
			rung.People = append(rung.People, p)
		}
		if len(rung.People) > 0 {
			dir.oncall = append(dir.oncall, rung)
		}
	}
	return dir
}

const defaultWait = stream.Duration(5 * 60 * 1e9)

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// ways are a person's addresses, in the order in which they are tried.
func ways(p Person, pagers []string) []incident.Way {
	addresses := map[string]string{"twilio": p.Phone, "email": p.Email, "slack": p.Slack}
	var out []incident.Way
	for _, to := range pagers {
		if addresses[to] != "" {
			out = append(out, incident.Way{To: to, Address: addresses[to]})
		}
	}
	return out
}

// identify takes a face's actor to the person that he is. Somebody unknown is
// himself: his ID at the face and the name that it gave.
func (dir directory) identify(a stream.Actor) incident.Person {
	if p, ok := dir.byName[strings.ToLower(a.ID)]; ok {
		return p
	}
	p := incident.Person{Handle: a.ID, Name: a.Name}
	if slackID.MatchString(a.ID) {
		p.Slack = a.ID
		p.Ways = []incident.Way{{To: "slack", Address: a.ID}}
	}
	return p
}

var (
	slackID = regexp.MustCompile(`^[UW][A-Z0-9]{6,}$`)
	mention = regexp.MustCompile(`<@([UW][A-Z0-9]+)(?:\|([^>]*))?>|(?:^|\s)@([\w.-]+)`)
)

// mentioned takes the people out of a line: "<@U024BE7LH|maya>" and "@maya".
// A name that nobody has is given back as unknown.
func (dir directory) mentioned(s string) (people []incident.Person, rest string, unknown []string) {
	for _, m := range mention.FindAllStringSubmatch(s, -1) {
		switch {
		case m[1] != "":
			people = append(people, dir.identify(stream.Actor{ID: m[1], Name: m[2]}))
		default:
			if p, ok := dir.byName[strings.ToLower(m[3])]; ok {
				people = append(people, p)
			} else {
				unknown = append(unknown, m[3])
			}
		}
	}
	return people, strings.Join(strings.Fields(mention.ReplaceAllString(s, " ")), " "), unknown
}

// one finds the single person whom a line names; the asker when it names none.
func (d *Desk) one(a *ask) (incident.Person, string, error) {
	people, rest, unknown := d.directory.mentioned(a.rest)
	switch {
	case len(unknown) > 0:
		return incident.Person{}, "", stream.Refuse("I know nobody called @%s. People stand under `people:` in the configuration; in Slack, pick the name from the list.", unknown[0])
	case len(people) == 0:
		return a.person, rest, nil
	case len(people) > 1:
		return incident.Person{}, "", stream.Refuse("Name one person.")
	}
	return people[0], rest, nil
}
