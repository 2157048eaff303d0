package statuspage

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"drumbeat/integrations/sandbox"
)

var (
	realtime  = []string{"investigating", "identified", "monitoring", "resolved"}
	scheduled = []string{"scheduled", "in_progress", "verifying", "completed"}
	impacts   = []string{"none", "maintenance", "minor", "major", "critical"}
	states    = []string{"operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage", ""}
)

// change is the "incident" of POST and PATCH. Pointers tell what was sent.
type change struct {
	Name           *string                   `json:"name"`
	Status         *string                   `json:"status"`
	ImpactOverride *string                   `json:"impact_override"`
	Body           *string                   `json:"body"`
	Components     map[string]string         `json:"components"`
	ComponentIDs   []string                  `json:"component_ids"`
	Metadata       map[string]map[string]any `json:"metadata"`
	Deliver        *bool                     `json:"deliver_notifications"`
	Backfilled     bool                      `json:"backfilled"`
	BackfillDate   *string                   `json:"backfill_date"`
	ScheduledFor   *string                   `json:"scheduled_for"`
	ScheduledUntil *string                   `json:"scheduled_until"`
	Reminders      *string                   `json:"reminder_intervals"`
	// Taken as they are: they change nothing that is seen here.
	RemindPrior       *bool `json:"scheduled_remind_prior"`
	AutoMaintenance   *bool `json:"auto_transition_to_maintenance_state"`
	AutoOperational   *bool `json:"auto_transition_to_operational_state"`
	AutoInProgress    *bool `json:"scheduled_auto_in_progress"`
	AutoCompleted     *bool `json:"scheduled_auto_completed"`
	AutoTransition    *bool `json:"scheduled_auto_transition"`
	NotifyAtStart     *bool `json:"auto_transition_deliver_notifications_at_start"`
	NotifyAtEnd       *bool `json:"auto_transition_deliver_notifications_at_end"`
	TweetAtBeginning  *bool `json:"auto_tweet_at_beginning"`
	TweetOnCompletion *bool `json:"auto_tweet_on_completion"`
	TweetOnCreation   *bool `json:"auto_tweet_on_creation"`
	TweetOneHour      *bool `json:"auto_tweet_one_hour_before"`
}

// read takes the body apart; a mistake is answered here.
func read(w http.ResponseWriter, r *http.Request) (c change, ok bool) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		refuse(w, http.StatusBadRequest, "Content-Type is not application/json")
		return change{}, false
	}
	text, _ := io.ReadAll(r.Body)
	var body struct {
		Incident *change `json:"incident"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(&body)
	if err != nil || d.More() || body.Incident == nil || !utf8.Valid(text) {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("the body is not the JSON of one incident: %v", err))
		return change{}, false
	}
	return *body.Incident, true
}

// wrong lists what the API would not take; known are the statuses that fit.
func (s *Server) wrong(c change, known []string) (problems []string) {
	add := func(bad bool, format string, args ...any) {
		if bad {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	value := func(p *string) string {
		if p == nil {
			return ""
		}
		return *p
	}
	add(c.Name != nil && strings.TrimSpace(*c.Name) == "", "Name can't be blank")
	add(utf8.RuneCountInString(value(c.Name)) > 255, "Name is too long (maximum is 255 characters)")
	add(utf8.RuneCountInString(value(c.Body)) > 25000, "Body is too long (maximum is 25000 characters)")
	add(c.Status != nil && !slices.Contains(known, *c.Status), "Status %q is not one of %v", value(c.Status), known)
	add(c.ImpactOverride != nil && !slices.Contains(impacts, *c.ImpactOverride), "Impact override %q is not known", value(c.ImpactOverride))
	add(c.Backfilled && len(c.Components)+len(c.ComponentIDs) > 0, "Components cannot be specified for a backfilled incident")
	for name, meta := range c.Metadata {
		add(meta == nil, "Metadata %q is not an object", name)
	}
	for id, state := range c.Components {
		add(s.component(id) == nil, "Component %q does not exist", id)
		add(!slices.Contains(states, state), "Component status %q is not known", state)
	}
	for _, id := range c.ComponentIDs {
		add(s.component(id) == nil, "Component %q does not exist", id)
	}
	for _, at := range []*string{c.ScheduledFor, c.ScheduledUntil, c.BackfillDate} {
		_, err := time.Parse(time.RFC3339, value(at))
		_, day := time.Parse(time.DateOnly, value(at))
		add(at != nil && err != nil && day != nil, "%q is not a time", value(at))
	}
	slices.Sort(problems)
	return problems
}

func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	c, ok := read(w, r)
	if !ok {
		return
	}
	known, first := realtime, "investigating"
	if c.ScheduledFor != nil || c.ScheduledUntil != nil {
		known, first = scheduled, "scheduled"
	}
	problems := s.wrong(c, known)
	if c.Name == nil {
		problems = append(problems, "Name can't be blank")
	}
	if (c.ScheduledFor == nil) != (c.ScheduledUntil == nil) {
		problems = append(problems, "Scheduled incidents have both a beginning and an end")
	}
	if len(problems) > 0 {
		refuse(w, http.StatusUnprocessableEntity, strings.Join(problems, ", "))
		return
	}
	if c.Status == nil {
		c.Status = &first
	}
	id := s.newID()
	i := &Incident{ID: id, PageID: s.config.PageID, CreatedAt: s.now(), Shortlink: "https://stspg.io/" + id, Metadata: map[string]map[string]any{}}
	s.incidents = append(s.incidents, i)
	s.apply(i, c)
	sandbox.JSON(w, http.StatusCreated, s.copied(i))
}

func (s *Server) patch(w http.ResponseWriter, r *http.Request) {
	c, ok := read(w, r)
	if !ok {
		return
	}
	i := s.incident(r.PathValue("incident"))
	known := realtime
	if i.ScheduledFor != nil {
		known = scheduled
	}
	if problems := s.wrong(c, known); len(problems) > 0 {
		refuse(w, http.StatusUnprocessableEntity, strings.Join(problems, ", "))
		return
	}
	s.apply(i, c)
	sandbox.JSON(w, http.StatusOK, s.copied(i))
}

// apply changes an incident as a checked change says.
func (s *Server) apply(i *Incident, c change) {
	now := s.now()
	i.UpdatedAt = now
	if c.Name != nil {
		i.Name = *c.Name
	}
	if c.Metadata != nil {
		i.Metadata = c.Metadata
	}
	if c.ImpactOverride != nil {
		i.ImpactOverride = c.ImpactOverride
	}
	if c.ScheduledFor != nil {
		i.ScheduledFor, i.ScheduledUntil = c.ScheduledFor, c.ScheduledUntil
	}
	if c.ComponentIDs != nil {
		i.Components = nil
		for _, id := range c.ComponentIDs {
			i.Components = append(i.Components, Component{ID: id})
		}
	}
	affected := s.affect(c.Components)
	if c.Status != nil {
		i.Status = *c.Status
		i.ResolvedAt = nil
		switch i.Status {
		case "monitoring":
			i.MonitoringAt = &now
		case "resolved", "completed":
			i.ResolvedAt = &now
		}
	}
	i.Impact = s.impact(i)
	if c.Body == nil && c.Status == nil {
		return
	}
	u := Update{
		ID: s.newID(), IncidentID: i.ID, Status: i.Status, CreatedAt: now, UpdatedAt: now, DisplayAt: now,
		Deliver: c.Deliver == nil || *c.Deliver, Affected: affected,
	}
	if c.Body != nil {
		u.Body = *c.Body
	}
	if u.Deliver && !c.Backfilled {
		s.notifications++
	}
	i.Updates = slices.Insert(i.Updates, 0, u)
}

// affect puts components into their new states.
func (s *Server) affect(states map[string]string) []Affected {
	all := []Affected{}
	for i := range s.components {
		c := &s.components[i]
		state, ok := states[c.ID]
		if !ok || state == "" {
			continue
		}
		all = append(all, Affected{Code: c.ID, Name: c.Name, Old: c.Status, New: state})
		c.Status = state
	}
	return all
}

// impact is the worst that the incident's components had, unless it is overridden.
func (s *Server) impact(i *Incident) string {
	if i.ImpactOverride != nil {
		return *i.ImpactOverride
	}
	order := []string{"", "none", "maintenance", "minor", "major", "critical"}
	of := map[string]string{"operational": "none", "under_maintenance": "maintenance", "degraded_performance": "minor", "partial_outage": "major", "major_outage": "critical"}
	worst := max(slices.Index(order, i.Impact), slices.Index(order, "none"))
	for _, c := range i.Components {
		worst = max(worst, slices.Index(order, of[s.component(c.ID).Status]))
	}
	return order[worst]
}

func (s *Server) now() string { return s.config.Now().UTC().Format("2006-01-02T15:04:05.000Z") }

// newID makes the twelve letters and digits that ids have.
func (s *Server) newID() string {
	s.ids++
	sum := sha256.Sum256([]byte(strconv.Itoa(s.ids)))
	return fmt.Sprintf("%012s", new(big.Int).SetBytes(sum[:]).Text(36))[:12]
}

func (s *Server) page(w http.ResponseWriter, _ *http.Request) {
	sandbox.JSON(w, http.StatusOK, map[string]any{"id": s.config.PageID, "name": s.config.Name, "time_zone": "UTC", "updated_at": s.now()})
}

func (s *Server) listComponents(w http.ResponseWriter, _ *http.Request) {
	sandbox.JSON(w, http.StatusOK, append([]Component{}, s.components...))
}

func (s *Server) show(w http.ResponseWriter, r *http.Request) {
	sandbox.JSON(w, http.StatusOK, s.copied(s.incident(r.PathValue("incident"))))
}

func (s *Server) remove(w http.ResponseWriter, r *http.Request) {
	i := s.incident(r.PathValue("incident"))
	gone := s.copied(i)
	s.incidents = slices.DeleteFunc(s.incidents, func(o *Incident) bool { return o == i })
	sandbox.JSON(w, http.StatusOK, gone)
}

func (s *Server) listIncidents(w http.ResponseWriter, r *http.Request) {
	q := strings.ToLower(r.URL.Query().Get("q"))
	s.answer(w, r, func(i Incident) bool {
		all := i.Name + "\n" + i.Status
		for _, u := range i.Updates {
			all += "\n" + u.Body
		}
		return strings.Contains(strings.ToLower(all), q)
	})
}

func (s *Server) listUnresolved(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(i Incident) bool { return i.Status != "resolved" && i.Status != "completed" })
}

// answer gives one page of incidents, newest first.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, wanted func(Incident) bool) {
	number := func(name string, otherwise, highest int) int {
		n, err := strconv.Atoi(r.URL.Query().Get(name))
		if err != nil || n < 1 {
			return otherwise
		}
		return min(n, highest)
	}
	all := s.list(wanted)
	slices.Reverse(all)
	limit := number("limit", 100, 100)
	from := min(len(all), (number("page", 1, 1_000_000)-1)*limit)
	sandbox.JSON(w, http.StatusOK, all[from:min(len(all), from+limit)])
}
