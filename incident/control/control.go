// Package control holds the one stream of switches of a workspace: which far
// end is live, and whether every public word is on hold. It is a stream like
// any other, so that who threw a switch, and when, is never lost.
package control

import (
	"encoding/json"
	"fmt"
	"slices"
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
	Seq    int
	Modes  map[string]string // far ends whose mode was set by command
	Held   bool
	HeldBy string
	HeldAt time.Time
	Why    string
}

// Command is what may be asked of the switches. The set is closed.
type Command interface {
	decide(State, stream.Meta) ([]stream.Record, error)
}

// SetMode moves a far end. Known is looked up: the far ends that are
// configured, with their present modes.
type SetMode struct {
	FarEnd string            `json:"far_end"`
	Mode   string            `json:"mode"`
	Known  map[string]string `json:"known,omitempty"`
}

// HoldAll stops every public word at the moment of sending.
type HoldAll struct {
	Why string `json:"why,omitempty"`
}

// ReleaseAll lets them go. Open is looked up: the incidents whose words may
// wait.
type ReleaseAll struct {
	Open []stream.ID `json:"open,omitempty"`
}

// Settle takes what became of a delivery.
type Settle struct{ stream.Settled }

func record(kind string, v any) ([]stream.Record, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("control %s: %w", kind, err)
	}
	return []stream.Record{{Kind: kind, Data: data}}, nil
}

func (c SetMode) decide(_ State, _ stream.Meta) ([]stream.Record, error) {
	if !slices.Contains([]string{Off, Shadow, Live}, c.Mode) {
		return nil, stream.Refuse("There is no mode %q. Take off, shadow or live.", c.Mode)
	}
	present, ok := c.Known[c.FarEnd]
	switch {
	case !ok:
		return nil, stream.Refuse("There is no public far end %q. Configured are: %s.", c.FarEnd, keys(c.Known))
	case present == c.Mode:
		return nil, stream.Refuse("%s is %s already.", c.FarEnd, c.Mode)
	}
	return record("mode", c)
}

func keys(m map[string]string) string {
	var names []string
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	if len(names) == 0 {
		return "none"
	}
	return fmt.Sprint(names)
}

func (c HoldAll) decide(s State, _ stream.Meta) ([]stream.Record, error) {
	if s.Held {
		return nil, nil
	}
	return record("held", c)
}

func (c ReleaseAll) decide(s State, _ stream.Meta) ([]stream.Record, error) {
	if !s.Held {
		return nil, stream.Refuse("Nothing is on hold.")
	}
	return record("released", c)
}

func (c Settle) decide(State, stream.Meta) ([]stream.Record, error) {
	return record(c.Result, c.Settled)
}

// Rules are stream.Rules of the switches.
type Rules struct{}

// Decide says which records a command makes.
func (Rules) Decide(s State, c Command, m stream.Meta) ([]stream.Record, error) {
	records, err := c.decide(s, m)
	if err != nil && m.By.Machine() {
		return nil, nil
	}
	return records, err
}

// Apply folds one record.
func (Rules) Apply(s State, r stream.Record) (State, error) {
	s.Seq = r.Seq
	switch r.Kind {
	case "mode":
		var c SetMode
		if err := json.Unmarshal(r.Data, &c); err != nil {
			return s, fmt.Errorf("record %s/%d: %w", r.Stream, r.Seq, err)
		}
		modes := map[string]string{c.FarEnd: c.Mode}
		for k, v := range s.Modes {
			if k != c.FarEnd {
				modes[k] = v
			}
		}
		s.Modes = modes
	case "held":
		var c HoldAll
		if err := json.Unmarshal(r.Data, &c); err != nil {
			return s, fmt.Errorf("record %s/%d: %w", r.Stream, r.Seq, err)
		}
		s.Held, s.HeldBy, s.HeldAt, s.Why = true, r.By.String(), r.At, c.Why
	case "released":
		s.Held, s.HeldBy, s.Why = false, "", ""
	}
	return s, nil
}

// React lets the incidents' held words go when the hold ends.
func (Rules) React(_ State, r stream.Record) []stream.Delivery {
	if r.Kind != "released" {
		return nil
	}
	var c ReleaseAll
	if json.Unmarshal(r.Data, &c) != nil {
		return nil
	}
	var out []stream.Delivery
	for i, id := range c.Open {
		out = append(out, stream.CommandTo(stream.DeliveryID(r, fmt.Sprintf("release.%d", i+1)), r.Stream, id, "release", []byte("{}")))
	}
	return out
}

// Summarize gives the line for lists.
func (Rules) Summarize(s State) stream.Summary {
	data, err := json.Marshal(s)
	if err != nil {
		data = nil
	}
	return stream.Summary{At: time.Unix(0, 0).UTC(), Open: true, Data: data}
}

// DecodeCommand reads a command that a delivery carries: there is none.
func DecodeCommand(name string, _ []byte) (Command, error) {
	return nil, fmt.Errorf("the switches know no command %q", name)
}
