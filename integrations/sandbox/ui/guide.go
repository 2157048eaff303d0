package ui

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// guide is what leads through the show.
type guide struct {
	place
	*Stage
	Tabs     []tab
	Shown    *shown // nil in free play
	Again    string // where a phone rings, while it does
	Story    []step // in free play
	Switches []fault
}

// tab is an act's.
type tab struct {
	Act
	Number int
	Now    bool
}

// Value is the act as Do("act", …) wants it.
func (t tab) Value() int { return t.Number - 1 }

// shown is the act that is on, with its steps as links.
type shown struct {
	Act
	Lines []line
}

// line is a step. Its URL is empty when it is a button of the show's own.
type line struct {
	Step
	Who face
	URL string
}

// lead draws the guide; nil where nothing leads.
func (u *UI) lead(at place, s *Stage, switches []fault) *guide {
	if s == nil {
		return nil
	}
	g := &guide{place: at, Stage: s, Switches: switches}
	if s.Dawn != nil {
		g.Again = "/"
	}
	if len(s.Acts) == 0 {
		g.Story = u.story(at)
		return g
	}
	for i, a := range s.Acts {
		g.Tabs = append(g.Tabs, tab{a, i + 1, i == s.Now})
	}
	if s.Now < 0 || s.Now >= len(s.Acts) { // the show is somewhere that it has no act for
		return g
	}
	g.Shown = &shown{Act: s.Acts[s.Now]}
	likely := slices.ContainsFunc(g.Shown.Steps, func(s Step) bool { return s.Main && !s.Done })
	for _, step := range g.Shown.Steps {
		step.Main = step.Main && !step.Done || !step.Done && !likely
		likely = likely || step.Main
		g.Shown.Lines = append(g.Shown.Lines, u.line(at, step))
	}
	return g
}

// line makes a step's address: the person, the place and the words in the box.
func (u *UI) line(at place, s Step) line {
	l := line{Step: s}
	to := place{Me: at.Me, In: s.In}
	for _, p := range u.config.People {
		if strings.EqualFold(p.Name, s.As) {
			to.Me, l.Who = p, u.face(p.ID)
		}
	}
	if to.In == "" {
		to.In = at.In
	}
	switch {
	case s.Line != "":
		l.URL = to.URL() + "&say=" + url.QueryEscape(s.Line)
	case s.Do == "":
		l.URL = to.URL() // to look at
	}
	return l
}

// race is two waits, as bars of one length.
type race struct {
	Then, Now lane
}

// lane is one of them. Its text has the minutes; the page's script counts the
// seconds between.
type lane struct {
	Name         string
	Began, Fixed int64 // in milliseconds
	Text         string
	Over         bool
	Value, Max   int // of the bar, in seconds
}

// race is drawn as it stands, or, in the end, with what is known of the past.
func (s *Stage) race(ended bool) *race {
	if s == nil || s.Race == nil {
		return nil
	}
	waited := max(0, s.Clock.At.Sub(s.Race.Began)).Truncate(time.Minute)
	longest := s.Race.Then
	if longest == 0 {
		longest = max(waited, time.Hour)
	}
	draw := func(name string, fixed time.Duration) lane {
		l := lane{Name: name, Began: s.Race.Began.UnixMilli(), Fixed: fixed.Milliseconds(), Max: int(longest.Seconds())}
		took := waited
		if fixed > 0 && (ended || took >= fixed.Truncate(time.Minute)) {
			took, l.Over = fixed, true
		}
		l.Text, l.Value = long(took), min(l.Max, int(took.Seconds()))
		return l
	}
	return &race{draw(s.Race.Past, s.Race.Then), draw("today", s.Race.Now)}
}

// long is a time of hours, as 2:15:00.
func long(d time.Duration) string {
	s := int(d.Seconds())
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// Short is a time that a watch took.
func (p Part) Short() string {
	if p.Took < time.Second {
		return fmt.Sprintf("%d ms", p.Took.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", p.Took.Seconds())
}

// Fastened tells that the clock runs as fast as it can.
func (c Clock) Fastened() bool { return c.Speed > 1 }

// Times is its speed, as 60.
func (c Clock) Times(speed float64) string { return fmt.Sprintf("%g", speed) }

// Milli is what the clock shows, in milliseconds since 1970.
func (c Clock) Milli() int64 { return c.At.UnixMilli() }

// stage asks the show; nil where there is none.
func (u *UI) stage(as Person) *Stage {
	if u.config.Show == nil {
		return nil
	}
	s := u.config.Show.Look(as)
	return &s
}

// clock is the town's, with or without a show.
func (u *UI) clockOf(s *Stage) Clock {
	c := Clock{At: u.config.Now(), Speed: 1}
	if s != nil {
		c = s.Clock
	}
	c.At = c.At.In(u.config.Zone)
	return c
}

// direct does what a button of the show says.
func (u *UI) direct(ctx context.Context, at place, r *http.Request) error {
	if u.config.Show == nil {
		return errors.New("there is no show here")
	}
	what, value := r.PostForm.Get("what"), r.PostForm.Get("value")
	if err := u.config.Show.Do(ctx, at.Me, what, value); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	switch what {
	case "answer":
		u.hero = value
	case "again":
		u.hero = ""
		clear(u.hidden)
	}
	return nil
}

// first is who one is when nothing else is said: whoever answered the phone.
func (u *UI) first() Person {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, p := range u.config.People {
		if strings.EqualFold(p.Name, u.hero) {
			return p
		}
	}
	return u.config.People[0]
}
