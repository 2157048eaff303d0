// Package ui is the front door of the sandbox: one page in the browser where
// the whole town can be played. At the left stands the team's chat as one of its
// people sees it, with buttons, forms and the commands; at the right their
// phone, and what customers see.
//
// # How it is drawn
//
// The server draws HTML; nothing is built and nothing comes from elsewhere. A
// page is a person and a place (as, in, thread in its address), so that it can be
// read, linked to and acted in without a script. Each part that can change is a
// panel, drawn by the template of its name.
//
// # Live
//
// GET /ui/events draws the panels of a place again and again (Config.Every) and
// sends those that came out differently, each as a server-sent event of its
// name. The stand-ins need to tell nobody anything, and what is shown cannot
// disagree with what they hold.
//
// # Acting
//
// POST /ui/do/… does what a person would do, by the methods of the stand-ins.
// What came of it shows in the panels; the answer itself holds only what there
// is to complain about. Requests from pages of other origins are refused.
package ui

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/pagerduty"
	"drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/sandbox/smtp"
	"drumbeat/integrations/sandbox/statuspage"
	"drumbeat/integrations/sandbox/twilio"
	"drumbeat/integrations/sandbox/x"
)

// Person is somebody whom one can be.
type Person struct {
	ID, Name string // in the workspace
	Part     string // what they do in the team, in a few words
	Phone    string // E.164; empty: nobody can text them
}

// Config is what the page shows and where its bot answers.
type Config struct {
	Slack       *slack.Workspace
	SlackFaults *sandbox.Faults
	X           *x.Server
	Statuspage  *statuspage.Server
	PagerDuty   *pagerduty.Server
	Twilio      *twilio.Server
	Mail        *smtp.Server

	People []Person // at least one; the first is who one is at first
	Home   string   // the channel that opens first, by name
	App    string   // the bot's own address
	Alerts string   // the path at App that takes an alert
	// Bot is the bot's ID in the workspace, Command its slash command.
	Bot, Command string
	Zone         *time.Location // the team's; nil is UTC
	// Client asks the bot for its status page and gives it alerts; nil is one
	// with a second of patience.
	Client *http.Client
	// Show leads through the town; nil: one plays freely, with a story of six lines.
	Show  Show
	Every time.Duration    // how often the panels are looked at; 0 is 200 ms
	Now   func() time.Time // nil is time.Now
}

//go:embed templates static
var files embed.FS

// UI is the page. It is safe for concurrent use.
type UI struct {
	config  Config
	mux     *http.ServeMux
	handler http.Handler
	status  statusPage

	mu     sync.Mutex
	read   map[string]string            // person and channel → the last ts that was shown
	hidden map[string]bool              // ts of the answers that were put away
	typed  map[string]map[string]string // view → what was in it when it was submitted
	hero   string                       // who answered the phone
}

// The templates and the static files are part of the program: a test draws every
// one of them, so that they cannot fail here.
var (
	templates = template.Must(template.ParseFS(files, "templates/*.html"))
	version   = digest()
)

// New makes the page. It serves GET /, GET /score and all below /ui/.
func New(c Config) *UI {
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Client == nil {
		c.Client = &http.Client{Timeout: time.Second}
	}
	if c.Every == 0 {
		c.Every = 200 * time.Millisecond
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	u := &UI{config: c, mux: http.NewServeMux(), read: map[string]string{}, hidden: map[string]bool{}, typed: map[string]map[string]string{}}
	u.status.client, u.status.app = c.Client, c.App
	u.mux.HandleFunc("GET /{$}", u.servePage)
	u.mux.HandleFunc("GET /score", u.serveScore)
	u.mux.HandleFunc("GET /ui/events", u.serveEvents)
	u.mux.HandleFunc("GET /ui/dawn", u.serveNight)
	u.mux.Handle("GET /ui/static/", http.StripPrefix("/ui/", http.FileServerFS(files)))
	for name, act := range acts {
		u.mux.HandleFunc("POST /ui/do/"+name, u.serve(act))
	}
	u.handler = http.NewCrossOriginProtection().Handler(u.mux)
	return u
}

// digest names the static files' content, so that a browser asks for new ones.
func digest() string {
	sum := sha256.New()
	_ = fs.WalkDir(files, "static", func(name string, _ fs.DirEntry, _ error) error {
		text, _ := files.ReadFile(name) // none of a folder
		sum.Write(text)
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

// policy lets nothing in that this server did not send.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP answers GET /, GET /score and all below /ui/.
func (u *UI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	u.handler.ServeHTTP(w, r)
}

// servePage draws all of it; while a phone rings, and nobody says where they
// want to be, that phone.
func (u *UI) servePage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if len(q) == 0 {
		if s := u.stage(u.first()); s != nil && s.Dawn != nil {
			u.serveDawn(w, s)
			return
		}
	}
	at := u.placeOf(q)
	if at.AtHome() {
		_ = u.config.Slack.Home(at.Me.ID) // everybody here is somebody there
	}
	u.writePage(w, at, "", q.Get("say"))
}

func (u *UI) writePage(w http.ResponseWriter, at place, notice, say string) {
	panels, err := u.panels(at)
	var out bytes.Buffer
	if err == nil {
		err = templates.ExecuteTemplate(&out, "page.html", document{
			place: at, Panels: panels, Have: sum(panelNames, panels), Notice: notice, Version: version, People: u.people(at),
			Commands: commands, Command: u.config.Command, Clock: u.clockOf(u.stage(at.Me)), Zone: u.config.Zone.String(),
			Title: u.title(at), App: u.config.App, Story: u.story(at), Say: say, Show: u.config.Show != nil})
	}
	write(w, out.Bytes(), err)
}

// write answers with a page.
func write(w http.ResponseWriter, page []byte, err error) {
	if err != nil {
		http.Error(w, "the page cannot be drawn: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page) // nobody is left to hear of a failure
}
