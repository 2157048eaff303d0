// Package twilio stands in for Twilio: messages, calls, and what Twilio posts back.
//
// # What it is strict about
//
// Basic authentication with the account's SID and token; form bodies with the
// parameters that are known here and no others; numbers as E.164; a From that
// the account owns; a body of at most 1600 characters; TwiML that can be read.
// The account and the numbers that it owns can be read.
// Errors carry Twilio's codes (21211 for a To that is no number, …). A person who
// answered STOP gets nothing more (21610) until START.
//
// # What it posts
//
// To StatusCallback: sent and delivered of a message; of a call completed, or the
// StatusCallbackEvent that were asked for. Url of a call is asked for its TwiML.
// All of that happens after the answer, on a goroutine that Wait waits for, and
// is signed (X-Twilio-Signature). Nothing is posted twice.
//
//	POST /_reply  {"from", "body", "to"}  a person answers by SMS: posted to
//	              Config.Webhook; the webhook's <Message> is sent to that person
//	POST /_press  {"call", "digits"}      a person presses keys in a call: posted
//	              to the action of its <Gather>
//
// Both answer {"status", "body"}: what was said to the post.
//
//	POST /_phone  {"number", "off"}       a phone is switched off, or on again:
//	              while it is off, messages to it end undelivered (30003) and
//	              calls with no-answer
//
// # Ledger
//
//	{"messages": […], "calls": […], "posts": […]}: messages out and in, and calls, as Message
//	and Call; posts are the attempts to post back, as Post. Oldest first.
package twilio

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"drumbeat/integrations/sandbox"
)

// Config is the one account.
type Config struct {
	AccountSID, AuthToken string
	Numbers               []string // that the account owns, E.164
	// Status is active (as when empty), suspended or closed; Type is Full (as
	// when empty) or Trial. Both are shown alone.
	Status, Type string
	// Webhook is where incoming messages are posted.
	Webhook string
	// Client posts back; nil is one with Twilio's 15 seconds of patience.
	Client *http.Client
	Now    func() time.Time // nil is time.Now
}

// Message is one SMS.
type Message struct {
	SID       string    `json:"sid"`
	To        string    `json:"to"`
	From      string    `json:"from"`
	Body      string    `json:"body"`
	Status    string    `json:"status"`
	Direction string    `json:"direction"` // outbound-api, outbound-reply, inbound
	At        time.Time `json:"at"`
	callback  string
}

// Call is one phone call.
type Call struct {
	SID      string    `json:"sid"`
	To       string    `json:"to"`
	From     string    `json:"from"`
	TwiML    string    `json:"twiml"`
	Status   string    `json:"status"`
	Digits   []string  `json:"digits"` // what was pressed
	At       time.Time `json:"at"`
	url      string
	callback string
	events   []string
}

// Post is one attempt to tell the other side something.
type Post struct {
	URL    string            `json:"url"`
	Form   map[string]string `json:"form"`
	Status int               `json:"status"` // 0: nobody answered
}

// Server is the stand-in. Its Faults say what goes wrong.
type Server struct {
	sandbox.Faults
	config  Config
	handler http.Handler
	after   sync.WaitGroup

	mu       sync.Mutex
	messages []*Message
	calls    []*Call
	posts    []Post
	stopped  map[string]bool
	off      map[string]bool
	ids      int
}

// New makes an account that has sent nothing.
func New(c Config) *Server {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Client == nil {
		c.Client = &http.Client{Timeout: 15 * time.Second}
	}
	s := &Server{config: c}
	s.Reset()
	s.handler = s.Wrap(struct {
		sandbox.Holder
		http.Handler
	}{s, s.routes()})
	return s
}

// ServeHTTP answers Twilio's paths and the control.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Wait returns when everything was posted that the requests so far ask for.
func (s *Server) Wait() { s.after.Wait() }

// Ledger gives messages, calls and posts.
func (s *Server) Ledger() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return struct {
		Messages []Message `json:"messages"`
		Calls    []Call    `json:"calls"`
		Posts    []Post    `json:"posts"`
	}{values(s.messages), values(s.calls), append([]Post{}, s.posts...)}
}

// Reset forgets everything, who answered STOP and which phones are off included.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages, s.calls, s.posts, s.stopped, s.off = nil, nil, nil, map[string]bool{}, map[string]bool{}
}

// Messages gives all messages, oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return values(s.messages)
}

// Calls gives all calls, oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return values(s.calls)
}

func values[T any](list []*T) []T {
	all := make([]T, 0, len(list))
	for _, v := range list {
		all = append(all, *v)
	}
	return all
}

func (s *Server) routes() *http.ServeMux {
	const account = "/2010-04-01/Accounts/{account}"
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+account+"/Messages.json", s.guarded(s.send))
	mux.HandleFunc("GET "+account+"/Messages.json", s.guarded(s.listMessages))
	mux.HandleFunc("GET "+account+"/Messages/{sid}", s.guarded(s.showMessage))
	mux.HandleFunc("POST "+account+"/Calls.json", s.guarded(s.call))
	mux.HandleFunc("GET "+account+"/Calls.json", s.guarded(s.listCalls))
	mux.HandleFunc("GET "+account+"/Calls/{sid}", s.guarded(s.showCall))
	mux.HandleFunc("GET /2010-04-01/Accounts/{sid}", s.showAccount)
	mux.HandleFunc("GET "+account+"/IncomingPhoneNumbers.json", s.guarded(s.listNumbers))
	mux.HandleFunc("POST /_reply", s.reply)
	mux.HandleFunc("POST /_press", s.press)
	mux.HandleFunc("POST /_phone", s.phone)
	mux.HandleFunc("/", notFound)
	return mux
}

// guarded asks who it is. Only the account itself may look at its resources.
func (s *Server) guarded(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sid, token, ok := r.BasicAuth()
		if !ok || sid != s.config.AccountSID || subtle.ConstantTimeCompare([]byte(token), []byte(s.config.AuthToken)) == 0 || token == "" {
			w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
			refuse(w, http.StatusUnauthorized, 20003, "Authenticate")
			return
		}
		if r.PathValue("account") != s.config.AccountSID {
			notFound(w, r)
			return
		}
		h(w, r)
	}
}

func notFound(w http.ResponseWriter, r *http.Request) {
	refuse(w, http.StatusNotFound, 20404, "The requested resource "+r.URL.Path+" was not found")
}

// refuse answers an error as Twilio does: the code tells what was wrong.
func refuse(w http.ResponseWriter, status, code int, message string) {
	sandbox.JSON(w, status, map[string]any{
		"code": code, "message": message, "more_info": fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code), "status": status,
	})
}

// newID makes an id of 34 characters. The lock is held.
func (s *Server) newID(kind string) string {
	s.ids++
	return fmt.Sprintf("%s%032x", kind, s.ids)
}

func (s *Server) owns(number string) bool { return slices.Contains(s.config.Numbers, number) }
