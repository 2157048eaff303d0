package sockets

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"drumbeat/integrations/sandbox"
)

// What happens to an envelope.
const (
	twice = "twice" // it comes twice over one connection
	both  = "both"  // it comes over two connections
	late  = "late"  // the next one comes before it
)

// Trouble is what goes wrong.
type Trouble struct {
	// Do is, of connections, "drop" (it breaks), "refresh" (Slack says so, and
	// closes it after a second), "warn" (the same, announced 10 s ahead); of the
	// next envelopes "twice" (over one connection), "both" (over two) and "late"
	// (the one that follows comes first); of all "off" and "on" (Socket Mode in the
	// app's settings), "freeze" and "thaw" (a connection reads and says nothing).
	Do string `json:"do"`
	// Count is how many connections, oldest first, or envelopes: 0 means 1.
	Count int `json:"count"`
}

// Do lets something go wrong. The error says that it is nothing known.
func (s *Sockets) Do(t Trouble) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	count := max(t.Count, 1)
	some := slices.Clone(s.open[:min(count, len(s.open))])
	switch t.Do {
	case twice, both, late:
		s.armed = append(s.armed, slices.Repeat([]string{t.Do}, count)...)
	case "drop":
		for _, c := range some {
			_ = c.ws.Close() // its reader notices
		}
	case "warn":
		s.part(some, "warning", warned)
	case "refresh":
		s.part(some, "refresh_requested", grace)
	case "off":
		s.off = true
		s.part(s.open, "link_disabled", 0)
	case "on":
		s.off = false
	case "freeze":
		for _, c := range some {
			c.frozen = true
		}
	case "thaw":
		for _, c := range s.open {
			c.frozen = false
		}
	default:
		return fmt.Errorf("%q is no trouble: drop, refresh, warn, twice, both, late, off, on, freeze, thaw", t.Do)
	}
	return nil
}

// part announces the end of connections and ends them.
func (s *Sockets) part(some []*connection, reason string, after time.Duration) {
	for _, c := range some {
		go func() {
			_ = c.write(disconnect(reason)) // if it fails, the connection has ended
			timer := time.NewTimer(after)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-c.gone:
				return
			}
			_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(patience))
			_ = c.ws.Close() // its reader notices
		}()
	}
}

// ServeControl answers /_sockets.
func (s *Sockets) ServeControl(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		var t Trouble
		err := json.NewDecoder(r.Body).Decode(&t)
		if err == nil {
			err = s.Do(t)
		}
		if err != nil {
			sandbox.JSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
	}
	sandbox.JSON(w, http.StatusOK, s.Stats())
}
