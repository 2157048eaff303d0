package alert

import (
	"cmp"
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
	ask := map[string]any{"title": s.title(), "severity": s.Severity, "since": s.Since, "service": s.Service, "sign": s.sign(r)}
	if len(s.Labels) > 0 {
		ask["labels"] = s.Labels
	}
	return send(r, "raise", r.Stream.Of(incidentKind, "new"), "declare", ask)
}

// tell shows an incident how the alert stands.
func (s State) tell(r stream.Record, id stream.ID) stream.Delivery {
	return send(r, "sign", id, "add", map[string]any{"sign": s.sign(r)})
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
	return stream.CommandTo(stream.DeliveryID(r, step), r.Stream, to, name, stream.JSON(command))
}

// insist is how soon an incident is asked for again that could not be raised.
const insist = 5 * time.Minute

// Rules are stream.Rules of an alert.
type Rules struct{}

// React raises an incident or tells the one that is open, hangs a mute on its
// change, and arms the mute's end.
func (Rules) React(s State, r stream.Record) []stream.Delivery {
	e, err := events.Event(r)
	if err != nil {
		return nil
	}
	switch e := e.(type) {
	case fired:
		switch {
		case e.Raise:
			return []stream.Delivery{s.declare(r)}
		case e.Tell:
			return []stream.Delivery{s.tell(r, e.Open)}
		}
	case resolved:
		return s.over(r)
	case joined: // it may have resolved while the incident was made
		return s.over(r)
	case settled:
		if e.Result == stream.GaveUp && e.Action == "declare" && s.Firing.n > 0 && s.Incident == (stream.ID{}) {
			again := send(r, "insist", r.Stream, "insist", struct{}{})
			again.NotBefore = r.At.Add(insist)
			return []stream.Delivery{again}
		}
	case muteEnded:
		switch {
		case e.Raise:
			return []stream.Delivery{s.declare(r)}
		case e.Tell:
			return []stream.Delivery{s.tell(r, s.Incident)}
		}
	case muted:
		return e.hang(r)
	}
	return nil
}

// over tells the incident that nothing fires any more.
func (s State) over(r stream.Record) []stream.Delivery {
	if s.Firing.n > 0 || s.Incident == (stream.ID{}) {
		return nil
	}
	return []stream.Delivery{s.tell(r, s.Incident)}
}

// hang arms the mute's end, and hangs it on its change.
func (e muted) hang(r stream.Record) []stream.Delivery {
	expire := send(r, "expire", r.Stream, "expire", struct{}{})
	expire.NotBefore = e.Until
	out := []stream.Delivery{expire}
	if name, ok := strings.CutPrefix(e.Change, "CH-"); ok {
		out = append(out, send(r, "attach", r.Stream.Of("change", name), "attach", map[string]string{"rule": r.Stream.Name}))
	}
	return out
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
	sum := stream.Summary{At: s.Since, Open: s.Firing.n > 0, Data: stream.JSON(Card{cmp.Or(s.Rule, s.ID.Name), s.Service, s.Firing.n, s.Since, s.Mute, s.Incident})}
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
	return stream.Records(events, err, m, event.kind)
}

// Apply folds one record.
func (Rules) Apply(s State, r stream.Record) (State, error) {
	e, err := events.Event(r)
	if err != nil {
		return s, err
	}
	s.ID, s.Seq, s.At = r.Stream, r.Seq, r.At
	if e == nil {
		return s, nil
	}
	return e.apply(s, r), nil
}
