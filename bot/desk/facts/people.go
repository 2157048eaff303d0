package facts

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
)

// Person is one entry of `people:` in the configuration.
type Person struct {
	// Handle is the short name that the rest of the configuration and the
	// commands use: `maya`.
	Handle string `yaml:"handle"`
	// Name is how messages call the person. Left out: the handle.
	Name string `yaml:"name,omitempty"`
	// Slack is the member ID (profile, ⋮, Copy member ID): `U024BE7LH`. Left
	// out: what the person types in Slack is not taken for his.
	Slack string `yaml:"slack,omitempty"`
	// Email is where the person can be woken by mail. Left out: no mail is
	// sent.
	Email string `yaml:"email,omitempty"`
	// Phone is the number in international form, `+15551234567`, for Twilio.
	// Left out: no phone rings.
	Phone string `yaml:"phone,omitempty"`
	// Timezone is an IANA name such as `America/New_York`: pages, direct
	// messages and mail to the person tell the time of it, “14:30 EST”. Left out:
	// the team's.
	Timezone string `yaml:"timezone,omitempty"`
}

// Rung is one entry of `oncall:`: these people are paged, and the next rung
// after the wait without an answer.
type Rung struct {
	// People are the handles who are called at once. Left out: the rung is
	// passed over.
	People []string `yaml:"people"`
	// Wait is how long they have before the next rung is called as well. Left
	// out: `5m`.
	Wait stream.Duration `yaml:"wait,omitempty"`
}

// Service is one entry of `services:`.
type Service struct {
	// Team is who owns it. Left out: nothing changes; nothing reads it yet.
	Team string `yaml:"team,omitempty"`
	// Component is the name of the component of the status page that it is
	// behind. Left out: a component is marked only when the title names it.
	Component string `yaml:"component,omitempty"`
	// DependsOn are the services that it needs: their changes are suspected
	// too. Left out: none are.
	DependsOn []string `yaml:"depends_on,omitempty"`
	// Repository is where its code is. Left out: nothing changes; nothing
	// reads it yet.
	Repository string `yaml:"repository,omitempty"`
}

// Directory finds people by what faces call them.
type Directory struct {
	byName map[string]incident.Person // handle, Slack id, "tel:+1…", mail, lower case
	OnCall []incident.Rung
	groups map[string][]string // handles, by the group's name
	slack  bool                // can wake people
}

func newDirectory(cfg Config) Directory {
	dir := Directory{byName: map[string]incident.Person{}, groups: cfg.Groups, slack: slices.Contains(cfg.Pagers, "slack")}
	for _, p := range cfg.People {
		person := incident.Person{Handle: p.Handle, Name: p.Name, Slack: p.Slack, Ways: ways(p, cfg.Pagers), Zone: p.Timezone}
		for _, name := range []string{p.Handle, p.Slack, "tel:" + p.Phone, p.Email} {
			if name != "" && name != "tel:" {
				dir.byName[strings.ToLower(name)] = person
			}
		}
	}
	for i, r := range cfg.OnCall {
		rung := incident.Rung{Wait: r.Wait}
		if rung.Wait == 0 {
			rung.Wait = DefaultWait
		}
		for j, handle := range r.People {
			p, ok := dir.byName[strings.ToLower(handle)]
			if !ok {
				continue // the configuration's check has told
			}
			if i == 0 && j == 0 && slices.Contains(cfg.Pagers, "pagerduty") {
				p.Ways = append([]incident.Way{{To: "pagerduty", Address: p.Handle}}, p.Ways...)
			}
			rung.People = append(rung.People, p)
		}
		if len(rung.People) > 0 {
			dir.OnCall = append(dir.OnCall, rung)
		}
	}
	return dir
}

// DefaultWait is how long a rung rings.
const DefaultWait = stream.Duration(5 * time.Minute)

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

// Identify takes a face's actor to the person that he is. Somebody unknown is
// himself: his ID at the face and the name that it gave.
func (dir Directory) Identify(a stream.Actor) incident.Person {
	if p, ok := dir.byName[strings.ToLower(a.ID)]; ok {
		return p
	}
	p := incident.Person{Handle: a.ID, Name: a.Name}
	if slackID.MatchString(a.ID) {
		p.Slack = a.ID
		if dir.slack {
			p.Ways = []incident.Way{{To: "slack", Address: a.ID}}
		}
	}
	return p
}

// others are those who can be woken for the roles that a policy wakes, one after
// the other, and those who own its duties by their handles.
func (dir Directory) others(p policy.Policy) incident.Others {
	out := incident.Others{}
	add := func(role string, handles ...string) {
		var rungs []incident.Rung
		for _, handle := range handles {
			if person, ok := dir.byName[strings.ToLower(handle)]; ok {
				rungs = append(rungs, incident.Rung{People: []incident.Person{person}, Wait: DefaultWait})
			}
		}
		if len(rungs) > 0 {
			out[role] = rungs
		}
	}
	for _, w := range p.Severities {
		for _, role := range w.Wakes {
			add(role, dir.groups[role]...)
		}
	}
	for _, d := range p.Duties {
		add(d.Owner, d.Owner)
		add(d.Owner, dir.groups[d.Owner]...)
	}
	return out
}

// Groups are the names of the groups that a person is in, sorted.
func (dir Directory) Groups(handle string) []string {
	var out []string
	for name, people := range dir.groups {
		if slices.Contains(people, handle) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// complete adds what is known of a person to what a tool said of him: a handle,
// a mail address or a Slack ID. Somebody unknown stays as he was named.
func (dir Directory) complete(p incident.Person) incident.Person {
	for _, name := range []string{p.Handle, p.Slack, p.Name} {
		if known, ok := dir.byName[strings.ToLower(name)]; ok && name != "" {
			return known
		}
	}
	return p
}

var (
	slackID = regexp.MustCompile(`^[UW][A-Z0-9]{6,}$`)
	// One word that stands for people: Slack's "<@U024BE7LH|maya>" and
	// "<!subteam^S024|oncall>", or "@maya".
	mention = regexp.MustCompile(`<@([UW][A-Z0-9]+)(?:\|([^>]*))?>|<!(subteam\^|here|channel|everyone)[^>]*>|(?:^|\s)@([\pL\pN_.-]*[\pL\pN_])`)
	// several are mentions in a row, at the head of a line.
	several = regexp.MustCompile(`^(?:(?:<@[UW][A-Z0-9]+(?:\|[^>]*)?>|<![^>]*>|@[\pL\pN_.-]*[\pL\pN_])(?:\s*,|\s+and\b)?\s*)+`)
)

// group are the words for more people than anybody has looked at.
var group = map[string]bool{"here": true, "channel": true, "everyone": true}

// Mentioned finds the people in a text. Its error says whom it does not know.
func (dir Directory) Mentioned(s string) ([]incident.Person, error) {
	var out []incident.Person
	for _, m := range mention.FindAllStringSubmatch(s, -1) {
		name := strings.ToLower(m[4])
		p, known := dir.byName[name]
		switch {
		case m[1] != "":
			p = dir.Identify(stream.Actor{ID: m[1], Name: m[2]})
		case m[3] != "" || group[name]:
			return nil, stream.Refuse("I cannot look into a group: name people, one by one.")
		case !known:
			return nil, stream.Refuse("I know nobody called @%s. People stand under `people:` in the configuration; in Slack, pick the name from the list.", m[4][:min(len(m[4]), 40)])
		}
		if !slices.ContainsFunc(out, func(x incident.Person) bool { return x.Handle == p.Handle }) {
			out = append(out, p)
		}
	}
	return out, nil
}

// Named splits "@maya @omar the reason": those at the head are meant, others
// only when nobody stands there.
func (dir Directory) Named(s string) (people []incident.Person, rest string, err error) {
	if head := several.FindString(s); head != "" {
		people, err = dir.Mentioned(head)
		return people, strings.TrimSpace(s[len(head):]), err
	}
	people, err = dir.Mentioned(s)
	return people, s, err
}

// One finds the single person whom words name: with @, or by the bare handle;
// the one who asks when they name nobody.
func (dir Directory) One(words string, asker incident.Person) (incident.Person, error) {
	if p, ok := dir.byName[strings.ToLower(words)]; ok {
		return p, nil
	}
	people, err := dir.Mentioned(words)
	switch {
	case err != nil:
		return incident.Person{}, err
	case len(people) == 1:
		return people[0], nil
	case len(people) > 1:
		return incident.Person{}, stream.Refuse("Name one person.")
	case words != "" && !strings.EqualFold(words, "me"):
		return incident.Person{}, stream.Refuse("Say who, with @ and nothing else; without a name it is you.")
	}
	return asker, nil
}

// Without takes the mentions out of a text.
func (Directory) Without(s string) string {
	return strings.Join(strings.Fields(mention.ReplaceAllString(s, " ")), " ")
}
