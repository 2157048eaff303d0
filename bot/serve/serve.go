// Package serve is the running bot: the writer, the sender, the desk and the
// listeners, put together from contracts alone. Which store and which far ends
// they are is main's to choose.
//
// Starting depends on no far end: what cannot be reached is tried when there is
// something to deliver. Stopping (the context ends) takes no more requests,
// lets sends under way end, and leaves the rest in the store.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"drumbeat/bot"
	"drumbeat/bot/check"
	"drumbeat/bot/desk"
	"drumbeat/bot/telemetry"
	"drumbeat/bot/web"
	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/control"
	"drumbeat/incident/schedule"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/integrations"
	"drumbeat/playbooks"
	"drumbeat/playbooks/guard"
	"drumbeat/store"
)

// Workspace is the tenant's name in every ID. So far there is one.
const Workspace = "main"

// StatusPage is our own page: it reads, and is told when there is something
// new to read.
type StatusPage interface {
	http.Handler
	// Run keeps it true until ctx ends, by the clock that now is.
	Run(ctx context.Context, now func() time.Time) error
	Nudge()
	SetMode(mode string)
}

// Routes are what a face answers, by pattern of http.ServeMux.
type Routes = map[string]http.Handler

// Face is where people talk to the bot: chat, SMS, voice. Run, if any, is a
// face that calls by itself: it works until ctx ends, and an error ends the bot.
type Face struct {
	Routes Routes
	Run    func(ctx context.Context) error
}

// Parts are what main chose.
type Parts struct {
	Config
	Store   store.Store
	Senders map[string]integrations.Sender
	// FarEnds are the public far ends with their configured modes, "page"
	// among them.
	FarEnds map[string]string
	// Components are the status page's, as incidents name them.
	Components []incident.Component
	// Books are the playbooks, nil reads them from Config.Playbooks; Compile
	// makes one run, nil is playbooks.Compile. They are for whoever makes many
	// bots.
	Books    playbooks.Set
	Compile  func(incident.Pinned, *time.Location) (*playbooks.Playbook, error)
	Settings playbooks.Settings
	Lengths  map[string]func(string) (n, most int)
	// Previews draw words as a far end would.
	Previews map[string]func(stream.Delivery) words.Drawn
	// Unattended are the far ends that may speak without anybody's tap.
	Unattended []string
	// Hold is DRUMBEAT_HOLD.
	Hold bool
	// Faces hand what they hear to the server's Handle, Desk.Heard, Report and Refused.
	Faces []func(*Server) Face
	// StatusPage makes our own status page, which reads through the server's
	// Desk; nil for none.
	StatusPage func(*Server) StatusPage
	// Alertmanager parses its posts.
	Alertmanager func([]byte) ([]alert.Receive, error)
	// Clock is the time that the bot lives in; its zero value is the machine's.
	Clock Clock
	// Check looks how the bot is, for the operator; nil when nobody wants to
	// know. It may call the far ends.
	Check func(context.Context, check.Input) []integrations.Finding
	// Version is what is running, for the operator and the metrics.
	Version string
	// Tracer makes spans; nil makes none.
	Tracer *telemetry.Tracer
	// Console is where whoever starts the bot reads; nil for nobody.
	Console io.Writer
	Log     *slog.Logger
	// Listening hears of the addresses, once all listeners are open: public,
	// slack, private, each one once.
	Listening func(addresses []string)
	// Reload gives the parts anew, over the same Store, whenever Hangup says
	// so; nil for a bot that does not reload.
	Reload func() (Parts, error)
	Hangup <-chan os.Signal
}

// Clock is a time that may run faster than the machine's. Lease and Poll are
// bot.CourierConfig's: the first is told in the time of Now, the second in the
// machine's.
type Clock struct {
	Now         func() time.Time
	Lease, Poll time.Duration
}

// Server is a bot that is ready to run.
type Server struct {
	Parts
	Bot     *bot.Bot
	Courier *bot.Courier
	Desk    *desk.Desk
	// Handle is the Desk's, traced: what faces hand requests to.
	Handle integrations.Handler
	// Page is our status page, nil for none. It reads through Desk, and is
	// set before Run.
	Page     StatusPage
	faces    []Face
	metrics  *telemetry.Metrics
	standing *telemetry.Standing
	switched chan struct{} // the status page's mode may have changed
	// switches are as of the start: what is not to be sent any more.
	switches atomic.Pointer[control.State]
	operated chan struct{} // somebody may have become the operator
	// mistake is what the last reload failed of; broken says that there is one.
	mistake atomic.Pointer[integrations.Finding]
	broken  chan struct{}
	faults  faults
}

// New puts the parts together. It reads the playbooks and calls nobody. A bad
// playbook stops no start: in its place the one of that name that comes with
// the binary is in force, and the operator is told.
func New(p Parts) (*Server, error) {
	var err, bad error
	if p.Books == nil {
		if p.Books, bad = loadPlaybooks(p.Playbooks); p.Books == nil {
			return nil, fmt.Errorf("playbooks: %w", bad)
		}
	}
	zone, err := time.LoadLocation(p.Timezone)
	if err != nil {
		return nil, fmt.Errorf("timezone: %w", err)
	}
	if !p.Production() {
		p.FarEnds = nil
	}
	s := &Server{Parts: p, metrics: telemetry.NewMetrics(p.Version, slices.Sorted(maps.Keys(p.Senders))), switched: make(chan struct{}, 1), operated: make(chan struct{}, 1), broken: make(chan struct{}, 1)}
	rules, _ := guard.New(p.Guard) // what is wrong with them is told when they are read
	s.Desk, err = desk.New(desk.Config{Workspace: Workspace, Zone: zone, Operator: p.Operator, People: p.People, OnCall: p.OnCall,
		Services: p.Services, Components: p.Components, Approvers: p.Approvers, Groups: p.Groups, Customers: p.Customers, InternalHosts: p.InternalHosts, GuardRules: rules, FarEnds: p.FarEnds, Unattended: p.Unattended, Pagers: p.pagers(),
		Settings: p.Settings, Hold: p.Hold, Lengths: p.Lengths, Previews: p.Previews, Log: p.Log, Compile: p.Compile, Faulty: s.faulty}, p.Books)
	if err != nil {
		return nil, err
	}
	s.notInForce(errors.Join(bad, s.Desk.Recurring.Wrong))
	timed := s.metrics.Store(p.Store)
	s.Bot = bot.New(bot.Config{Store: timed, Log: p.Log, Now: p.Clock.Now, Prepare: s.Desk.Prepare, Committed: s.committed, Traced: s.traced(), Kinds: []bot.Kind{
		bot.KindOf(incident.Kind, incident.Rules{Playbook: s.Desk.React}, incident.DecodeCommand,
			func(x stream.Settled) incident.Command { return incident.Settle{Settled: x} }),
		bot.KindOf(alert.Kind, alert.Rules{}, alert.DecodeCommand, func(x stream.Settled) alert.Command { return alert.Settle{Settled: x} }),
		bot.KindOf(change.Kind, change.Rules{Words: s.Desk.Say}, change.DecodeCommand, func(x stream.Settled) change.Command { return change.Settle{Settled: x} }),
		bot.KindOf(control.Kind, control.Rules{Words: s.Desk.Say}, control.DecodeCommand, func(x stream.Settled) control.Command { return control.Settle{Settled: x} }),
		bot.KindOf(schedule.Kind, schedule.Rules{Words: s.Desk.Say}, schedule.DecodeCommand, func(x stream.Settled) schedule.Command { return schedule.Settle{Settled: x} }),
	}})
	s.Desk.Open(s.Bot, p.Store)
	s.Courier = bot.NewCourier(bot.CourierConfig{Bot: s.Bot, Store: timed, Senders: p.Senders, Places: s.places(), Gate: s.Desk.Gate, Stale: s.stale, Log: p.Log, Lease: p.Clock.Lease, Poll: p.Clock.Poll, Attempt: p.Tracer.Attempt(), Observe: p.Tracer.Observe(s.Bot, s.metrics.Delivery)})
	s.standing = &telemetry.Standing{Bot: s.Bot, Store: p.Store, Workspace: Workspace, FarEnds: p.FarEnds, Hold: p.Hold, InFlight: s.Courier.InFlight, Severities: s.Desk.Policy().Names(), Log: p.Log}
	s.metrics.Register(s.standing)
	s.Handle = p.Tracer.Ask(s.Bot, s.Desk.Handle)
	if p.StatusPage != nil {
		s.Page = p.StatusPage(s)
	}
	for _, face := range p.Faces {
		s.faces = append(s.faces, face(s))
	}
	return s, nil
}

// notInForce has the operator told what is wrong with the playbooks.
func (s *Server) notInForce(bad error) {
	if bad == nil {
		return
	}
	s.Log.Error("a playbook is not in force", "error", bad)
	s.mistake.Store(&integrations.Finding{Level: integrations.Warning, Subject: "playbooks", Text: "some are not in force (" + bad.Error() + ")",
		Remedy: "Correct them and reload. Until then the built-in ones hold."})
}

func loadPlaybooks(dir string) (playbooks.Set, error) {
	if dir == "" {
		return playbooks.Builtin()
	}
	if _, err := os.ReadDir(dir); err != nil { // a folder that is not there would read as an empty one
		return nil, err
	}
	return playbooks.Load(os.DirFS(dir))
}

// pagers are the far ends that can wake people, in the order of trying.
func (p Parts) pagers() []string {
	var out []string
	for _, name := range []string{"pagerduty", "twilio", "email", "slack"} {
		if _, ok := p.Senders[name]; ok {
			out = append(out, name)
		}
	}
	return out
}

// places names the far ends that a playbook may ask for and that are not
// configured: what is asked of them is given up, and said, rather than waiting
// for ever.
func (s *Server) places() map[string]int {
	out := map[string]int{}
	for _, name := range []string{"slack", "twitter", "atlassian_statuspage", "email", "pagerduty", "twilio", incident.StatusPage} {
		if _, ok := s.Senders[name]; !ok {
			out[name] = 1
		}
	}
	return out
}

// Refused counts a request that was turned away, by a reason of few words.
func (s *Server) Refused(reason string) { s.metrics.Refused(reason) }

// traced is bot.Config.Traced.
func (s *Server) traced() func(context.Context, bot.Commit) {
	if s.Tracer == nil {
		return nil
	}
	return func(ctx context.Context, c bot.Commit) { s.Tracer.Committed(ctx, s.Bot, c) }
}

// handler serves all paths of the listeners that the address has.
func (s *Server) handler(addr string) http.Handler {
	api := web.Config{Bot: s.Bot, Store: s.Store, Workspace: Workspace, Handle: s.Handle, Token: s.API.Token, Ready: s.ready,
		Metrics: s.metrics.Handler(), FarEnds: s.Desk.Modes, Refused: s.Refused, Log: s.Log}
	mux := http.NewServeMux()
	if addr == localSocket {
		api.Trusted = true
		mux.Handle("/", web.API(api))
		return s.Tracer.Handler(s.Bot, mux)
	}
	if addr == s.Listen.Private {
		private := web.API(api)
		for _, path := range []string{"/v1/", "/metrics", "/healthz", "/readyz"} {
			mux.Handle(path, private)
		}
	}
	if addr == s.Listen.Slack {
		for _, face := range s.faces {
			for pattern, h := range face.Routes {
				mux.Handle(pattern, h)
			}
		}
		if s.Alertmanager != nil {
			mux.Handle("POST /hooks/alertmanager/{token}", api.Alerts(s.Hooks.Alertmanager.Token, s.Alertmanager))
		}
	}
	if addr == s.Listen.Public && s.Page != nil {
		mux.Handle("/", s.Page)
	}
	return s.Tracer.Handler(s.Bot, mux)
}

// ready: the store answers.
func (s *Server) ready(ctx context.Context) error {
	if _, err := s.Store.List(ctx, store.Query{Workspace: Workspace, Kind: incident.Kind, Limit: 1}); err != nil {
		return fmt.Errorf("the store does not answer: %w", err)
	}
	return nil
}
