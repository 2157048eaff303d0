package simulate

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/approval"
	"drumbeat/incident/stream"
)

// talks is how often whoever is on it says something in the channel.
const talks = 5 * time.Minute

// plan lets happen what people do unasked.
func (p *play) plan() {
	if p.course.Alert == "" || p.course.Confirm != Never {
		p.will("confirm", p.course.Confirm, p.confirm)
	}
	for _, t := range p.course.Turns {
		p.will("turn "+string(t.To), t.After, func() error { return p.turn(t.To) })
	}
}

// leader is who leads, else who noticed.
func (p *play) leader() incident.Person {
	if c := p.now().Commander(); c.Handle != "" {
		return c
	}
	return p.Person(p.Reporter)
}

// writer is who writes to customers, else who leads.
func (p *play) writer() incident.Person {
	if c := p.now().Comms(); c.Handle != "" {
		return c
	}
	return p.leader()
}

func (p *play) confirm() error {
	if s := p.now(); !s.Confirmed.IsZero() || s.Phase.Ended() {
		return nil
	}
	return p.says(p.leader(), "customers notice", incident.Confirm{})
}

// turn goes on to a phase; words about it follow.
func (p *play) turn(to incident.Phase) error {
	if p.now().Phase.Ended() {
		return nil
	}
	var c incident.Command = incident.SetPhase{To: to}
	if to == incident.Resolved {
		c = incident.Resolve{}
	}
	if err := p.says(p.leader(), string(to), c); err != nil || !p.now().IsPublic() || to == incident.Resolved {
		return err
	}
	p.will("write public", p.course.Words, func() error { return p.write(incident.Public) })
	return nil
}

// heard lets whoever got a message do what it asks for: the first of its
// buttons that is an answer. The brief asks nobody, and the announcement those
// who are on call, where nobody was called.
func (p *play) heard(s Sent) {
	p.shown(s)
	switch {
	case s.Words == nil || s.Action == "edit" || s.About == incident.AboutBrief:
		return
	case s.About == incident.AboutAnnounce:
		if p.course.Ack != Never { // a call comes first
			p.will("lead", p.course.Ack+p.course.Answer, p.lead)
		}
		return
	}
	reader, _ := p.find(s.Args["person"])
	for _, b := range s.Words.Buttons {
		line, _, _ := strings.Cut(b.Command, " #")
		verb, rest, _ := strings.Cut(line, " ")
		if p.answers(verb, rest, reader, s) {
			return
		}
	}
}

// answers reports whether a button is one that somebody will tap.
func (p *play) answers(verb, rest string, reader incident.Person, s Sent) bool {
	c := p.course
	switch verb {
	case "ack":
		if reader.Handle == "" || s.Args["page"] == "0" {
			return false
		}
		after := c.Ack
		if slices.ContainsFunc(p.now().Pages, func(x incident.Page) bool { return x.Acked.Handle == reader.Handle }) && c.Ack != Never {
			after = c.Answer
		}
		p.will("ack "+reader.Handle, after, func() error { return p.ack(reader) })
	case "approve":
		n, _ := strconv.Atoi(rest)
		after := c.Answer
		if s.From.Kind != "reminded" && p.now().Confirmed.IsZero() && !p.now().IsPublic() && c.Confirm >= 0 {
			after += max(0, c.Confirm-p.Now.Sub(c.At)) // nobody knows yet whether it is true
		}
		p.will("approve "+rest, after, func() error { return p.approve(n, reader) })
	case "update":
		a, _, _ := strings.Cut(rest, " ")
		if a != string(incident.Public) && a != string(incident.Stakeholders) {
			return false
		}
		p.will("write "+a, c.Words, func() error { return p.write(incident.Audience(a)) })
	case "confirm":
		if c.Confirm == Never || s.From.Kind == "reminded" {
			return false
		}
		p.will("confirm", c.Answer, p.confirm)
	case "role":
		p.will(line(verb, rest), c.Answer, func() error { return p.take(rest) })
	case "close":
		p.will("close", c.Answer, func() error {
			if p.now().Phase != incident.Resolved {
				return nil
			}
			return p.says(p.leader(), "close", incident.Close{})
		})
	default:
		return false
	}
	return true
}

func line(words ...string) string { return strings.Join(words, " ") }

// ack answers a call.
func (p *play) ack(who incident.Person) error {
	s := p.now()
	if s.Phase.Ended() || !slices.ContainsFunc(s.Pages, func(x incident.Page) bool { return x.Acked.Handle == "" || x.Acked.Handle == who.Handle }) {
		return nil
	}
	if err := p.says(who, "I'm on it", incident.Ack{By: who}); err != nil {
		return err
	}
	p.will("talk "+who.Handle, talks, func() error { return p.talk(who) })
	return nil
}

// lead lets who is on call take command of what nobody was called for.
func (p *play) lead() error {
	s := p.now()
	if s.Commander().Handle != "" || s.Phase.Ended() || len(p.OnCall) == 0 || len(p.OnCall[0].People) == 0 {
		return nil
	}
	who := p.OnCall[0].People[0]
	return p.says(who, "take command", incident.Assign{Role: incident.RoleCommander, Person: who})
}

// talk is a line in the channel that is not for the bot: a sign of life.
func (p *play) talk(who incident.Person) error {
	s := p.now()
	if s.Phase.Ended() {
		return nil
	}
	p.will("talk "+who.Handle, talks, func() error { return p.talk(who) })
	if p.Now.Sub(s.Seen[who.Handle]) < talks {
		return nil
	}
	_, err := p.Do(number, p.actor(who), incident.Ack{By: who})
	if errors.Is(err, stream.ErrRefused) { // somebody else has it by now
		return nil
	}
	return err
}

// take gives a role that is asked for to somebody who has none.
func (p *play) take(role string) error {
	s := p.now()
	if s.Roles[role].Handle != "" {
		return nil
	}
	for _, who := range p.People {
		if !slices.ContainsFunc(s.OnCall, func(r incident.Rung) bool { return slices.ContainsFunc(r.People, same(who)) }) && !holds(s, who) {
			return p.says(who, line("take", role), incident.Assign{Role: role, Person: who})
		}
	}
	return nil
}

func holds(s incident.State, who incident.Person) bool {
	for _, p := range s.Roles {
		if p.Handle == who.Handle {
			return true
		}
	}
	return false
}

func same(who incident.Person) func(incident.Person) bool {
	return func(p incident.Person) bool { return p.Handle == who.Handle }
}

// approve lets words go: whoever was asked, else anybody who is there and whose
// yes counts. A commander who is alone may do so later.
func (p *play) approve(n int, reader incident.Person) error {
	u := p.now().Updates.Waiting(n)
	if u == nil || p.now().Phase.Ended() && slices.Contains([]incident.UpdateKind{incident.FirstWords, incident.PhaseWords, incident.News}, u.Kind) {
		return nil
	}
	for _, who := range append([]incident.Person{reader}, p.there()...) {
		if u = p.now().Updates.Waiting(n); u == nil {
			return nil
		}
		if _, err := p.now().MayApprove(*u, stream.Meta{At: p.Now, By: p.actor(who)}, p.clock(p.Now)); who.Handle == "" || err != nil {
			continue
		}
		before := len(p.refused)
		if err := p.says(who, line("approve", strconv.Itoa(u.N)), incident.Approve{N: u.N}); err != nil {
			return err
		}
		if len(p.refused) > before { // something changed since they were written
			return p.write(incident.Public)
		}
	}
	if u = p.now().Updates.Waiting(n); u == nil {
		return nil
	}
	rule := p.now().Policy.Approval
	for _, later := range []stream.Duration{rule.FallbackAfter, rule.AloneAfter} {
		if wait := u.ProposedAt.Add(time.Duration(later)).Sub(p.Now); later > 0 && wait > 0 {
			p.will(line("approve", strconv.Itoa(n)), wait, func() error { return p.approve(n, reader) })
		}
	}
	return nil
}

// there are those who may say yes, in the order in which they are asked: the
// commander, who follows the incident, whom the playbook names, and at last
// whoever else reads what is shown to all.
func (p *play) there() []incident.Person {
	s := p.now()
	out, others := []incident.Person{s.Commander(), s.Comms()}, []incident.Person{}
	for _, who := range p.People {
		if _, seen := s.Seen[who.Handle]; seen || approval.Names(slices.Concat(s.Policy.Approval.By, s.Policy.Approval.Fallback), p.actor(who), s.Roles) {
			out = append(out, who)
		} else {
			others = append(others, who)
		}
	}
	return append(out, others...)
}

// write writes what an audience waits for.
func (p *play) write(a incident.Audience) error {
	s := p.now()
	text := "We are still working on this."
	switch s.Phase {
	case incident.Identified:
		text = "We know the cause and are working on a fix."
	case incident.Monitoring:
		text = "A fix is in place and we are watching it."
	case incident.Resolved, incident.Closed:
		text = s.Fill(s.Policy.ResolvedWords)
	}
	if s.Phase.Over() && s.Phase != incident.Closed || s.Private && a == incident.Public {
		return nil
	}
	return p.says(p.writer(), line("update", string(a), text), incident.Propose{Audience: a, Text: text})
}
