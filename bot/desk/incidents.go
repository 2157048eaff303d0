package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

func (d *Desk) declare(ctx context.Context, a *ask) (integrations.Reply, error) {
	if a.rest == "" && a.CanOpen {
		return integrations.Reply{Open: d.declareForm(), Words: stream.Say("Type it in one line: `" + d.Settings.Command + " declare sev1 what is wrong`.")}, nil
	}
	c := incident.Declare{Title: a.rest}
	for {
		word, rest := cut(c.Title)
		if sev, ok := isSeverity(word); ok && c.Severity == "" {
			c.Severity, c.Title = sev, rest
			continue
		}
		if strings.EqualFold(word, "private") && !c.Private {
			c.Private, c.Title = true, rest
			continue
		}
		break
	}
	like := d.like(ctx, c.Title, c.Private)
	res, err := d.bot.Do(ctx, bot.Command{Stream: d.id(incident.Kind, bot.Next), Meta: a.meta(), Value: c})
	if err != nil {
		return integrations.Reply{}, err
	}
	s, err := d.stateOf(ctx, res)
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.declared(s, like), nil
}

func (d *Desk) declared(s incident.State, like string) integrations.Reply {
	facts := map[string]any{"number": s.Number, "n": s.ID.Name, "severity": s.Severity, "title": s.Title, "paged": "", "due": time.Time{},
		"thread": s.Weight().Room == "thread", "like": like, "nobody": false}
	if len(s.Pages) > 0 {
		facts["paged"] = people(s.Pages[0].Rungs[0].People)
	} else if len(s.OnCall) == 0 && len(s.Weight().Wakes) > 0 {
		facts["nobody"] = true
	}
	if p := s.Promise(incident.Public); p != nil {
		facts["due"] = p.Due
	} else {
		facts["due"] = nil
	}
	return d.say("declared", facts)
}

func people(list []incident.Person) string {
	var names []string
	for _, p := range list {
		names = append(names, p.String())
	}
	return strings.Join(names, ", ")
}

// like names an open incident that sounds like the words.
func (d *Desk) like(ctx context.Context, words string, private bool) string {
	open, err := d.open(ctx)
	if err != nil || private {
		return ""
	}
	for _, s := range open {
		if c := card(s); !c.Private && alike(c.Title, words) {
			return c.Number
		}
	}
	return ""
}

// alike: two of the longer words are the same.
func alike(a, b string) bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(strings.ToLower(a)) {
		if len(w) > 3 {
			words[w] = true
		}
	}
	n := 0
	for _, w := range strings.Fields(strings.ToLower(b)) {
		if words[w] {
			n++
			delete(words, w)
		}
	}
	return n >= 2
}

func (d *Desk) report(ctx context.Context, a *ask) (integrations.Reply, error) {
	if a.rest == "" {
		return integrations.Reply{}, stream.Refuse("Say what the customer says: “report export comes out empty”.")
	}
	facts := map[string]any{"number": "", "title": "", "new": "", "say": "Thank you, we are looking into it."}
	open, err := d.open(ctx)
	if err != nil {
		return integrations.Reply{}, err
	}
	for _, s := range open {
		c := card(s)
		if c.Private || !alike(c.Title, a.rest) && len(open) > 1 {
			continue
		}
		a.id = s.Stream
		st, err := d.do(ctx, a, incident.Add{Sign: incident.Sign{Source: "customers", Text: a.rest, At: a.At, Count: 1}})
		if err != nil {
			return integrations.Reply{}, err
		}
		facts["number"], facts["title"] = c.Number, c.Title
		if u := st.LastPublished(incident.Public); u != nil {
			facts["say"] = u.Text
		}
		return d.say("reported", facts), nil
	}
	res, err := d.bot.Do(ctx, bot.Command{Stream: d.id(incident.Kind, bot.Next), Meta: a.meta(),
		Value: incident.Declare{Title: "Customer report: " + a.rest, Severity: "SEV3"}})
	if err != nil {
		return integrations.Reply{}, err
	}
	facts["new"] = "INC-" + res.Stream.Name
	return d.say("reported", facts), nil
}

func (d *Desk) phase(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.SetPhase{To: incident.Phase(a.spec.name), Note: a.rest})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.phased(s), nil
}

func (d *Desk) phased(s incident.State) integrations.Reply {
	stale := ""
	if u := s.LastPublished(incident.Public); u != nil && u.Phase != s.Phase && !s.Phase.Over() {
		stale = string(u.Phase)
	}
	return d.say("phase", map[string]any{"number": s.Number, "n": s.ID.Name, "phase": s.Phase, "stale": stale})
}

func (d *Desk) resolve(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.Resolve{Text: a.rest})
	if err != nil {
		return integrations.Reply{}, err
	}
	facts := map[string]any{"number": s.Number, "n": s.ID.Name, "words": "", "update": 0}
	if u := s.Waiting(); u != nil {
		facts["words"], facts["update"] = u.Text, u.N
	}
	return d.say("resolved", facts), nil
}

func (d *Desk) end(ctx context.Context, a *ask) (integrations.Reply, error) {
	var c incident.Command = incident.Close{}
	switch a.spec.name {
	case "reopen":
		c = incident.Reopen{Why: a.rest}
	case "cancel":
		c = incident.Cancel{Why: a.rest}
	}
	s, err := d.do(ctx, a, c)
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.phased(s), nil
}

func (d *Desk) confirm(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.Confirm{})
	if err != nil {
		return integrations.Reply{}, err
	}
	text := s.Number + ": customers notice."
	if p := s.Promise(incident.Public); p != nil {
		text += " First words are due " + d.clock(p.Due) + "."
	}
	return d.text("%s", text), nil
}

func (d *Desk) severity(ctx context.Context, a *ask) (integrations.Reply, error) {
	word, why := cut(a.rest)
	sev, ok := isSeverity(word)
	if !ok {
		return integrations.Reply{}, stream.Refuse("Say how bad: “severity sev1 everybody is affected”.")
	}
	sure := false
	if first, rest := cut(why); first == "sure" {
		sure, why = true, rest
	}
	s, err := d.do(ctx, a, incident.SetSeverity{Severity: sev, Why: why, Sure: sure})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s is %s.", s.Number, s.Severity), nil
}

func (d *Desk) since(ctx context.Context, a *ask) (integrations.Reply, error) {
	t, err := d.time(a.rest, a.At)
	if err != nil {
		return integrations.Reply{}, err
	}
	s, err := d.do(ctx, a, incident.CorrectStart{Since: t})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s began at %s.", s.Number, d.clock(s.Since)), nil
}

// time reads "05:22" of the team's zone as the last time that it was.
func (d *Desk) time(word string, now time.Time) (time.Time, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(word))
	if err != nil {
		return time.Time{}, stream.Refuse("“%s” is not a time. Write it as 05:22 (%s).", word, d.Zone)
	}
	local := now.In(d.Zone)
	at := time.Date(local.Year(), local.Month(), local.Day(), t.Hour(), t.Minute(), 0, 0, d.Zone)
	if at.After(now) {
		at = at.AddDate(0, 0, -1)
	}
	return at, nil
}

func (d *Desk) clock(t time.Time) string { return t.In(d.Zone).Format("15:04") }

func (d *Desk) text(format string, args ...any) integrations.Reply {
	return integrations.Reply{Words: stream.Say(fmt.Sprintf(format, args...))}
}

func (d *Desk) role(ctx context.Context, a *ask) (integrations.Reply, error) {
	person, _, err := d.one(a)
	if err != nil {
		return integrations.Reply{}, err
	}
	role := incident.RoleOf(a.spec.name)
	s, err := d.do(ctx, a, incident.Assign{Role: role, Person: person})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s: %s has %s.", s.Number, person, map[string]string{"commander": "command", "comms": "comms"}[role]+map[bool]string{true: "the role of " + role}[role != "commander" && role != "comms"]), nil
}

func (d *Desk) join(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.Join{By: a.person})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("You joined %s. %s", s.Number, s.Room.Link), nil
}

func (d *Desk) page(ctx context.Context, a *ask) (integrations.Reply, error) {
	people, why, unknown := d.directory.mentioned(a.rest)
	if len(unknown) > 0 {
		return integrations.Reply{}, stream.Refuse("I know nobody called @%s, so nobody was paged. People stand under `people:` in the configuration.", unknown[0])
	}
	rungs := d.directory.oncall
	if len(people) > 0 {
		rungs = []incident.Rung{{People: people, Wait: defaultWait}}
		for _, p := range people {
			if len(p.Ways) == 0 {
				return integrations.Reply{}, stream.Refuse("There is no way to reach %s: no phone, mail address or Slack ID is configured.", p)
			}
		}
	}
	s, err := d.do(ctx, a, incident.Call{Rungs: rungs, Why: why})
	if err != nil {
		return integrations.Reply{}, err
	}
	last := s.Pages[len(s.Pages)-1]
	return d.text("%s: %s paged. The next rung rings in %s without an answer.", s.Number, namesOf(last.Rungs[0].People), last.Rungs[0].Wait), nil
}

func namesOf(list []incident.Person) string { return people(list) }

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
	return d.text("%s: the next rung is being paged.", s.Number), nil
}

func (d *Desk) note(ctx context.Context, a *ask) (integrations.Reply, error) {
	c := incident.AddNote{Text: a.rest}
	if word, rest := cut(a.rest); word == "at" {
		when, text := cut(rest)
		t, err := d.time(when, a.At)
		if err != nil {
			return integrations.Reply{}, err
		}
		c.At, c.Text = t, text
	}
	s, err := d.do(ctx, a, c)
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("Noted in %s.", s.Number), nil
}

func (d *Desk) task(ctx context.Context, a *ask) (integrations.Reply, error) {
	word, rest := cut(a.rest)
	var c incident.Command
	switch word {
	case "add":
		c = incident.AddTask{Text: rest}
	case "done":
		n, err := strconv.Atoi(strings.TrimPrefix(rest, "#"))
		if err != nil {
			return integrations.Reply{}, stream.Refuse("Say which: “task done 2”.")
		}
		c = incident.FinishTask{N: n}
	case "", "list":
		return d.tasks(ctx, a)
	default:
		return integrations.Reply{}, stream.Refuse("“task add <text>”, “task done <number>” or “task list”.")
	}
	if _, err := d.do(ctx, a, c); err != nil {
		return integrations.Reply{}, err
	}
	return d.tasks(ctx, a)
}

func (d *Desk) tasks(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.incident(ctx, a.id)
	if err != nil {
		return integrations.Reply{}, err
	}
	var lines []string
	for _, t := range s.Tasks {
		line := fmt.Sprintf("%d. %s", t.N, t.Text)
		if t.Done != "" {
			line += " – done by " + t.Done
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		lines = []string{"Nothing on the list of " + s.Number + "."}
	}
	return integrations.Reply{Words: stream.Say(strings.Join(lines, "\n"))}, nil
}

func (d *Desk) merge(ctx context.Context, a *ask) (integrations.Reply, error) {
	into := strings.TrimPrefix(strings.TrimPrefix(strings.ToUpper(a.rest), "INC-"), "#")
	if into == "" { // one number only: it is the other one, this one is where it was said
		into, a.number = a.number, ""
	}
	if into == "" {
		return integrations.Reply{}, stream.Refuse("Say into which: “merge 41” (in the channel of the one that ends).")
	}
	self, err := d.find(ctx, a)
	if err != nil {
		return integrations.Reply{}, err
	}
	a.id = self
	target, err := d.incident(ctx, d.id(incident.Kind, into))
	if err != nil {
		return integrations.Reply{}, err
	}
	if target.Phase.Over() {
		return integrations.Reply{}, stream.Refuse("%s is %s; merge into one that is open.", target.Number, target.Phase)
	}
	s, err := d.do(ctx, a, incident.Merge{Into: target.ID, Number: target.Number})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s goes on in %s. %s", s.Number, target.Number, target.Room.Link), nil
}
