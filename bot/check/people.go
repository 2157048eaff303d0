package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"drumbeat/bot/desk/facts"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/integrations"
)

// wakes are the far ends that ring at night. A phone is silent for Slack in
// do-not-disturb hours, and for mail always.
var wakes = map[string]string{"pagerduty": "PagerDuty", "twilio": "Twilio"}

// people tells who can be reached, and who may do what.
func (in Input) people(switches control.State) []integrations.Finding {
	return slices.Concat(in.onCall(), in.groups(), in.approvers(), in.operator(switches))
}

func (in Input) onCall() (found []integrations.Finding) {
	seen := map[string]bool{}
	for _, rung := range in.OnCall {
		for _, p := range rung.People {
			if !seen[p.Handle] {
				seen[p.Handle] = true
				found = append(found, in.reach(p))
			}
		}
	}
	_, pagerduty := in.Senders["pagerduty"]
	switch {
	case len(seen) == 0:
		return []integrations.Finding{fails("oncall", "nobody is on call: an incident wakes nobody.", "Write who is paged first, and who next: oncall: [{people: [maya]}, {people: [omar]}].")}
	case len(seen) == 1 && !pagerduty:
		found = append(found, warns("oncall", "one person alone is on call: whoever sleeps through it is the end of the line.", "Add a second rung."))
	}
	return found
}

// reach tells how a person on call is woken.
func (in Input) reach(p incident.Person) integrations.Finding {
	var ways, quiet []string
	for _, w := range p.Ways {
		if name, ok := wakes[w.To]; ok {
			ways = append(ways, name)
		} else {
			quiet = append(quiet, map[string]string{"slack": "Slack", "email": "mail"}[w.To])
		}
	}
	subject := "people." + p.Handle
	switch {
	case len(ways) > 0:
		return well(subject, "is woken by "+strings.Join(ways, ", then ")+".")
	case len(quiet) > 0:
		return warns(subject, fmt.Sprintf("is on call and has only %s, which wake nobody in do-not-disturb hours.", strings.Join(quiet, " and ")), in.wake(p.Handle))
	}
	return fails(subject, "is on call and cannot be reached in any way.", in.wake(p.Handle))
}

// wake says how a person gets a way that wakes.
func (in Input) wake(handle string) string {
	if _, ok := in.Senders["twilio"]; !ok {
		return "Configure twilio (or pagerduty, for the first on call), and write phone: \"+15551234567\" with the person."
	}
	if slices.ContainsFunc(in.People, func(p facts.Person) bool { return p.Handle == handle && p.Phone != "" }) {
		return "Correct the phone number."
	}
	return "Write phone: \"+15551234567\" with the person."
}

// groups tells of those that playbooks count on, and that nobody is in.
func (in Input) groups() (found []integrations.Finding) {
	remedy := func(names map[string][]string) string {
		return fmt.Sprintf("Write who: groups: {%s: [handle]}; or have your playbook name others.", strings.Join(slices.Sorted(maps.Keys(names)), ": [handle], "))
	}
	if len(in.Woken) > 0 {
		found = append(found, warns("groups", "nobody is in "+by(in.Woken)+": where a playbook wakes them, it wakes nobody.", remedy(in.Woken)))
	}
	if len(in.Asked) > 0 {
		found = append(found, warns("groups", "nobody is in "+by(in.Asked)+": where words for customers need their yes, nobody can give it.", remedy(in.Asked)))
	}
	return found
}

// by names groups, each with the playbooks that count on it.
func by(groups map[string][]string) string {
	const most = 3
	var out []string
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		books := groups[name]
		if more := len(books) - most; more > 0 {
			books = append(slices.Clone(books[:most]), fmt.Sprintf("%d more", more))
		}
		out = append(out, name+" (playbooks: "+strings.Join(books, ", ")+")")
	}
	return strings.Join(out, ", ")
}

// approvers: words for customers need the yes of somebody who did not write them.
func (in Input) approvers() []integrations.Finding {
	var speak []string // who can say yes in chat
	for _, p := range in.People {
		if p.Slack != "" && (len(in.Approvers) == 0 || slices.Contains(in.Approvers, p.Handle)) {
			speak = append(speak, p.Handle)
		}
	}
	switch {
	case len(in.Approvers) == 0:
		return []integrations.Finding{well("approvers", "are not named: anybody but the author may say yes to words for customers.")}
	case len(speak) == 0:
		return []integrations.Finding{fails("approvers", "none of them has a Slack ID: nobody can say yes to words for customers in chat.", "Write slack: U… with each of them (Slack: profile, ⋮, Copy member ID).")}
	case len(speak) == 1:
		return []integrations.Finding{warns("approvers", fmt.Sprintf("%s alone can say yes in chat, so nobody can to what %s writes.", speak[0], speak[0]), "Name a second approver, with a Slack ID.")}
	}
	return []integrations.Finding{well("approvers", strings.Join(speak, ", ")+" can say yes to each other's words.")}
}

func (in Input) operator(switches control.State) []integrations.Finding {
	if in.Operator == "" && switches.Operator.Handle != "" {
		return []integrations.Finding{well("operator", switches.Operator.String()+" is the operator (by the code of the log).")}
	}
	i := slices.IndexFunc(in.People, func(p facts.Person) bool { return p.Handle == in.Operator })
	switch {
	case in.Operator == "" || i < 0:
		return []integrations.Finding{warns("operator", "is not set: nobody may move a far end to live, and nobody is told what goes wrong.", fmt.Sprintf("Type %s setup CODE with the code of the bot's log, or write the handle of one of people.", cmp.Or(in.Command, "/incident")))}
	case in.People[i].Slack == "" && in.Senders["slack"] != nil:
		return []integrations.Finding{warns("operator", in.Operator+" has no Slack ID, so nothing can be told there.", "Write slack: U… with "+in.Operator+" (Slack: profile, ⋮, Copy member ID).")}
	}
	return []integrations.Finding{well("operator", in.Operator+" moves far ends to live, and is told what goes wrong.")}
}
