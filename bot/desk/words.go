package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"drumbeat/bot/desk/lists"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/approval"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	named "drumbeat/playbooks/facts"
)

// update tells the responders or stakeholders at once; words for customers are
// proposed and shown as they would go out.
func (d *Desk) update(ctx context.Context, a *ask) (integrations.Reply, error) {
	audience, text := incident.Internal, a.rest
	if word, rest := phrase.Cut(a.rest); phrase.IsAudience(word) {
		audience, _ = phrase.Audience(word)
		a.anyway = a.anyway || strings.HasSuffix(word, "!")
		text = rest
	}
	if text == "" && a.CanOpen {
		if audience == incident.Public && a.state.Private {
			audience = incident.Internal
		}
		return integrations.Reply{Open: d.updateForm(a.state, audience, ""),
			Words: stream.Say(fmt.Sprintf("Type it in one line: `%s update %s #%s <text>`.", d.Settings.Command, audience, a.id().Name))}, nil
	}
	return d.tell(ctx, a, audience, text)
}

func (d *Desk) tell(ctx context.Context, a *ask, audience incident.Audience, text string) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.Propose{Audience: audience, Text: text})
	switch {
	case err != nil:
		return integrations.Reply{}, err
	case audience == incident.Public:
		return d.preview(ctx, a, s, 0)
	case audience == incident.Stakeholders:
		return d.text("%s: told the stakeholders.", s.Number), nil
	}
	return d.text("%s: told the responders.", s.Number), nil
}

// ends names where words go: "status page, X (shadow)".
func ends(targets []incident.Target, hold bool) string {
	var out []string
	for _, t := range targets {
		name := named.FarEnd(t.Name)
		switch {
		case t.Mode == control.Shadow:
			name += " (shadow)"
		case hold || t.State == incident.TargetHeld:
			name += " (" + t.Why() + ")"
		}
		out = append(out, name)
	}
	if len(out) == 0 {
		return "nobody: no far end takes public words here"
	}
	return strings.Join(out, ", ")
}

// approve takes nothing but a number and "sure": a yes that says more may mean
// something else.
func (d *Desk) approve(ctx context.Context, a *ask) (integrations.Reply, error) {
	n, sure, left := phrase.NumberAndSure(a.rest)
	if left != "" {
		return integrations.Reply{}, stream.Refuse("“approve” takes only the number of the words (“approve 3”), so nothing was sent. To change them: “update public <text>”.")
	}
	if u := a.state.Updates.Waiting(n); u != nil {
		n = u.N
		if _, err := a.state.MayApprove(*u, a.meta(), d.Local(a.At)); err == nil && a.state.ReadAgain(*u) != "" && !sure {
			reply, err := d.preview(ctx, a, a.state, n)
			reply.Refused = true
			return reply, err
		}
	}
	s, err := d.do(ctx, a, incident.Approve{N: n, Sure: sure})
	if err != nil {
		return integrations.Reply{}, err
	}
	if u := s.Updates.Waiting(n); n > 0 && u != nil {
		return d.say("counted", map[string]any{"number": s.Number, "given": len(s.Given(*u)), "need": s.Policy.Approval.Need, "who": approval.Who(s.Policy.Approval, s.Roles)}), nil
	}
	facts := map[string]any{"number": s.Number, "ends": "nobody", "due": nil}
	u := s.Update(n)
	if u == nil {
		u = newest(s)
	}
	if u != nil {
		facts["ends"] = ends(u.Targets, false)
	}
	if p := s.Promise(incident.Public); p != nil {
		facts["due"] = p.Due
	}
	return d.say("published", facts), nil
}

// newest are the words that were published last.
func newest(s incident.State) *incident.Update {
	var out *incident.Update
	for i, u := range s.Updates {
		if u.Audience == incident.Public && u.State == incident.PublishedS && (out == nil || !u.PublishedAt.Before(out.PublishedAt)) {
			out = &s.Updates[i]
		}
	}
	return out
}

func (d *Desk) reject(ctx context.Context, a *ask) (integrations.Reply, error) {
	n, _, why := phrase.NumberAndSure(a.rest)
	s, err := d.do(ctx, a, incident.Reject{N: n, Why: why})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s: the words do not go out.", s.Number), nil
}

func (d *Desk) correct(ctx context.Context, a *ask) (integrations.Reply, error) {
	word, text := phrase.Cut(a.rest)
	if !phrase.IsDigits(strings.TrimPrefix(word, "#")) {
		return integrations.Reply{}, stream.Refuse("Say which words, and how they read rightly: “correct 2 <text>”. “sent” shows the numbers.")
	}
	n, _ := strconv.Atoi(strings.TrimPrefix(word, "#")) // nine digits fit
	s, err := d.do(ctx, a, incident.Correct{N: n, Text: text})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.preview(ctx, a, s, 0)
}

// snooze proposes words that name a later time than customers were told.
func (d *Desk) snooze(ctx context.Context, a *ask) (integrations.Reply, error) {
	by, ok := phrase.Duration(a.rest)
	if !ok {
		return integrations.Reply{}, stream.Refuse("Say by how much: “snooze 10m”.")
	}
	nothing := d.words.Say("nothing new", map[string]any{"phase": string(a.state.PublicPhase())})
	s, err := d.do(ctx, a, incident.Snooze{For: stream.Duration(by), Text: nothing.Plain()})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.preview(ctx, a, s, 0)
}

// sent is the delivery board: update × far end.
func (d *Desk) sent(_ context.Context, a *ask) (integrations.Reply, error) {
	lines := lists.Board(a.state, d.Settings.URL, func(t time.Time) string { return d.when(t, a.At) })
	return d.say("sent", map[string]any{"number": a.state.Number, "lines": lines}), nil
}
