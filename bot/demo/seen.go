package demo

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/score"
	"drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/sandbox/twilio"
	"drumbeat/integrations/sandbox/ui"
)

// seen is what came of it so far, by a look at the bot and at the far ends.
type seen struct {
	phones   []ui.Ringing // that rang before anybody answered
	answered bool         // somebody has it, and there is a channel
	by       ui.Person    // the commander, or who answered
	room     string       // the incident's channel
	second   bool         // one was begun only to see it move, and everything has
	score    *score.Score // nil before there is an incident, or while the bot was never asked
	modes    map[string]string
	told     map[string][]time.Time // when the bot wrote to whom, by name
	twice    bool                   // a far end has the same words more than once
}

// reached is how many messages people have got.
func (s seen) reached() (n int) {
	for _, all := range s.told {
		n += len(all)
	}
	return n
}

// observe looks around. What cannot be asked while the bot is dead stays as it
// was known.
func (s *show) observe(ctx context.Context) seen {
	s.mu.Lock()
	now := s.seen
	s.mu.Unlock()
	chat := s.town.Slack.Snapshot()
	for _, c := range chat.Channels {
		if strings.HasPrefix(c.Name, "inc-1-") && !c.Archived {
			now.room = c.Name
		}
		now.second = now.second || strings.HasPrefix(c.Name, "inc-2-") && len(c.Pins) > 0
	}
	s.consult(ctx, &now)
	now.told = s.told(chat)
	now.twice = s.repeats()
	if !now.answered {
		now.phones = s.rung()
	}
	return now
}

// consult asks the bot for its newest incident and its modes.
func (s *show) consult(ctx context.Context, now *seen) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var got score.Score
	if s.ask(ctx, http.MethodGet, s.bot.url+"/v1/incidents/1/score", nil, &got) == nil {
		now.score = &got
	}
	var ends struct {
		Modes map[string]string `json:"far_ends"`
	}
	if s.ask(ctx, http.MethodGet, s.bot.url+"/v1/far-ends", nil, &ends) == nil {
		now.modes = ends.Modes
	}
	if now.score == nil {
		return
	}
	for _, w := range now.score.Woken {
		if w.Acked != nil && !now.answered && now.room != "" {
			now.answered, now.by = true, s.citizen(w.Name)
		}
	}
}

// citizen finds somebody by name.
func (s *show) citizen(name string) ui.Person {
	all := citizens(s.Scenario)
	i := slices.IndexFunc(all, func(p ui.Person) bool { return p.Name == name })
	return all[max(0, i)]
}

// rung are the phones that rang since the morning began, each with its first
// message.
func (s *show) rung() (out []ui.Ringing) {
	for _, m := range s.town.Twilio.Messages() {
		for _, p := range citizens(s.Scenario) {
			if m.Direction != "outbound-api" || m.To != p.Phone || m.At.Before(s.Really.Began.Time) ||
				slices.ContainsFunc(out, func(r ui.Ringing) bool { return r.Who.ID == p.ID }) {
				continue
			}
			out = append(out, ui.Ringing{Who: p, Since: m.At, Text: m.Body, Answer: "I'm on it"})
		}
	}
	return out
}

// rangSince reports whether somebody's phone got a message from then on.
func (s *show) rangSince(who ui.Person, from time.Time) bool {
	return slices.ContainsFunc(s.town.Twilio.Messages(), func(m twilio.Message) bool {
		return m.To == who.Phone && m.Direction == "outbound-api" && !m.At.Before(from)
	})
}

// next says who is rung after the phones that rang.
func (s *show) next(phones []ui.Ringing) (string, time.Time) {
	if len(phones) == 0 {
		return "", time.Time{}
	}
	last := phones[len(phones)-1]
	for i, r := range s.OnCall[:max(0, len(s.OnCall)-1)] {
		for _, handle := range r.People {
			if s.named(handle) != last.Who.Name {
				continue
			}
			var names []string
			for _, h := range s.OnCall[i+1].People {
				names = append(names, s.named(h))
			}
			return strings.Join(names, " and "), last.Since.Add(time.Duration(r.Wait))
		}
	}
	return "", time.Time{}
}

// told counts what the bot wrote to people by itself, where it arrived: text
// messages, calls, direct messages, lines that they alone see, mail. Answers to
// what they asked are not counted, nor is what the incident costs that was
// begun only to see it move.
func (s *show) told(chat slack.Ledger) map[string][]time.Time {
	out := map[string][]time.Time{}
	since := s.Really.Began.Time
	add := func(who string, at time.Time) {
		if !at.Before(since) {
			out[who] = append(out[who], at)
		}
	}
	byPhone, byID, byMail := map[string]string{}, map[string]string{}, map[string]string{}
	for i, p := range citizens(s.Scenario) {
		byPhone[p.Phone], byID[p.ID], byMail[s.People[i].Handle+"@harbor.example"] = p.Name, p.Name, p.Name
	}
	for _, m := range s.town.Twilio.Messages() {
		if who := byPhone[m.To]; who != "" && m.Direction == "outbound-api" && !other(m.Body) {
			add(who, m.At)
		}
	}
	for _, c := range s.town.Twilio.Calls() {
		if who := byPhone[c.To]; who != "" && !other(c.TwiML) {
			add(who, c.At)
		}
	}
	for _, m := range s.town.Mail.Messages() {
		for _, to := range m.To {
			if who := byMail[to]; who != "" {
				add(who, m.At)
			}
		}
	}
	for _, c := range chat.Channels {
		for _, m := range c.Messages {
			if c.Kind == "im" && byID[m.User] == "" && !other(m.Text) {
				add(byID[partner(c, byID)], instant(m.TS))
			}
		}
	}
	for _, e := range s.watch.whispers() {
		add(byID[e.to], e.at)
	}
	delete(out, "")
	return out
}

// other reports whether a text is of another incident than the story's.
func other(text string) bool { return strings.Contains(text, "INC-2") }

// partner is the person in a conversation with the bot.
func partner(c slack.Channel, people map[string]string) string {
	for _, m := range c.Members {
		if people[m] != "" {
			return m
		}
	}
	return ""
}

// instant is the time in a message's ts.
func instant(ts string) time.Time {
	var seconds int64
	_, _ = fmt.Sscanf(ts, "%d", &seconds) // the stand-in made it
	return time.Unix(seconds, 0)
}

// repeats reports whether customers got something twice.
func (s *show) repeats() bool {
	had := map[string]bool{}
	twice := func(where, text string) bool {
		key := where + "\x00" + text
		again := had[key]
		had[key] = true
		return again
	}
	out := false
	for _, p := range s.town.X.Posts() {
		out = twice("x", p.Text) || out
	}
	for _, m := range s.town.Mail.Messages() {
		out = twice("mail "+strings.Join(m.To, ","), m.MessageID) || out
	}
	for _, i := range s.town.Statuspage.Incidents() {
		for _, u := range i.Updates {
			out = twice("statuspage "+i.ID, u.Status+u.Body) || out
		}
	}
	return out
}
