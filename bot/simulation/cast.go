package simulation

import (
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"drumbeat/bot/desk"
	"drumbeat/bot/serve"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
)

// The channels that every workspace here has.
const (
	announcements = "CANNOUNCE"
	shadows       = "CSHADOW"
)

// password stands in the configuration and nowhere else.
const password = "tell-nobody-7391"

// operator is a handle.
const operator = "gus"

// handles are the people. Dan never answers a page.
var handles = []string{"ann", "bob", "cat", "dan", "eve", "fay", operator}

func slackID(handle string) string { return "U11111" + strings.ToUpper(handle) }

// handle is who is meant by a handle or an address.
func handle(address string) string {
	i := slices.IndexFunc(handles, func(h string) bool {
		return address == h || address == slackID(h) || address == phone(h) || address == h+"@example.com"
	})
	if i < 0 {
		return ""
	}
	return handles[i]
}

func phone(handle string) string {
	return "+1415555010" + string(rune('0'+slices.Index(handles, handle)))
}

// setting is what differs between runs.
type setting struct {
	environment string
	approvers   []string
	unattended  []string
	modes       map[string]string
}

// arrange draws the setting and what will happen.
func (w *world) arrange() {
	s := setting{environment: "production", modes: map[string]string{}}
	if w.people.IntN(20) == 0 {
		s.environment = "staging"
	}
	if w.people.IntN(3) == 0 {
		s.approvers = []string{"bob", "eve", "fay"}
	}
	if w.people.IntN(2) == 0 {
		s.unattended = []string{incident.StatusPage}
	}
	for _, name := range publicEnds {
		s.modes[name] = control.Live
		if w.people.IntN(6) == 0 {
			s.modes[name] = control.Shadow
		}
	}
	w.hold = w.people.IntN(30) == 0
	w.habits.setting = s
	for day := range w.Days {
		w.plan(w.now().Add(time.Duration(day) * 24 * time.Hour))
	}
}

// publicEnds take words for customers.
var publicEnds = []string{incident.StatusPage, "twitter", "atlassian_statuspage", "email"}

// parts are what a process is made from.
func (w *world) parts(l *life) serve.Parts {
	s := w.habits.setting
	var people []desk.Person
	for _, h := range handles {
		people = append(people, desk.Person{Handle: h, Name: strings.ToUpper(h[:1]) + h[1:], Slack: slackID(h), Email: h + "@example.com", Phone: phone(h)})
	}
	p := serve.Parts{
		Config: serve.Config{Environment: s.environment, Timezone: "Europe/Berlin", Command: "/incident", Operator: operator, People: people,
			OnCall:    []desk.Rung{{People: []string{"ann", "bob"}}, {People: []string{"dan"}, Wait: stream.Duration(3 * time.Minute)}, {People: []string{"cat", "eve"}}},
			Services:  map[string]desk.Service{"api": {Component: "API"}, "billing": {Component: "Billing", DependsOn: []string{"api"}}},
			Approvers: s.approvers, API: serve.Token{Token: password}, Hooks: serve.Hooks{Alertmanager: serve.Token{Token: password}}},
		Store: mortal{w.Store, w, l}, Senders: w.senders(l), FarEnds: maps.Clone(s.modes), Unattended: s.unattended, Hold: w.hold,
		Components: []incident.Component{{Name: "API", Words: "the API"}, {Name: "Billing", Words: "invoices"}},
		Books:      w.Books.set, Compile: w.Books.compile, Settings: playbooks.Settings{Company: "Harbor", Command: "/incident", Announce: announcements, Shadow: shadows, URL: "https://status.example.com", Zone: "Europe/Berlin"},
		Log: slog.New(ear{func(text string) {
			if !l.over.Load() && !strings.Contains(text, errFault.Error()) {
				w.breach(Complained, "", "%s", text)
			}
		}}),
	}
	if w.Furnish != nil {
		w.Furnish(&p)
	}
	return p
}
