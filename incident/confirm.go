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
	if c.Sign.Ended || s.Phase == Merged {
		return events, nil
	}
	if c.Sign.Alert() && s.Phase.Ended() { // it fires again, and nobody watches any more
		events = append(append(events, s.reopen(m, c.Sign.Text)...), s.wake("again: "+c.Sign.Text)...)
	}
	return s.then(m, append(events, s.fold(m, events).twoSigns()...)), nil
}

// twoSigns count as confirmation when they are independent.
func (s State) twoSigns() []Event {
	if s.Confirmed.IsZero() && s.Signs.Independent() {
		return []Event{Confirmed{By: "two signs"}}
	}
	return nil
}

func (e Signed) apply(s State, r stream.Record) State {
	s.Watch.Quiet, s.Signs = r.At, s.Signs.Note(e.Sign)
	return s
}

// Confirm says that customers notice.
type Confirm struct{}

// Confirmed: customers notice. By is empty for a person's word, which the
// record's actor gives.
type Confirmed struct {
	By string `json:"by,omitempty"`
}

func (Confirm) decide(s State, m stream.Meta) ([]Event, error) { return s.then(m, s.real()), nil }

// real takes an alarm out of triage and confirms it: a person has said so.
func (s State) real() []Event {
	events := s.take()
	if s.Confirmed.IsZero() {
		events = append(events, Confirmed{})
	}
	return events
}

// take ends triage: a person is on it.
func (s State) take() []Event {
	if s.Phase != Triage {
		return nil
	}
	return []Event{PhaseChanged{From: Triage, To: Investigating}}
}

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

func (ConfirmationAsked) apply(s State, _ stream.Record) State { return s }
