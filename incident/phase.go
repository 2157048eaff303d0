package incident

import (
	"strings"
	"time"

	"drumbeat/incident/promises"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
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
	Text     string          `json:"text,omitempty"`
	Override *words.Override `json:"override,omitempty"`
}

// Close ends the work. What the playbook asks for may be left out: since when it
// was, whether the alert was "useful", "noise" or "missing", who writes the
// review by when.
type Close struct {
	Since    time.Time `json:"since,omitzero"`
	Alert    string    `json:"alert,omitempty"`
	Reviewer Person    `json:"reviewer,omitzero"`
	Due      time.Time `json:"due,omitzero"`
}

// AlertJudged: somebody said at the end what the alert was worth.
type AlertJudged struct {
	Alert string `json:"alert"` // "useful", "noise", "missing"
}

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
	if s.Phase == c.To && c.Note == "" {
		return nil, nil
	}
	return s.then(m, []Event{PhaseChanged{From: s.Phase, To: c.To, Note: c.Note}}), nil
}

func (c Resolve) decide(s State, m stream.Meta) ([]Event, error) {
	if s.Phase == Resolved {
		return nil, stream.Refuse("%s is resolved already. “close” ends the work.", s.Number)
	}
	events := []Event{PhaseChanged{From: s.Phase, To: Resolved}}
	s = s.fold(m, events)
	if !s.IsPublic() {
		return append(events, s.dropPromises("resolved")...), nil
	}
	u := Update{Audience: Public, Kind: ResolvedWords, Text: s.Fill(s.Policy.ResolvedWords)}
	if text := strings.TrimSpace(c.Text); text != "" {
		u.Text, u.Author, u.AuthorName, u.Override = text, m.By.ID, m.By.Name, c.Override
	}
	if err := words.Fits(u.Text); err != nil {
		return nil, err
	}
	return append(events, s.propose(u, m)), nil
}

func (c Close) decide(s State, m stream.Meta) ([]Event, error) {
	if s.Phase != Resolved && s.Phase != Triage {
		return nil, stream.Refuse("%s is still %s. Type “resolve” first; “cancel” if it was none.", s.Number, s.Phase)
	}
	if u := s.LastPublished(Public); u != nil && u.Phase != Resolved {
		return nil, stream.Refuse("Customers have not been told that %s is over. Approve the resolved words first: “approve”; “sent” shows them.", s.Number)
	}
	var events []Event
	if !c.Since.IsZero() && c.Since.Before(s.Ended) && !c.Since.Equal(s.Since) {
		events = append(events, StartCorrected{Was: s.Since, Since: c.Since})
	}
	if c.Alert != "" {
		events = append(events, AlertJudged{Alert: c.Alert})
	}
	if c.Reviewer.Handle != "" {
		events = append(events, Assigned{Role: RoleReviewer, Person: c.Reviewer, Previous: s.Roles[RoleReviewer]})
	}
	if c.Due.After(m.At) && s.Promises.Duty(promises.Review) == nil {
		events = append(events, s.owe(promises.Review, "Review of "+s.Number, RoleReviewer, c.Due))
	}
	events = append(events, PhaseChanged{From: s.Phase, To: Closed})
	return append(events, s.dropPromises("closed")...), nil
}

func (c Reopen) decide(s State, m stream.Meta) ([]Event, error) {
	if !s.Phase.Ended() {
		return nil, stream.Refuse("%s is not over: it is %s. “show %s” tells more.", s.Number, s.Phase, s.Number)
	}
	if s.Drill {
		return nil, stream.Refuse("%s was a drill, and is over. “drill” begins another.", s.Number)
	}
	return s.then(m, s.reopen(m, c.Why)), nil
}

// reopen goes on after the end. Customers who read of it hear of it again.
func (s State) reopen(m stream.Meta, why string) []Event {
	events := []Event{PhaseChanged{From: s.Phase, To: Investigating, Note: why}}
	s = s.fold(m, events)
	if s.IsPublic() && s.Promise(Public) == nil {
		events = append(events, s.nextPromise(m, s.cadenceFrom(m.At)))
	}
	return events
}

// What customers were promised stands until they read the retraction.
func (c Cancel) decide(s State, m stream.Meta) ([]Event, error) {
	events := []Event{PhaseChanged{From: s.Phase, To: Cancelled, Note: c.Why}}
	s = s.fold(m, events)
	if !s.IsPublic() {
		return append(events, s.dropPromises("cancelled")...), nil
	}
	return append(events, s.propose(Update{Audience: Public, Kind: Retraction, Text: s.Fill(s.Policy.RetractedWords)}, m)), nil
}

func (e AlertJudged) apply(s State, _ stream.Record) State {
	s.Alert = e.Alert
	return s
}

func (e PhaseChanged) apply(s State, r stream.Record) State {
	was := s.PhaseAt
	if e.To != e.From { // else somebody said more of it
		s.PhaseAt = r.At
	}
	s.Phase, s.PhaseNote, s.Watch.Quiet = e.To, e.Note, r.At
	switch {
	case e.To.Ended() && e.From == Monitoring: // customers were well since the fix was in place
		s.Ended = was
	case e.To.Ended() && !e.From.Ended():
		s.Ended = r.At
	case !e.To.Ended():
		s.Ended, s.Room.Archives = time.Time{}, time.Time{}
	}
	return s
}
