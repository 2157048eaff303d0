// Package alert holds the rules of an alert: one stream per alert rule of the
// monitoring, with its instances inside. It fires, it resolves, it is muted;
// one that is not muted raises an incident in triage, or is one more sign of
// the incident that is open already.
//
// Noisy is not silent: a mute has an owner, a reason and an end, may hang on a
// change and ends with it, and does not hold when the alert is wider than it
// was when it was muted.
package alert

import (
	"cmp"
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// Kind is the kind of an alert's stream.
const Kind = "alert"

// Instance is one firing of the rule.
type Instance struct {
	Fingerprint string    `json:"fingerprint"`
	Firing      bool      `json:"firing"`
	Summary     string    `json:"summary,omitempty"`
	Since       time.Time `json:"since,omitzero"`
	Link        string    `json:"link,omitempty"`
}

// State is an alert rule at one Seq.
type State struct {
	ID       stream.ID
	Seq      int
	Rule     string
	Service  string
	Severity string
	Summary  string
	Labels   map[string]string
	Firing   instances
	Since    time.Time // of the oldest that fires
	Mute     Mute
	Incident stream.ID // that it raised or joined; zero when there is none open
	Told     int       // how many instances the incident knows of
	Asked    time.Time // when an incident was asked for
	At       time.Time
}

// Mute keeps an alert from paging. Until is its end; Change ends it earlier.
type Mute struct {
	Owner  string    `json:"owner"`
	Reason string    `json:"reason"`
	Until  time.Time `json:"until"`
	Change string    `json:"change,omitempty"` // "CH-19"
	Width  int       `json:"width,omitempty"`  // how many instances fired then
}

// holds reports whether the mute keeps n firing instances silent at t.
func (m Mute) holds(n int, t time.Time) bool {
	return m.Owner != "" && t.Before(m.Until) && n <= max(m.Width, 1)
}

// Command is what may be asked of an alert. The set is closed.
type Command interface {
	decide(State, stream.Meta) ([]event, error)
}

type event interface {
	kind() string
	apply(State, stream.Record) State
}

// Receive takes what the monitoring posted of this rule: one post, one command.
type Receive struct {
	Rule     string `json:"rule"`
	Service  string `json:"service,omitempty"`
	Severity string `json:"severity,omitempty"` // for a new incident; empty: the default
	Summary  string `json:"summary,omitempty"`
	// Labels are those that all instances have in common.
	Labels    map[string]string `json:"labels,omitempty"`
	Instances []Instance        `json:"instances"`
	// Open is looked up: the incident that this alert belongs to, if one is
	// open, and whether it still is when the alert knows one.
	Open stream.ID `json:"open,omitzero"`
	// Seen is the alert's incident when Open was looked up: if it is another
	// by now, the look-up is out of date.
	Seen stream.ID `json:"seen,omitzero"`
}

// Silence mutes the alert.
type Silence struct {
	For    stream.Duration `json:"for"`
	Reason string          `json:"reason"`
	Change string          `json:"change,omitempty"`
}

// Unmute ends a mute by hand; EndMute does when the change that it hung on
// ended; Expire is the timer of its end. Insist is the timer that asks again for
// an incident that could not be raised.
type (
	Unmute  struct{}
	EndMute struct {
		Change string `json:"change"`
	}
	Expire struct{}
	Insist struct{}
)

// Join tells the alert which incident it raised.
type Join struct {
	Incident stream.ID `json:"incident"`
}

// Settle takes what became of a delivery.
type Settle struct{ stream.Settled }

type (
	fired struct {
		Rule      string            `json:"rule"`
		Service   string            `json:"service,omitempty"`
		Severity  string            `json:"severity,omitempty"`
		Summary   string            `json:"summary,omitempty"`
		Labels    map[string]string `json:"labels,omitempty"`
		Instances []Instance        `json:"instances,omitempty"`
		// Raise says that it begins an incident; Open that it belongs to one,
		// and Tell that this hears of it.
		Raise bool      `json:"raise,omitempty"`
		Open  stream.ID `json:"open,omitzero"`
		Tell  bool      `json:"tell,omitempty"`
	}
	resolved struct {
		Instances []Instance `json:"instances"`
	}
	muted     Mute
	muteEnded struct {
		Why   string `json:"why"`
		Raise bool   `json:"raise,omitempty"`
		Tell  bool   `json:"tell,omitempty"`
	}
	joined struct {
		Incident stream.ID `json:"incident"`
	}
	settled struct{ stream.Settled }
)

const longestMute = 30 * 24 * time.Hour

func (c Receive) decide(s State, m stream.Meta) ([]event, error) {
	f := fired{Rule: c.Rule, Service: c.Service, Severity: c.Severity, Summary: c.Summary, Labels: c.Labels}
	r := resolved{}
	for _, i := range c.Instances {
		if i.Firing {
			f.Instances = append(f.Instances, i)
		} else if s.Firing.has(i.Fingerprint) {
			r.Instances = append(r.Instances, i)
		}
	}
	var events []event
	if len(r.Instances) > 0 {
		events = append(events, r)
		s = r.apply(s, stream.Record{Meta: m})
	}
	if len(f.Instances) == 0 {
		return events, nil
	}
	if s.Mute.Owner != "" && !m.At.Before(s.Mute.Until) {
		events = append(events, muteEnded{Why: "expired"})
	}
	if c.Open == (stream.ID{}) && s.Incident != c.Seen {
		c.Open = s.Incident // it joined one since
	}
	width := s.Firing.with(f.Instances).n
	switch {
	case s.Mute.holds(width, m.At):
	case c.Open != stream.ID{}:
		f.Open, f.Tell = c.Open, s.Told == 0 || width >= storm*s.Told || c.Open != s.Incident
	default:
		f.Raise = !s.raising(m.At)
	}
	if !f.Raise && !f.Tell && width == s.Firing.n {
		return events, nil // the monitoring repeats itself
	}
	return append(events, f), nil
}

// storm is how many times as wide an alert must be for its incident to hear of
// it again.
const storm = 10

// raising: an incident was asked for a moment ago and is not known yet.
func (s State) raising(at time.Time) bool {
	return s.Told > 0 && s.Incident == stream.ID{} && at.Sub(s.Asked) < time.Minute
}

func (c Silence) decide(s State, m stream.Meta) ([]event, error) {
	d := time.Duration(c.For)
	switch {
	case c.Reason == "":
		return nil, stream.Refuse("Say why: “mute %s 2h because the backfill is noisy”.", s.name())
	case d <= 0 && c.Change == "":
		return nil, stream.Refuse("Say for how long (at most 30 days), or until which change ends: “mute %s CH-19 because …”.", s.name())
	case c.Change != "" && !strings.HasPrefix(c.Change, "CH-"):
		return nil, stream.Refuse("%q is not a change. Changes are called CH-19; “changes” lists them.", c.Change)
	case d > longestMute:
		return nil, stream.Refuse("A mute lasts 30 days at most: “mute %s 30d because …”. What needs more needs another threshold.", s.name())
	}
	if d <= 0 {
		d = longestMute
	}
	return []event{muted{Owner: m.By.String(), Reason: c.Reason, Until: m.At.Add(d), Change: c.Change, Width: s.Firing.n}}, nil
}

func (Unmute) decide(s State, m stream.Meta) ([]event, error) {
	if s.Mute.Owner == "" {
		return nil, stream.Refuse("%s is not muted: it pages. “mute %s 2h because …” mutes it.", s.name(), s.name())
	}
	return []event{s.endMute("by hand", m)}, nil
}

func (c EndMute) decide(s State, m stream.Meta) ([]event, error) {
	if c.Change == "" || s.Mute.Change != c.Change {
		return nil, nil
	}
	return []event{s.endMute(c.Change+" ended", m)}, nil
}

func (Expire) decide(s State, m stream.Meta) ([]event, error) {
	if s.Mute.Owner == "" || m.At.Before(s.Mute.Until) {
		return nil, nil
	}
	return []event{s.endMute("expired", m)}, nil
}

// endMute raises what fired silently until now. Of an incident that heard of it
// before nobody knows here whether it is still open: it hears again.
func (s State) endMute(why string, m stream.Meta) muteEnded {
	e := muteEnded{Why: why}
	switch {
	case s.Firing.n == 0 || s.raising(m.At):
	case s.Told == 0 || s.Incident == stream.ID{}:
		e.Raise = true
	default:
		e.Tell = true
	}
	return e
}

func (Insist) decide(s State, m stream.Meta) ([]event, error) {
	if s.Firing.n == 0 || s.Incident != (stream.ID{}) || s.raising(m.At) || s.Mute.holds(s.Firing.n, m.At) {
		return nil, nil
	}
	return []event{fired{Rule: s.Rule, Service: s.Service, Severity: s.Severity, Labels: s.Labels, Raise: true}}, nil
}

// name is the alert's, for sentences: before its first record nobody knows it.
func (s State) name() string { return cmp.Or(s.ID.Name, "<alert>") }

func (c Join) decide(s State, _ stream.Meta) ([]event, error) {
	if s.Incident == c.Incident {
		return nil, nil
	}
	return []event{joined(c)}, nil
}

func (c Settle) decide(State, stream.Meta) ([]event, error) { return []event{settled(c)}, nil }

func (e fired) apply(s State, r stream.Record) State {
	if s.Firing.n == 0 {
		s.Since = r.At
		for _, i := range e.Instances {
			if !i.Since.IsZero() && i.Since.Before(s.Since) {
				s.Since = i.Since
			}
		}
	}
	s.Rule, s.Service, s.Severity, s.Labels = e.Rule, e.Service, e.Severity, e.Labels
	if e.Summary != "" {
		s.Summary = e.Summary
	}
	s.Firing = s.Firing.with(e.Instances)
	if e.Open != (stream.ID{}) {
		s.Incident = e.Open
	}
	if e.Tell {
		s.Told = s.Firing.n
	}
	if e.Raise {
		s = s.raised(r)
	}
	return s
}

// raised: an incident is asked for.
func (s State) raised(r stream.Record) State {
	s.Incident, s.Told, s.Asked = stream.ID{}, s.Firing.n, r.At
	return s
}

func (e resolved) apply(s State, _ stream.Record) State {
	s.Firing = s.Firing.without(e.Instances)
	if s.Firing.n == 0 {
		s.Told = 0
	}
	return s
}

func (e muted) apply(s State, _ stream.Record) State {
	s.Mute = Mute(e)
	return s
}

func (e muteEnded) apply(s State, r stream.Record) State {
	s.Mute = Mute{}
	if e.Raise {
		s = s.raised(r)
	}
	return s
}

func (e joined) apply(s State, _ stream.Record) State {
	s.Incident = e.Incident
	return s
}

func (settled) apply(s State, _ stream.Record) State { return s }
