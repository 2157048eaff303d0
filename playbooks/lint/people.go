package lint

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"drumbeat/incident"
	"drumbeat/incident/approval"
)

// vacant tells of roles, groups and names that nobody has, whose yes or work the
// playbook counts on.
func vacant(b *book) {
	rule := b.Audiences.Public.Approval
	for key, entries := range map[string][]string{"by": rule.By, "fallback": rule.Fallback} {
		for i, entry := range entries {
			if why := b.nobody(entry); why != "" {
				b.tell(ask(key, i), fmt.Sprintf("nobody can say yes as %s: %s", entry, why), "Name somebody, or take it out")
			}
		}
	}
	for i, d := range b.Duties {
		if b.role(d.Owner) || b.config != nil && len(b.config.Company.Groups[d.Owner]) > 0 {
			continue
		}
		if why := b.handle(d.Owner); why != "" {
			b.tell([]any{"duties", i, "owner"}, fmt.Sprintf("nobody owns the duty %s: there is no role %s, and %s", d.Name, d.Owner, why), "Name a role of `roles`, a person or a group")
		}
	}
	for _, severity := range b.Severities {
		for i, who := range b.Page.Wakes.Of(severity) {
			if who == "oncall" || who == "authors" || b.config == nil || len(b.config.Company.Groups[who]) > 0 || len(b.config.Company.Others[who]) > 0 {
				continue
			}
			b.tell([]any{"page", "wakes", severity, i}, fmt.Sprintf("%s wakes nobody for %s: the configuration has no group of that name", severity, who), "Write the group into the configuration")
		}
	}
}

// nobody says why an entry of an approval is nobody's; empty if somebody can be
// it.
func (b *book) nobody(entry string) string {
	switch kind, name := approval.Parse(entry); kind {
	case approval.Role:
		if !b.role(name) {
			return "there is no role " + name
		}
	case approval.Group:
		if b.config != nil && len(b.config.Company.Groups[name]) == 0 {
			return "the configuration has nobody in a group " + name
		}
	default:
		return b.handle(name)
	}
	return ""
}

// role reports whether there is one of that name.
func (b *book) role(name string) bool {
	_, named := b.Roles[name]
	return named || slices.Contains([]string{incident.RoleCommander, incident.RoleComms, incident.RoleScribe, incident.RoleLiaison}, name)
}

// handle says why nobody has it. Without a configuration everybody may be there.
func (b *book) handle(name string) string {
	if b.config == nil || b.config.Company.Person(name).Handle != "" {
		return ""
	}
	return "the configuration has no person " + name
}

// uncovered tells of hours in which nobody is there: nobody to wake, and nobody
// who says yes in time.
func uncovered(b *book) {
	for _, severity := range b.Severities {
		i := slices.Index(b.Page.Wakes.Of(severity), "oncall")
		if i < 0 || b.config == nil {
			continue
		}
		reach := 0
		for _, r := range b.config.Company.OnCall {
			for _, p := range r.People {
				reach += len(p.Ways)
			}
		}
		if reach == 0 {
			b.tell([]any{"page", "wakes", severity, i}, severity+" wakes whoever is on call, and at no hour is anybody who can be woken", "Write `oncall` into the configuration, and how each person is woken")
		}
	}
	rule := b.Audiences.Public.Approval
	for _, severity := range b.Severities {
		first := max(b.Audiences.Public.First.Of(severity), b.Audiences.Public.Confirmed.Of(severity))
		if len(rule.Fallback) > 0 && rule.FallbackAfter >= first && first > 0 {
			b.tell(ask("fallback_after"), fmt.Sprintf("the fallback is asked after %s, and at %s the first words are due after %s: where nobody of `by` answers they are late",
				rule.FallbackAfter, severity, first), "Ask the fallback earlier")
			return
		}
	}
}

var slackPerson = regexp.MustCompile(`^[UW][A-Z0-9]{6,}$`)

// stranger tells of people whom the playbook names and the configuration does
// not.
func stranger(b *book) {
	known := func(id string) bool {
		return slices.ContainsFunc(b.config.Company.People, func(p incident.Person) bool { return p.Slack == id || p.Handle == id })
	}
	for _, s := range b.own() {
		for _, key := range []string{"person", "address"} {
			if id := s.Args[key]; slackPerson.MatchString(id) && !known(id) {
				b.tell(s.Key("args", key), fmt.Sprintf("step “%s” writes to %s, who is nobody in the configuration", s.Name, id), "Write the person under `people`, or another here")
			}
		}
	}
}

// idle tells of schedules that never come.
func idle(b *book) {
	zoneOf := b.config.Company.ZoneOf
	for i, s := range b.Schedules {
		if s.Zone != "" && zoneOf != nil && zoneOf(s.Zone) == nil {
			b.tell([]any{"schedules", i, "zone"}, fmt.Sprintf("schedule “%s” never comes: %q is not a time zone", s.Name, s.Zone), "Write one such as Europe/Berlin, or leave `zone` out for the team's")
		}
		known := func(p incident.Person) bool { return strings.EqualFold(p.Handle, s.Person()) }
		if who := s.Person(); who != "" && !slices.ContainsFunc(b.config.Company.People, known) {
			b.tell([]any{"schedules", i, "to"}, fmt.Sprintf("schedule “%s” never comes: it is for %s, who is not among `people`", s.Name, who), "Write the person under `people`, or a channel such as “#eng” here")
		}
	}
}

// absent tells of far ends that are not configured, and of what they cannot do.
func absent(b *book) {
	has := func(end string) bool { return end == "" || end == "bot" || slices.Contains(b.config.FarEnds, end) }
	for _, s := range b.own() {
		if !strings.Contains(s.To, "{{") && !has(s.To) {
			b.tell(s.Key("to"), fmt.Sprintf("step “%s” asks %s, which the configuration does not have", s.Name, s.To), "Configure it, or take one of "+strings.Join(b.config.FarEnds, ", "))
			continue
		}
		for _, a := range b.tried().asked[s.Name] {
			if b.config.Check == nil || !has(a.To) || a.To == "bot" || a.To == "" {
				continue
			}
			if err := b.config.Check(a.To, a.Action, a.Args); err != nil {
				b.tell(s.Key("do"), fmt.Sprintf("step “%s” asks %s for what it cannot do: %v", s.Name, a.To, err), "Correct `do` and `args`")
				break
			}
		}
	}
	doc, _ := b.Place()
	for _, end := range slices.Sorted(maps.Keys(b.Audiences.Public.Takes)) {
		if at, _ := b.Place("audiences", "public", "takes", end); at.File == doc.File && !has(end) {
			b.tell([]any{"audiences", "public", "takes", end}, fmt.Sprintf("it says which words %s takes, which the configuration does not have", end), "Configure it, or take the line out")
		}
	}
}
