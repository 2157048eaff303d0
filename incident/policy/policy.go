// Package policy is what a playbook demands of an incident, as data: how heavy
// a severity weighs, how often customers hear, whose yes their words need, whom
// a late promise reaches. It is recorded when the incident is declared, and what
// was recorded holds.
package policy

import (
	"errors"
	"fmt"
	"time"

	"drumbeat/incident/stream"
)

// Policy is all that is demanded.
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
	Kinds map[string][]string `json:"kinds,omitempty"`
	// PagesAgain: when nobody on any rung answered, all are paged again.
	PagesAgain stream.Duration `json:"pages_again"`
	Unattended Unattended      `json:"unattended,omitzero"`
	QuietHours Quiet           `json:"quiet_hours,omitzero"`
	// Duties are what others demand: notices to authorities, to customers by
	// contract.
	Duties []Duty `json:"duties,omitempty"`
	Close  Close  `json:"close,omitzero"`
	// Budget is how many messages an incident may cost, by severity. It stops
	// none: it is what simulations and tests count against.
	Budget map[string]Limits `json:"budget,omitempty"`
	// Change is what happens once another playbook fits better: Follow, or
	// somebody is asked.
	Change string `json:"change,omitempty"`
}

// Follow says that the incident goes on under the playbook that fits, and that
// people are told what changes.
const Follow = "follow"

// Duty is a promise that somebody else's rules make for us, with an owner.
type Duty struct {
	Name string `json:"name"` // one word: "gdpr"
	Text string `json:"text"` // what is owed to whom
	// Within is how long after From: "declared", or "confirmed" (customers
	// notice).
	Within stream.Duration `json:"within"`
	From   string          `json:"from,omitempty"`
	// Owner is a role of the incident or a handle.
	Owner string `json:"owner"`
	// Remind are times before it is due (negative) or after, in order.
	Remind []stream.Duration `json:"remind,omitempty"`
}

// Close is what the end asks for.
type Close struct {
	// Asks are the questions on the one form: "start", "alert", "review".
	Asks []string `json:"asks,omitempty"`
	// FollowUps is how often an open follow-up is asked for. Zero: never.
	FollowUps stream.Duration `json:"follow_ups,omitempty"`
	// Archive is how long after the end the channel is archived. Zero: never.
	Archive stream.Duration `json:"archive,omitempty"`
}

// Limits are messages: in any hour to one channel and to one person, and in
// all. Zero is no limit.
type Limits struct {
	Channel int `json:"channel,omitempty"` // to one channel in any hour
	Person  int `json:"person,omitempty"`  // to one person in any hour
	All     int `json:"all,omitempty"`     // in all, to everybody together
}

// Unattended words were approved beforehand and leave without a tap, one minute
// before a promise falls due, to far ends whose operator asked for it. They
// claim nothing that nobody checked.
type Unattended struct {
	// Targets are the far ends; empty means never.
	Targets []string `json:"targets,omitempty"`
	// First is said only on two independent signs; Holding only after a
	// person's sign of life since the last words, and at most Most times in a
	// row.
	First   string `json:"first,omitempty"`
	Holding string `json:"holding,omitempty"`
	Most    int    `json:"most,omitempty"`
	// Wait is how long anybody may stop them.
	Wait stream.Duration `json:"wait,omitempty"`
}

// Weight is what a severity costs and demands.
type Weight struct {
	Name string `json:"name"`
	// Room is where the work happens: "channel" or "thread".
	Room string `json:"room"`
	// Call is the link of a call that all join.
	Call string `json:"call,omitempty"`
	// Impact is none, minor, major or critical; empty goes by the rank.
	Impact string `json:"impact,omitempty"`
	// Wakes: "oncall", "authors", and roles that somebody is woken for.
	Wakes []string `json:"wakes,omitempty"`
	// FirstWords are due so long after the first sign, or AfterConfirmed
	// after a person said that customers notice, whichever is later. Zero:
	// only when asked.
	FirstWords     stream.Duration `json:"first_words,omitempty"`
	AfterConfirmed stream.Duration `json:"after_confirmed,omitempty"`
	// Every is the time to the next public words, by phase, once public.
	Every map[string]stream.Duration `json:"every,omitempty"`
	// Stakeholders get words this often while nothing is public.
	Stakeholders stream.Duration `json:"stakeholders,omitempty"`
	// AckLapses: an acknowledgement without a sign of life lasts so long,
	// and AckGrace longer once the person was asked.
	AckLapses stream.Duration `json:"ack_lapses,omitempty"`
	AckGrace  stream.Duration `json:"ack_grace,omitempty"`
	// LeadLapses: a commander without a sign of life for so long is asked, and
	// LeadGrace later somebody else is offered command. Zero: never.
	LeadLapses stream.Duration `json:"lead_lapses,omitempty"`
	LeadGrace  stream.Duration `json:"lead_grace,omitempty"`
	// Quiet time in monitoring after which "resolved" is offered.
	Quiet stream.Duration `json:"quiet,omitempty"`
	// Review says that closing asks for one.
	Review bool `json:"review,omitempty"`
	// ReviewDue is how long after the close.
	ReviewDue stream.Duration `json:"review_due,omitempty"`
}

// Often is the time to the next public words in a phase.
func (w Weight) Often(phase string) stream.Duration {
	if every, ok := w.Every[phase]; ok {
		return every
	}
	return w.Every["investigating"]
}

// Approval says whose yes public words need, beside their author's.
type Approval struct {
	// By are handles ("priya"), roles in the incident ("role:commander") and
	// groups of the configuration ("group:comms"). Empty means anybody.
	By Approvers `json:"by,omitempty"`
	// Need is how many different people have to say it; 0 is 1.
	Need int `json:"need,omitempty"`
	// Fallback are named as in By. Their yes counts too when the words have
	// waited for FallbackAfter, and then they are asked. Zero: never.
	Fallback      Approvers       `json:"fallback,omitempty"`
	FallbackAfter stream.Duration `json:"fallback_after,omitempty"`
	// AloneAfter: when words have waited so long, the commander's yes is
	// enough, also to his own. Zero: never.
	AloneAfter stream.Duration `json:"alone_after,omitempty"`
	// Night is when somebody who is alone in the incident may say yes to his
	// own words, if the guard finds nothing in them.
	Night Hours `json:"night,omitzero"`
}

// Approvers are who may say yes: "priya", "role:legal", "group:comms".
type Approvers []string

// UnmarshalYAML also takes {role: legal}: within braces, that is how the YAML
// library reads [role:legal].
func (a *Approvers) UnmarshalYAML(read func(any) error) error {
	var entries []any
	if err := read(&entries); err != nil {
		return errors.New("write a list: [priya, role:legal, group:comms]")
	}
	*a = nil
	for _, e := range entries {
		entry, _ := e.(string)
		if m, ok := e.(map[string]any); ok && len(m) == 1 {
			for kind, name := range m {
				entry = fmt.Sprintf("%s:%v", kind, name)
			}
		}
		if entry == "" {
			return fmt.Errorf("%v names nobody: write a handle, role:legal or group:comms", e)
		}
		*a = append(*a, entry)
	}
	return nil
}

// Hours are a part of every day by the team's clock: From "22:00" To "07:00",
// not included. The same twice is no time at all.
type Hours struct {
	From string `json:"from"` // included: "22:00"
	To   string `json:"to"`   // not included: "07:00"
}

// Has reports whether a time of the day ("02:15") lies within; what cannot be
// read does not.
func (h Hours) Has(clock string) bool {
	from, err1 := time.Parse("15:04", h.From)
	to, err2 := time.Parse("15:04", h.To)
	at, err3 := time.Parse("15:04", clock)
	switch {
	case err1 != nil || err2 != nil || err3 != nil:
		return false
	case from.After(to):
		return !at.Before(from) || at.Before(to)
	}
	return !at.Before(from) && at.Before(to)
}

// Reminder is one rung of a promise's ladder: At is relative to the due time.
type Reminder struct {
	At  stream.Duration `json:"at"`  // after it is due; -5m is before
	Who string          `json:"who"` // "comms", "channel", "commander"
	// Page wakes the comms on call as well, at these severities.
	Page []string `json:"page,omitempty"`
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

// Impact is how a status page weighs a severity: as the policy says, else the
// worst is critical, then major, then minor.
func (p Policy) Impact(severity string) string {
	for i, w := range p.Severities {
		if w.Name == severity && w.Impact != "" {
			return w.Impact
		}
		if w.Name == severity {
			return []string{"critical", "major", "minor"}[min(i, 2)]
		}
	}
	return "none"
}
