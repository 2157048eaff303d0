// Package place is where an incident is worked on: its channel, or the thread
// under its announcement, and the messages there that are edited later. Receipts
// fill it.
package place

import (
	"maps"
	"strings"
	"time"

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
	// Archives is when the channel is archived, once that was told; Before is the
	// name of one that was.
	Archives time.Time
	Before   string
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
func (r Room) Settle(e stream.Settled) Room {
	switch {
	case e.Result != stream.Delivered:
	case e.About == AboutRoom:
		r.Channel, r.Name, r.Link = e.Ref, e.More["name"], e.Link
	case e.About == AboutAnnounce:
		r.Announced, r.Thread = e.More["channel"], e.Ref
		if r.Link == "" {
			r.Link = e.Link
		}
	case e.About == AboutBrief:
		r.Brief = e.Ref
	}
	return r
}

// Posts are messages that are edited later, by what they are about: "approval/3".
type Posts map[string]Post

// Settle takes what became of a delivery.
func (p Posts) Settle(e stream.Settled) Posts {
	about, ok := strings.CutPrefix(e.About, aboutPost)
	if !ok || e.Result != stream.Delivered {
		return p
	}
	out := maps.Clone(p)
	if out == nil {
		out = Posts{}
	}
	out[about] = Post{e.More["channel"], e.Ref}
	return out
}
