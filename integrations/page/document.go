package page

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
)

// The documents below /api/v2 have the form of Statuspage's public API, so that
// widgets and readers made for it work here. Fields that it has and we have no
// use for keep the value that it gives by default.

type pageDocument struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	URL       string `json:"url"`
	TimeZone  string `json:"time_zone"`
	UpdatedAt stamp  `json:"updated_at"`
}

type componentDocument struct {
	ID                 string   `json:"id"`
	Name               string   `json:"name"`
	Status             string   `json:"status"`
	CreatedAt          stamp    `json:"created_at"`
	UpdatedAt          stamp    `json:"updated_at"`
	Position           int      `json:"position"`
	Description        *string  `json:"description"`
	Showcase           bool     `json:"showcase"`
	StartDate          *string  `json:"start_date"`
	GroupID            *string  `json:"group_id"`
	PageID             string   `json:"page_id"`
	Group              bool     `json:"group"`
	OnlyShowIfDegraded bool     `json:"only_show_if_degraded"`
	Components         []string `json:"components,omitempty"` // of a group
}

type incidentDocument struct {
	ID                string              `json:"id"`
	Name              string              `json:"name"`
	Status            string              `json:"status"`
	CreatedAt         stamp               `json:"created_at"`
	UpdatedAt         stamp               `json:"updated_at"`
	MonitoringAt      *stamp              `json:"monitoring_at"`
	ResolvedAt        *stamp              `json:"resolved_at"`
	Impact            string              `json:"impact"`
	Shortlink         string              `json:"shortlink"`
	StartedAt         stamp               `json:"started_at"`
	PageID            string              `json:"page_id"`
	Updates           []updateDocument    `json:"incident_updates"`
	Components        []componentDocument `json:"components"`
	ReminderIntervals *string             `json:"reminder_intervals"`
}

type updateDocument struct {
	ID                   string  `json:"id"`
	Status               string  `json:"status"`
	Body                 string  `json:"body"`
	IncidentID           string  `json:"incident_id"`
	CreatedAt            stamp   `json:"created_at"`
	UpdatedAt            stamp   `json:"updated_at"`
	DisplayAt            stamp   `json:"display_at"`
	AffectedComponents   *string `json:"affected_components"`
	DeliverNotifications bool    `json:"deliver_notifications"`
	CustomTweet          *string `json:"custom_tweet"`
	TweetID              *string `json:"tweet_id"`
}

// stamp is a time with milliseconds, in UTC.
type stamp struct{ time.Time }

// MarshalText writes RFC 3339 with exactly three decimals.
func (s stamp) MarshalText() ([]byte, error) {
	return []byte(s.UTC().Format("2006-01-02T15:04:05.000Z07:00")), nil
}

// MarshalJSON is there because time.Time has one of its own.
func (s stamp) MarshalJSON() ([]byte, error) {
	text, err := s.MarshalText()
	return []byte(`"` + string(text) + `"`), err
}

// beginning is the creation of components, whose configuration has no date.
var beginning = stamp{time.Unix(0, 0)}

// documents renders everything below /api/v2.
func (r *renderer) documents() error {
	page := r.page()
	components := r.components()
	incidents, unresolved := []incidentDocument{}, []incidentDocument{}
	for n, i := range r.incidents {
		if n < maxIncidents {
			incidents = append(incidents, r.incident(i, components))
		}
		if open(i) {
			unresolved = append(unresolved, r.incident(i, components))
		}
	}
	none := []struct{}{}
	for name, body := range map[string]any{
		"summary": struct {
			Page       pageDocument        `json:"page"`
			Components []componentDocument `json:"components"`
			Incidents  []incidentDocument  `json:"incidents"`
			Scheduled  []struct{}          `json:"scheduled_maintenances"`
			Status     status              `json:"status"`
		}{page, components, unresolved, none, r.status},
		"status": struct {
			Page   pageDocument `json:"page"`
			Status status       `json:"status"`
		}{page, r.status},
		"components": struct {
			Page       pageDocument        `json:"page"`
			Components []componentDocument `json:"components"`
		}{page, components},
		"incidents":                       incidentsDocument{page, incidents},
		"incidents/unresolved":            incidentsDocument{page, unresolved},
		"scheduled-maintenances":          scheduledDocument{page, none},
		"scheduled-maintenances/upcoming": scheduledDocument{page, none},
		"scheduled-maintenances/active":   scheduledDocument{page, none},
	} {
		text, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("encode %s.json: %w", name, err)
		}
		r.files["/api/v2/"+name+".json"] = append(text, '\n')
	}
	return nil
}

// maxIncidents is how many incidents.json holds, as at Statuspage.
const maxIncidents = 50

type incidentsDocument struct {
	Page      pageDocument       `json:"page"`
	Incidents []incidentDocument `json:"incidents"`
}

type scheduledDocument struct {
	Page      pageDocument `json:"page"`
	Scheduled []struct{}   `json:"scheduled_maintenances"`
}

// page dates the whole by the newest words, or by the day when there are none.
func (r *renderer) page() pageDocument {
	updated := midnight(r.now)
	for _, i := range r.incidents {
		if t := lastChange(i); t.After(updated) {
			updated = t
		}
	}
	return pageDocument{ID: r.id("page"), Name: r.config.Name, URL: r.config.origin(), TimeZone: "Etc/UTC", UpdatedAt: stamp{updated}}
}

// components gives the components in order, each group before its members.
func (r *renderer) components() []componentDocument {
	all := []componentDocument{}
	position := 0
	for _, g := range groups(r.config, r.states) {
		var group *componentDocument
		if g.Name != "" {
			position++
			all = append(all, componentDocument{ID: r.id("group", g.Name), Name: g.Name, CreatedAt: beginning,
				UpdatedAt: beginning, Position: position, PageID: r.id("page"), Group: true})
			group = &all[len(all)-1]
		}
		worst, members := operational, make([]componentDocument, 0, len(g.Components))
		for n, c := range g.Components {
			d := componentDocument{ID: r.id("component", c.Name), Name: c.Name, Status: c.State.Code(), CreatedAt: beginning,
				UpdatedAt: r.touched(c.Name), Showcase: true, PageID: r.id("page")}
			if c.Description != "" {
				d.Description = &c.Description
			}
			if group == nil {
				position++
				d.Position = position
			} else {
				d.Position, d.GroupID = n+1, &group.ID
				group.Components = append(group.Components, d.ID)
				group.UpdatedAt = stamp{latest(group.UpdatedAt.Time, d.UpdatedAt.Time)}
			}
			worst = max(worst, c.State)
			members = append(members, d)
		}
		if group != nil {
			group.Status = worst.Code()
		}
		all = append(all, members...)
	}
	return all
}

// touched is when an incident last said something of the component.
func (r *renderer) touched(name string) stamp {
	last := beginning.Time
	for _, i := range r.incidents {
		if slices.ContainsFunc(i.Components, func(c incident.Component) bool { return c.Name == name }) {
			last = latest(last, lastChange(i))
		}
	}
	return stamp{last}
}

func (r *renderer) incident(i incident.PublicIncident, components []componentDocument) incidentDocument {
	id := r.id("incident", i.Number)
	d := incidentDocument{ID: id, Name: i.Title, Status: string(phaseOf(i.Phase)), CreatedAt: stamp{i.Since},
		UpdatedAt: stamp{lastChange(i)}, Impact: i.Impact, Shortlink: r.config.origin() + pathOf(i.Number),
		StartedAt: stamp{i.Since}, PageID: r.id("page"), Updates: make([]updateDocument, 0, len(i.Updates)),
		Components: []componentDocument{}}
	if !open(i) {
		ended := stamp{i.ResolvedAt}
		if ended.IsZero() {
			ended = stamp{lastChange(i)}
		}
		d.Status, d.ResolvedAt = string(incident.Resolved), &ended
	}
	if i.Retracted || d.Impact == "" {
		d.Impact = "none"
	}
	for n, u := range i.Updates {
		if n == 0 {
			d.CreatedAt = stamp{u.At}
		}
		if phaseOf(u.Phase) == incident.Monitoring {
			d.MonitoringAt = &stamp{u.At}
		}
		d.Updates = append(d.Updates, updateDocument{ID: r.id("update", i.Number, fmt.Sprint(u.N)), Status: string(phaseOf(u.Phase)),
			Body: u.Text, IncidentID: id, CreatedAt: stamp{u.At}, UpdatedAt: stamp{u.At}, DisplayAt: stamp{u.At}, DeliverNotifications: true})
	}
	slices.Reverse(d.Updates)
	for _, c := range components {
		if !c.Group && slices.ContainsFunc(i.Components, func(x incident.Component) bool { return x.Name == c.Name }) {
			d.Components = append(d.Components, c)
		}
	}
	return d
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// id is 12 lower-case letters and digits, the same for the same thing as long
// as the page keeps its address.
func (r *renderer) id(parts ...string) string {
	sum := sha256.Sum256([]byte(r.config.origin() + "\x00" + strings.Join(parts, "\x00")))
	digits := new(big.Int).SetBytes(sum[:]).Text(36)
	return digits[len(digits)-12:]
}
