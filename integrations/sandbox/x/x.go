// Package x stands in for the API of X (Twitter): posts of v2, and of v1.1 where
// the app is old enough to have it.
//
// # What it is strict about
//
// OAuth 1.0a is verified in full: consumer and token, HMAC-SHA1 over the base
// string, a timestamp within five minutes, a nonce that was not seen before. A
// text weighs at most 280 by the rules of twitter-text 3. The same text twice in
// 24 hours is refused as a duplicate, replies are for one's own posts alone (the
// rule for self-serve apps since February 2026), and the limits of 15 minutes
// are counted and told in x-rate-limit-*. What the token may do is told in
// x-access-level, and one that may only read does not post.
//
// As at X, answers carry the text with &, < and > escaped and every link
// replaced by one of t.co; entities.urls has the link as it was written.
//
// # Ledger
//
//	{"posts": [{"id", "author" (username), "text" (as sent), "reply_to", "at",
//	"deleted", "api" ("2" or "1.1")}]}, oldest first.
package x

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"drumbeat/integrations/sandbox"
)

// Config is the one app that X knows here, and who lets it post.
type Config struct {
	ConsumerKey, ConsumerSecret string
	Accounts                    []Account
	// V1 gives the app access to v1.1, which self-serve apps do not have.
	V1 bool
	// PostLimit is how many posts an account may make in 15 minutes: 0 is 100,
	// as documented, below 0 is none.
	PostLimit int
	Now       func() time.Time // nil is time.Now
	// Signed is the clock that the times of signatures are held against: the
	// client's own, when Now is not. Nil is Now.
	Signed func() time.Time
}

// Account is somebody whose access token the app has; without a token, somebody
// else whose posts exist.
type Account struct {
	ID, Username, Name string
	Token, TokenSecret string
	// ReadOnly: the token was made while the app had no right to write.
	ReadOnly bool
}

// Post is one post as the ledger shows it.
type Post struct {
	ID      string    `json:"id"`
	Author  string    `json:"author"`
	Text    string    `json:"text"`
	ReplyTo string    `json:"reply_to,omitempty"`
	At      time.Time `json:"at"`
	Deleted bool      `json:"deleted,omitempty"`
	API     string    `json:"api,omitempty"`
}

// Server is the stand-in. Its Faults say what goes wrong.
type Server struct {
	sandbox.Faults
	config  Config
	handler http.Handler

	mu     sync.Mutex
	posts  []*Post
	lastID int64
	nonces map[string]time.Time
	limits map[string]*window
}

// New makes a stand-in at which nothing was posted yet.
func New(c Config) *Server {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Signed == nil {
		c.Signed = c.Now
	}
	if c.PostLimit == 0 {
		c.PostLimit = 100
	}
	s := &Server{config: c}
	s.Reset()
	s.handler = s.Wrap(struct {
		sandbox.Holder
		http.Handler
	}{s, s.routes()})
	return s
}

// ServeHTTP answers X's paths and the control.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Ledger gives {"posts": …}.
func (s *Server) Ledger() any { return map[string][]Post{"posts": s.Posts()} }

// Reset empties the far end; nonces and limits start anew.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posts, s.nonces, s.limits = nil, map[string]time.Time{}, map[string]*window{}
}

// Posts gives all posts, deleted ones too, oldest first.
func (s *Server) Posts() []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Post, 0, len(s.posts))
	for _, p := range s.posts {
		all = append(all, *p)
	}
	return all
}

// Publish posts as somebody without asking anything, to prepare a scene.
func (s *Server) Publish(username, text string) Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.add(Post{Author: username, Text: text})
}

func (s *Server) add(p Post) *Post {
	p.At = s.config.Now().UTC()
	p.ID = s.newID(p.At)
	s.posts = append(s.posts, &p)
	return &p
}

// newID makes a snowflake: milliseconds since X's epoch above 22 bits, always
// larger than the last one, whatever the clock does.
func (s *Server) newID(at time.Time) string {
	const epoch, first = 1288834974657, 1_500_000_000_000_000_000
	s.lastID = max(s.lastID+1, first, (at.UnixMilli()-epoch)<<22)
	return strconv.FormatInt(s.lastID, 10)
}

func (s *Server) find(id string) *Post {
	i := slices.IndexFunc(s.posts, func(p *Post) bool { return p.ID == id && !p.Deleted })
	if i < 0 {
		return nil
	}
	return s.posts[i]
}

// account finds by username, in any case.
func (s *Server) account(username string) Account {
	for _, a := range s.config.Accounts {
		if strings.EqualFold(a.Username, username) {
			return a
		}
	}
	return Account{Username: username}
}

// duplicateWindow is how long the same text is refused. X names no figure.
const duplicateWindow = 24 * time.Hour

// refusal is why a post was not made, in the terms of both APIs.
type refusal struct {
	detail string // v2, with status 403
	code   int    // v1.1
	text   string
}

// post makes a post, or says why not. The lock is held.
func (s *Server) post(a Account, text, replyTo, api string) (*Post, *refusal) {
	if a.ReadOnly {
		return nil, &refusal{"Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
			261, "Application cannot perform write actions."}
	}
	if weighted(text) > maxWeight {
		return nil, &refusal{"Your Tweet text is too long. For more information on how Twitter determines text length see https://github.com/twitter/twitter-text.",
			186, "Tweet needs to be a bit shorter."}
	}
	if replyTo != "" {
		first := s.find(replyTo)
		if first == nil {
			return nil, &refusal{"You attempted to reply to a Tweet that is deleted or not visible to you.",
				385, "You attempted to reply to a tweet that is deleted or not visible to you."}
		}
		if first.Author != a.Username {
			return nil, &refusal{"Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.",
				433, "The original Tweet author restricted who can reply to this Tweet."}
		}
	}
	since := s.config.Now().Add(-duplicateWindow)
	for _, p := range s.posts {
		if p.Author == a.Username && !p.Deleted && p.At.After(since) && same(p.Text, text) {
			return nil, &refusal{"You are not allowed to create a Tweet with duplicate content.", 187, "Status is a duplicate."}
		}
	}
	return s.add(Post{Author: a.Username, Text: text, ReplyTo: replyTo, API: api}), nil
}

// access tells what the account's token may do.
func access(w http.ResponseWriter, a Account) {
	w.Header().Set("X-Access-Level", map[bool]string{true: "read", false: "read-write"}[a.ReadOnly])
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2/tweets", s.v2("tweets", s.config.PostLimit, s.create))
	mux.HandleFunc("DELETE /2/tweets/{id}", s.v2("delete", 50, s.remove))
	mux.HandleFunc("GET /2/users/me", s.v2("me", 75, s.me))
	mux.HandleFunc("GET /2/users/{id}/tweets", s.v2("timeline", 900, s.timeline))
	mux.HandleFunc("POST /1.1/statuses/update.json", s.v1("tweets", s.config.PostLimit, s.update))
	mux.HandleFunc("GET /1.1/statuses/user_timeline.json", s.v1("timeline", 900, s.userTimeline))
	mux.HandleFunc("GET /1.1/account/verify_credentials.json", s.v1("me", 75, s.verifyCredentials))
	mux.HandleFunc("/1.1/", func(w http.ResponseWriter, _ *http.Request) {
		v1Error(w, http.StatusNotFound, 34, "Sorry, that page does not exist.")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		problem(w, http.StatusNotFound, "Not Found", "Not Found")
	})
	return mux
}

// window counts the requests of one account to one method.
type window struct {
	ends time.Time
	used int
}

// allow counts a request, writes the x-rate-limit headers and reports whether
// it is within the limit of 15 minutes.
func (s *Server) allow(w http.ResponseWriter, key string, limit int) bool {
	if limit < 0 {
		return true
	}
	now := s.config.Now()
	win := s.limits[key]
	if win == nil || !now.Before(win.ends) {
		win = &window{ends: now.Add(15 * time.Minute)}
		s.limits[key] = win
	}
	win.used++
	w.Header().Set("x-rate-limit-limit", strconv.Itoa(limit))
	w.Header().Set("x-rate-limit-remaining", strconv.Itoa(max(0, limit-win.used)))
	w.Header().Set("x-rate-limit-reset", strconv.FormatInt(win.ends.Unix(), 10))
	return win.used <= limit
}
