package replay

import (
	"fmt"
	"strings"
	"time"

	"drumbeat/bot/desk"
	"drumbeat/incident/stream"
)

// Scenario is one outage: what is known of it, and what is assumed so that
// Drumbeat can have been there. docs/replay.md tells the format.
type Scenario struct {
	Name    string `yaml:"-"` // of the file, without its ending
	Title   string `yaml:"title"`
	About   string `yaml:"about"`
	Company string `yaml:"company"`
	// Date is the day of times without a date, as 2019-10-02.
	Date string `yaml:"date"`
	// Zone is an IANA name: all times are of it.
	Zone    string   `yaml:"zone"`
	Sources []Source `yaml:"sources"`

	People     []Member                `yaml:"people"`
	OnCall     []desk.Rung             `yaml:"oncall"`
	Approvers  []string                `yaml:"approvers"`
	Services   map[string]desk.Service `yaml:"services"`
	Components []Component             `yaml:"components"`

	Facts   []Fact   `yaml:"facts"`
	Outages []Outage `yaml:"outages"`
	Really  Really   `yaml:"really"`
	Assume  Assume   `yaml:"assume"`

	zone *time.Location
	day  time.Time
}

// Source is where facts come from.
type Source struct {
	Name string `yaml:"name" json:"name"`
	URL  string `yaml:"url" json:"url"`
}

// Member is somebody who was there.
type Member struct {
	Handle string `yaml:"handle"`
	Name   string `yaml:"name"`
	Part   string `yaml:"part"` // "on call", "support"
}

// Display is what a member is called: the name, or the handle with a capital.
func (m Member) Display() string {
	if m.Name != "" {
		return m.Name
	}
	return strings.ToUpper(m.Handle[:1]) + m.Handle[1:]
}

// Component is a part of the product as customers know it.
type Component struct {
	Name  string `yaml:"name"`
	Words string `yaml:"words"`
}

// Fact is something that happened: who saw, did or wrote what.
type Fact struct {
	At   Moment `yaml:"at"`
	Who  string `yaml:"who"`
	What string `yaml:"what"`
}

// Outage is a time in which a tool itself did not work: slack, page, twitter,
// email, twilio, or bot.
type Outage struct {
	Tool string `yaml:"tool"`
	From Moment `yaml:"from"`
	To   Moment `yaml:"to"`
	Why  string `yaml:"why"`
}

// Really is what the measures stand beside. A moment that no source tells is
// left out.
type Really struct {
	Began        Moment `yaml:"began"` // the first sign
	Paged        Moment `yaml:"paged"`
	Acknowledged Moment `yaml:"acknowledged"`
	// Posted is what customers were told, as far as the sources tell: the first
	// words, and whichever of the later ones are known.
	Posted []Post `yaml:"posted"`
	Over   Moment `yaml:"over"` // customers are well again
}

// Post is words that customers really got.
type Post struct {
	At Moment `yaml:"at"`
	To string `yaml:"to"` // where
	// Text is what they were about; in quotation marks only what a source quotes,
	// empty when none tells.
	Text string `yaml:"text"`
}

// Assume is what no source tells. All of it is printed.
type Assume struct {
	Says []string `yaml:"says"` // in words
	// Live are the public far ends that are in mode live: page, twitter, email.
	Live []string `yaml:"live"`
	// Unattended lets the status page say pre-approved words by itself.
	Unattended bool     `yaml:"unattended"`
	Changes    []Change `yaml:"changes"`
	Mutes      []Mute   `yaml:"mutes"`
	Alerts     []Alert  `yaml:"alerts"`
	Lines      []Line   `yaml:"lines"`
	Talks      []Talk   `yaml:"talks"`
	Habits     []Habit  `yaml:"habits"`
}

// Change is one that was recorded.
type Change struct {
	Name       string `yaml:"name"` // what a mute calls it
	From       Moment `yaml:"from"`
	To         Moment `yaml:"to"`
	What       string `yaml:"what"`
	Kind       string `yaml:"kind"`
	Service    string `yaml:"service"`
	Risk       string `yaml:"risk"`
	By         string `yaml:"by"`
	Reviewer   string `yaml:"reviewer"`
	Unrecorded bool   `yaml:"unrecorded"` // it ran with files that were not committed
}

// Mute keeps an alert from paging For so long, and until the change Until ends.
type Mute struct {
	At      Moment          `yaml:"at"`
	Alert   string          `yaml:"alert"`
	By      string          `yaml:"by"`
	For     stream.Duration `yaml:"for"`
	Until   string          `yaml:"until"`
	Because string          `yaml:"because"`
}

// Alert fires From and resolves To.
type Alert struct {
	Rule     string `yaml:"rule"`
	From     Moment `yaml:"from"`
	To       Moment `yaml:"to"`
	Service  string `yaml:"service"`
	Severity string `yaml:"severity"`
	Summary  string `yaml:"summary"`
}

// Line is a command that somebody types.
type Line struct {
	At   Moment `yaml:"at"`
	Who  string `yaml:"who"`
	Says string `yaml:"says"`
}

// Talk is somebody who writes in the incident's channel, to the others.
type Talk struct {
	Who   string          `yaml:"who"`
	From  Moment          `yaml:"from"`
	To    Moment          `yaml:"to"`
	Every stream.Duration `yaml:"every"`
}

// Habit is what somebody does whenever a message reaches him that offers a
// button of the command When ("ack", "approve", "update public"): After so long
// he taps it, or types Says instead, one after another and the last for good.
type Habit struct {
	Who   string          `yaml:"who"`
	When  string          `yaml:"when"`
	After stream.Duration `yaml:"after"`
	Says  []string        `yaml:"says"`
	// Most is how often at most; 0 is always.
	Most int `yaml:"most"`
	// From is when he begins; before that nothing reaches him.
	From Moment `yaml:"from"`
}

// Moment is a time of day of the scenario ("05:30", "05:30:20"), or one of
// another day ("2019-10-01 20:10").
type Moment struct {
	time.Time
	text string
}

// UnmarshalText keeps the text: the zone is known when all is read.
func (m *Moment) UnmarshalText(b []byte) error {
	m.text = string(b)
	_, err := m.in(time.Time{}, time.UTC)
	return err
}

var layouts = []string{"15:04", "15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05"}

func (m Moment) in(day time.Time, zone *time.Location) (time.Time, error) {
	for _, layout := range layouts {
		t, err := time.ParseInLocation(layout, m.text, zone)
		if err != nil {
			continue
		}
		if !strings.HasPrefix(layout, "2006") {
			t = time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
		}
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%q is not a time such as 05:30 or 2019-10-01 20:10", m.text)
}

// moments are all times of the scenario.
func (s *Scenario) moments() []*Moment {
	out := []*Moment{&s.Really.Began, &s.Really.Paged, &s.Really.Acknowledged, &s.Really.Over}
	for i := range s.Facts {
		out = append(out, &s.Facts[i].At)
	}
	for i := range s.Outages {
		out = append(out, &s.Outages[i].From, &s.Outages[i].To)
	}
	for i := range s.Really.Posted {
		out = append(out, &s.Really.Posted[i].At)
	}
	a := &s.Assume
	for i := range a.Changes {
		out = append(out, &a.Changes[i].From, &a.Changes[i].To)
	}
	for i := range a.Mutes {
		out = append(out, &a.Mutes[i].At)
	}
	for i := range a.Alerts {
		out = append(out, &a.Alerts[i].From, &a.Alerts[i].To)
	}
	for i := range a.Lines {
		out = append(out, &a.Lines[i].At)
	}
	for i := range a.Talks {
		out = append(out, &a.Talks[i].From, &a.Talks[i].To)
	}
	for i := range a.Habits {
		out = append(out, &a.Habits[i].From)
	}
	return out
}

// settle gives every moment its time.
func (s *Scenario) settle() {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC // the check tells
	}
	s.zone = zone
	s.day, _ = time.ParseInLocation(time.DateOnly, s.Date, zone) // the check tells
	for _, m := range s.moments() {
		if m.text != "" {
			m.Time, _ = m.in(s.day, zone) // it was read before
		}
	}
}
