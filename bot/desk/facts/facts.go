// Package facts looks up what a decision needs to know and its stream does not:
// the playbook and who is on call, the changes to look at first, which far ends
// are live, which incident an alert belongs to. Facts travel with the command
// (Prepare) and are recorded, so that nothing is ever decided by a look at the
// present twice.
package facts

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/control"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/playbooks"
	"drumbeat/playbooks/guard"
	"drumbeat/store"
)

// Config is what is known of the installation.
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
	// Groups are handles, by the name of several people.
	Groups map[string][]string
	// Customers and InternalHosts are what the guard lets out in no words.
	Customers, InternalHosts []string
	// GuardRules are the operator's own; nil for none.
	GuardRules *guard.Rules
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
	// Previews draw words as a far end would, calling nobody.
	Previews map[string]func(stream.Delivery) words.Drawn
	Log      *slog.Logger
	// Faulty hears what fails in a playbook while an incident runs, once for
	// each text, and each step without one; nil is told nothing.
	Faulty func(playbook, where string, fault error)
	// Compile makes a pinned playbook run; nil is playbooks.Compile.
	Compile func(incident.Pinned, *time.Location) (*playbooks.Playbook, error)
}

// Facts are found in the store and the configuration. Their methods may be
// called by many goroutines.
type Facts struct {
	Config
	Bot       *bot.Bot
	Store     store.Store
	Directory Directory
	books     playbooks.Set
	raising   raising
	zones     sync.Map // IANA name → *time.Location
	faults    sync.Map // hash of a playbook, and words or step → true, once it was told
	// Reacts is how the pinned playbook of an incident does.
	Reacts func(incident.State, stream.Record) []stream.Delivery
}

// New makes facts without a bot: Open completes them.
func New(cfg Config, books playbooks.Set) *Facts {
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Settings.Command == "" {
		cfg.Settings.Command = "/incident"
	}
	return &Facts{Config: cfg, books: books, Directory: newDirectory(cfg)}
}

// Open gives them the bot and its store.
func (d *Facts) Open(b *bot.Bot, s store.Store) { d.Bot, d.Store = b, s }

// Policy is what the playbook of a new incident demands.
func (d *Facts) Policy() policy.Policy {
	if book, ok := d.books[usual]; ok {
		return book.Incident()
	}
	return policy.Policy{}
}

// ID names a stream of the workspace.
func (d *Facts) ID(kind, name string) stream.ID {
	return stream.ID{Workspace: d.Workspace, Kind: kind, Name: name}
}

// Incident loads an incident's newest state, and says whether there is one.
func (d *Facts) Incident(ctx context.Context, id stream.ID) (s incident.State, ok bool, err error) {
	state, _, err := d.Bot.State(ctx, id)
	if err != nil {
		return s, false, err
	}
	s, ok = state.(incident.State)
	return s, ok && s.Seq > 0, nil
}

// Local is the team's clock, as rules read it: "02:15".
func (d *Facts) Local(t time.Time) string { return t.In(d.Zone).Format("15:04") }

// ZoneOf finds a time zone by its IANA name, nil where there is none.
func (d *Facts) ZoneOf(name string) *time.Location {
	if known, ok := d.zones.Load(name); ok {
		return known.(*time.Location)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		zone = nil
	}
	d.zones.Store(name, zone)
	return zone
}

// most is how many open incidents are looked at.
const most = 500

// Unfinished lists the open incidents, the newest first.
func (d *Facts) Unfinished(ctx context.Context) ([]stream.Summary, error) {
	yes := true
	return d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: incident.Kind, Open: &yes, Limit: most})
}

// card is what a list knows of an incident.
func card(s stream.Summary) incident.Card {
	var c incident.Card
	if json.Unmarshal(s.Data, &c) != nil {
		c.Number = "INC-" + s.Stream.Name
	}
	return c
}

// Prepare looks up the facts that a command carries: bot.Config.Prepare.
func (d *Facts) Prepare(ctx context.Context, c *bot.Command) error {
	switch v := c.Value.(type) {
	case incident.Declare:
		if strings.HasPrefix(v.Sign.Source, alert.Source("")) && c.Stream.Name == bot.Next {
			if joined, err := d.joinStorm(ctx, c, v); err != nil || joined {
				return err
			}
		}
		if err := d.prepareDeclare(ctx, &v, c.Meta); err != nil {
			return err
		}
		c.Value = v
	case incident.Choose:
		return d.prepareChoose(ctx, c)
	case incident.Approve:
		targets, hold, err := d.Targets(ctx)
		if err != nil {
			return err
		}
		v.Targets, v.Hold, v.Local = d.drawn(ctx, c, v.N, targets), hold, d.Local(c.Meta.At)
		c.Value = v
	case incident.AskApproval:
		return d.asks(ctx, c, v)
	case incident.Speak:
		targets, hold, err := d.Targets(ctx)
		if err != nil {
			return err
		}
		v.Targets, v.Hold, v.Local = d.drawn(ctx, c, v.N, targets), hold, d.Local(c.Meta.At)
		c.Value = v
	case incident.Release:
		_, hold, err := d.Targets(ctx)
		if err != nil {
			return err
		}
		v.Hold = hold
		c.Value = v
	case alert.Receive:
		open, seen, err := d.openFor(ctx, c.Stream, v, c.Meta.At)
		if err != nil {
			return err
		}
		v.Open, v.Seen = open, seen
		c.Value = v
	case change.Start:
		v.Facts.Author, v.Facts.Reviewer = d.Directory.complete(v.Facts.Author), d.Directory.complete(v.Facts.Reviewer)
		c.Value = v
	case incident.EndDrill:
		shown, err := d.drilled(ctx, c.Stream)
		if err != nil {
			return err
		}
		v.Shown = shown
		c.Value = v
	case control.Command:
		return d.prepareSwitch(ctx, c)
	}
	return nil
}

// usual is the name of the playbook that holds where no other fits.
const usual = "default"

func (d *Facts) prepareDeclare(ctx context.Context, v *incident.Declare, m stream.Meta) error {
	if !v.Drill { // it has no part of the product
		if v.Service == "" {
			v.Service = d.ServiceIn(v.Title)
		}
		v.Components = d.components(v.Service, v.Title)
	}
	c, err := d.chooseFirst(*v, m.At)
	if err != nil {
		return noBook
	}
	fit, err := d.Fit(ctx, c.Name, c.Why, v.Drill)
	if err != nil {
		return err
	}
	v.Playbook, v.Policy = fit.Playbook, fit.Policy
	if !m.By.Machine() {
		v.By = d.Directory.Identify(m.By)
	}
	if v.Drill { // it pages whom it names, asks nobody about changes and has no part of the product
		return nil
	}
	v.OnCall, v.Others = d.Directory.OnCall, fit.Others
	since := v.Since
	if since.IsZero() {
		since = m.At
	}
	v.Suspects, err = d.suspects(ctx, v.Service, since)
	return err
}

// ServiceIn finds the configured service that a text names, the longest of
// several.
func (d *Facts) ServiceIn(text string) string {
	text = spaced(text)
	best := ""
	for name := range d.Services {
		if strings.Contains(text, spaced(name)) && (len(name) > len(best) || len(name) == len(best) && name < best) {
			best = name
		}
	}
	return best
}

// spaced puts a space around each word, so that "api" is not found in "rapid".
func spaced(text string) string {
	return " " + strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '-' && r != '_'
	}), " ") + " "
}

// components are those of the service, or those that the title names.
func (d *Facts) components(service, title string) []incident.Component {
	var out []incident.Component
	title = spaced(title)
	for _, c := range d.Components {
		if service != "" && d.Services[service].Component == c.Name || strings.Contains(title, spaced(c.Name)) {
			c.State = "partial"
			out = append(out, c)
		}
	}
	return out
}

// Component reads a part of the product, by its name or as customers say it, and
// how it does: partial, where nothing is said.
func (d *Facts) Component(text string) (incident.Component, error) {
	states := []string{"operational", "degraded", "partial", "major"}
	words, state := strings.Fields(text), "partial"
	if n := len(words); n > 1 && slices.Contains(states, strings.ToLower(words[n-1])) {
		words, state = words[:n-1], strings.ToLower(words[n-1])
	}
	var known []string
	for _, c := range d.Components {
		if name := strings.Join(words, " "); strings.EqualFold(name, c.Name) || strings.EqualFold(name, c.Words) {
			c.State = state
			return c, nil
		}
		known = append(known, c.Name)
	}
	if len(known) == 0 {
		return incident.Component{}, stream.Refuse("The configuration names no parts of the product: `components:`.")
	}
	return incident.Component{}, stream.Refuse("Say which part, and how it does: “affects %s major”. There are %s; and %s.", known[0], strings.Join(known, ", "), strings.Join(states, ", "))
}

// Public gives all incidents that customers may read of, the newest first, and
// the revision that they stand for: what the status page shows.
func (d *Facts) Public(ctx context.Context) ([]incident.PublicIncident, int64, error) {
	var out []incident.PublicIncident
	var rev int64
	q := store.Query{Workspace: d.Workspace, Kind: incident.Kind, Tag: "public:yes", Limit: 200}
	for {
		found, err := d.Store.List(ctx, q)
		if err != nil {
			return nil, 0, err
		}
		for _, s := range found {
			if c := card(s); c.Public != nil {
				out = append(out, *c.Public)
			}
			rev = max(rev, s.Rev)
		}
		if len(found) < q.Limit {
			return out, rev, nil
		}
		q.After = store.Cursor(found[len(found)-1])
	}
}
