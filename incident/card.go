package incident

import (
	"maps"
	"slices"
	"time"

	"drumbeat/incident/card"
	"drumbeat/incident/stream"
)

// Summarize gives the incident's card and tags.
func (Rules) Summarize(s State) stream.Summary {
	c := Card{Number: s.Number, Title: s.Title, Severity: s.Severity, Phase: s.Phase, Private: s.Private, Drill: s.Drill,
		Since: s.Since, Ended: s.Ended, Commander: s.Commander().String(), Service: s.Service,
		Channel: s.Room.Channel, Link: s.Room.Link, Public: s.public(), Spoken: s.Updates.Spoken()}
	if p := s.Promise(Public); p != nil {
		c.NextWords = p.Due
	}
	if s.Private {
		c.Members = slices.Sorted(maps.Keys(s.Seen))
	}
	sum := stream.Summary{At: s.DeclaredAt, Open: !s.Phase.Over(), Data: stream.JSON(c)}
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
	if c.Public != nil {
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
	var next time.Time
	if promise := s.Promise(Public); promise != nil {
		next = promise.Due
	}
	p := card.View(s.Updates, s.Headline(), s.Policy.Impact, next)
	if p != nil {
		p.Number, p.Since, p.Components = s.Number, s.Since, s.Components
	}
	return p
}

// Headline is what customers read as its name.
func (s State) Headline() string { return card.Headline(s.Components) }
