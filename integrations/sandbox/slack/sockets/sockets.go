// Package sockets is the Socket Mode of one app, as Slack keeps it: tickets that
// open one connection each, at most ten connections, and envelopes that any of
// them may get.
//
// An envelope waits 3 s for its acknowledgement. When the connection that got it
// ends before that, it is given to another one, with the same ID. Without any
// connection at all it fails at once. An acknowledgement of 20 KB or more is
// dropped without a word, as Slack does; so is an answer where none is accepted.
//
// What goes wrong is a Trouble, by Do or POST /_sockets; GET gives the Stats.
package sockets

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	patience = 3 * time.Second
	most     = 10       // connections
	maxAck   = 20 << 10 // bytes
	warned   = 10 * time.Second
	grace    = time.Second
	lasts    = 18060 // seconds, as Slack says in its hello
)

// Why an envelope was not acknowledged.
var (
	ErrTimeout = errors.New("timeout")
	ErrNone    = errors.New("connection_failed")
)

// Envelope is what an app gets. Retry and Reason are of events alone.
type Envelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
	Accepts bool            `json:"accepts_response_payload"`
	Retry   int             `json:"retry_attempt,omitempty"`
	Reason  string          `json:"retry_reason,omitempty"`
}

// Stats counts. A copy is one envelope on one connection: in the end each was
// acknowledged over the connection that it came by, or lost with it.
type Stats struct {
	Open      int `json:"open"`
	Opened    int `json:"opened"`
	Refused   int `json:"refused"` // connections: a used ticket, too many, turned off
	Envelopes int `json:"envelopes"`
	Copies    int `json:"copies"`
	Acked     int `json:"acked"`
	Lost      int `json:"lost"`
	Strange   int `json:"strange"` // acknowledgements of nothing that the connection was given
	TooLong   int `json:"too_long"`
}

// Sockets is the connections of one app. It is safe for concurrent use.
type Sockets struct {
	url, app string

	mu      sync.Mutex
	tickets map[string]bool
	open    []*connection // oldest first
	turn    int           // who is next
	waiting map[string]chan json.RawMessage
	arrived chan struct{} // closed by the next connection
	armed   []string      // what happens to the next envelopes
	passed  chan struct{} // closed by the next envelope: one waits for it
	off     bool          // Socket Mode is turned off
	stats   Stats
}

// New gives Sockets whose ServeHTTP is reached at that address (http://…).
func New(address, app string) *Sockets {
	u, err := url.Parse(address)
	if err != nil {
		u = &url.URL{Host: "address.invalid"}
	}
	u.Scheme = map[string]string{"https": "wss"}[u.Scheme]
	if u.Scheme == "" {
		u.Scheme = "ws"
	}
	return &Sockets{url: u.String(), app: app, tickets: map[string]bool{}, waiting: map[string]chan json.RawMessage{},
		arrived: make(chan struct{}), passed: make(chan struct{})}
}

// Ticket gives the address of one new connection.
func (s *Sockets) Ticket() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ticket := rand.Text()
	s.tickets[ticket] = true
	return s.url + "?" + url.Values{"ticket": {ticket}, "app_id": {s.app}}.Encode()
}

// Stats counts what happened so far.
func (s *Sockets) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.stats
	stats.Open = len(s.open)
	return stats
}

// ServeHTTP holds one connection until it ends.
func (s *Sockets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	ticket := r.URL.Query().Get("ticket")
	good := s.tickets[ticket]
	delete(s.tickets, ticket)
	reason := ""
	switch {
	case s.off:
		reason = "link_disabled"
	case len(s.open) >= most:
		reason = "too_many_websockets"
	}
	if !good || reason != "" {
		s.stats.Refused++
	}
	s.mu.Unlock()
	if !good {
		http.Error(w, "the ticket is used, or none", http.StatusForbidden)
		return
	}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
		http.Error(w, reason.Error(), status)
	}}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // it was answered
	}
	c := &connection{ws: ws, gone: make(chan struct{}), given: map[string]int{}}
	if reason != "" {
		_ = c.write(disconnect(reason)) // it is closed either way
		_ = ws.Close()
		return
	}
	s.hold(c)
}

// hold greets a connection and takes its acknowledgements until it ends.
func (s *Sockets) hold(c *connection) {
	hello := map[string]any{"type": "hello", "num_connections": s.Stats().Open + 1, "connection_info": map[string]any{"app_id": s.app},
		"debug_info": map[string]any{"host": "applink-sandbox", "approximate_connection_time": lasts}}
	if c.write(hello) != nil {
		_ = c.ws.Close() // it never began
		return
	}
	s.mu.Lock()
	s.open = append(s.open, c)
	s.stats.Opened++
	close(s.arrived)
	s.arrived = make(chan struct{})
	s.mu.Unlock()
	pong := c.ws.PingHandler()
	c.ws.SetPingHandler(func(data string) error {
		s.mu.Lock()
		frozen := c.frozen
		s.mu.Unlock()
		if frozen {
			return nil
		}
		return pong(data)
	})
	for {
		_, text, err := c.ws.ReadMessage()
		if err != nil {
			break
		}
		s.acked(c, text)
	}
	_ = c.ws.Close() // it has ended
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = slices.DeleteFunc(s.open, func(o *connection) bool { return o == c })
	for _, n := range c.given {
		s.stats.Lost += n
	}
	close(c.gone)
}

// acked takes an acknowledgement.
func (s *Sockets) acked(c *connection, text []byte) {
	var a struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(text) >= maxAck {
		s.stats.TooLong++
		return
	}
	if json.Unmarshal(text, &a) != nil || c.given[a.ID] == 0 {
		s.stats.Strange++
		return
	}
	c.given[a.ID]--
	s.stats.Acked++
	if got := s.waiting[a.ID]; got != nil {
		select {
		case got <- a.Payload:
		default: // another copy was before
		}
	}
}

// Send gives an envelope out and waits for what the app answers.
func (s *Sockets) Send(ctx context.Context, e Envelope) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	got := make(chan json.RawMessage, 1)
	s.mu.Lock()
	if e.ID = rand.Text(); len(s.open) == 0 {
		s.mu.Unlock()
		return nil, ErrNone
	}
	s.waiting[e.ID] = got
	s.stats.Envelopes++
	trouble := ""
	if len(s.armed) > 0 {
		trouble, s.armed = s.armed[0], s.armed[1:]
	}
	passed := s.passed
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.waiting, e.ID)
	}()
	if trouble == late {
		select {
		case <-passed:
		case <-time.After(grace):
		}
	}
	for {
		c := s.give(ctx, e, trouble)
		if c == nil {
			return nil, ErrTimeout
		}
		trouble = ""
		select {
		case answer := <-got:
			if !e.Accepts {
				answer = nil
			}
			return answer, nil
		case <-c.gone: // another one gets it
		case <-ctx.Done():
			return nil, ErrTimeout
		}
	}
}

// give writes an envelope to a connection, which it waits for; nil when none
// came in time.
func (s *Sockets) give(ctx context.Context, e Envelope, trouble string) *connection {
	for {
		s.mu.Lock()
		arrived := s.arrived
		var to []*connection
		awake := slices.DeleteFunc(slices.Clone(s.open), func(c *connection) bool { return c.frozen })
		if n := len(awake); n > 0 {
			s.turn++
			to = append(to, awake[s.turn%n])
			switch {
			case trouble == twice:
				to = append(to, to[0])
			case trouble == both && n > 1:
				to = append(to, awake[(s.turn+1)%n])
			}
		}
		for _, c := range to {
			c.given[e.ID]++
			s.stats.Copies++
		}
		if len(to) > 0 && trouble != late {
			close(s.passed)
			s.passed = make(chan struct{})
		}
		s.mu.Unlock()
		for _, c := range to {
			if c.write(e) != nil {
				_ = c.ws.Close() // its reader notices
			}
		}
		if len(to) > 0 {
			return to[0]
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return nil
		}
	}
}

// connection is one WebSocket.
type connection struct {
	ws     *websocket.Conn
	gone   chan struct{}  // closed when it has ended
	given  map[string]int // copies that are not acknowledged, by envelope; guarded by Sockets.mu
	frozen bool           // guarded by Sockets.mu
	mu     sync.Mutex     // one writer at a time
}

func (c *connection) write(v any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ws.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	return c.ws.WriteJSON(v)
}

func disconnect(reason string) map[string]any {
	return map[string]any{"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-sandbox"}}
}
