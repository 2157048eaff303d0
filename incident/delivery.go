package incident

import (
	"drumbeat/incident/place"
	"drumbeat/incident/stream"
)

// Where it is worked on: see package place.
type (
	Room = place.Room
	Post = place.Post
)

// What Delivery.About names, beside "update/N/far end" and
// "page/N/person/far end".
const (
	AboutRoom     = place.AboutRoom
	AboutAnnounce = place.AboutAnnounce
	AboutBrief    = place.AboutBrief
)

// Settle takes what became of a delivery.
type Settle struct{ stream.Settled }

// Settled is what became of a delivery; its kind is the result.
type Settled struct{ stream.Settled }

func (c Settle) decide(State, stream.Meta) ([]Event, error) { return []Event{Settled(c)}, nil }

func (e Settled) apply(s State, r stream.Record) State {
	s.Problems = e.Problems(s.Problems)
	s.Room, s.Posts = s.Room.Settle(e.Settled), s.Posts.Settle(e.Settled)
	s.Updates = s.Updates.Settle(e.Settled, r.At)
	s.Pages = s.Pages.Settle(e.Settled)
	return s
}
