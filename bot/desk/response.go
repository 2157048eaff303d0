package desk

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"drumbeat/bot/desk/facts"
	"drumbeat/bot/desk/lists"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// duties is what a role does, for the answer to whoever gave it.
var duties = map[string]string{
	incident.RoleCommander: "leads",
	incident.RoleComms:     "writes to customers",
	incident.RoleScribe:    "keeps the timeline",
	incident.RoleLiaison:   "talks to support",
}

// role gives a role to the person who is named, or to the one who asks.
func (d *Desk) role(ctx context.Context, a *ask) (integrations.Reply, error) {
	name, who := incident.RoleOf(a.spec.name), a.rest
	if name == "role" {
		name, who = phrase.Cut(a.rest)
		if name = incident.RoleOf(name); name == "" || strings.HasPrefix(name, "@") {
			return integrations.Reply{}, stream.Refuse("Say which role: “role legal @who”.")
		}
	}
	person, err := d.Directory.One(who, a.person)
	if err != nil {
		return integrations.Reply{}, err
	}
	s, err := d.do(ctx, a, incident.Assign{Role: name, Person: person})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s: %s %s now.", s.Number, person, cmp.Or(duties[name], "is "+name)), nil
}

func (d *Desk) join(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.Join{By: a.person})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("You joined %s. %s", s.Number, s.Room.Link), nil
}

// page wakes those who are named before the reason, else whoever is on call.
func (d *Desk) page(ctx context.Context, a *ask) (integrations.Reply, error) {
	named, why, err := d.Directory.Named(a.rest)
	if err != nil {
		return integrations.Reply{}, stream.Refuse("%s Nobody was paged.", err)
	}
	rungs := d.Directory.OnCall
	if len(named) > 0 {
		rungs = []incident.Rung{{People: named, Wait: facts.DefaultWait}}
		for _, p := range named {
			if len(p.Ways) == 0 {
				return integrations.Reply{}, stream.Refuse("There is no way to reach %s: no phone, mail address or Slack ID is configured. Nobody was paged.", p)
			}
		}
	}
	s, err := d.do(ctx, a, incident.Call{Rungs: rungs, Why: why})
	if err != nil {
		return integrations.Reply{}, err
	}
	if len(s.Pages) == 0 {
		return d.text("%s: nobody was paged.", s.Number), nil
	}
	last := s.Pages[len(s.Pages)-1]
	rung := last.Rungs[min(last.Rung, len(last.Rungs)-1)]
	then := "Without an answer in " + rung.Wait.Words() + " I say so here."
	if last.Rung+1 < len(last.Rungs) {
		then = "Without an answer in " + rung.Wait.Words() + " I page " + people(last.Rungs[last.Rung+1].People) + "."
	}
	return d.text("%s: %s paged. %s", s.Number, people(rung.People), then), nil
}

func people(list []incident.Person) string {
	var names []string
	for _, p := range list {
		names = append(names, p.String())
	}
	return strings.Join(names, ", ")
}

func (d *Desk) ack(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.Ack{By: a.person})
	if err != nil {
		return integrations.Reply{}, err
	}
	if s.Commander().Handle == a.person.Handle {
		return d.text("%s is yours: you command until you hand over. %s", s.Number, s.Room.Link), nil
	}
	return d.text("%s: noted, you are on it. %s commands. %s", s.Number, s.Commander(), s.Room.Link), nil
}

func (d *Desk) decline(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.Decline{By: a.person})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s: passed on. Thank you for saying so.", s.Number), nil
}

func (d *Desk) escalate(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.Escalate{})
	if err != nil {
		return integrations.Reply{}, err
	}
	last := s.Pages[len(s.Pages)-1] // without a page it was refused
	if last.Exhausted {
		return d.text("%s: nobody is left to page. “page @who” wakes somebody else.", s.Number), nil
	}
	return d.text("%s: %s paged.", s.Number, people(last.Rungs[last.Rung].People)), nil
}

// note reads "[at 06:45] <text>".
func (d *Desk) note(ctx context.Context, a *ask) (integrations.Reply, error) {
	c := incident.AddNote{Text: a.rest}
	if word, rest := phrase.Cut(a.rest); strings.EqualFold(word, "at") {
		if when, text := phrase.Cut(rest); phrase.IsClock(when) { // else the words begin so
			t, err := d.time(when, a.At)
			if err != nil {
				return integrations.Reply{}, err
			}
			c.At, c.Text = t, text
		}
	}
	s, err := d.do(ctx, a, c)
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("Noted in %s.", s.Number), nil
}

// task keeps the list of things to do now, and of what follows from it.
func (d *Desk) task(ctx context.Context, a *ask) (integrations.Reply, error) {
	word, rest := phrase.Cut(a.rest)
	later := a.spec.name == "followup"
	var c incident.Command
	switch strings.ToLower(word) {
	case "add":
		text, who, within := phrase.Tail(rest, later)
		add := incident.AddTask{Text: text, FollowUp: later}
		if who != "" {
			var err error
			if add.Owner, err = d.Directory.One(who, a.person); err != nil {
				return integrations.Reply{}, err
			}
		}
		if within > 0 {
			add.Due = a.At.Add(within)
		}
		if later && add.Owner.Handle == "" {
			add.Owner = a.person
		}
		c = add
	case "done":
		n, err := strconv.Atoi(strings.TrimPrefix(rest, "#"))
		if err != nil {
			return integrations.Reply{}, stream.Refuse("Say which: “%s done 2”. “%s list” shows them.", a.spec.name, a.spec.name)
		}
		c = incident.FinishTask{N: n}
	case "", "list":
		return integrations.Reply{Words: lists.Tasks(a.state, later, d.day)}, nil
	default:
		return integrations.Reply{}, stream.Refuse("“%s add <text> [@who]”, “%s done <number>” or “%s list”.", a.spec.name, a.spec.name, a.spec.name)
	}
	s, err := d.do(ctx, a, c)
	if err != nil {
		return integrations.Reply{}, err
	}
	return integrations.Reply{Words: lists.Tasks(s, later, d.day)}, nil
}
