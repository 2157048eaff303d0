// Package pagerduty stands in for PagerDuty's Events API v2.
//
// # What it is strict about
//
// A routing key of 32 characters that is known, the three actions, a dedup key of
// at most 255 characters (which acknowledge and resolve need), a payload with
// summary (1024), source and severity for a trigger, and no field that the API
// does not describe. 120 events a minute and key are taken.
//
// As there, an event is taken (202) before anything comes of it: a trigger of an
// alert that is open rings nobody again, one of a resolved alert opens it anew,
// and acknowledging or resolving what is not open does nothing.
//
// # Ledger
//
//	{"alerts": [{"dedup_key", "status" (triggered, acknowledged, resolved),
//	"summary", "severity", "source", "triggers", "notifications"}], oldest first,
//	"notifications": N} in all.
package pagerduty

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"drumbeat/integrations/sandbox"
)

// Config says which services exist.
type Config struct {
	RoutingKeys []string // 32 characters each
	// Limit is how many events a key has in a minute: 0 is 120, below 0 is no limit.
	Limit int
	Now   func() time.Time // nil is time.Now
}

// Alert is what PagerDuty holds under one dedup key.
type Alert struct {
	Key           string `json:"dedup_key"`
	Status        string `json:"status"`
	Summary       string `json:"summary"`
	Severity      string `json:"severity"`
	Source        string `json:"source"`
	Triggers      int    `json:"triggers"`
	Notifications int    `json:"notifications"` // how often it rang
	routing       string
}

// Server is the stand-in. Its Faults say what goes wrong.
type Server struct {
	sandbox.Faults
	config  Config
	handler http.Handler

	mu     sync.Mutex
	alerts []*Alert
	recent map[string][]time.Time
	keys   int
}

// New makes a stand-in that holds no alert.
func New(c Config) *Server {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Limit == 0 {
		c.Limit = 120
	}
	s := &Server{config: c}
	s.Reset()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v2/enqueue", s.enqueue)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		sandbox.JSON(w, http.StatusNotFound, answer{Status: "not found", Message: "no such path"})
	})
	s.handler = s.Wrap(struct {
		sandbox.Holder
		http.Handler
	}{s, mux})
	return s
}

// ServeHTTP answers the API's one path and the control.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Ledger gives {"alerts": …, "notifications": …}.
func (s *Server) Ledger() any {
	alerts := s.Alerts()
	n := 0
	for _, a := range alerts {
		n += a.Notifications
	}
	return struct {
		Alerts        []Alert `json:"alerts"`
		Notifications int     `json:"notifications"`
	}{alerts, n}
}

// Reset forgets all alerts and counts.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alerts, s.recent = nil, map[string][]time.Time{}
}

// Alerts gives all alerts, oldest first.
func (s *Server) Alerts() []Alert {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Alert, 0, len(s.alerts))
	for _, a := range s.alerts {
		all = append(all, *a)
	}
	return all
}

type event struct {
	RoutingKey string   `json:"routing_key"`
	Action     string   `json:"event_action"`
	Key        string   `json:"dedup_key"`
	Payload    *payload `json:"payload"`
	Images     []struct {
		Src  string `json:"src"`
		Href string `json:"href"`
		Alt  string `json:"alt"`
	} `json:"images"`
	Links []struct {
		Href string `json:"href"`
		Text string `json:"text"`
	} `json:"links"`
	Client    string `json:"client"`
	ClientURL string `json:"client_url"`
}

type payload struct {
	Summary   string `json:"summary"`
	Source    string `json:"source"`
	Severity  string `json:"severity"`
	Timestamp string `json:"timestamp"`
	Component string `json:"component"`
	Group     string `json:"group"`
	Class     string `json:"class"`
	Details   any    `json:"custom_details"`
}

type answer struct {
	Status  string   `json:"status"`
	Message string   `json:"message"`
	Key     string   `json:"dedup_key,omitempty"`
	Errors  []string `json:"errors,omitempty"`
}

var severities = []string{"critical", "error", "warning", "info"}

// wrong lists what PagerDuty would not take.
func (e event) wrong() (problems []string) {
	add := func(bad bool, text string) {
		if bad {
			problems = append(problems, text)
		}
	}
	add(utf8.RuneCountInString(e.RoutingKey) != 32, "Length of 'routing_key' is incorrect (should be 32 characters)")
	add(!slices.Contains([]string{"trigger", "acknowledge", "resolve"}, e.Action), "'event_action' is missing or not one of trigger, acknowledge, resolve")
	add(utf8.RuneCountInString(e.Key) > 255, "'dedup_key' is longer than 255 characters")
	add(e.Action != "trigger" && e.Key == "", "'dedup_key' is missing or blank")
	for _, l := range e.Links {
		add(l.Href == "", "'links.href' is missing or blank")
	}
	for _, i := range e.Images {
		add(i.Src == "", "'images.src' is missing or blank")
	}
	if e.Action != "trigger" {
		return problems
	}
	p := e.Payload
	if p == nil {
		return append(problems, "'payload' is missing or blank")
	}
	add(p.Summary == "", "'payload.summary' is missing or blank")
	add(utf8.RuneCountInString(p.Summary) > 1024, "'payload.summary' is longer than 1024 characters")
	add(p.Source == "", "'payload.source' is missing or blank")
	add(!slices.Contains(severities, p.Severity), "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')")
	_, err := time.Parse(time.RFC3339, p.Timestamp)
	add(p.Timestamp != "" && err != nil, "'payload.timestamp' is not an ISO 8601 time")
	return problems
}

func (s *Server) enqueue(w http.ResponseWriter, r *http.Request) {
	const largest = 512 << 10
	invalid := func(problems ...string) {
		sandbox.JSON(w, http.StatusBadRequest, answer{Status: "invalid event", Message: "Event object is invalid", Errors: problems})
	}
	text, _ := io.ReadAll(r.Body)
	if len(text) > largest {
		sandbox.JSON(w, http.StatusRequestEntityTooLarge, answer{Status: "invalid event", Message: "Event is larger than 512 KB"})
		return
	}
	var e event
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil || d.More() || !utf8.Valid(text) {
		invalid(fmt.Sprintf("the body is not one event as JSON: %v", err))
		return
	}
	if problems := e.wrong(); len(problems) > 0 {
		invalid(problems...)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !slices.Contains(s.config.RoutingKeys, e.RoutingKey):
		invalid("Invalid routing key")
	case !s.allow(e.RoutingKey):
		sandbox.JSON(w, http.StatusTooManyRequests, answer{Status: "throttle exceeded",
			Message: "Requests for this service are arriving too quickly. Please retry later.", Errors: []string{"Enhance Your Calm."}})
	default:
		sandbox.JSON(w, http.StatusAccepted, answer{Status: "success", Message: "Event processed", Key: s.take(e)})
	}
}

func (s *Server) allow(key string) bool {
	now := s.config.Now()
	recent := slices.DeleteFunc(s.recent[key], func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	defer func() { s.recent[key] = recent }()
	if s.config.Limit > 0 && len(recent) >= s.config.Limit {
		return false
	}
	recent = append(recent, now)
	return true
}

// take lets the event have its effect and gives the alert's dedup key.
func (s *Server) take(e event) string {
	if e.Key == "" {
		s.keys++
		e.Key = fmt.Sprintf("%032s", strconv.FormatInt(int64(s.keys), 16))
	}
	i := slices.IndexFunc(s.alerts, func(a *Alert) bool { return a.Key == e.Key && a.routing == e.RoutingKey })
	if e.Action != "trigger" {
		if i >= 0 && s.alerts[i].Status != "resolved" {
			s.alerts[i].Status = map[string]string{"acknowledge": "acknowledged", "resolve": "resolved"}[e.Action]
		}
		return e.Key
	}
	if i < 0 {
		s.alerts = append(s.alerts, &Alert{Key: e.Key, Status: "resolved", routing: e.RoutingKey})
		i = len(s.alerts) - 1
	}
	a := s.alerts[i]
	a.Triggers++
	a.Summary, a.Severity, a.Source = e.Payload.Summary, e.Payload.Severity, e.Payload.Source
	if a.Status == "resolved" {
		a.Status = "triggered"
		a.Notifications++
	}
	return e.Key
}
