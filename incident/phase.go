package incident

import (
	"time"

	"drumbeat/incident/stream"
)

// SetPhase moves the incident to investigating, identified or monitoring. It
// never publishes: words are offered.
type SetPhase struct {
	To   Phase  `json:"to"`
	Note string `json:"note,omitempty"`
}

// Resolve says that customers are well again. Text is what they are told;
// empty takes the playbook's words.
type Resolve struct {
	Text string `json:"text,omitempty"`
}

// Close ends the work.
type Close struct{}

// Reopen goes on with a resolved or closed incident.
type Reopen struct {
	Why string `json:"why,omitempty"`
}

// Cancel ends an incident that was none.
type Cancel struct {
	Why string `json:"why,omitempty"`
}

// PhaseChanged moved the incident.
type PhaseChanged struct {
	From Phase  `json:"from"`
	To   Phase  `json:"to"`
	Note string `json:"note,omitempty"`
}

func (c SetPhase) decide(s State, m stream.Meta) ([]Event, error) {
	switch c.To {
	case Investigating, Identified, Monitoring:
	default:
		return nil, stream.Refuse("There is no phase %q. Take investigating, identified or monitoring.", c.To)
	}
	if s.Phase == Resolved {
		return nil, stream.Refuse("%s is resolved. Type “reopen” to go on with it.", s.Number)
	}
	if s.Phase == Triage {
		events := s.take(m, nil)
		if c.To == Investigating {
			return events, nil
		}
		s = s.fold(m, events)
		return append(events, PhaseChanged{From: s.Phase, To: c.To, Note: c.Note}), nil
	}
	if s.Phase == c.To && c.Note == "" {
		return nil, nil
	}
	e := PhaseChanged{From: s.Phase, To: c.To, Note: c.Note}
	return append([]Event{e}, s.fold(m, []Event{e}).repromise(m)...), nil
}

func (c Resolve) decide(s State, m stream.Meta) ([]Event, error) {
	if s.Phase == Resolved {
		return nil, stream.Refuse("%s is resolved already. “close” ends the work.", s.Number)
	}
	e := PhaseChanged{From: s.Phase, To: Resolved}
	events := []Event{e}
	s = s.fold(m, events)
	if !s.IsPublic() {
		return append(events, s.dropPromises("resolved")...), nil
	}
	text := c.Text
	if text == "" {
		text = s.fill(s.Policy.ResolvedWords)
	}
	p := s.propose(Update{Audience: Public, Kind: ResolvedWords, Text: text}, m)
	return append(events, p), nil
}

func (Close) decide(s State, m stream.Meta) ([]Event, error) {
	if s.Phase != Resolved && s.Phase != Triage {
		return nil, stream.Refuse("%s is still %s. Type “resolve” first; “cancel” if it was none.", s.Number, s.Phase)
	}
	if u := s.LastPublished(Public); u != nil && u.Kind != ResolvedWords && u.Kind != Retraction && u.Kind != Correction {
		return nil, stream.Refuse("Customers have not been told that %s is over. Approve the resolved words first (“sent” shows them).", s.Number)
	}
	events := []Event{PhaseChanged{From: s.Phase, To: Closed}}
	return append(events, s.fold(m, events).dropPromises("closed")...), nil
}

func (c Reopen) decide(s State, m stream.Meta) ([]Event, error) {
	if !s.Phase.Ended() {
		return nil, stream.Refuse("%s is not over: it is %s.", s.Number, s.Phase)
	}
	if s.Phase == Merged {
		return nil, stream.Refuse("%s was merged into %s: work goes on there.", s.Number, s.Into)
	}
	e := PhaseChanged{From: s.Phase, To: Investigating, Note: c.Why}
	events := []Event{e}
	s = s.fold(m, events)
	if s.IsPublic() {
		events = append(events, s.nextPromise(m, s.cadenceFrom(m.At)))
	}
	return events, nil
}

func (c Cancel) decide(s State, m stream.Meta) ([]Event, error) {
	events := []Event{PhaseChanged{From: s.Phase, To: Cancelled, Note: c.Why}}
	public := s.IsPublic()
	s = s.fold(m, events)
	events = append(events, s.dropPromises("cancelled")...)
	if public {
		s = s.fold(m, events[1:])
		events = append(events, s.propose(Update{Audience: Public, Kind: Retraction, Text: s.fill(s.Policy.RetractedWords)}, m))
	}
	return events, nil
}

// fold applies events that are being decided, so that what follows in the same
// decision builds on them.
func (s State) fold(m stream.Meta, events []Event) State {
	for _, e := range events {
		s = e.apply(s, stream.Record{Stream: s.ID, Seq: s.Seq + 1, Meta: m})
	}
	return s
}

func (PhaseChanged) kind() string { return "phase" }

func (e PhaseChanged) apply(s State, r stream.Record) State {
	s.Phase, s.PhaseAt = e.To, r.At
	switch {
	case e.To.Ended() && !e.From.Ended():
		s.Ended = r.At
	case !e.To.Ended():
		s.Ended = time.Time{}
	}
	return s
}
