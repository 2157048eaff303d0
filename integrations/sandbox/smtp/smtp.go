// Package smtp stands in for a mail server: it takes mail over SMTP and shows
// over HTTP what it took.
//
// # What it is strict about
//
// AUTH PLAIN before anything else when an account is configured (over TLS only
// when TLS is), addresses that can be read, at most 10 MB, lines of at most 998
// octets, ASCII in headers, and a message that has From, Date and Message-ID
// once, by RFC 5322. SMTP has no key for an intent: the same message twice is two
// mails, which Duplicates counts by Message-ID and recipient.
//
// # Faults
//
// They are those of package sandbox, with SMTP's commands for methods and
// addresses for paths: "RCPT ann@" meets a recipient, "MAIL " every sender,
// "DATA " every message (its path is the recipients, joined by commas), "EHLO "
// every session, "AUTH " every login. Status is the reply (450, 550), Body its
// text; lose_answer after DATA keeps the mail and drops the connection.
//
// # Ledger
//
//	{"messages": [Message…] oldest first, "duplicates": N}
package smtp

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"drumbeat/integrations/sandbox"
)

// Config says who may send.
type Config struct {
	Username, Password string      // empty: nobody logs in
	TLS                *tls.Config // nil: no STARTTLS, and AUTH without it
	Now                func() time.Time
}

// Message is one mail as it was taken.
type Message struct {
	From      string              `json:"from"` // of the envelope
	To        []string            `json:"to"`   // of the envelope
	MessageID string              `json:"message_id"`
	Subject   string              `json:"subject"`
	Headers   map[string][]string `json:"headers"` // decoded
	Text      string              `json:"text"`
	HTML      string              `json:"html,omitempty"`
	At        time.Time           `json:"at"`
	Raw       string              `json:"-"`
}

// Server is the stand-in: an http.Handler for ledger and faults, and after
// Listen a mail server.
type Server struct {
	sandbox.Faults
	config  Config
	handler http.Handler
	mail    *smtp.Server
	serving sync.WaitGroup
	closed  chan struct{}
	once    sync.Once

	mu        sync.Mutex
	messages  []Message
	listeners []net.Listener
}

// New makes a mail server that does not listen yet.
func New(c Config) *Server {
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &Server{config: c, closed: make(chan struct{})}
	s.handler = s.Wrap(struct {
		sandbox.Holder
		http.Handler
	}{s, http.NotFoundHandler()})
	s.mail = smtp.NewServer(smtp.BackendFunc(s.session))
	s.mail.Domain = "sandbox.example"
	s.mail.MaxMessageBytes = 10 << 20
	s.mail.MaxRecipients = 100
	s.mail.ReadTimeout, s.mail.WriteTimeout = time.Minute, time.Minute
	s.mail.TLSConfig, s.mail.AllowInsecureAuth = c.TLS, c.TLS == nil
	s.mail.ErrorLog = log.New(io.Discard, "", 0)
	return s
}

// Listen takes mail at an address ("127.0.0.1:0") until Close.
func (s *Server) Listen(addr string) (net.Addr, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.listeners = append(s.listeners, l)
	s.mu.Unlock()
	// After Close nothing is left to tell; before it, Serve ends only with its listener.
	s.serving.Go(func() { _ = s.mail.Serve(l) })
	return l.Addr(), nil
}

// Close ends all sessions and waits until nothing listens.
func (s *Server) Close() error {
	var err error
	s.once.Do(func() {
		close(s.closed)
		s.mu.Lock()
		listeners := s.listeners
		s.mu.Unlock()
		for _, l := range listeners { // Serve may not have begun: then mail.Close does not know its listener
			_ = l.Close()
		}
		err = s.mail.Close()
	})
	s.serving.Wait()
	if errors.Is(err, smtp.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// ServeHTTP answers the control, and nothing else.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Ledger gives {"messages": …, "duplicates": …}.
func (s *Server) Ledger() any {
	return struct {
		Messages   []Message `json:"messages"`
		Duplicates int       `json:"duplicates"`
	}{s.Messages(), s.Duplicates()}
}

// Reset forgets all mail.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = nil
}

// Messages gives all mail, oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message{}, s.messages...)
}

// Duplicates counts the mails that somebody got who had one with the same
// Message-ID before.
func (s *Server) Duplicates() int {
	seen := map[[2]string]bool{}
	n := 0
	for _, m := range s.Messages() {
		for _, to := range m.To {
			k := [2]string{m.MessageID, strings.ToLower(to)}
			if seen[k] {
				n++
			}
			seen[k] = true
		}
	}
	return n
}

func (s *Server) keep(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.At = s.config.Now().UTC()
	s.messages = append(s.messages, m)
}
