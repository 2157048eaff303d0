package facts

import (
	"context"
	"encoding/json"
	"slices"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/guard"
)

// WouldPropose gives the words for others than the responders that a command of
// the person would propose, as they would go out. A command that is refused
// proposes none: its answer is given elsewhere.
func WouldPropose(s incident.State, c incident.Command, m stream.Meta) (u incident.Update, ok bool) {
	records, err := incident.Rules{}.Decide(s, c, m)
	if err != nil {
		return u, false
	}
	for _, r := range records {
		var p incident.Proposed
		if r.Kind == "proposed" && json.Unmarshal(r.Data, &p) == nil && p.Author == m.By.ID && p.Audience != incident.Internal {
			return p.Update, true
		}
	}
	return u, false
}

// Guard is what the guard has to know about words. next is what is added to
// them: the sentence about the next ones.
func (d *Facts) Guard(ctx context.Context, s incident.State, u incident.Update, next string) (guard.Known, error) {
	k := guard.Known{Customers: d.Customers, Suffixes: d.InternalHosts, Public: []string{d.Settings.Company}, Inside: u.Audience != incident.Public, NeedsNext: !u.Next.IsZero() && next == "",
		Lengths: map[string]func(string) (int, int){}, Rules: d.GuardRules,
		About: guard.About{Audience: string(u.Audience), Kind: string(u.Kind), Phase: string(u.Phase), Severity: u.Severity}}
	for _, p := range []incident.Phase{s.Phase, u.Phase} {
		k.Verified = k.Verified || slices.Contains([]incident.Phase{incident.Identified, incident.Monitoring, incident.Resolved, incident.Closed}, p)
	}
	for _, p := range d.People {
		k.People = append(k.People, p.Handle, p.Name)
	}
	for _, c := range s.Suspects {
		k.People = append(k.People, c.Author.Handle, c.Author.Name, c.Reviewer.Handle, c.Reviewer.Name)
	}
	for name := range d.Services {
		k.Services = append(k.Services, name)
	}
	slices.Sort(k.Services)
	for _, c := range d.Components {
		k.Public = append(k.Public, c.Name, c.Words)
	}
	for _, c := range s.Components {
		k.About.Components = append(k.About.Components, c.Name)
	}
	all, _, err := d.Targets(ctx)
	for _, t := range Takers(s, u, all) {
		if f, ok := d.Lengths[t.Name]; ok {
			k.Lengths[t.Name] = func(text string) (int, int) { return f(text + next) }
		}
	}
	return k, err
}

// Alone refuses the yes of somebody who is alone to his own words, or to those
// of the playbook, where the guard finds something in them: those need a second reader.
func (d *Facts) Alone(ctx context.Context, s incident.State, c incident.Approve, m stream.Meta) error {
	u := s.Updates.Waiting(c.N)
	if u == nil || u.Author != "" && u.Author != m.By.ID {
		return nil
	}
	if v, err := s.MayApprove(*u, m, d.Local(m.At)); err != nil || !v.Alone {
		return nil // where his yes does not count, that is said elsewhere
	}
	k, err := d.Guard(ctx, s, *u, " ")
	if err != nil {
		return err
	}
	k.Lengths = nil
	for _, f := range guard.Check(u.Text, k) {
		return stream.Refuse("You are alone, and these words hold “%s”. %s Write others (“update public <text>”), or let somebody else approve them.", f.Words, f.Why)
	}
	return nil
}

// Takers are the far ends that take these words.
func Takers(s incident.State, u incident.Update, all []incident.Target) []incident.Target {
	return slices.DeleteFunc(all, func(t incident.Target) bool { return !s.Takes(u, t.Name) })
}
