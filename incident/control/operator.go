package control

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"drumbeat/incident/stream"
)

// SetOperator makes somebody the operator, where configuration names none.
type SetOperator struct {
	Person stream.Person `json:"person"`
	// Announce is the channel for announcements, where configuration names
	// none.
	Announce string `json:"announce,omitempty"`
}

// Tell writes to the operator how the bot is. What he knows already is not said
// again: after a start, on the same day; else, ever.
type Tell struct{ Report }

// Report is how the bot is.
type Report struct {
	To      stream.Person `json:"to"` // the operator; looked up
	Version string        `json:"version"`
	// Started: the bot has just started; else something has changed.
	Started bool `json:"started,omitempty"`
	// Works are the far ends in which nothing was found, as people call them.
	Works    []string  `json:"works,omitempty"`
	Findings []Finding `json:"findings,omitempty"`
	// Unreachable are those on call whom nothing can wake.
	Unreachable []string `json:"unreachable,omitempty"`
	// Ended is what was found before and is well again.
	Ended []string `json:"ended,omitempty"`
	// Modes is the modes of the public far ends in one line; Held says what
	// keeps all words back.
	Modes string `json:"modes,omitempty"`
	Held  string `json:"held,omitempty"`
	// Mark is the same as long as nothing that matters has changed.
	Mark string `json:"mark"`
}

// Finding is something that does not work, or not as it should.
type Finding struct {
	Fails  bool   `json:"fails,omitempty"`
	What   string `json:"what"`
	Text   string `json:"text"`
	Remedy string `json:"remedy,omitempty"`
}

// Told is what the operator was told last.
type Told struct {
	At   time.Time `json:"at"`
	To   string    `json:"to"` // a handle
	Mark string    `json:"mark"`
}

type (
	operatorSet SetOperator
	told        Report
)

func (c SetOperator) decide(s State, _ stream.Meta) ([]event, error) {
	c.Person.Ways = nil // they are looked up when they are needed
	switch {
	case s.Operator.Handle == "", s.Operator.Handle == c.Person.Handle && s.Announce == "" && c.Announce != "":
		c.Announce = cmp.Or(s.Announce, c.Announce)
		return []event{operatorSet(c)}, nil
	}
	return nil, stream.Refuse("%s is the operator already.", s.Operator)
}

func (c Tell) decide(s State, m stream.Meta) ([]event, error) {
	known := s.Told.Mark == c.Mark && s.Told.To == c.To.Handle
	today := s.Told.At.UTC().Format(time.DateOnly) == m.At.UTC().Format(time.DateOnly)
	if c.To.Slack == "" || known && (today || !c.Started) {
		return nil, nil
	}
	return []event{told(c.Report)}, nil
}

func (operatorSet) kind() string { return "operator" }
func (told) kind() string        { return "told" }

func (e operatorSet) apply(s State, _ stream.Record) State {
	s.Operator, s.Announce = e.Person, e.Announce
	return s
}

func (e told) apply(s State, r stream.Record) State {
	s.Told = Told{At: r.At, To: e.To.Handle, Mark: e.Mark}
	return s
}

// facts are what the catalogue's text sees of a report.
func (e told) facts() map[string]any {
	var fails, warns []Finding
	for _, f := range e.Findings {
		if f.Fails {
			fails = append(fails, f)
		} else {
			warns = append(warns, f)
		}
	}
	return map[string]any{"version": e.Version, "started": e.Started, "works": e.Works, "fails": fails, "warns": warns,
		"unreachable": e.Unreachable, "ended": e.Ended, "modes": e.Modes, "held": e.Held}
}

// say finds a text, nil without a catalogue.
func (rules Rules) say(name string, facts map[string]any) *stream.Message {
	if rules.Words == nil {
		return nil
	}
	return rules.Words(name, facts)
}

// moved tells those who may let words go, each by himself where they are named
// and else the channel for announcements, and the operator.
func (rules Rules) moved(r stream.Record, e modeSet) []stream.Delivery {
	words := func(to stream.Person) *stream.Message {
		return rules.say("mode moved", map[string]any{"for": to, "far": e.FarEnd, "was": e.Was, "mode": e.Mode, "who": r.By.String(), "at": r.At})
	}
	readers := e.Approvers
	if e.Operator.Handle != "" && !slices.ContainsFunc(readers, func(p stream.Person) bool { return p.Handle == e.Operator.Handle }) {
		readers = append(slices.Clip(readers), e.Operator)
	}
	var out []stream.Delivery
	for i, p := range readers {
		if p.Handle != r.By.ID {
			out = append(out, dm(r, fmt.Sprintf("mode.%d", i+1), p, words(p))...)
		}
	}
	if all := words(stream.Person{}); len(e.Approvers) == 0 && e.Announce != "" && all != nil {
		out = append(out, stream.Delivery{ID: stream.DeliveryID(r, "mode"), Stream: r.Stream, To: "slack", Action: "post",
			Args: map[string]string{"channel": e.Announce}, Words: all, Lane: "slack/" + e.Announce})
	}
	return out
}

// who acted, "" when nobody did.
func who(r stream.Record) string {
	if r.By.Machine() {
		return ""
	}
	return r.By.String()
}

// tell writes to the operator what somebody else did.
func (rules Rules) tell(r stream.Record, operator stream.Person, words *stream.Message) []stream.Delivery {
	if operator.Handle == r.By.ID {
		return nil
	}
	return dm(r, "tell", operator, words)
}

// dm is a message to one person, if there is a way to write to him.
func dm(r stream.Record, step string, to stream.Person, words *stream.Message) []stream.Delivery {
	if to.Slack == "" || words == nil {
		return nil
	}
	return []stream.Delivery{{ID: stream.DeliveryID(r, step), Stream: r.Stream, To: "slack", Action: "dm",
		Args: map[string]string{"person": to.Slack}, Words: words, Lane: "slack/dm/" + to.Slack}}
}
