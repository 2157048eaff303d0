// Package slack stands in for Slack: the Web API as an app's bot token sees it,
// and the people on the other side, who type commands, click and submit forms.
//
// # Strictness
//
// A method answers by the table in package webapi: its arguments, the scopes it
// needs, its rate tier and the names of its errors; a method that is not written
// here is unknown_method. Unknown arguments are tolerated, as by Slack, and noted
// as warnings in the ledger. Where Slack is lenient and the leniency would hide a
// mistake, the stand-in is stricter and the comment says so.
//
// # State
//
// One workspace, in memory: people, channels, messages, pins, bookmarks, views.
// Reset returns to the Config. A method's effect is complete when its answer is
// written; one mutex orders all of them. A ts is unique in the workspace and grows.
//
// # The other direction
//
// Commands and interactions go out when a person acts (Command, Click, Submit,
// or POST /_people/{user}/…), signed with the signing secret, once, and the
// caller gets what the app answered. Events go out in order on one goroutine
// that lives only while something waits to be sent; what is not answered with
// 200 within 3 s is sent again 1 s, 1 min and 5 min later. With Config.Queue
// nothing leaves until Flush is called. With Config.AppToken all of it goes over
// Socket Mode (package sockets; its troubles are POST /_sockets).
//
// # Control
//
//	POST /_people/{user}/command  {"channel","text","command"}
//	POST /_people/{user}/click    {"channel","ts","action_id" or "text","value"}; "view_id" for a view
//	POST /_people/{user}/submit   {"view_id","values":{block or action id: value}}
//	POST /_people/{user}/close    {"view_id"}
//	POST /_people/{user}/say      {"channel","thread_ts","text"}
//	POST /_people/{user}/home     {}
//	POST /_people/{user}/archive, unarchive, leave {"channel"}
//
// {user} is an ID or a name, "channel" an ID, a name or "@name" for the person's
// direct messages with that one. The ledger and the faults are those of package sandbox.
package slack

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"drumbeat/integrations/sandbox/slack/outbox"
	"drumbeat/integrations/sandbox/slack/sockets"
	"drumbeat/integrations/sandbox/slack/webapi"
)

// Config is the workspace at its start, and where the app answers. What is
// empty gets the value in parentheses.
type Config struct {
	BotToken      string // of the app's bot ("xoxb-sandbox")
	SigningSecret string // signs what goes out ("sandbox")
	// URL is where this stand-in can be reached ("http://slack.sandbox"):
	// every response_url begins with it.
	URL string
	// Where the app answers. An empty one is not called.
	CommandsURL, InteractionsURL, EventsURL string
	// AppToken turns Socket Mode on: the app opens its connections with it, and the
	// three addresses are not called.
	AppToken string
	// Client calls the app (http.DefaultClient).
	Client *http.Client
	// Now is the workspace's clock (time.Now).
	Now func() time.Time
	// Signed is the clock of signatures (Now).
	Signed func() time.Time
	// Queue keeps events until Flush.
	Queue bool

	// Scopes that the bot was granted (all that methods and events ask for).
	Scopes []string
	// RateLimits turns on HTTP 429. Limits overrides the requests a minute of
	// a method; Slack holds apps sold outside its marketplace to 1 of conversations.history.
	RateLimits bool
	Limits     map[string]int

	TeamID, Domain, AppID string // ("T0SANDBOX", "sandbox", "A0SANDBOX")
	BotID, BotUser        string // ("B0SANDBOX", "U0SANDBOX")
	BotName               string // ("drumbeat")
	People                []Person
	Groups                []Group
	Channels              []Seed
}

// Person is a member of the workspace.
type Person struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	RealName string `json:"real_name,omitempty"`
	Email    string `json:"email,omitempty"`
	TZ       string `json:"tz,omitempty"`       // IANA; Etc/UTC when empty
	Presence string `json:"presence,omitempty"` // "active" or "away"; active when empty
	Deleted  bool   `json:"deleted,omitempty"`
	Bot      bool   `json:"bot,omitempty"`
}

// Group is a user group; Users are IDs.
type Group struct {
	ID, Handle, Name string
	Users            []string
}

// Seed is a channel that is there from the start. ID may be empty; Members are IDs.
type Seed struct {
	ID, Name, Topic string
	Private         bool
	Members         []string
}

// Workspace is the stand-in: an http.Handler, and a sandbox.Holder for
// sandbox.Faults.Wrap. It is safe for concurrent use.
type Workspace struct {
	config Config
	mux    *http.ServeMux
	out    *outbox.Outbox
	// Sockets is the app's Socket Mode; nil when it is turned off.
	Sockets *sockets.Sockets

	mu sync.Mutex // guards all below
	state
}

// New gives a workspace as cfg describes it.
func New(cfg Config) *Workspace {
	for _, d := range []struct {
		field *string
		value string
	}{
		{&cfg.BotToken, "xoxb-sandbox"}, {&cfg.SigningSecret, "sandbox"}, {&cfg.URL, "http://slack.sandbox"},
		{&cfg.TeamID, "T0SANDBOX"}, {&cfg.Domain, "sandbox"}, {&cfg.AppID, "A0SANDBOX"},
		{&cfg.BotID, "B0SANDBOX"}, {&cfg.BotUser, "U0SANDBOX"}, {&cfg.BotName, "drumbeat"},
	} {
		if *d.field == "" {
			*d.field = d.value
		}
	}
	cfg.URL = strings.TrimSuffix(cfg.URL, "/")
	if cfg.Client == nil {
		cfg.Client = http.DefaultClient
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Signed == nil {
		cfg.Signed = cfg.Now
	}
	if cfg.Scopes == nil {
		cfg.Scopes = append(webapi.AllScopes(), "app_mentions:read", "commands")
	}
	w := &Workspace{config: cfg, mux: http.NewServeMux(), out: &outbox.Outbox{
		Secret: cfg.SigningSecret, Commands: cfg.CommandsURL, Interactions: cfg.InteractionsURL, Events: cfg.EventsURL,
		Client: cfg.Client, Now: cfg.Now, Signed: cfg.Signed, Hold: cfg.Queue}}
	if cfg.AppToken != "" {
		w.Sockets = sockets.New(cfg.URL+"/link/", cfg.AppID)
		w.out.Sockets = w.Sockets
		w.mux.Handle("GET /link/", w.Sockets)
		w.mux.HandleFunc("/_sockets", w.Sockets.ServeControl)
	}
	w.mux.HandleFunc("/api/{method}", w.serveMethod)
	w.mux.HandleFunc("POST /commands/{team}/{id}", w.serveResponseURL)
	w.mux.HandleFunc("POST /actions/{team}/{id}", w.serveResponseURL)
	w.mux.HandleFunc("POST /_people/{user}/{act}", w.servePerson)
	w.Reset()
	return w
}

// ServeHTTP answers /api/METHOD, the response URLs and the control.
func (w *Workspace) ServeHTTP(rw http.ResponseWriter, r *http.Request) { w.mux.ServeHTTP(rw, r) }

// Reset returns the workspace to its Config. Events that wait are dropped.
func (w *Workspace) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.Clear()
	w.state = newState(&w.config, w.state)
}
