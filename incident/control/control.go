// Package control holds the one stream of switches of a workspace: which far
// end is live, and whether every public word is on hold. It is a stream like
// any other, so that who threw a switch, and when, is never lost.
package control

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// Kind is the kind of the stream; Name its only name.
const (
	Kind = "control"
	Name = "main"
)

// The modes of a public far end.
const (
	Off    = "off"
	Shadow = "shadow"
	Live   = "live"
)

// State is the switches at one Seq.
type State struct {
	Seq    int               `json:"seq"`
	Modes  map[string]string `json:"modes,omitempty"` // far ends whose mode was set by command
	Held   bool              `json:"held,omitempty"`
	HeldBy string            `json:"held_by,omitempty"`
	HeldAt time.Time         `json:"held_at,omitzero"`
	Why    string            `json:"why,omitempty"`
	// Restored is when these data were taken into use after they had come from
	// elsewhere; Away is the newest time in which nobody was running.
	Restored time.Time `json:"restored,omitzero"`
	Away     Absence   `json:"away,omitzero"`
	// Operator is whoever typed the code, when configuration names none;
	// Announce the channel where he did.
	Operator stream.Person `json:"operator,omitzero"`
	Announce string        `json:"announce,omitempty"`
	Told     Told          `json:"told,omitzero"`
}

// Readers are those who hear of a switch. They are looked up.
type Readers struct {
	Operator stream.Person `json:"operator,omitzero"`
	// Approvers may let words go; without such a list, the channel Announce
	// is told.
	Approvers []stream.Person `json:"approvers,omitempty"`
	Announce  string          `json:"announce,omitempty"`
}

// Command is what may be asked of the switches. The set is closed.
type Command interface {
	decide(State, stream.Meta) ([]event, error)
}

type event interface {
	kind() string
	apply(State, stream.Record) State
}

// SetMode moves a far end. Known is looked up: the far ends that are
// configured, with their present modes.
type SetMode struct {
	FarEnd string            `json:"far_end"`
	Mode   string            `json:"mode"`
	Known  map[string]string `json:"known,omitempty"`
	Readers
}

// HoldAll stops every public word at the moment of sending.
type HoldAll struct {
	Why string `json:"why,omitempty"`
	Readers
}

// ReleaseAll lets them go. Open is looked up: the incidents whose words may
// wait.
type ReleaseAll struct {
	Open []stream.ID `json:"open,omitempty"`
	Readers
}

// Settle takes what became of a delivery.
type Settle struct{ stream.Settled }

type (
	modeSet struct {
		FarEnd string `json:"far_end"`
		Was    string `json:"was"`
		Mode   string `json:"mode"`
		Readers
	}
	held     HoldAll
	released ReleaseAll
	settled  struct{ stream.Settled }
)

func (c SetMode) decide(State, stream.Meta) ([]event, error) {
	if !slices.Contains([]string{Off, Shadow, Live}, c.Mode) {
		return nil, stream.Refuse("There is no mode %q. Take off, shadow or live.", c.Mode)
	}
	present, ok := c.Known[c.FarEnd]
	switch {
	case !ok:
		return nil, stream.Refuse("There is no public far end %q. Configured are: %s.", c.FarEnd, keys(c.Known))
	case present == c.Mode:
		return nil, stream.Refuse("%s is %s already: nothing to do.", c.FarEnd, c.Mode)
	}
	return []event{modeSet{FarEnd: c.FarEnd, Was: present, Mode: c.Mode, Readers: c.Readers}}, nil
}

func keys(m map[string]string) string {
	if len(m) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}

func (c HoldAll) decide(s State, _ stream.Meta) ([]event, error) {
	if s.Held {
		return nil, nil
	}
	return []event{held(c)}, nil
}

func (c ReleaseAll) decide(s State, _ stream.Meta) ([]event, error) {
	if !s.Held {
		return nil, stream.Refuse("Not all words are on hold. “release” in an incident’s channel ends the hold of that one.")
	}
	return []event{released(c)}, nil
}

func (c Settle) decide(State, stream.Meta) ([]event, error) { return []event{settled(c)}, nil }

// events are all that can happen to the switches, by the record's Kind.
var events = stream.Table[event]{
	"mode":     stream.As[modeSet, event],
	"held":     stream.As[held, event],
	"released": stream.As[released, event],
	"restored": stream.As[restored, event],
	"returned": stream.As[returned, event],
	"operator": stream.As[operatorSet, event],
	"told":     stream.As[told, event],
}.WithSettled(func(s stream.Settled) event { return settled{s} })

func (modeSet) kind() string   { return "mode" }
func (held) kind() string      { return "held" }
func (released) kind() string  { return "released" }
func (e settled) kind() string { return e.Result }

func (e modeSet) apply(s State, _ stream.Record) State {
	s.Modes = maps.Clone(s.Modes)
	if s.Modes == nil {
		s.Modes = map[string]string{}
	}
	s.Modes[e.FarEnd] = e.Mode
	return s
}

func (e held) apply(s State, r stream.Record) State {
	s.Held, s.HeldBy, s.HeldAt, s.Why = true, r.By.String(), r.At, e.Why
	return s
}

func (released) apply(s State, _ stream.Record) State {
	s.Held, s.HeldBy, s.HeldAt, s.Why = false, "", time.Time{}, ""
	return s
}

func (settled) apply(s State, _ stream.Record) State { return s }

// Rules are stream.Rules of the switches. Words finds a text of the catalogue;
// without it nobody is written to.
type Rules struct {
	Words func(name string, facts map[string]any) *stream.Message
}

// Decide says which records a command makes.
func (Rules) Decide(s State, c Command, m stream.Meta) ([]stream.Record, error) {
	events, err := c.decide(s, m)
	return stream.Records(events, err, m, event.kind)
}

// Apply folds one record.
func (Rules) Apply(s State, r stream.Record) (State, error) {
	e, err := events.Event(r)
	if err != nil {
		return s, err
	}
	s.Seq = r.Seq
	if e == nil {
		return s, nil
	}
	return e.apply(s, r), nil
}

// React lets the incidents' held words go when the hold ends, and writes to
// those who hear of a switch.
func (rules Rules) React(_ State, r stream.Record) []stream.Delivery {
	e, err := events.Event(r)
	if err != nil {
		return nil
	}
	var out []stream.Delivery
	switch e := e.(type) {
	case modeSet:
		out = rules.moved(r, e)
	case held:
		out = rules.tell(r, e.Operator, rules.say("all words held", map[string]any{"who": who(r), "why": e.Why}))
	case released:
		out = rules.tell(r, e.Operator, rules.say("all words released", map[string]any{"who": who(r)}))
		for i, id := range e.Open {
			out = append(out, stream.CommandTo(stream.DeliveryID(r, fmt.Sprintf("release.%d", i+1)), r.Stream, id, "release", []byte("{}")))
		}
	case restored:
		out = dm(r, "tell", e.Operator, rules.say("store restored", map[string]any{"seen": e.Seen, "at": r.At}))
	case returned:
		out = dm(r, "tell", e.Operator, rules.say("was away", map[string]any{"for": e.Operator, "from": e.From, "to": e.To, "open": e.Open}))
	case told:
		facts := e.facts()
		out = dm(r, "report", e.To, rules.say("operator report", facts))
	}
	return out
}

// Summarize gives the line for lists.
func (Rules) Summarize(s State) stream.Summary {
	return stream.Summary{At: time.Unix(0, 0).UTC(), Open: true, Data: stream.JSON(s)}
}

// DecodeCommand reads a command that a delivery carries: there is none.
func DecodeCommand(name string, _ []byte) (Command, error) {
	return stream.Table[Command]{}.Command("the set of switches", name, nil)
}
