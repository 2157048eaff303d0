package serve

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"drumbeat/bot/check"
	"drumbeat/bot/desk/facts"
	"drumbeat/bot/desk/recurring"
	"drumbeat/incident/approval"
	"drumbeat/playbooks"
	"drumbeat/playbooks/lint"
)

// CheckInput is these parts as a check looks at them, whether they run or not. It
// reads the playbooks.
func (p Parts) CheckInput() check.Input {
	zone, err := time.LoadLocation(p.Timezone)
	if err != nil {
		zone = time.UTC // told as a mistake
	}
	known := facts.New(facts.Config{People: p.People, OnCall: p.OnCall, Pagers: p.pagers(), Zone: zone}, nil)
	in := check.Input{Workspace: Workspace, Environment: p.Environment, Production: p.Production(), Hold: p.Hold, PublicURL: p.PublicURL,
		Private: p.Listen.Private, Others: []string{p.Listen.Public, p.Listen.Slack}, API: p.API.Token != "", Heartbeat: p.Heartbeat != "", Command: p.Settings.Command,
		Operator: p.Operator, People: p.People, Approvers: p.Approvers, Unattended: p.Unattended,
		OnCall: known.Directory.OnCall, Modes: p.FarEnds, ShadowChannel: p.Settings.Shadow, Senders: p.Senders}
	set := p.Books
	if set == nil {
		set, in.Playbooks = loadPlaybooks(p.Playbooks)
		in.Long = p.long(set)
	}
	in.Schedules = recurring.New(known, nil, set.Schedules()).Wrong
	in.Woken, in.Asked = p.emptyGroups(set)
	in.Store, _ = p.Store.(check.Store)
	return in
}

// emptyGroups are those that playbooks wake, or whose yes they ask for, and that
// nobody is in; each with the playbooks.
func (p Parts) emptyGroups(set playbooks.Set) (woken, asked map[string][]string) {
	woken, asked = map[string][]string{}, map[string][]string{}
	add := func(to map[string][]string, group, book string) {
		if len(p.Groups[group]) == 0 && !slices.Contains(to[group], book) {
			to[group] = append(to[group], book)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		policy := set[name].Incident()
		for _, w := range policy.Severities {
			for _, who := range w.Wakes {
				if who != "oncall" && who != "authors" {
					add(woken, who, name)
				}
			}
		}
		if len(p.Approvers) > 0 {
			policy.Approval.By = nil // they stand in its place
		}
		for _, entry := range slices.Concat(policy.Approval.By, policy.Approval.Fallback) {
			if kind, group := approval.Parse(entry); kind == approval.Group {
				add(asked, group, name)
			}
		}
	}
	return woken, asked
}

// long are the words of one's own playbooks that a far end does not take whole.
func (p Parts) long(books playbooks.Set) (out []string) {
	c, err := p.Lint()
	if p.Playbooks == "" || err != nil {
		return nil
	}
	books = maps.Clone(books)
	maps.DeleteFunc(books, func(_ string, src playbooks.Source) bool { _, own := src.Place(); return !own })
	for _, f := range lint.Set(books, c, "too-long") {
		out = append(out, fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Text))
	}
	return out
}
