package incident

import "drumbeat/incident/stream"

// Policy is what a playbook demands, as data that the rules read. It is
// recorded when the incident is declared, and what was recorded holds.
type Policy struct {
	// Severities from the worst to the least: "SEV1", "SEV2", …
	Severities []Weight `json:"severities"`
	Approval   Approval `json:"approval"`
	// Ladder is whom a promise that falls due reaches, and when.
	Ladder []Reminder `json:"ladder"`
	// NextWords is appended to words for customers: "Next update by {time}."
	NextWords string `json:"next_words"`
	// FirstWords and ResolvedWords are drafts; {since}, {until}, {duration}
	// and {what} are filled in.
	FirstWords     string `json:"first_words"`
	ResolvedWords  string `json:"resolved_words"`
	RetractedWords string `json:"retracted_words"`
	// AskConfirmation: unconfirmed for so long, the commander is asked
	// whether customers notice.
	AskConfirmation stream.Duration `json:"ask_confirmation"`
	// Kinds are the kinds of public words that a far end takes; one that is
	// not named takes all.
	Kinds map[string][]UpdateKind `json:"kinds,omitempty"`
	// PagesAgain: when nobody on any rung answered, all are paged again.
	PagesAgain stream.Duration `json:"pages_again"`
}

// Weight is what a severity costs and demands.
type Weight struct {
	Name string `json:"name"`
	// Room is where the work happens: "channel" or "thread".
	Room string `json:"room"`
	// Wakes: "oncall", "comms", "authors".
	Wakes []string `json:"wakes,omitempty"`
	// FirstWords are due so long after the first sign, or AfterConfirmed
	// after a person said that customers notice, whichever is later. Zero:
	// only when asked.
	FirstWords     stream.Duration `json:"first_words,omitempty"`
	AfterConfirmed stream.Duration `json:"after_confirmed,omitempty"`
	// Every is the time to the next public words, by phase, once public.
	Every map[Phase]stream.Duration `json:"every,omitempty"`
	// Stakeholders get words this often while nothing is public.
	Stakeholders stream.Duration `json:"stakeholders,omitempty"`
	// AckLapses: an acknowledgement without a sign of life lasts so long,
	// and AckGrace longer once the person was asked.
	AckLapses stream.Duration `json:"ack_lapses,omitempty"`
	AckGrace  stream.Duration `json:"ack_grace,omitempty"`
	// Quiet time in monitoring after which "resolved" is offered.
	Quiet stream.Duration `json:"quiet,omitempty"`
	// Review says that closing asks for one.
	Review bool `json:"review,omitempty"`
}

// Approval says whose yes public words need.
type Approval struct {
	// By are handles; empty means anybody but the author.
	By []string `json:"by,omitempty"`
	// AloneAfter: the commander may approve his own words when they have
	// waited so long. Zero: never.
	AloneAfter stream.Duration `json:"alone_after,omitempty"`
}

// Reminder is one rung of a promise's ladder: At is relative to the due time.
type Reminder struct {
	At  stream.Duration `json:"at"`
	Who string          `json:"who"` // "comms", "channel", "commander"
	// Page wakes the comms on call as well, at these severities.
	Page []string `json:"page,omitempty"`
}

// Pinned is the playbook that an incident was declared under. Text is the
// compiled playbook, which React runs.
type Pinned struct {
	Name   string `json:"name"`
	Hash   string `json:"hash"`
	Engine int    `json:"engine"`
	Text   string `json:"text"`
}

// Rung is one step of an escalation: these people are paged, and the next rung
// after Wait without an answer.
type Rung struct {
	People []Person        `json:"people"`
	Wait   stream.Duration `json:"wait"`
}

// Weight finds a severity's demands; an unknown severity weighs nothing.
func (p Policy) Weight(severity string) Weight {
	for _, w := range p.Severities {
		if w.Name == severity {
			return w
		}
	}
	return Weight{Name: severity, Room: "thread"}
}

// Knows reports whether the policy has the severity.
func (p Policy) Knows(severity string) bool {
	for _, w := range p.Severities {
		if w.Name == severity {
			return true
		}
	}
	return false
}

// Names lists the severities, the worst first.
func (p Policy) Names() []string {
	var names []string
	for _, w := range p.Severities {
		names = append(names, w.Name)
	}
	return names
}

// Weight is what the incident's severity demands.
func (s State) Weight() Weight { return s.Policy.Weight(s.Severity) }
