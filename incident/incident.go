// Package incident holds the rules of an incident: what may be asked of it
// (Command), what has happened (Event), and what it therefore is (State).
//
// It is pure: time and facts arrive with a command, and everything that was
// decided is in the log. Each topic has one file with its commands, its events
// and their rules:
//
//	declare   begins it            page      wakes people, their answers
//	confirm   signs, customers     update    words: proposed, approved, published
//	severity  how bad              promise   when the next words are due; duty
//	phase     how far              delivery  what became of what was sent
//	role      who does what        away      what passed while the bot was away
//	note, task, since, hold, merge, drill
//
// What happens on the outside stands in the playbook that was pinned when the
// incident was declared, not here: see package playbooks.
package incident

import (
	"time"

	"drumbeat/incident/choice"
	"drumbeat/incident/paging"
	"drumbeat/incident/place"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/incident/todo"
	"drumbeat/incident/watch"
	"drumbeat/incident/words"
)

// Kind is the kind of an incident's stream.
const Kind = "incident"

// What an incident shares with other kinds of streams.
type (
	Person = stream.Person
	Way    = stream.Way
	Sign   = stream.Sign
)

// State is an incident at one Seq. A State that was handed out never changes:
// Apply copies what it alters.
type State struct {
	ID         stream.ID
	Seq        int
	Number     string // "INC-42"
	Title      string
	Severity   string
	SeverityBy stream.Actor // who set it, when it was changed
	SeverityAt time.Time
	Phase      Phase
	PhaseAt    time.Time
	PhaseNote  string // what was said with it
	Private    bool
	Drill      bool      // an exercise
	Since      time.Time // the first sign
	DeclaredAt time.Time
	DeclaredBy Person
	Confirmed  time.Time // customers notice, by a person or by two independent signs
	Signs      stream.Signs
	Alert      string // what the alert was worth, as it was said at the end
	Service    string
	Labels     map[string]string
	Components []Component
	Suspects   []Change
	Playbook   Pinned
	Policy     policy.Policy
	Choice     choice.Standing
	OnCall     []Rung
	Others     Others
	Roles      map[string]Person
	Updates    words.List
	Promises   words.Promises
	Pages      paging.List
	Tasks      todo.List
	Timeline   []Line
	Watch      watch.Watch
	Room       Room
	Held       bool
	Into       string      // merged into this incident
	Posts      place.Posts // messages that are edited later, by what they are about
	Ended      time.Time
	At         time.Time // of the newest record
	LastSign   time.Time // of life: the newest record by a person
	Seen       map[string]time.Time
	Problems   []stream.Settled // what failed, newest last
}

// Line is one line of the timeline, as a person wrote it.
type Line struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// Command is what may be asked of an incident. The set is closed.
type Command interface {
	decide(State, stream.Meta) ([]Event, error)
}

// Event is what has happened to an incident; golden lines hold its wire form.
type Event interface {
	apply(State, stream.Record) State
}

// Rules are stream.Rules of an incident. Playbook is how its pinned playbook
// reacts.
type Rules struct {
	Playbook func(State, stream.Record) []stream.Delivery
}

// Decide says which records a command makes. An incident must be declared
// before anything else, and one that is over takes only what reopens it.
func (Rules) Decide(s State, c Command, m stream.Meta) ([]stream.Record, error) {
	events, err := decide(s, c, m)
	return stream.Records(events, err, m, kind)
}

func decide(s State, c Command, m stream.Meta) ([]Event, error) {
	if _, first := c.(Declare); first != (s.Seq == 0) {
		if first {
			return nil, stream.Refuse("%s is declared already.", s.Number)
		}
		return nil, stream.Refuse("There is no such incident. “list” shows the open ones.")
	}
	switch {
	case allows(s.Phase, c):
		events, err := c.decide(s, m)
		if err != nil {
			return nil, err
		}
		return append(events, s.back(m, events)...), nil
	case s.Phase == Merged:
		return nil, stream.Refuse("%s was merged into %s: work goes on there.", s.Number, s.Into)
	}
	return nil, stream.Refuse("%s is %s. Type “reopen” to go on with it.", s.Number, s.Phase)
}

// allows reports whether a phase takes a command: after the end only what is kept
// for the record, and what arrives late;
// unless the work goes on elsewhere, also words about it and what is still owed.
func allows(p Phase, c Command) bool {
	switch c := c.(type) {
	case Assign:
		return !p.Over() || p == Closed && c.Role == RoleReviewer
	case AddNote, Settle, Add, AddTask, FinishTask, Chase, Archive, EndDrill, BeginDuty, EndDuty, Remind, AskApproval:
		return true
	case Reopen, Propose, Correct, Approve, Reject, CorrectStart, Hold, Release:
		return p != Merged
	}
	return !p.Over()
}

// Apply folds one record.
func (Rules) Apply(s State, r stream.Record) (State, error) {
	e, err := DecodeEvent(r)
	if err != nil {
		return s, err
	}
	s.ID, s.Seq, s.At = r.Stream, r.Seq, r.At
	if _, reported := e.(Signed); !reported && !r.By.Machine() { // a customer's report is no sign of ours
		s.LastSign = r.At
		s.Seen = stream.With(s.Seen, r.By.ID, r.At)
	}
	if e != nil {
		s = e.apply(s, r)
	}
	return s, nil
}

// React is the pinned playbook's.
func (r Rules) React(s State, rec stream.Record) []stream.Delivery {
	if r.Playbook == nil {
		return nil
	}
	return r.Playbook(s, rec)
}

// PublicPhase is the phase as customers are told it.
func (s State) PublicPhase() Phase { return s.Phase.Public() }

// Commander is who leads, the zero Person when nobody does.
func (s State) Commander() Person { return s.Roles[RoleCommander] }

// Comms is who writes to customers: the comms lead, else the commander.
func (s State) Comms() Person {
	if p, ok := s.Roles[RoleComms]; ok {
		return p
	}
	return s.Commander()
}

// Weight is what the incident's severity demands.
func (s State) Weight() policy.Weight { return s.Policy.Weight(s.Severity) }

// IsPublic reports whether customers have been told.
func (s State) IsPublic() bool { return s.LastPublished(Public) != nil }

// fold applies events that are being decided, so that what follows in the same
// decision builds on them.
func (s State) fold(m stream.Meta, events []Event) State {
	for _, e := range events {
		s = e.apply(s, stream.Record{Stream: s.ID, Seq: s.Seq + 1, Meta: m})
	}
	return s
}
