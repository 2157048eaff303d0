// Package score measures an incident from its log alone: how long customers
// waited for words, which promises were kept, who was woken, what became of
// every word. Nothing in it is about how fast or how good a person is.
//
// It is pure: the same log and the same moment give the same score.
package score

import (
	"errors"
	"slices"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
)

// Score is what an incident came to so far. A moment that did not come is null,
// and so is what hangs on it. Its JSON is an interface: names stay.
type Score struct {
	Number   string         `json:"number"`
	Title    string         `json:"title"`
	Severity string         `json:"severity"`
	Phase    incident.Phase `json:"phase"`
	Open     bool           `json:"open"`
	Private  bool           `json:"private"`

	FirstSign *time.Time `json:"first_sign_at"`
	// FirstPage is when the first far end took a page, FirstAck the first "I'm on
	// it".
	FirstPage *time.Time `json:"first_page_at"`
	FirstAck  *time.Time `json:"first_ack_at"`
	// Confirmed is when it was known that customers notice: a person said so, or
	// two independent signs did.
	Confirmed *time.Time `json:"confirmed_at"`
	// FirstPublic is when customers could read the first words at a far end that
	// was live: our own status page shows them when they are published, every
	// other far end when it has taken them.
	FirstPublic *time.Time `json:"first_public_at"`
	Identified  *time.Time `json:"identified_at"` // for the first time
	// Resolved is null again while a resolved incident was reopened.
	Resolved *time.Time `json:"resolved_at"`

	// Waited is from the first sign to the first public words.
	Waited *int64 `json:"waited_seconds"`
	// Silence is the longest time without public words, from the first sign to the
	// end; to now while it is open. To customers who were told of it, it has ended
	// when they can read that, or when it was resolved if that is later.
	Silence int64 `json:"longest_public_silence_seconds"`

	Promises Promises  `json:"promises"`
	Woken    []Woken   `json:"woken"` // in the order of their first page
	Words    []Words   `json:"words"` // for customers, in order
	Suspects []Suspect `json:"suspects"`
	// Alert is what the alert was worth, as it was said at the end: useful, noise
	// or missing.
	Alert string `json:"alert,omitempty"`
	// Review is owed after the end; null where none is.
	Review    *Review    `json:"review"`
	FollowUps []FollowUp `json:"follow_ups"`
}

// Suspect is a change that stood under "look here first".
type Suspect struct {
	ID       string     `json:"id"`
	What     string     `json:"what"`
	Service  string     `json:"service,omitempty"`
	Risk     string     `json:"risk,omitempty"`
	Why      string     `json:"why,omitempty"`
	Author   string     `json:"author,omitempty"`
	Reviewer string     `json:"reviewer,omitempty"`
	Started  time.Time  `json:"started_at"`
	Ended    *time.Time `json:"ended_at"`
	// Unrecorded: it ran with uncommitted or unpushed files.
	Unrecorded bool `json:"unrecorded"`
}

// reading is what is heard while a log is folded.
type reading struct {
	state                           incident.State
	page, ack, identified, resolved time.Time
	woken                           []Woken
	attempts                        map[string]int // by Delivery.About
}

// Of measures the incident whose records are the log, as of now. An error is
// damage in the log, or a log without records.
func Of(log []stream.Record, now time.Time) (Score, error) {
	if len(log) == 0 {
		return Score{}, errors.New("an incident without records has no score")
	}
	r := reading{attempts: map[string]int{}}
	for _, rec := range log {
		event, err := incident.DecodeEvent(rec)
		if err != nil {
			return Score{}, err
		}
		if r.state, err = (incident.Rules{}).Apply(r.state, rec); err != nil {
			return Score{}, err
		}
		r.hear(rec.At, event)
	}
	return r.score(now), nil
}

// hear notes what the state does not keep.
func (r *reading) hear(at time.Time, event incident.Event) {
	switch e := event.(type) {
	case incident.PhaseChanged:
		switch e.To {
		case incident.Identified:
			first(&r.identified, at)
		case incident.Resolved:
			r.resolved = at
		}
	case incident.Paged:
		r.rings(e.People, at)
	case incident.Acknowledged:
		first(&r.ack, at)
		if w := r.person(e.By.Handle); w != nil && w.Acked == nil {
			w.Acked = &at
		}
	case incident.Settled:
		r.attempts[e.About] = e.Attempt
		r.rang(e, at)
	}
}

func first(moment *time.Time, at time.Time) {
	if moment.IsZero() {
		*moment = at
	}
}

func (r *reading) score(now time.Time) Score {
	s := r.state
	told := told(s)
	out := Score{Number: s.Number, Title: s.Title, Severity: s.Severity, Phase: s.Phase, Open: !s.Phase.Over(), Private: s.Private,
		FirstSign: moment(s.Since), FirstPage: moment(r.page), FirstAck: moment(r.ack), Confirmed: moment(s.Confirmed),
		Identified: moment(r.identified), Silence: seconds(silence(s.Since, end(s, now), told)),
		Promises: promises(s, now, told), Woken: append([]Woken{}, r.woken...), Words: r.words(), Suspects: suspects(s), Alert: s.Alert, Review: review(s), FollowUps: followUps(s)}
	if s.Phase == incident.Resolved || s.Phase == incident.Closed {
		out.Resolved = moment(r.resolved)
	}
	if len(told) > 0 {
		waited := max(0, seconds(told[0].Sub(s.Since)))
		out.FirstPublic, out.Waited = &told[0], &waited
	}
	return out
}

// moment is a time that may not have come.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

func suspects(s incident.State) []Suspect {
	out := []Suspect{}
	for _, c := range s.Suspects {
		out = append(out, Suspect{ID: c.ID, What: c.What, Service: c.Service, Risk: c.Risk, Why: c.Why, Author: c.Author.String(),
			Reviewer: c.Reviewer.String(), Started: c.Started, Ended: moment(c.Ended), Unrecorded: c.Unrecorded})
	}
	return out
}

// end is until when customers wait for words.
func end(s incident.State, now time.Time) time.Time {
	switch last := lastRead(s); {
	case !s.Phase.Ended(), last != nil && last.Phase != incident.Resolved:
		return now
	case last != nil:
		return later(s.Ended, read(*last))
	}
	return s.Ended
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// silence is the longest time from one moment to another without words.
func silence(from, to time.Time, words []time.Time) time.Duration {
	most, last := time.Duration(0), from
	for _, w := range append(slices.Clone(words), to) {
		if w.After(to) {
			w = to
		}
		if w.After(last) {
			most, last = max(most, w.Sub(last)), w
		}
	}
	return most
}
