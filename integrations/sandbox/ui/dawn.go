package ui

import (
	"bytes"
	"html/template"
	"net/http"
	"strings"
)

// dawn is the page of a phone that rings.
type dawn struct {
	*Stage
	Zone, Version string
	Clock         Clock
	Panels        map[string]template.HTML
	Free          place // who one is to play freely
}

// ringing is a phone, with whether it still rings.
type ringing struct {
	Ringing
	place
	Face  face
	At    string
	Rings bool
}

// night is what the panels of the dawn are drawn from.
type night struct {
	*Dawn
	Ringings []ringing
	Last     string // who rings
	NextAt   int64  // in milliseconds; 0: nobody is next
	Race     *race
}

var nightPanels = []string{"phones", "race"}

// night draws the panels of the dawn; none when it is over.
func (u *UI) night(s *Stage) (map[string]template.HTML, error) {
	if s.Dawn == nil {
		return nil, nil
	}
	n := night{Dawn: s.Dawn, Race: s.race(false)}
	for i, r := range s.Dawn.Phones {
		n.Ringings = append(n.Ringings, ringing{Ringing: r, place: place{Me: r.Who, In: u.config.Home}, Face: u.face(r.Who.ID),
			At: u.clock(r.Since), Rings: i == len(s.Dawn.Phones)-1})
		n.Last = r.Who.Name
	}
	if s.Dawn.Next != "" && !s.Dawn.NextAt.IsZero() {
		n.NextAt = s.Dawn.NextAt.UnixMilli()
	}
	return draw(nightPanels, n)
}

// serveDawn draws the page.
func (u *UI) serveDawn(w http.ResponseWriter, s *Stage) {
	panels, err := u.night(s)
	var out bytes.Buffer
	if err == nil {
		err = templates.ExecuteTemplate(&out, "dawn.html", dawn{Stage: s, Zone: u.config.Zone.String(), Version: version,
			Clock: u.clockOf(s), Panels: panels, Free: place{Me: u.config.People[0], In: u.config.Home}})
	}
	write(w, out.Bytes(), err)
}

// patient is how many looks a visitor waits for the channel to be there before he
// is shown in.
const patient = 10

// serveNight sends what changes while a phone rings, and then where to go on.
func (u *UI) serveNight(w http.ResponseWriter, r *http.Request) {
	over := 0
	var s *Stage
	tick := ticker()
	u.stream(w, r, flow{names: nightPanels, draw: func() (map[string]template.HTML, error) {
		if s = u.stage(u.first()); s == nil {
			s = &Stage{}
		}
		return u.night(s)
	}, more: func() string {
		if s.Dawn != nil {
			return tick(u.clockOf(s))
		}
		in := u.incident()
		if over++; in == "" && over < patient {
			return ""
		}
		if in == "" {
			in = u.config.Home
		}
		return event("begin", place{Me: u.first(), In: in}.URL())
	}})
}

// incident is the newest open channel of an incident; empty: there is none.
func (u *UI) incident() (room string) {
	for _, c := range u.config.Slack.Snapshot().Channels {
		if c.Kind == "public_channel" && strings.HasPrefix(c.Name, "inc-") && !c.Archived {
			room = c.ID
		}
	}
	return room
}
