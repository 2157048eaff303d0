package incident

import (
	"cmp"
	"slices"
	"strconv"
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
	return s.settleUpdate(e, r).settlePage(e)
}

// UpdateAbout names an update at a far end in Delivery.About.
func UpdateAbout(n int, target string) string {
	return "update/" + strconv.Itoa(n) + "/" + target
}

// UpdateOf reads what UpdateAbout wrote.
func UpdateOf(about string) (n int, target string, ok bool) {
	p := strings.SplitN(about, "/", 3)
	if len(p) != 3 || p[0] != "update" {
		return 0, "", false
	}
	n, err := strconv.Atoi(p[1])
	return n, p[2], err == nil
}

func (s State) settleUpdate(e Settled, r stream.Record) State {
	n, target, ok := UpdateOf(e.About)
	if !ok {
		return s
	}
	s.Updates = replace(s.Updates, n, func(u *Update) {
		i := slices.IndexFunc(u.Targets, func(t Target) bool { return t.Name == target })
		if i >= 0 && u.Targets[i].State == TargetSent && e.Result != stream.Delivered {
			return // what arrived has arrived
		}
		u.Targets = replace(u.Targets, i+1, func(t *Target) {
			t.State, t.Ref, t.Link, t.Problem, t.At = settledStates[e.Result], e.Ref, e.Link, e.Problem, r.At
			t.Standalone = e.More["standalone"] == "true"
		})
	})
	return s
}

// settledStates are the states of a target by what became of its delivery.
var settledStates = map[string]string{stream.Delivered: TargetSent, stream.Failing: TargetFailing,
	stream.InDoubt: TargetDoubt, stream.GaveUp: TargetGaveUp, stream.Withheld: TargetHeld}

func (s State) settlePage(e Settled) State {
	n, person, way, ok := PageAbout(e.About)
	if !ok {
		return s
	}
	s.Pages = replace(s.Pages, n, func(p *Page) { p.Ways = with(p.Ways, person+"/"+way, e.Result) })
	return s
}

// RefAt gives what public words of this incident are called at a far end: the
// first post and the newest one, and whether they had to stand alone there.
func (s State) RefAt(target string) (first, last string, standalone bool) {
	for _, u := range s.Updates {
		for _, t := range u.Targets {
			if t.Name == target && t.Ref != "" {
				first, last, standalone = cmp.Or(first, t.Ref), t.Ref, standalone || t.Standalone
			}
		}
	}
	return first, last, standalone
}
