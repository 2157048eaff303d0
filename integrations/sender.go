// Package integrations is the contract between Drumbeat and everything outside
// it: how a far end takes a delivery (Sender, Finder), how it says what became
// of it (Receipt and the error kinds), and what passes between people's faces
// and the bot (Request, Reply, Form). One package per far end lives below.
//
// # What a far end's package holds
//
// Config (with yaml tags), New, and a type with Send, Check and, where the far
// end can be asked, Find. Its package comment says how once-only is kept there
// and what remains.
//
// # Actions
//
// The same act has the same name and the same Args at every far end:
//
//	publish     words to customers. Args: incident ("INC-42"), update (number),
//	            kind (first, phase, news, no-news, resolved, correction,
//	            retraction), phase (investigating, identified, monitoring,
//	            resolved), impact (none, minor, major, critical), title,
//	            ref (Receipt.Ref of this incident's first post at this far
//	            end; empty for the first), last (Receipt.Ref of its newest),
//	            standalone (Receipt.More of an earlier one, where a far end
//	            gave it), link (the incident's permalink on our status page), components
//	            (JSON object: our component → state; the far end knows its ids). Words: the
//	            approved text as paragraphs.
//	page        wakes a person. Args: person (handle), address (phone number,
//	            mail address or the face's user ID), incident, severity, page
//	            (number), voice ("true": a call), dedup (the far end's key, where
//	            it has one). Words: what is read or said; Buttons are the answers.
//	acknowledge tells a paging service that somebody has it; resolve ends it.
//	stand_down  tells a paged person that nothing is left to do; as page.
//	send        mail, SMS or a direct message that is neither: person, address.
//
// A chat face has more (see integrations/slack).
package integrations

import (
	"context"
	"errors"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Receipt is what a far end gave for a delivery: the proof, and what later
// deliveries build on. Ref is its own name of the thing (a tweet's id, a
// message's ts); Link is where a person can look at it; More holds what else is
// worth keeping (Slack: "channel").
type Receipt struct {
	Ref  string            `json:"ref,omitempty"`
	Link string            `json:"link,omitempty"`
	More map[string]string `json:"more,omitempty"`
}

// Sender delivers to one far end.
type Sender interface {
	// Send carries the delivery out. It may be called again with the same ID
	// after a crash. Its error is one of three kinds: Permanent (surely not
	// applied; do not try again), RetryAfter (surely not applied; try again),
	// any other (the outcome is unknown). No error text holds a secret.
	Send(ctx context.Context, d stream.Delivery) (Receipt, error)
	// Check tells what is wrong with an action and its Args, without calling
	// anybody; Args may be a part of what Send will get. For lint.
	Check(action string, args map[string]string) error
}

// Finder is a Sender that can be asked whether a delivery arrived.
type Finder interface {
	// Find looks for the effect of a delivery whose outcome is unknown. An
	// error means that nobody could tell.
	Find(ctx context.Context, d stream.Delivery) (Receipt, bool, error)
}

// Previewer is a Sender that can show words as it would draw them.
type Previewer interface {
	// Preview draws a delivery of the action publish. It calls nobody.
	Preview(d stream.Delivery) words.Drawn
}

// Measurer is a Sender that knows how long words may be: the one place where a
// far end's limits are asked for, so that a playbook's words are measured before
// they matter.
type Measurer interface {
	// Measure gives what of a delivery's words is too long. It calls nobody.
	Measure(d stream.Delivery) []words.Length
}

// permanent and retry are the error kinds that say "surely not applied".
type permanent struct{ error }

func (e permanent) Unwrap() error { return e.error }

type retry struct {
	error
	after time.Duration
}

func (e retry) Unwrap() error { return e.error }

// Permanent marks err: surely not applied, and trying again is of no use.
func Permanent(err error) error { return permanent{err} }

// RetryAfter marks err: surely not applied, try again; not before d has passed
// when d > 0, at the caller's own pace when it is 0.
func RetryAfter(err error, d time.Duration) error { return retry{err, d} }

// IsPermanent reports whether err was marked by Permanent.
func IsPermanent(err error) bool {
	var p permanent
	return errors.As(err, &p)
}

// RetryDelay reports whether err was marked by RetryAfter, and its duration.
func RetryDelay(err error) (time.Duration, bool) {
	var r retry
	ok := errors.As(err, &r)
	return r.after, ok
}
