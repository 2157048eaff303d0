// Package desk is where people's words become commands, and what came of them
// becomes an answer. Every face hands it a Request; the line in it is read by
// one grammar (grammar.go, parse.go), the incident that it is about is found by
// its number or by the place where it was said (place.go), the facts that a
// decision needs are looked up (package facts), and the bot decides. It calls no
// vendor: an answer takes one commit.
//
// Keys: a face that names its requests is taken at its word. Where it does not,
// the same words of the same person at the same place within a minute are one.
//
// Private incidents: to whoever is not part of one, every answer is that of an
// incident that does not exist.
package desk

import (
	"context"
	"sync"

	"drumbeat/bot"
	"drumbeat/bot/desk/facts"
	"drumbeat/bot/desk/operator"
	"drumbeat/bot/desk/phrase"
	"drumbeat/bot/desk/recurring"
	"drumbeat/incident"
	"drumbeat/incident/schedule"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/playbooks"
)

// What the desk is told of the installation.
type (
	Config  = facts.Config
	Person  = facts.Person
	Rung    = facts.Rung
	Service = facts.Service
)

// Desk answers requests. Its methods may be called by many goroutines.
type Desk struct {
	*facts.Facts
	// Office is where the operator is served.
	Office *operator.Desk
	// Recurring is the team's recurring work.
	Recurring *recurring.Desk
	words     *playbooks.Catalogue
	compiled  sync.Map // playbook's hash → *playbooks.Playbook
	recent    phrase.Recent
	forms     sync.Mutex
}

// New makes a desk without a bot: the bot's kinds need React and Prepare, which
// are the desk's. Open completes it.
func New(cfg Config, books playbooks.Set) (*Desk, error) {
	f := facts.New(cfg, books)
	words, err := playbooks.Words(f.Zone, f.ZoneOf)
	if err != nil {
		return nil, err
	}
	d := &Desk{Facts: f, words: words, Office: &operator.Desk{Facts: f, Say: words.Say}, Recurring: recurring.New(f, words.Say, books.Schedules())}
	f.Reacts = d.React
	for _, book := range books { // now, not inside the first declaration
		pin, _, err := book.Pin(f.Settings)
		if err == nil {
			_, err = d.running(pin)
		}
		if err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Prepare looks up the facts that a command carries: bot.Config.Prepare.
func (d *Desk) Prepare(ctx context.Context, c *bot.Command) error {
	if run, ok := c.Value.(schedule.Run); ok {
		return d.Recurring.Prepare(ctx, c, run)
	}
	return d.Facts.Prepare(ctx, c)
}

// Say finds a text of the catalogue, for the kinds that react in Go.
func (d *Desk) Say(name string, facts map[string]any) *stream.Message {
	return d.words.Say(name, facts)
}

// React runs the playbook that is pinned in the incident. A fault in a step
// costs its words alone; the operator is told once.
func (d *Desk) React(s incident.State, r stream.Record) []stream.Delivery {
	book, err := d.running(s.Playbook)
	if err != nil {
		d.Log.Error("the pinned playbook does not run", "incident", s.Number, "playbook", s.Playbook.Name, "error", err)
		return nil
	}
	out, faults := book.React(s, r)
	for _, fault := range faults {
		d.Fault(s, fault)
	}
	return out
}

func (d *Desk) running(pin incident.Pinned) (*playbooks.Playbook, error) {
	if b, ok := d.compiled.Load(pin.Hash); ok {
		return b.(*playbooks.Playbook), nil
	}
	compile := d.Compile
	if compile == nil {
		compile = playbooks.Compile
	}
	b, err := compile(pin, d.Zone)
	if err != nil {
		return nil, err
	}
	b = b.In(d.ZoneOf)
	d.compiled.Store(pin.Hash, b)
	return b, nil
}

// do carries out a command of the incident that was found, if the guard lets its
// words go, and gives its state afterwards.
func (d *Desk) do(ctx context.Context, a *ask, c incident.Command) (incident.State, error) {
	c, err := d.guarded(ctx, a, c)
	if err != nil {
		return incident.State{}, err
	}
	res, err := d.Bot.Do(ctx, bot.Command{Stream: a.id(), Meta: a.meta(), Value: c})
	if err != nil {
		return incident.State{}, err
	}
	return d.stateOf(ctx, res)
}

// stateOf is the state that a command left: an earlier one's, when the same was
// done before.
func (d *Desk) stateOf(ctx context.Context, res bot.Result) (incident.State, error) {
	if s, ok := res.State.(incident.State); ok && s.Seq > 0 {
		return s, nil
	}
	s, _, err := d.Incident(ctx, res.Stream)
	return s, err
}

// say answers with a text of the catalogue.
func (d *Desk) say(name string, facts map[string]any) integrations.Reply {
	facts["cmd"] = d.Settings.Command
	return integrations.Reply{Words: d.words.Say(name, facts)}
}
