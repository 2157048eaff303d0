package replay

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"drumbeat/bot"
	"drumbeat/bot/serve"
	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

// afterwards is how long after the last thing that the scenario knows.
const afterwards = time.Hour

// play is a scenario on its way.
type play struct {
	*Scenario
	o      Options
	cast   cast
	ctx    context.Context
	server *serve.Server
	town   *http.Client

	now    time.Time
	cues   []cue // what is still to be done, the earliest first
	due    agenda
	asked  int // keys of requests
	broken map[string]bool

	numbers map[string]string // a change's name → CH-n
	room    string            // the incident's channel
	inRoom  map[string]bool   // handles
	pending map[string]bool
	acted   map[*Habit]int
	did     map[string]time.Time // when somebody last used a command

	seen
}

// cue is something to be done at a moment.
type cue struct {
	at time.Time
	do func() error
}

func newPlay(s *Scenario, o Options) *play {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p := &play{Scenario: s, o: o, cast: newCast(s.People), broken: map[string]bool{}, numbers: map[string]string{},
		inRoom: map[string]bool{}, pending: map[string]bool{}, acted: map[*Habit]int{}, did: map[string]time.Time{}}
	p.seen = newSeen(p)
	p.write()
	if len(p.cues) > 0 {
		p.now = p.cues[0].at
	}
	return p
}

func (p *play) clock() time.Time { return p.now }

// at sets a cue behind those of the same moment.
func (p *play) at(t time.Time, do func() error) {
	i := len(p.cues)
	for i > 0 && p.cues[i-1].at.After(t) {
		i--
	}
	p.cues = slices.Insert(p.cues, i, cue{t, do})
}

// furnish makes the stage the scenario's.
func (p *play) furnish(s Stage) error {
	parts := s.Parts
	parts.Log, parts.Timezone, parts.Command, parts.Environment = p.o.Log, p.Zone, "/incident", "production"
	parts.People, parts.OnCall, parts.Services, parts.Approvers = p.cast, p.OnCall, p.Services, p.Approvers
	parts.Operator = ""
	parts.Settings.Zone, parts.Settings.Company, parts.Settings.URL = p.Zone, p.Company, "https://status.example.com"
	parts.Components, parts.Unattended, parts.StatusPage = nil, nil, nil
	for _, c := range p.Components {
		parts.Components = append(parts.Components, incident.Component{Name: c.Name, Words: c.Words})
	}
	if p.Assume.Unattended {
		parts.Unattended = []string{incident.StatusPage}
	}
	parts.FarEnds = map[string]string{}
	for _, name := range p.Assume.Live {
		parts.FarEnds[name] = control.Live
	}
	senders := map[string]integrations.Sender{}
	for _, name := range tools {
		if sender, ok := parts.Senders[name]; ok {
			senders[name] = listen(sender, p.sent)
		}
	}
	parts.Senders = senders
	parts.Store = &tapped{Store: s.Parts.Store, recorded: p.recorded, due: &p.due}
	server, err := serve.New(parts)
	p.server, p.town = server, s.Town
	return err
}

// run goes from moment to moment.
func (p *play) run(ctx context.Context) error {
	p.ctx = ctx
	end := p.Really.Over.Time
	if n := len(p.cues); n > 0 && p.cues[n-1].at.After(end) {
		end = p.cues[n-1].at
	}
	for end = end.Add(afterwards); ; {
		t, ok := p.soonest()
		if !ok || t.After(end) {
			return nil
		}
		p.now = t
		for len(p.cues) > 0 && !p.cues[0].at.After(t) {
			c := p.cues[0]
			p.cues = p.cues[1:]
			if err := c.do(); err != nil {
				return fmt.Errorf("at %s: %w", t.In(p.zone).Format("15:04:05"), err)
			}
		}
		if p.broken["bot"] {
			continue
		}
		if _, err := p.server.Courier.Step(ctx, t); err != nil {
			return fmt.Errorf("at %s: %w", t.In(p.zone).Format("15:04:05"), err)
		}
	}
}

// soonest is the next moment of a cue or of the store.
func (p *play) soonest() (time.Time, bool) {
	due, ok := p.due.next()
	if ok && due.Before(p.now) {
		due = p.now
	}
	if len(p.cues) > 0 && (!ok || p.cues[0].at.Before(due)) {
		if ok {
			p.due.add(due)
		}
		return p.cues[0].at, true
	}
	return due, ok
}

// write turns the scenario into cues. Of one moment, tools break first, then
// changes, mutes, alerts and lines.
func (p *play) write() {
	for _, o := range p.Outages {
		p.at(o.From.Time, func() error { return p.fail(o.Tool, true) })
		p.at(o.To.Time, func() error { return p.fail(o.Tool, false) })
	}
	if !p.o.WithoutChanges {
		for _, c := range p.Assume.Changes {
			p.unless("bot", c.From.Time, func() error { return p.begin(c) })
			p.unless("bot", c.To.Time, func() error { return p.end(c) })
		}
	}
	for _, m := range p.Assume.Mutes {
		p.unless("slack", m.At.Time, func() error { return p.mute(m) })
	}
	for _, a := range p.Assume.Alerts {
		p.unless("bot", a.From.Time, func() error { return p.fire(a, true) })
		p.unless("bot", a.To.Time, func() error { return p.fire(a, false) })
	}
	for _, l := range p.Assume.Lines {
		p.at(l.At.Time, func() error { return p.say(l.Who, l.Says, "slack") })
	}
	for _, x := range p.Assume.Talks {
		for t := x.From.Time; !t.After(x.To.Time); t = t.Add(time.Duration(x.Every)) {
			p.at(t, func() error { return p.talk(x.Who) })
		}
	}
}

// talk is a message in the incident's channel that is not for the bot.
func (p *play) talk(who string) error {
	if p.room == "" || p.works("slack", p.now).After(p.now) {
		return nil
	}
	person, _ := p.cast.find(who) // the check has told
	return p.server.Desk.Heard(p.ctx, stream.Actor{ID: person.Slack, Name: person.Name}, p.now, p.room, "")
}

// unless sets a cue for when a tool works: whoever needs it tries again then.
func (p *play) unless(tool string, t time.Time, do func() error) { p.at(p.works(tool, t), do) }

// works is the first moment from t on at which a tool and the bot work.
func (p *play) works(tool string, t time.Time) time.Time {
	for again := true; again; {
		again = false
		for _, o := range p.Outages {
			if (o.Tool == tool || o.Tool == "bot") && !t.Before(o.From.Time) && t.Before(o.To.Time) {
				t, again = o.To.Time, true
			}
		}
	}
	return t
}

// Stands are where the far ends' stand-ins are in the town.
var Stands = map[string]string{"slack": "slack", "twitter": "x", "email": "smtp", "twilio": "twilio"}

// fail breaks a tool or mends it.
func (p *play) fail(tool string, broken bool) error {
	p.broken[tool] = broken
	if tool == incident.StatusPage && !broken {
		p.mended()
	}
	stand, ok := Stands[tool]
	if !ok {
		p.due.add(p.now)
		return nil
	}
	method, body := http.MethodDelete, []byte(nil)
	if broken {
		method, body = http.MethodPost, []byte(`{"status":503}`)
	}
	req, err := http.NewRequestWithContext(p.ctx, method, "http://town.sandbox/"+stand+"/_faults", bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := p.town.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // it is in memory
	if text, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s cannot be broken: %d %s", tool, resp.StatusCode, text)
	}
	return nil
}

// begin and end record a change, as `drumbeat run` does.
func (p *play) begin(c Change) error {
	facts := change.Facts{What: c.What, Kind: c.Kind, Service: c.Service, Risk: c.Risk, Unrecorded: c.Unrecorded,
		Author: p.cast.person(c.By), Reviewer: p.cast.person(c.Reviewer)}
	res, err := p.do(bot.Command{Stream: id(change.Kind, bot.Next), Value: change.Start{Facts: facts}, Meta: p.meta(c.By)})
	if err == nil {
		p.numbers[c.Name] = "CH-" + res.Stream.Name
		p.row("change", "records %s: “%s” by %s", p.numbers[c.Name], c.What, p.cast.name(c.By))
	}
	return err
}

func (p *play) end(c Change) error {
	_, err := p.do(bot.Command{Stream: id(change.Kind, strings.TrimPrefix(p.numbers[c.Name], "CH-")), Value: change.End{}, Meta: p.meta(c.By)})
	return err
}

func (p *play) mute(m Mute) error {
	line := fmt.Sprintf("mute %s %s", m.Alert, m.For)
	if number := p.numbers[m.Until]; number != "" {
		line += " " + number
	}
	return p.say(m.By, line+" because "+m.Because, "slack")
}

// fire is a post of the monitoring.
func (p *play) fire(a Alert, firing bool) error {
	name := alert.Name(a.Rule)
	v := alert.Receive{Rule: a.Rule, Service: a.Service, Severity: a.Severity, Summary: a.Summary,
		Instances: []alert.Instance{{Fingerprint: a.Rule, Firing: firing, Summary: a.Summary, Since: a.From.Time}}}
	_, err := p.do(bot.Command{Stream: id(alert.Kind, name), Value: v,
		Meta: stream.Meta{At: p.now, By: stream.Actor{ID: alert.Source(name)}}})
	return err
}

// say lets somebody type a line or tap a button. face is the far end that he
// has before him; when it does not work, he tries again when it does.
func (p *play) say(who, line, face string) error {
	if t := p.works(face, p.now); t.After(p.now) {
		p.at(t, func() error { return p.say(who, line, face) })
		return nil
	}
	person, _ := p.cast.find(who) // the check has told
	before := len(p.rows)
	p.asked++
	reply, err := p.server.Desk.Handle(p.ctx, integrations.Request{Key: fmt.Sprintf("replay:%d", p.asked), Face: face,
		By: stream.Actor{ID: person.Slack, Name: person.Name}, At: p.now, Line: line})
	if err != nil {
		return fmt.Errorf("%s: %s: %w", who, line, err)
	}
	if reply.Refused {
		p.refused = append(p.refused, fmt.Sprintf("%s %s: “%s” – %s", p.now.In(p.zone).Format("15:04"), person.Name, line, reply.Words.Plain()))
		return nil
	}
	p.did[who+" "+firstWord(line)] = p.now
	p.inRoom[who] = p.inRoom[who] || !strings.HasPrefix(line, "mute ")
	p.rows = slices.Insert(p.rows, before, Row{At: p.now, Drumbeat: true, Kind: "act", Text: fmt.Sprintf("%s: “%s”", person.Name, line)})
	return nil
}

func (p *play) do(c bot.Command) (bot.Result, error) { return p.server.Bot.Do(p.ctx, c) }

func (p *play) meta(who string) stream.Meta {
	return stream.Meta{At: p.now, By: stream.Actor{ID: who, Name: p.cast.name(who)}}
}

func id(kind, name string) stream.ID {
	return stream.ID{Workspace: serve.Workspace, Kind: kind, Name: name}
}

// incidents are those that the play brought, in order.
func (p *play) incidents(ctx context.Context) (out []incident.State, err error) {
	found, err := p.server.Store.List(ctx, store.Query{Workspace: serve.Workspace, Kind: incident.Kind})
	if err != nil {
		return nil, err
	}
	for _, sum := range slices.Backward(found) {
		state, _, err := p.server.Bot.State(ctx, sum.Stream)
		if err != nil {
			return nil, err
		}
		if s, ok := state.(incident.State); ok {
			out = append(out, s)
		}
	}
	return out, nil
}
