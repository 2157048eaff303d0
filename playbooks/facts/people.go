package facts

import (
	"maps"
	"slices"

	"drumbeat/incident"
	"drumbeat/incident/words"
)

// Person finds who is called so by a far end: by handle, Slack ID or address,
// among all who have to do with the incident. The zero Person is nobody.
func (f *Facts) Person(names ...string) incident.Person {
	is := func(p incident.Person) bool {
		return slices.ContainsFunc(names, func(name string) bool {
			return name != "" && (name == p.Handle || name == p.Slack || slices.ContainsFunc(p.Ways, func(w incident.Way) bool { return w.Address == name }))
		})
	}
	all := slices.Concat(eventPeople(f.Event), involved(f.State, true))
	for _, role := range slices.Sorted(maps.Keys(f.Roles)) {
		all = append(all, f.Roles[role])
	}
	rungs := slices.Clone(f.OnCall)
	for _, role := range slices.Sorted(maps.Keys(f.Others)) {
		rungs = append(rungs, f.Others[role]...)
	}
	for _, rung := range rungs {
		all = append(all, rung.People...)
	}
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i]
	}
	return incident.Person{}
}

// eventPeople are those whom an event names.
func eventPeople(event any) []incident.Person {
	switch e := event.(type) {
	case incident.Paged:
		return e.People
	case incident.Acknowledged:
		return []incident.Person{e.By}
	case incident.AckQuestioned:
		return []incident.Person{e.By}
	case incident.Joined:
		return []incident.Person{e.By}
	case incident.Assigned:
		return []incident.Person{e.Person}
	case incident.ApprovalAsked:
		return e.People
	}
	return nil
}

// FarEnd names a far end as people do.
func FarEnd(name string) string {
	switch name {
	case "page":
		return "status page"
	case "twitter":
		return "X"
	case "statuspage", "atlassian_statuspage":
		return "Statuspage"
	case "twilio":
		return "SMS"
	case "slack":
		return "Slack"
	case "pagerduty":
		return "PagerDuty"
	case "bot":
		return "Drumbeat"
	}
	return name
}

// Names lists people: "Maya, Omar and Priya".
func Names(people []incident.Person) string {
	if len(people) == 0 {
		return "nobody"
	}
	var out []string
	for _, p := range people {
		out = append(out, p.String())
	}
	return words.And(out)
}
