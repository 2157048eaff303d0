package alert

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// Name is the name of an alert rule's stream: what an ID may hold.
func Name(rule string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r <= ' ' {
			return '_'
		}
		return r
	}, rule)
}

// Source names the alert among an incident's signs.
func Source(rule string) string { return "alert:" + rule }

// declare asks for an incident in triage.
func (s State) declare(r stream.Record) stream.Delivery {
	return send(r, "raise", r.Stream.Of(incidentKind, "new"), "declare", map[string]any{"title": s.title(), "severity": s.Severity,
		"since": s.Since, "service": s.Service, "sign": s.sign(r)})
}

// incidentKind is the kind of the streams that an alert raises and adds signs
// to; its commands "declare" and "add" travel as JSON.
const incidentKind = "incident"

func (s State) title() string {
	if s.Summary != "" {
		return s.Summary
	}
	return s.Rule
}

func (s State) sign(r stream.Record) stream.Sign {
	return stream.Sign{Source: Source(s.ID.Name), Text: s.title(), Count: s.Firing.n, At: r.At, Ended: s.Firing.n == 0}
}

func send(r stream.Record, step string, to stream.ID, name string, command any) stream.Delivery {
	data, err := json.Marshal(command)
	if err != nil {
		data = []byte("{}")
	}
	return stream.CommandTo(stream.DeliveryID(r, step), r.Stream, to, name, data)
}

// Rules are stream.Rules of an alert.
type Rules struct{}

// React raises an incident or tells the one that is open, hangs a mute on its
// change, and arms the mute's end.
func (Rules) React(s State, r stream.Record) []stream.Delivery {
	e, err := decode(r)
	if err != nil {
		return nil
	}
	none := stream.ID{}
	switch e := e.(type) {
	case fired:
		switch {
		case e.Raise:
			return []stream.Delivery{s.declare(r)}
		case e.Open != none && s.Told == s.Firing.n:
			return []stream.Delivery{send(r, "sign", e.Open, "add", map[string]any{"sign": s.sign(r)})}
		}
	case resolved:
		if s.Firing.n == 0 && s.Incident != none {
			return []stream.Delivery{send(r, "sign", s.Incident, "add", map[string]any{"sign": s.sign(r)})}
		}
	case muteEnded:
		if e.Raise {
			return []stream.Delivery{s.declare(r)}
		}
	case muted:
		expire := send(r, "expire", r.Stream, "expire", struct{}{})
		expire.NotBefore = e.Until
		out := []stream.Delivery{expire}
		if e.Change != "" {
			name := strings.TrimPrefix(e.Change, "CH-")
			out = append(out, send(r, "attach", r.Stream.Of("change", name), "attach", map[string]string{"rule": r.Stream.Name}))
		}
		return out
	}
	return nil
}

// Card is what lists know of an alert: the data of its Summary.
type Card struct {
	Rule     string    `json:"rule"`
	Service  string    `json:"service,omitempty"`
	Firing   int       `json:"firing"`
	Since    time.Time `json:"since,omitzero"`
	Mute     Mute      `json:"mute,omitzero"`
	Incident stream.ID `json:"incident,omitzero"`
}

// Summarize gives the alert's card and tags.
func (Rules) Summarize(s State) stream.Summary {
	data, err := json.Marshal(Card{s.Rule, s.Service, s.Firing.n, s.Since, s.Mute, s.Incident})
	if err != nil {
		data = nil
	}
	sum := stream.Summary{At: s.Since, Open: s.Firing.n > 0, Data: data}
	if s.Service != "" {
		sum.Tags = append(sum.Tags, "service:"+s.Service)
	}
	if s.Mute.Owner != "" {
		sum.Tags = append(sum.Tags, "muted:yes")
	}
	return sum
}

// Decide says which records a command makes.
func (Rules) Decide(s State, c Command, m stream.Meta) ([]stream.Record, error) {
	events, err := c.decide(s, m)
	if err != nil {
		if m.By.Machine() {
			return nil, nil
		}
		return nil, err
	}
	var out []stream.Record
	for _, e := range events {
		data, err := json.Marshal(e)
		if err != nil {
			return nil, fmt.Errorf("alert %s: %w", s.Rule, err)
		}
		out = append(out, stream.Record{Kind: e.kind(), Data: data})
	}
	return out, nil
}

// Apply folds one record.
func (Rules) Apply(s State, r stream.Record) (State, error) {
	s.ID, s.Seq = r.Stream, r.Seq
	e, err := decode(r)
	if err != nil || e == nil {
		return s, err
	}
	return e.apply(s, r), nil
}
