package desk

import (
	"context"
	"strings"
	"time"

	"drumbeat/bot/desk/form"
	"drumbeat/bot/desk/lists"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// end closes, reopens or cancels. What the playbook asks for at the close stands
// on one form, or in the line; without either it closes all the same.
func (d *Desk) end(ctx context.Context, a *ask) (integrations.Reply, error) {
	switch a.spec.name {
	case "reopen":
		return d.ended(ctx, a, incident.Reopen{Why: a.rest})
	case "cancel":
		return d.ended(ctx, a, incident.Cancel{Why: a.rest})
	}
	c, err := d.closing(a, strings.Fields(a.rest))
	if err != nil {
		return integrations.Reply{}, err
	}
	if _, err := (incident.Rules{}).Decide(a.state, c, a.meta()); err == nil && a.rest == "" && a.CanOpen {
		if f := form.ToClose(a.state, a.At, d.Local); f != nil {
			return integrations.Reply{Open: f, Words: stream.Say("Type it in one line: `" + d.Settings.Command + " close noise review @who 5d`.")}, nil
		}
	}
	return d.ended(ctx, a, c)
}

func (d *Desk) ended(ctx context.Context, a *ask, c incident.Command) (integrations.Reply, error) {
	s, err := d.do(ctx, a, c)
	if err != nil {
		return integrations.Reply{}, err
	}
	if u := s.Waiting(); u != nil && s.Phase == incident.Cancelled && u.Kind == incident.Retraction {
		return d.preview(ctx, a, s, 0)
	}
	return d.phased(s), nil
}

// closing reads "[since 05:22] [useful|noise|missing] [review @who] [5d]".
func (d *Desk) closing(a *ask, words []string) (c incident.Close, err error) {
	words = append(words, "") // follows the last
	for i := 0; i < len(words)-1; i++ {
		word, next := strings.ToLower(words[i]), words[i+1]
		span, isSpan := phrase.Duration(word)
		switch {
		case word == "useful" || word == "noise" || word == "missing":
			c.Alert = word
		case isSpan:
			c.Due = a.At.Add(span)
		case word == "since" && next != "":
			i++
			c.Since, err = d.time(next, a.At)
		case word == "review" && next != "":
			i++
			c.Reviewer, err = d.Directory.One(next, a.person)
		default:
			return c, stream.Refuse("“close” takes what it was like, and who writes the review: “close since 05:22 noise review @who 5d”. Nothing was done.")
		}
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

// submitEnd takes the forms that close an incident and that stop a duty.
func (d *Desk) submitEnd(ctx context.Context, a *ask) (integrations.Reply, error) {
	head, number, _ := strings.Cut(a.Line, "#")
	var err error
	if a.state, err = d.named(ctx, a, strings.TrimSpace(number)); err != nil {
		return integrations.Reply{}, err
	}
	if a.Form == form.Duty {
		words := strings.Fields(head) // duty stop <name>
		return d.endDuty(ctx, a, incident.EndDuty{Name: words[len(words)-1], Text: a.field("why")})
	}
	c := incident.Close{Alert: a.field(form.Alert)}
	if start := a.field(form.Start); start != "" && start != d.Local(a.state.Since) {
		if c.Since, err = d.time(start, a.At); err != nil {
			return integrations.Reply{}, err
		}
	}
	if who := a.field(form.Reviewer); who != "" {
		if c.Reviewer, err = d.Directory.One("@"+who, a.person); err != nil {
			return integrations.Reply{}, err
		}
	}
	if due := a.field(form.Due); due != "" && due != a.state.Weight().ReviewDue.Days() {
		span, ok := phrase.Duration(due)
		if !ok {
			said := "Say within how many days, such as 5d."
			return integrations.Reply{Problems: map[string]string{form.Due: said}, Refused: true, Words: stream.Say(said)}, nil
		}
		c.Due = a.At.Add(span)
	}
	return d.ended(ctx, a, c)
}

// duty tells what others demand, and takes what became of it.
func (d *Desk) duty(ctx context.Context, a *ask) (integrations.Reply, error) {
	verb, rest := phrase.Cut(a.rest)
	name, text := phrase.Cut(rest)
	switch verb = strings.ToLower(verb); {
	case verb == "" || verb == "list":
		return d.owes(a.state), nil
	case verb == "stop" && text == "" && a.CanOpen && a.state.Promises.Duty(strings.ToLower(name)) != nil:
		return integrations.Reply{Open: form.ToStop(a.state, name), Words: stream.Say("Say why: `" + d.Settings.Command + " duty stop " + name + " <why it is none>`.")}, nil
	case verb == "done" || verb == "stop":
		return d.endDuty(ctx, a, incident.EndDuty{Name: name, Done: verb == "done", Text: text})
	}
	return integrations.Reply{}, stream.Refuse("“duty done <name> [what was sent]”, “duty stop <name> <why it is none>” or “duty list”.")
}

func (d *Desk) endDuty(ctx context.Context, a *ask, c incident.EndDuty) (integrations.Reply, error) {
	s, err := d.do(ctx, a, c)
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.owes(s), nil
}

func (d *Desk) owes(s incident.State) integrations.Reply {
	return d.say("duties", map[string]any{"number": s.Number, "duties": lists.Owed(s, d.day)})
}

func (d *Desk) day(t time.Time) string { return t.In(d.Zone).Format("Mon 2 Jan 15:04") }
