package incident

import "drumbeat/incident/stream"

// Add reports a sign: a new one, one that grew, or one that ended.
type Add struct {
	Sign Sign `json:"sign"`
}

// Signed: a sign came, grew or ended.
type Signed Add

func (c Add) decide(s State, m stream.Meta) ([]Event, error) {
	events := []Event{Signed(c)}
	if !c.Sign.Ended && s.Confirmed.IsZero() && s.independentOf(c.Sign) {
		events = append(events, Confirmed{By: "two signs"})
		events = append(events, s.fold(m, events).firstPromise(m)...)
	}
	return events, nil
}

func (s State) independentOf(sign Sign) bool {
	for _, other := range s.Signs {
		if other.Source != sign.Source && !other.Ended {
			return true
		}
	}
	return false
}

func (Signed) kind() string { return "signed" }

func (e Signed) apply(s State, _ stream.Record) State {
	for i, old := range s.Signs {
		if old.Source == e.Sign.Source {
			s.Signs = replace(s.Signs, i, func(x *Sign) { *x = e.Sign })
			return s
		}
	}
	s.Signs = append(s.Signs, e.Sign)
	return s
}

// Confirm says that customers notice.
type Confirm struct{}

// Confirmed: customers notice. By is empty for a person's word, which the
// record's actor gives.
type Confirmed struct {
	By string `json:"by,omitempty"`
}

func (Confirm) decide(s State, m stream.Meta) ([]Event, error) {
	if !s.Confirmed.IsZero() {
		return nil, nil
	}
	c := Confirmed{}
	events := []Event{c}
	s = c.apply(s, stream.Record{Meta: m})
	events = append(events, s.firstPromise(m)...)
	return append(events, s.draftFirst(m)...), nil
}

func (Confirmed) kind() string { return "confirmed" }

func (e Confirmed) apply(s State, r stream.Record) State {
	s.Confirmed = r.At
	return s
}

// AskConfirmation is the timer that finds an incident unconfirmed.
type AskConfirmation struct{}

// ConfirmationAsked: nobody has said whether customers notice.
type ConfirmationAsked struct{}

func (AskConfirmation) decide(s State, _ stream.Meta) ([]Event, error) {
	if !s.Confirmed.IsZero() || s.Phase.Ended() || s.IsPublic() {
		return nil, nil
	}
	return []Event{ConfirmationAsked{}}, nil
}

func (ConfirmationAsked) kind() string { return "confirmation-asked" }

func (ConfirmationAsked) apply(s State, _ stream.Record) State { return s }
