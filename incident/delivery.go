package incident

import (
	"slices"
	"strings"

	"drumbeat/incident/stream"
)

// Room is where the work happens and where it was announced. A receipt fills
// it: until then nothing can be posted there.
type Room struct {
	Channel   string // of its own; empty when the work happens in a thread
	Name      string
	Link      string
	Announced string // the announcement's channel
	Thread    string // the announcement's message, the root of the thread
	Brief     string // the pinned message
}

// Post is a message that was posted and may be edited.
type Post struct{ Channel, TS string }

// aboutPost begins Delivery.About of a message that is edited later:
// "post/approval/3".
const aboutPost = "post/"

// What Delivery.About names, beside "update/N/far end" and
// "page/N/person/far end".
const (
	AboutRoom     = "room"     // the incident's channel
	AboutAnnounce = "announce" // its message in the announcement channel
	AboutBrief    = "brief"    // the pinned message
)

// Place is where to write to the responders: a channel and, for small
// incidents, a thread in it.
func (r Room) Place() (channel, thread string) {
	if r.Channel != "" {
		return r.Channel, ""
	}
	return r.Announced, r.Thread
}

// Settle takes what became of a delivery.
type Settle struct{ stream.Settled }

// Settled is what became of a delivery; its kind is the result.
type Settled struct{ stream.Settled }

func (c Settle) decide(State, stream.Meta) ([]Event, error) { return []Event{Settled(c)}, nil }

const keptProblems = 20

func (e Settled) apply(s State, r stream.Record) State {
	if e.Result == stream.GaveUp || e.Result == stream.Failing || e.Result == stream.InDoubt {
		s.Problems = append(slices.Clone(s.Problems), e.Settled)
		if n := len(s.Problems); n > keptProblems {
			s.Problems = s.Problems[n-keptProblems:]
		}
	}
	switch {
	case e.About == AboutRoom && e.Result == stream.Delivered:
		s.Room.Channel, s.Room.Name, s.Room.Link = e.Ref, e.More["name"], e.Link
	case e.About == AboutAnnounce && e.Result == stream.Delivered:
		s.Room.Announced, s.Room.Thread = e.More["channel"], e.Ref
		if s.Room.Link == "" {
			s.Room.Link = e.Link
		}
	case strings.HasPrefix(e.About, aboutPost) && e.Result == stream.Delivered:
		s.Posts = with(s.Posts, strings.TrimPrefix(e.About, aboutPost), Post{e.More["channel"], e.Ref})
	case e.About == AboutBrief && e.Result == stream.Delivered:
		s.Room.Brief = e.Ref
	}
	s.Updates = s.Updates.Settle(e.Settled, r.At)
	s.Pages = s.Pages.Settle(e.Settled)
	return s
}
