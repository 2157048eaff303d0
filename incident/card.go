package incident

import (
	"maps"
	"slices"
	"time"

	"drumbeat/incident/stream"
)

// Card is what lists know of an incident without loading it: the data of its
// Summary. Public is all that the status page reads.
type Card struct {
	Number    string    `json:"number"`
	Title     string    `json:"title"`
	Severity  string    `json:"severity"`
	Phase     Phase     `json:"phase"`
	Private   bool      `json:"private,omitempty"`
	Drill     bool      `json:"drill,omitempty"`
	Since     time.Time `json:"since"`
	Ended     time.Time `json:"ended,omitzero"`
	Commander string    `json:"commander,omitempty"`
	Service   string    `json:"service,omitempty"`
	Channel   string    `json:"channel,omitempty"`
	Link      string    `json:"link,omitempty"`
	NextWords time.Time `json:"next_words,omitzero"`
	// Spoken is when words for customers last left, or stood on our page.
	Spoken  time.Time       `json:"spoken,omitzero"`
	Public  *PublicIncident `json:"public,omitempty"`
	Members []string        `json:"members,omitempty"` // of a private one: who may see it
}

// PublicIncident is what customers may know, and nothing else. It exists once
// words were published on our status page in mode live.
type PublicIncident struct {
	Number string    `json:"number"` // "INC-42": the permalink is /incidents/42
	Title  string    `json:"title"`  // the public headline, in customers' words
	Phase  Phase     `json:"phase"`  // as last published
	Impact string    `json:"impact"` // none, minor, major, critical
	Since  time.Time `json:"since"`
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
	N     int        `json:"n"`
	Kind  UpdateKind `json:"kind"`
	Phase Phase      `json:"phase"`
	Text  string     `json:"text"`
	At    time.Time  `json:"at"`
	// Corrected names the later update that corrects this one, 0 for none.
	Corrected int `json:"corrected,omitempty"`
}

// Summarize gives the incident's card and tags.
func (Rules) Summarize(s State) stream.Summary {
	card := Card{Number: s.Number, Title: s.Title, Severity: s.Severity, Phase: s.Phase, Private: s.Private, Drill: s.Drill,
		Since: s.Since, Ended: s.Ended, Commander: s.Commander().String(), Service: s.Service,
		Channel: s.Room.Channel, Link: s.Room.Link, Public: s.public()}
	if p := s.Promise(Public); p != nil {
		card.NextWords = p.Due
	}
	for _, u := range s.Updates {
		for _, t := range u.Targets {
			if t.At.After(card.Spoken) {
				card.Spoken = t.At
			}
		}
	}
	if s.Private {
		card.Members = slices.Sorted(maps.Keys(s.Seen))
	}
	sum := stream.Summary{At: s.DeclaredAt, Open: !s.Phase.Over(), Data: stream.JSON(card)}
	tag := func(name, value string) {
		if value != "" {
			sum.Tags = append(sum.Tags, name+":"+value)
		}
	}
	tag("channel", s.Room.Channel)
	if s.Room.Thread != "" {
		tag("thread", s.Room.Announced+"/"+s.Room.Thread)
	}
	tag("service", s.Service)
	if card.Public != nil {
		tag("public", "yes")
	}
	for _, sign := range s.Signs {
		tag("sign", sign.Source)
	}
	return sum
}

// public is the customers' view, nil while nothing of it stands on our page.
func (s State) public() *PublicIncident {
	if s.Private {
		return nil
	}
	var p *PublicIncident
	for _, u := range s.Updates {
		if u.Audience != Public || !u.On(StatusPage) {
			continue
		}
		if p == nil {
			p = &PublicIncident{Number: s.Number, Since: s.Since, Components: s.Components}
		}
		p.Title, p.Phase, p.Impact = s.Headline(), u.Phase, s.Policy.Impact(u.Severity)
		switch {
		case !u.Phase.Ended():
			p.ResolvedAt, p.Retracted = time.Time{}, false
		case p.ResolvedAt.IsZero():
			p.ResolvedAt = u.PublishedAt
		}
		p.Retracted = p.Retracted || u.Kind == Retraction
		p.Updates = append(p.Updates, PublicUpdate{N: u.N, Kind: u.Kind, Phase: u.Phase, Text: u.Text, At: u.PublishedAt, Corrected: u.Corrected})
	}
	if promise := s.Promise(Public); p != nil && promise != nil && p.ResolvedAt.IsZero() {
		p.NextUpdate = promise.Due
	}
	return p
}

// Headline is what customers read as its name: their words for the components,
// never the internal title.
func (s State) Headline() string {
	what := s.what()
	if what == "" {
		return "Problems with our service"
	}
	return "Problems with " + what
}

// what names what is affected in customers' words: "opening and saving".
func (s State) what() string {
	words := ""
	for i, c := range s.Components {
		w := c.Words
		if w == "" {
			w = c.Name
		}
		switch {
		case i == 0:
		case i == len(s.Components)-1:
			words += " and "
		default:
			words += ", "
		}
		words += w
	}
	return words
}
