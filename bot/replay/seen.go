package replay

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/facts"
)

// seen is what the tap heard.
type seen struct {
	p       *play
	rows    []Row
	refused []string
	page    time.Time                           // the first that a far end took
	ack     time.Time                           // the first "I'm on it"
	public  []time.Time                         // moments at which customers got words
	posts   map[string]int                      // words by far end
	failed  int                                 // deliveries that were given up
	told    map[string][]message                // what people and channels got
	words   map[string]*words                   // of updates, by incident/number
	budget  map[string]map[string]policy.Limits // by incident and severity
	limits  map[string]policy.Limits            // by incident, at the severity that it has
	unread  string                              // the newest words that nobody can read: the status page is down
}

// words are an update.
type words struct {
	text, author string
	published    bool
}

// message is one that the bot wrote to somebody or into a channel.
// most is how many there should be at most within the hour that it ends.
type message struct {
	at   time.Time
	most int
}

// Row is one line of the table: of what happened, or of what Drumbeat did.
type Row struct {
	At       time.Time `json:"at"`
	Drumbeat bool      `json:"drumbeat"`
	// Kind is what it is about: fact, outage, public (words to customers), page,
	// act (somebody's), message, incident, change, failure.
	Kind string `json:"kind"`
	Text string `json:"text"`
	by   string // the far ends of a message that reached somebody by several
}

func newSeen(p *play) seen {
	return seen{p: p, posts: map[string]int{}, told: map[string][]message{}, words: map[string]*words{}, budget: map[string]map[string]policy.Limits{}, limits: map[string]policy.Limits{}}
}

func (s *seen) row(kind, format string, args ...any) {
	s.rows = append(s.rows, Row{At: s.p.now, Drumbeat: true, Kind: kind, Text: fmt.Sprintf(format, args...)})
}

// reached adds a row for a message to somebody; what reaches him by several far
// ends at once is one row.
func (s *seen) reached(kind, what, text, by string) {
	for i := len(s.rows) - 1; i >= 0 && s.rows[i].At.Equal(s.p.now); i-- {
		if x := &s.rows[i]; x.by != "" && x.Text == fmt.Sprintf("%s (%s): %s", what, x.by, text) {
			x.by += ", " + by
			x.Text = fmt.Sprintf("%s (%s): %s", what, x.by, text)
			return
		}
	}
	s.row(kind, "%s (%s): %s", what, by, text)
	s.rows[len(s.rows)-1].by = by
}

// recorded hears of every record that is durable.
func (s *seen) recorded(r stream.Record) {
	if r.Kind == stream.GaveUp {
		s.failed++
	}
	if r.Stream.Kind != incident.Kind {
		return
	}
	event, err := incident.DecodeEvent(r)
	if err != nil || event == nil {
		return // it is kept as an opaque line, and nothing is measured by it
	}
	switch e := event.(type) {
	case incident.SeverityChanged:
		s.limits[r.Stream.Name] = s.budget[r.Stream.Name][e.To]
	case incident.Declared:
		s.budget[r.Stream.Name] = e.Policy.Budget
		s.limits[r.Stream.Name] = e.Policy.Budget[e.Severity]
		s.row("incident", "INC-%s begins: %s, %s%s", r.Stream.Name, e.Severity, e.Title, first(e.Suspects))
	case incident.Acknowledged:
		if s.ack.IsZero() {
			s.ack = s.p.now
		}
	case incident.Proposed:
		s.words[number(r, e.N)] = &words{text: e.Text, author: e.Author}
	case incident.Published:
		if w := s.words[number(r, e.N)]; w != nil {
			w.published = true
			s.published(w.text, e)
		}
	case incident.PromiseMissed:
		s.row("failure", "a promise of words is missed")
	case incident.PageExhausted:
		s.row("failure", "nobody who was paged answers")
	case incident.Settled:
		if r.Kind == stream.GaveUp || r.Kind == stream.Failing {
			s.row("failure", "%s by %s does not arrive: %s", e.Action, facts.FarEnd(e.To), shorten(e.Problem, 80))
		}
	}
}

func first(suspects []incident.Change) string {
	if len(suspects) == 0 {
		return ""
	}
	return fmt.Sprintf("; look here first: %s “%s”", suspects[0].ID, suspects[0].What)
}

// number names an update among those of all incidents.
func number(r stream.Record, n int) string { return fmt.Sprintf("%s/%d", r.Stream.Name, n) }

func (s *seen) published(text string, e incident.Published) {
	var to []string
	for _, t := range e.Targets {
		if t.Mode != "live" || t.State != incident.TargetQueued && t.State != incident.TargetSent {
			continue
		}
		if t.Name == incident.StatusPage && s.p.broken[t.Name] {
			s.unread = text
			continue
		}
		to = append(to, facts.FarEnd(t.Name))
		if t.Name == incident.StatusPage {
			s.reads(t.Name)
		}
	}
	if len(to) > 0 {
		s.row("public", "tells customers (%s): “%s”", strings.Join(to, ", "), text)
	}
}

// mended lets customers read what stands on the status page, which was down.
func (s *seen) mended() {
	if s.unread == "" {
		return
	}
	s.row("public", "shows customers (status page): “%s”", s.unread)
	s.unread = ""
	s.reads(incident.StatusPage)
}

// reads notes words that customers can read now.
func (s *seen) reads(farEnd string) {
	s.public = append(s.public, s.p.now)
	s.posts[farEnd]++
}

// sent hears what a far end took or refused.
func (s *seen) sent(d stream.Delivery, err error) {
	if err != nil {
		return // what came of it is recorded
	}
	switch d.Action {
	case "publish":
		s.reads(d.To)
		return
	case "channel.create":
		s.row("incident", "opens #%s", d.Args["name"])
		return
	case "channel.invite":
		for _, id := range strings.Split(d.Args["users"], ",") {
			if who, ok := s.p.cast.find(id); ok {
				s.p.inRoom[who.Handle] = true
			}
		}
		return
	}
	if d.Action == "page" && s.page.IsZero() {
		s.page = s.p.now
	}
	s.message(d)
	s.p.reach(d)
}

// message counts what a person or a channel got.
func (s *seen) message(d stream.Delivery) {
	text := shorten(strings.ReplaceAll(d.Words.Plain(), "\n", " · "), 130)
	if d.Action == "post" && d.About == incident.AboutBrief {
		s.p.room = d.Args["channel"]
	}
	if who, ok := s.p.cast.find(d.Args["person"]); ok {
		s.tell(who.Name, d)
		kind, verb := "message", map[string]string{"page": "pages", "stand_down": "stands down", "ephemeral": "tells"}[d.Action]
		switch verb {
		case "":
			verb = "asks"
		case "pages":
			kind = "page"
		}
		s.reached(kind, verb+" "+who.Name, text, facts.FarEnd(d.To))
		return
	}
	if d.Action != "post" {
		return
	}
	channel := "#incidents"
	if d.Args["channel"] == s.p.room && s.p.room != "" {
		channel = "incident's channel"
	}
	s.tell(channel, d)
	if channel != "#incidents" {
		s.row("message", "in the channel: %s", text)
	}
}

func (s *seen) tell(name string, d stream.Delivery) {
	limits := s.limits[d.Stream.Name]
	most := limits.Person
	if channel(name) {
		most = limits.Channel
	}
	s.told[name] = append(s.told[name], message{s.p.now, most})
}

// channel tells a channel from a person, by name.
func channel(name string) bool {
	return strings.Contains(name, "#") || strings.Contains(name, "channel")
}

// inAnHour is the most messages that fell within one hour, and whether any hour
// had more than there should be at most.
func inAnHour(all []message) (most int, over bool) {
	for i, last := range all {
		n := 0
		for _, m := range all[:i+1] {
			if m.at.After(last.at.Add(-time.Hour)) {
				n++
			}
		}
		most, over = max(most, n), over || last.most > 0 && n > last.most
	}
	return most, over
}

// longest is the longest silence between from and to, with words in between.
func longest(from, to time.Time, words []time.Time) time.Duration {
	all := []time.Time{from}
	for _, w := range words {
		if w.After(from) && w.Before(to) {
			all = append(all, w)
		}
	}
	all = append(all, to)
	slices.SortFunc(all, time.Time.Compare)
	var most time.Duration
	for i := range all[1:] {
		most = max(most, all[i+1].Sub(all[i]))
	}
	return most
}

func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
