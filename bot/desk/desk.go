// Package desk is where people's words become commands, and what came of them
// becomes an answer. Every face hands it a Request; the line in it is read by
// one grammar (grammar.go), the incident that it is about is found by its
// number or by the place where it was said (place.go), the facts that a
// decision needs are looked up (facts.go), and the bot decides. It calls no
// vendor: an answer takes one commit.
package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/playbooks"
	"drumbeat/store"
)

// Config is what the desk knows of the installation.
type Config struct {
	Workspace string
	Zone      *time.Location
	Operator  string // a handle; who may move far ends between modes
	People    []Person
	OnCall    []Rung
	Services  map[string]Service
	// Components are the status page's, in order.
	Components []incident.Component
	Approvers  []string
	// FarEnds are the public far ends and their configured modes. Empty in
	// any environment but production: then nothing public exists.
	FarEnds map[string]string
	// Unattended are the far ends that may speak without anybody's tap.
	Unattended []string
	// Pagers are the far ends that can wake a person, in the order in which
	// they are tried: "pagerduty", "twilio", "email", "slack".
	Pagers   []string
	Settings playbooks.Settings
	// Hold is DRUMBEAT_HOLD: every public word waits while it is set.
	Hold bool
	// Lengths measure words for a far end: how long they are, and how long
	// they may be.
	Lengths map[string]func(string) (n, most int)
	Log     *slog.Logger
}

// Desk answers requests. Its methods may be called by many goroutines.
type Desk struct {
	Config
	bot       *bot.Bot
	store     store.Store
	books     playbooks.Set
	words     *playbooks.Catalogue
	compiled  sync.Map // playbook's hash → *playbooks.Playbook
	directory directory
}

// New makes a desk without a bot: the bot's kinds need React and Prepare, which
// are the desk's. Open completes it.
func New(cfg Config, books playbooks.Set) (*Desk, error) {
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Settings.Command == "" {
		cfg.Settings.Command = "/incident"
	}
	words, err := playbooks.Words(cfg.Zone)
	if err != nil {
		return nil, err
	}
	d := &Desk{Config: cfg, books: books, words: words}
	d.directory = newDirectory(cfg)
	return d, nil
}

// Open gives the desk its bot and store.
func (d *Desk) Open(b *bot.Bot, s store.Store) { d.bot, d.store = b, s }

// Say finds a text of the catalogue, for the kinds that react in Go.
func (d *Desk) Say(name string, facts map[string]any) *stream.Message {
	return d.words.Say(name, facts)
}

// React runs the playbook that is pinned in the incident. A fault in a step
// never loses a delivery; it is logged once for each record.
func (d *Desk) React(s incident.State, r stream.Record) []stream.Delivery {
	book, err := d.playbook(s.Playbook)
	if err != nil {
		d.Log.Error("the pinned playbook does not run", "incident", s.Number, "playbook", s.Playbook.Name, "error", err)
		return nil
	}
	out, faults := book.React(s, r)
	for _, fault := range faults {
		d.Log.Error("a step of the playbook failed", "incident", s.Number, "playbook", s.Playbook.Name, "error", fault)
	}
	return out
}

func (d *Desk) playbook(pin incident.Pinned) (*playbooks.Playbook, error) {
	if b, ok := d.compiled.Load(pin.Hash); ok {
		return b.(*playbooks.Playbook), nil
	}
	b, err := playbooks.Compile(pin, d.Zone)
	if err != nil {
		return nil, err
	}
	d.compiled.Store(pin.Hash, b)
	return b, nil
}

// ask is one request on its way through the desk.
type ask struct {
	integrations.Request
	person incident.Person
	spec   *spec
	rest   string    // the line without its command
	number string    // the incident that the line names: "42"
	id     stream.ID // the incident that the command is for
}

// Handle answers one request. Its errors read as sentences.
func (d *Desk) Handle(ctx context.Context, r integrations.Request) (integrations.Reply, error) {
	a := &ask{Request: r}
	if a.At.IsZero() {
		a.At = time.Now()
	}
	a.person = d.directory.identify(r.By)
	if strings.HasPrefix(a.person.Handle, "tel:") { // anybody may text a number
		return integrations.Reply{Refused: true, Words: stream.Say("This number belongs to nobody I know, so nothing was done.")}, nil
	}
	a.By = stream.Actor{ID: a.person.Handle, Name: a.person.String(), Roles: r.By.Roles}
	line := strings.TrimSpace(r.Line)
	if r.Form != "" {
		line = formLine(r)
	}
	if a.Key == "" {
		a.Key = intent(a, line)
	}
	reply, err := d.answer(ctx, a, line)
	switch {
	case errors.Is(err, stream.ErrRefused):
		if r.Form != "" {
			return integrations.Reply{Problems: map[string]string{formField(r.Form): err.Error()}, Refused: true, Words: stream.Say(err.Error())}, nil
		}
		return integrations.Reply{Words: stream.Say(err.Error()), Refused: true}, nil
	case errors.Is(err, store.ErrFull):
		return reply, fmt.Errorf("nothing was done: the store is full. The operator has to make room; then try again")
	case err != nil:
		d.Log.Error("a request failed", "line", firstWord(line), "error", err)
		return reply, fmt.Errorf("nothing is known of what became of this: the store does not answer. Try again; what was done is not done twice")
	}
	return reply, nil
}

func (d *Desk) answer(ctx context.Context, a *ask, line string) (integrations.Reply, error) {
	if line == "" {
		return d.bare(ctx, a)
	}
	if err := d.parse(a, line); err != nil {
		return integrations.Reply{}, err
	}
	if a.spec.incident {
		id, err := d.find(ctx, a)
		if err != nil {
			return integrations.Reply{}, err
		}
		a.id = id
	}
	return a.spec.run(d, ctx, a)
}

// bare is the command without words: the incident's state in its place, the
// form to declare one elsewhere.
func (d *Desk) bare(ctx context.Context, a *ask) (integrations.Reply, error) {
	if id, err := d.find(ctx, a); err == nil && a.Channel != "" {
		a.id = id
		if here, err := d.at(ctx, a); err == nil && here == id {
			return d.show(ctx, a)
		}
	}
	if a.CanOpen {
		return integrations.Reply{Open: d.declareForm(), Words: stream.Say("Type it in one line: `" + d.Settings.Command + " declare sev1 what is wrong`.")}, nil
	}
	return d.help(ctx, a)
}

// intent names a request that its face could not name: the same words of the
// same person at the same place within a minute are one.
func intent(a *ask, line string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s\x00%d", a.By.ID, a.Channel, a.Thread, line, a.At.Unix()/60)
	return "said:" + hex.EncodeToString(h.Sum(nil)[:12])
}

func (a *ask) meta() stream.Meta { return stream.Meta{At: a.At, By: a.By, Key: a.Key} }

// do carries out a command of an incident and gives its state afterwards.
func (d *Desk) do(ctx context.Context, a *ask, c incident.Command) (incident.State, error) {
	res, err := d.bot.Do(ctx, bot.Command{Stream: a.id, Meta: a.meta(), Value: c})
	if err != nil {
		return incident.State{}, err
	}
	return d.stateOf(ctx, res)
}

func (d *Desk) stateOf(ctx context.Context, res bot.Result) (incident.State, error) {
	if s, ok := res.State.(incident.State); ok && s.Seq > 0 {
		return s, nil
	}
	return d.incident(ctx, res.Stream)
}

// incident loads an incident's newest state.
func (d *Desk) incident(ctx context.Context, id stream.ID) (incident.State, error) {
	state, _, err := d.bot.State(ctx, id)
	if err != nil {
		return incident.State{}, err
	}
	s, ok := state.(incident.State)
	if !ok || s.Seq == 0 {
		return incident.State{}, stream.Refuse("There is no INC-%s. “list” shows what is open.", id.Name)
	}
	return s, nil
}

func (d *Desk) switches(ctx context.Context) (control.State, error) {
	state, _, err := d.bot.State(ctx, d.id(control.Kind, control.Name))
	if err != nil {
		return control.State{}, err
	}
	s, _ := state.(control.State)
	return s, nil
}

func (d *Desk) id(kind, name string) stream.ID {
	return stream.ID{Workspace: d.Workspace, Kind: kind, Name: name}
}

// say answers with a text of the catalogue.
func (d *Desk) say(name string, facts map[string]any) integrations.Reply {
	facts["cmd"] = d.Settings.Command
	return integrations.Reply{Words: d.words.Say(name, facts)}
}
