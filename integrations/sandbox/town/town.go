// Package town puts all stand-ins of the far ends behind one listener, with
// known credentials, people and channels: `drumbeat sandbox`. A configuration
// that lives in it is printed by Config.
//
//	/slack/ /x/ /statuspage/ /pagerduty/ /twilio/ /smtp/
//
// each with its own _faults, _requests and _ledger (see package sandbox). Mail
// has a listener of its own. / is the page where all of it can be played (see
// package ui).
package town

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/pagerduty"
	"drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/sandbox/smtp"
	"drumbeat/integrations/sandbox/statuspage"
	"drumbeat/integrations/sandbox/twilio"
	"drumbeat/integrations/sandbox/ui"
	"drumbeat/integrations/sandbox/x"
)

// The credentials of the town. They open nothing else.
const (
	BotToken      = "xoxb-sandbox"
	SigningSecret = "sandbox-signing-secret"
	AppToken      = "xapp-sandbox" // of Options.SocketMode
	PageID        = "kctbh9vrtdwd"
	APIKey        = "sandbox-statuspage-key"
	RoutingKey    = "5a0dbc0c5a0dbc0c5a0dbc0c5a0dbc0c"
	AccountSID    = "AC5a0dbc0c5a0dbc0c5a0dbc0c5a0dbc0c"
	AuthToken     = "sandbox-twilio-token"
	From          = "+14155550100"
	ComponentID   = "8kbf7d35c070" // Mail view; the API is not on this page
	timezone      = "America/Los_Angeles"
)

// Options say where the town is and where the bot that lives in it answers.
type Options struct {
	URL string // the town's own, without a slash at its end
	App string // the bot's: http://127.0.0.1:8080
	Now func() time.Time
	// SocketMode: the bot hears Slack over connections of its own making, and is
	// not called by it.
	SocketMode bool
	// Client calls the bot.
	Client *http.Client
	// People live here beside those of Config: their Slack IDs and names.
	People []stream.Person
	// Cast lives here in place of those of Config; the first is who a visitor
	// is at first. Zone is theirs, an IANA name.
	Cast []ui.Person
	Zone string
	// Show leads a visitor through the town, at the pace of Now; nil for none.
	Show ui.Show
	// Queue keeps Slack's events until they are asked for.
	Queue bool
	// Scopes that Slack's bot was granted; nil for all.
	Scopes []string
}

// Town is all stand-ins.
type Town struct {
	Slack      *slack.Workspace
	X          *x.Server
	Statuspage *statuspage.Server
	PagerDuty  *pagerduty.Server
	Twilio     *twilio.Server
	Mail       *smtp.Server
	handler    http.Handler
}

// New builds the town. Its people are those of Config.
func New(o Options) *Town {
	if o.Cast == nil {
		o.Cast, o.Zone = citizens, timezone
	}
	appToken := ""
	if o.SocketMode {
		appToken = AppToken
	}
	t := &Town{
		Slack: slack.New(slack.Config{BotToken: BotToken, AppToken: appToken, SigningSecret: SigningSecret, URL: o.URL + "/slack", Now: o.Now, Signed: time.Now, Client: o.Client, Queue: o.Queue, Scopes: o.Scopes,
			CommandsURL: o.App + "/slack/commands", InteractionsURL: o.App + "/slack/interactions", EventsURL: o.App + "/slack/events",
			People: o.members(),
			Channels: []slack.Seed{
				{ID: "C0ANNOUNCE", Name: "incidents", Members: o.ids("U0SANDBOX")},
				{ID: "C00SHADOW", Name: "drumbeat-shadow", Members: []string{"U0SANDBOX", o.Cast[0].ID}},
				{ID: "C0SUPPORT", Name: "support", Members: []string{"U0SANDBOX", o.Cast[len(o.Cast)-1].ID}}}}),
		X: x.New(x.Config{ConsumerKey: "sandbox-consumer", ConsumerSecret: "sandbox-consumer-secret", Now: o.Now, Signed: time.Now, V1: true,
			Accounts: []x.Account{{ID: "2244994945", Username: "harborstatus", Name: "Harbor Status", Token: "2244994945-sandbox", TokenSecret: "sandbox-token-secret"}}}),
		Statuspage: statuspage.New(statuspage.Config{Key: APIKey, PageID: PageID, Name: "Harbor", Now: o.Now,
			Components: []statuspage.Component{{ID: ComponentID, Name: "Mail view"}}}),
		PagerDuty: pagerduty.New(pagerduty.Config{RoutingKeys: []string{RoutingKey}, Now: o.Now}),
		Twilio:    twilio.New(twilio.Config{AccountSID: AccountSID, AuthToken: AuthToken, Numbers: []string{From}, Webhook: o.App + "/hooks/twilio", Now: o.Now, Client: o.Client}),
		Mail:      smtp.New(smtp.Config{Username: "drumbeat", Password: "sandbox-mail", Now: o.Now}),
	}
	chat := new(sandbox.Faults)
	page := ui.New(t.page(o, chat))
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", page)
	mux.Handle("GET /score", page)
	mux.Handle("/ui/", page)
	mux.Handle("/", sandbox.Mount(map[string]http.Handler{"slack": chat.Wrap(t.Slack), "x": t.X, "statuspage": t.Statuspage,
		"pagerduty": t.PagerDuty, "twilio": t.Twilio, "smtp": t.Mail}))
	t.handler = mux
	return t
}

// citizens are the people of Config.
var citizens = []ui.Person{{ID: "U0000MAYA", Name: "Maya", Part: "on call", Phone: "+14155550101"}, {ID: "U0000OMAR", Name: "Omar", Part: "on call after Maya", Phone: "+14155550102"},
	{ID: "U0000PRIYA", Name: "Priya", Part: "engineer"}, {ID: "U0000LEO", Name: "Leo", Part: "engineer", Phone: "+14155550104"},
	{ID: "U0000INES", Name: "Ines", Part: "engineer"}, {ID: "U0000SAM", Name: "Sam", Part: "customer support", Phone: "+14155550106"}}

// ids are the members of the channel that everybody is in.
func (o Options) ids(bot string) []string {
	out := []string{bot}
	for _, p := range o.Cast {
		out = append(out, p.ID)
	}
	return out
}

// members are all people as Slack knows them.
func (o Options) members() (out []slack.Person) {
	for _, p := range o.Cast {
		out = append(out, slack.Person{ID: p.ID, Name: strings.ToLower(p.Name), RealName: p.Name})
	}
	for _, p := range o.People {
		out = append(out, slack.Person{ID: p.Slack, Name: p.Handle, RealName: p.String()})
	}
	return out
}

// page is the front door: the same people as in Config.
func (t *Town) page(o Options, chat *sandbox.Faults) ui.Config {
	zone, err := time.LoadLocation(o.Zone)
	if err != nil { // a machine without zone files
		zone = time.UTC
	}
	return ui.Config{Slack: t.Slack, SlackFaults: chat, X: t.X, Statuspage: t.Statuspage, PagerDuty: t.PagerDuty, Twilio: t.Twilio, Mail: t.Mail,
		People: o.Cast, Show: o.Show,
		Home: "incidents", Bot: "U0SANDBOX", Command: "/incident", App: o.App, Alerts: "/hooks/alertmanager/sandbox-alerts", Zone: zone, Now: o.Now, Client: o.Client}
}

// ServeHTTP serves all stand-ins by their prefixes.
func (t *Town) ServeHTTP(w http.ResponseWriter, r *http.Request) { t.handler.ServeHTTP(w, r) }

// Config is a drumbeat.yaml of a bot that lives in a town: url is the town's,
// mail the address of its mail server, app the bot's own.
func Config(url, mail, app string) string { return Options{URL: url, App: app}.Config(mail) }

// Config is a drumbeat.yaml of a bot that lives in the town of these options;
// mail is the address of its mail server.
func (o Options) Config(mail string) string {
	hears := "signing_secret: " + SigningSecret
	if o.SocketMode {
		hears = "app_token: " + AppToken
	}
	host, port, err := net.SplitHostPort(mail)
	if err != nil {
		host, port = mail, "25"
	}
	_, listen, _ := strings.Cut(o.App, "://")
	return strings.NewReplacer("<listen>", listen, "<app>", o.App, "<timezone>", timezone, "<town>", o.URL, "<bot token>", BotToken,
		"<hears>", hears, "<page id>", PageID, "<api key>", APIKey, "<component>", ComponentID, "<routing key>", RoutingKey,
		"<account sid>", AccountSID, "<auth token>", AuthToken, "<from>", From, "<mail host>", host, "<mail port>", port).Replace(townYAML)
}

const townYAML = `# A bot that lives in the sandbox. Nothing here reaches anybody.
environment: production
listen: <listen>
public_url: <app>
store: sqlite:drumbeat.db
timezone: <timezone>
operator: maya
slack:
  base_url: <town>/slack/api/
  bot_token: <bot token>
  <hears>
  announce_channel: C0ANNOUNCE
  shadow_channel: C00SHADOW
  support_channel: C0SUPPORT
status_page:
  name: Harbor
  url: <app>
  mode: live
  components:
    - {name: Mail view, words: opening and saving mail}
    - {name: API, words: the API}
twitter:
  base_url: <town>/x
  mode: live
  consumer_key: sandbox-consumer
  consumer_secret: sandbox-consumer-secret
  access_token: 2244994945-sandbox
  access_secret: sandbox-token-secret
atlassian_statuspage:
  base_url: <town>/statuspage
  mode: live
  page_id: <page id>
  api_key: <api key>
  components: {Mail view: <component>}
pagerduty:
  base_url: <town>/pagerduty
  routing_key: <routing key>
twilio:
  base_url: <town>/twilio
  account_sid: <account sid>
  auth_token: <auth token>
  from: "<from>"
email:
  host: <mail host>
  port: <mail port>
  username: drumbeat
  password: sandbox-mail
  from: Harbor Status <status@harbor.example>
  tls: none
  mode: live
  list: [customers@lists.harbor.example]
people:
  - {handle: maya, name: Maya, slack: U0000MAYA, email: maya@harbor.example, phone: "+14155550101"}
  - {handle: omar, name: Omar, slack: U0000OMAR, email: omar@harbor.example, phone: "+14155550102"}
  - {handle: priya, name: Priya, slack: U0000PRIYA, email: priya@harbor.example}
  - {handle: leo, name: Leo, slack: U0000LEO, email: leo@harbor.example, phone: "+14155550104"}
  - {handle: ines, name: Ines, slack: U0000INES, email: ines@harbor.example}
  - {handle: sam, name: Sam, slack: U0000SAM, email: sam@harbor.example, phone: "+14155550106"}
oncall:
  - {people: [maya], wait: 5m}
  - {people: [omar], wait: 5m}
services:
  api: {component: API}
  mail: {component: Mail view}
hooks:
  alertmanager: {token: sandbox-alerts}
api: {token: sandbox-api}
`

// Inside makes a town of this process for a bot in it, at the times that now
// gives: nothing but its mail listens. It gives the bot's configuration and the
// client that reaches the town, and ends with ctx.
func Inside(ctx context.Context, now func() time.Time, people []stream.Person) (config string, client *http.Client, err error) {
	const at, app = "http://town.sandbox", "http://127.0.0.1:8080"
	nobody := &http.Client{Transport: sandbox.Transport(http.NotFoundHandler())}
	t := New(Options{URL: at, App: app, Now: now, Client: nobody, People: people, Queue: true})
	mail, err := t.Mail.Listen("127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listening for mail: %w", err)
	}
	context.AfterFunc(ctx, func() { _ = t.Mail.Close() }) // nobody writes any more
	return Config(at, mail.String(), app), &http.Client{Transport: sandbox.Transport(t)}, nil
}

// Run is `drumbeat sandbox`: it serves the town at listen, prints the
// configuration of a bot that answers at app and hears Slack over Socket Mode or
// HTTP, and ends with ctx.
func Run(ctx context.Context, listen, app string, socketMode bool, stdout io.Writer) error {
	if u, err := url.Parse(app); err != nil || u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
		return fmt.Errorf("the bot's address is written as http://127.0.0.1:8080, not as %q", app)
	}
	o := Options{App: strings.TrimRight(app, "/"), SocketMode: socketMode}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	defer func() { _ = l.Close() }() // closed already when it was served
	host, _, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	o.URL = "http://" + l.Addr().String()
	t := New(o)
	mail, err := t.Mail.Listen(net.JoinHostPort(host, "0"))
	if err != nil {
		return fmt.Errorf("listening for mail: %w", err)
	}
	if _, err := io.WriteString(stdout, o.Config(mail.String())); err != nil {
		return errors.Join(fmt.Errorf("printing the configuration: %w", err), t.Mail.Close())
	}
	srv := &http.Server{Handler: t, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() }) // nothing in the town outlives it
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return errors.Join(err, t.Mail.Close())
	}
	return t.Mail.Close()
}
