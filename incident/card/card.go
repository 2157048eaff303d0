// Package card is what is known of an incident without its log: its line in
// lists, and what customers may know of it.
package card

import (
	"slices"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Component is a part of the product as customers know it.
type Component struct {
	Name  string `json:"name"`            // our name of it, the status page's key
	Words string `json:"words,omitempty"` // how customers say it: "opening and saving"
	State string `json:"state,omitempty"` // operational, degraded, partial, major
}

// Affect gives the parts of the product with one that does otherwise, and how it
// did: empty when it was none of them.
func Affect(all []Component, c Component) (out []Component, was string) {
	i := slices.IndexFunc(all, func(x Component) bool { return x.Name == c.Name })
	if i < 0 {
		return append(slices.Clip(all), c), ""
	}
	out = slices.Clone(all)
	out[i] = c
	return out, all[i].State
}

// Drilled is what a drill has shown, in seconds from its declaration; -1 is what
// did not come.
type Drilled struct {
	Room     int `json:"room"`     // until its place was there
	Rang     int `json:"rang"`     // until a far end took the first page
	Answered int `json:"answered"` // until somebody said “I'm on it”
	Drafted  int `json:"drafted"`  // until words for customers were ready
	Approved int `json:"approved"` // until somebody let them go
}

// Change is a change to production as it was known at the declaration, under
// "look here first".
type Change struct {
	ID       string        `json:"id"` // "CH-23"
	What     string        `json:"what"`
	Service  string        `json:"service,omitempty"`
	Risk     string        `json:"risk,omitempty"`
	Started  time.Time     `json:"started"`
	Ended    time.Time     `json:"ended,omitzero"`
	Author   stream.Person `json:"author,omitzero"`
	Reviewer stream.Person `json:"reviewer,omitzero"`
	// Why it stands on the list, as a phrase: "ended 7 h 50 min before".
	Why string `json:"why,omitempty"`
	// Unrecorded: it ran with uncommitted or unpushed files.
	Unrecorded bool `json:"unrecorded,omitempty"`
}

// Card is what lists know of an incident without loading it: the data of its
// Summary. Public is all that the status page reads.
type Card struct {
	Number    string      `json:"number"`
	Title     string      `json:"title"`
	Severity  string      `json:"severity"`
	Phase     words.Phase `json:"phase"`
	Private   bool        `json:"private,omitempty"`
	Drill     bool        `json:"drill,omitempty"`
	Since     time.Time   `json:"since"`
	Ended     time.Time   `json:"ended,omitzero"`
	Commander string      `json:"commander,omitempty"`
	Service   string      `json:"service,omitempty"`
	Channel   string      `json:"channel,omitempty"`
	Link      string      `json:"link,omitempty"`
	NextWords time.Time   `json:"next_words,omitzero"`
	// Spoken is when words for customers last left, or stood on our page.
	Spoken  time.Time       `json:"spoken,omitzero"`
	Public  *PublicIncident `json:"public,omitempty"`
	Members []string        `json:"members,omitempty"` // of a private one: who may see it
}

// PublicIncident is what customers may know, and nothing else. It exists once
// words were published on our status page in mode live.
type PublicIncident struct {
	Number string      `json:"number"` // "INC-42": the permalink is /incidents/42
	Title  string      `json:"title"`  // the public headline, in customers' words
	Phase  words.Phase `json:"phase"`  // as last published
	Impact string      `json:"impact"` // none, minor, major, critical
	Since  time.Time   `json:"since"`
	// ResolvedAt is when customers were told that it is over.
	ResolvedAt time.Time `json:"resolved_at,omitzero"`
	// NextUpdate is the promise to customers; zero when there is none.
	NextUpdate time.Time `json:"next_update,omitzero"`
	// Retracted: it was a false alarm; shown as such, counted nowhere.
	Retracted  bool           `json:"retracted,omitempty"`
	Components []Component    `json:"components,omitempty"`
	Updates    []PublicUpdate `json:"updates"` // oldest first
}

// PublicUpdate is one published text.
type PublicUpdate struct {
	N     int              `json:"n"`
	Kind  words.UpdateKind `json:"kind"`
	Phase words.Phase      `json:"phase"`
	Text  string           `json:"text"`
	At    time.Time        `json:"at"`
	// Corrected names the later update that corrects this one, 0 for none.
	Corrected int `json:"corrected,omitempty"`
}

// View gives the customers' view of the words that stand on our page; nil while
// there are none. headline is its name, impact weighs a severity, next is the
// promise to customers.
func View(all words.List, headline string, impact func(severity string) string, next time.Time) *PublicIncident {
	var p *PublicIncident
	for _, u := range all {
		if u.Audience != words.Public || !u.On(words.StatusPage) {
			continue
		}
		if p == nil {
			p = &PublicIncident{Title: headline}
		}
		p.Phase, p.Impact = u.Phase, impact(u.Severity)
		switch {
		case !u.Phase.Ended():
			p.ResolvedAt, p.Retracted = time.Time{}, false
		case p.ResolvedAt.IsZero():
			p.ResolvedAt = u.PublishedAt
		}
		p.Retracted = p.Retracted || u.Kind == words.Retraction
		p.Updates = append(p.Updates, PublicUpdate{N: u.N, Kind: u.Kind, Phase: u.Phase, Text: u.Text, At: u.PublishedAt, Corrected: u.Corrected})
	}
	if p != nil && p.ResolvedAt.IsZero() {
		p.NextUpdate = next
	}
	return p
}

// Headline is what customers read as an incident's name: their words for the
// components, never the internal title.
func Headline(c []Component) string {
	what := What(c)
	if what == "" {
		return "Problems with our service"
	}
	return "Problems with " + what
}

// What names what is affected in customers' words: "opening and saving". What
// works again is not.
func What(components []Component) string {
	words := ""
	components = slices.DeleteFunc(slices.Clone(components), func(c Component) bool { return c.State == "operational" })
	for i, c := range components {
		w := c.Words
		if w == "" {
			w = c.Name
		}
		switch {
		case i == 0:
		case i == len(components)-1:
			words += " and "
		default:
			words += ", "
		}
		words += w
	}
	return words
}
