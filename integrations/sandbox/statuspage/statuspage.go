// Package statuspage stands in for Atlassian Statuspage: the methods of its v1
// API that publish incidents.
//
// # What it is strict about
//
// The key stands in the header as "OAuth KEY". Bodies are JSON (the form that the
// vendor takes too is refused here); a field that the description of the API
// does not have is refused, as are an unknown status, impact or component, a name
// beyond 255 and a body beyond 25000 characters, metadata whose top-level values
// are no objects, and components of a backfilled incident. Requests beyond one a
// second, over 60 seconds and per key, are refused and count nothing.
//
// As there, a component's new state is one thing (components) and its place on
// the incident another (component_ids): an update that means both sends both.
//
// # Ledger
//
//	{"incidents": […], "components": […], "notifications": N} in the API's own
//	shapes, incidents oldest first; N counts updates that subscribers were sent.
package statuspage

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"drumbeat/integrations/sandbox"
)

// Config is the one page and who may write to it.
type Config struct {
	Key        string
	PageID     string
	Name       string // of the page
	Components []Component
	// Limit is how many requests a key has in 60 seconds: 0 is 60, below 0 is
	// no limit. LimitStatus is what the one beyond gets: 429 (0) or 420.
	Limit, LimitStatus int
	Now                func() time.Time // nil is time.Now
}

// Component is one part of the page.
type Component struct {
	ID     string `json:"id"`
	PageID string `json:"page_id"`
	Name   string `json:"name"`
	Status string `json:"status"`
}

// Incident is an incident in the API's shape.
type Incident struct {
	ID             string                    `json:"id"`
	PageID         string                    `json:"page_id"`
	Name           string                    `json:"name"`
	Status         string                    `json:"status"`
	Impact         string                    `json:"impact"`
	ImpactOverride *string                   `json:"impact_override"`
	CreatedAt      string                    `json:"created_at"`
	UpdatedAt      string                    `json:"updated_at"`
	MonitoringAt   *string                   `json:"monitoring_at"`
	ResolvedAt     *string                   `json:"resolved_at"`
	ScheduledFor   *string                   `json:"scheduled_for"`
	ScheduledUntil *string                   `json:"scheduled_until"`
	Shortlink      string                    `json:"shortlink"`
	Metadata       map[string]map[string]any `json:"metadata"`
	Updates        []Update                  `json:"incident_updates"` // newest first
	Components     []Component               `json:"components"`
}

// Update is one message of an incident.
type Update struct {
	ID         string     `json:"id"`
	IncidentID string     `json:"incident_id"`
	Status     string     `json:"status"`
	Body       string     `json:"body"`
	CreatedAt  string     `json:"created_at"`
	UpdatedAt  string     `json:"updated_at"`
	DisplayAt  string     `json:"display_at"`
	Deliver    bool       `json:"deliver_notifications"`
	Affected   []Affected `json:"affected_components"`
}

// Affected is what an update did to a component.
type Affected struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Old  string `json:"old_status"`
	New  string `json:"new_status"`
}

// Server is the stand-in. Its Faults say what goes wrong.
type Server struct {
	sandbox.Faults
	config  Config
	handler http.Handler

	mu            sync.Mutex
	incidents     []*Incident
	components    []Component
	notifications int
	ids           int
	recent        []time.Time // requests of the last 60 seconds
}

// New makes a page that has no incident yet.
func New(c Config) *Server {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Limit == 0 {
		c.Limit = 60
	}
	if c.LimitStatus == 0 {
		c.LimitStatus = http.StatusTooManyRequests
	}
	s := &Server{config: c}
	s.Reset()
	s.handler = s.Wrap(struct {
		sandbox.Holder
		http.Handler
	}{s, s.routes()})
	return s
}

// ServeHTTP answers the API's paths and the control.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Ledger gives what the page holds.
func (s *Server) Ledger() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return struct {
		Incidents     []Incident  `json:"incidents"`
		Components    []Component `json:"components"`
		Notifications int         `json:"notifications"`
	}{s.list(func(Incident) bool { return true }), append([]Component{}, s.components...), s.notifications}
}

// Reset forgets all incidents and makes every component operational.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.incidents, s.components, s.recent, s.notifications = nil, nil, nil, 0
	for _, c := range s.config.Components {
		c.PageID = s.config.PageID
		if c.Status == "" {
			c.Status = "operational"
		}
		s.components = append(s.components, c)
	}
}

// Incidents gives all incidents, oldest first.
func (s *Server) Incidents() []Incident {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list(func(Incident) bool { return true })
}

// list copies the incidents that are wanted, with their components as they are now.
func (s *Server) list(wanted func(Incident) bool) []Incident {
	all := []Incident{}
	for _, i := range s.incidents {
		if c := s.copied(i); wanted(c) {
			all = append(all, c)
		}
	}
	return all
}

func (s *Server) copied(i *Incident) Incident {
	c := *i
	c.Updates = append([]Update{}, i.Updates...)
	c.Components = []Component{}
	for _, attached := range i.Components {
		c.Components = append(c.Components, *s.component(attached.ID))
	}
	return c
}

func (s *Server) component(id string) *Component {
	for i := range s.components {
		if s.components[i].ID == id {
			return &s.components[i]
		}
	}
	return nil
}

func (s *Server) incident(id string) *Incident {
	for _, i := range s.incidents {
		if i.ID == id {
			return i
		}
	}
	return nil
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, h := range map[string]http.HandlerFunc{
		"GET /v1/pages/{page}":                         s.page,
		"GET /v1/pages/{page}/components":              s.listComponents,
		"GET /v1/pages/{page}/incidents":               s.listIncidents,
		"GET /v1/pages/{page}/incidents/unresolved":    s.listUnresolved,
		"POST /v1/pages/{page}/incidents":              s.create,
		"GET /v1/pages/{page}/incidents/{incident}":    s.show,
		"PATCH /v1/pages/{page}/incidents/{incident}":  s.patch,
		"DELETE /v1/pages/{page}/incidents/{incident}": s.remove,
	} {
		mux.HandleFunc(pattern, s.guarded(h))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "not found") })
	return mux
}

// guarded asks for the key, counts the request and knows the page. It holds the lock for h.
func (s *Server) guarded(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "OAuth ")
		switch {
		case !ok || key == "" || key != s.config.Key:
			refuse(w, http.StatusUnauthorized, "Could not authenticate")
		case !s.allow():
			refuse(w, s.config.LimitStatus, "Too many requests: the limit is 1 a second over 60 seconds")
		case r.PathValue("page") != s.config.PageID:
			refuse(w, http.StatusNotFound, "Page not found")
		case r.PathValue("incident") != "" && s.incident(r.PathValue("incident")) == nil:
			refuse(w, http.StatusNotFound, "Incident not found")
		default:
			h(w, r)
		}
	}
}

func (s *Server) allow() bool {
	now := s.config.Now()
	for len(s.recent) > 0 && now.Sub(s.recent[0]) >= time.Minute {
		s.recent = s.recent[1:]
	}
	if s.config.Limit > 0 && len(s.recent) >= s.config.Limit {
		return false
	}
	s.recent = append(s.recent, now)
	return true
}

// refuse answers in the shape of the API's ErrorEntity.
func refuse(w http.ResponseWriter, status int, message string) {
	sandbox.JSON(w, status, map[string]string{"message": message})
}
