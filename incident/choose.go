package incident

import (
	"reflect"

	"drumbeat/incident/choice"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
)

// Pinned is the playbook that an incident is under: see package choice.
type Pinned = choice.Pinned

// Choose asks whether another playbook fits by now. Fit is looked up.
type Choose struct {
	Fit choice.Fit `json:"fit,omitzero"`
}

// TakePlaybook goes on under another playbook: the offered one, by the hash that
// was shown, or Fit, which somebody named. With Stay the offer is declined.
type TakePlaybook struct {
	Hash string     `json:"hash,omitempty"`
	Stay bool       `json:"stay,omitempty"`
	Fit  choice.Fit `json:"fit,omitzero"`
}

// What became of a choice: see package choice.
type (
	PlaybookOffered choice.Offered
	PlaybookTaken   choice.Taken
	PlaybookStayed  choice.Stayed
)

func (c Choose) decide(s State, m stream.Meta) ([]Event, error) {
	var events []Event
	do, offer := s.Choice.Weigh(s.Playbook, s.Policy.Change == policy.Follow, c.Fit.Playbook), s.Choice.Offer.Playbook
	if do != "" && s.Choice.Open() {
		events = append(events, PlaybookStayed{Name: offer.Name, Hash: offer.Hash, Outdated: true})
	}
	switch do {
	case choice.Follow:
		events = append(events, s.under(c.Fit, choice.Followed, m)...)
	case choice.Offer:
		events = append(events, PlaybookOffered{Fit: c.Fit, Told: c.Fit.Changes(s.Policy, s.Severity, string(s.Phase), s.IsPublic())})
	}
	return events, nil
}

func (c TakePlaybook) decide(s State, m stream.Meta) ([]Event, error) {
	offer, lead := s.Choice.Offer, s.Commander()
	switch named := c.Fit.Playbook.Name; {
	case lead.Handle != "" && lead.Handle != m.By.ID:
		return nil, stream.Refuse("%s leads %s and decides on its playbook. “lead” takes over command.", lead, s.Number)
	case named != "" && !c.Fit.Policy.Knows(s.Severity):
		return nil, stream.Refuse("%s has no severity %s, so nothing was changed.", named, s.Severity)
	case named != "":
		return s.under(c.Fit, choice.Named, m), nil
	case !s.Choice.Open() || c.Hash != offer.Playbook.Hash:
		return nil, stream.Refuse("This is out of date: “playbook” shows what %s is under, and what fits.", s.Number)
	case c.Stay:
		return []Event{PlaybookStayed{Name: offer.Playbook.Name, Hash: c.Hash}}, nil
	}
	return s.under(offer.Fit, choice.Agreed, m), nil
}

// under goes on under another playbook: whom it wakes is woken, a draft names its
// times, and what was promised keeps its own, under the new reminders.
func (s State) under(fit choice.Fit, how string, m stream.Meta) []Event {
	events := []Event{PlaybookTaken{Fit: fit, From: s.Playbook.Name, How: how, Told: fit.Changes(s.Policy, s.Severity, string(s.Phase), s.IsPublic()), Room: s.Weight().Room}}
	events = append(events, s.fold(m, events).wakeUnrung("now under "+fit.Playbook.Name)...)
	events = s.then(m, events)
	now := s.fold(m, events)
	n, same := len(now.Promises), reflect.DeepEqual(s.Policy.Ladder, fit.Policy.Ladder)
	for _, p := range now.Promises.Words() {
		if p.N <= len(s.Promises) && !same {
			n++
			events = append(events, PromiseDropped{N: p.N, Why: "moved"}, Promised{N: n, Audience: p.Audience, Due: p.Due})
		}
	}
	w, first := s.Updates.Waiting(0), fit.Policy.FirstWords
	if w != nil && w.Author == "" && w.Kind == FirstWords && first != "" && len(now.Updates) == len(s.Updates) && !now.cadenceFrom(m.At).Equal(s.cadenceFrom(m.At)) {
		events = append(events, now.propose(Update{Audience: Public, Kind: FirstWords, Text: now.Fill(first)}, m))
	}
	return events
}

func (e PlaybookOffered) apply(s State, _ stream.Record) State {
	s.Choice.Offer = choice.Offered(e)
	return s
}

func (e PlaybookTaken) apply(s State, _ stream.Record) State {
	s.Playbook, s.Policy, s.Others, s.Choice = e.Playbook, e.Policy, e.Others, s.Choice.Take(choice.Taken(e))
	return s
}

func (e PlaybookStayed) apply(s State, _ stream.Record) State {
	s.Choice = s.Choice.Stay(choice.Stayed(e))
	return s
}
