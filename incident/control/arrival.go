package control

import (
	"time"

	"drumbeat/incident/stream"
)

// Restore says that the data came from elsewhere: a backup, a copy. A machine
// sends it when it starts on them, before it sends anything.
type Restore struct {
	Seen time.Time `json:"seen"` // when they were last in use
	// Operator is looked up: he hears of it.
	Operator stream.Person `json:"operator,omitzero"`
}

// Absence is a time in which nobody was running.
type Absence struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Return says that nobody was running. A machine sends it when it starts, before
// it sends anything.
type Return struct {
	Absence
	// Open is how many incidents were open meanwhile: what fell due is told in each.
	Open int `json:"open,omitempty"`
	// Operator is looked up: he hears of it.
	Operator stream.Person `json:"operator,omitzero"`
}

type (
	restored Restore
	returned Return
)

// WhyRestored is why public words are on hold in data that came from elsewhere.
const WhyRestored = "this store was restored or copied, and what it has not sent may have been sent; `drumbeat resume` lets words go"

func (c Restore) decide(State, stream.Meta) ([]event, error) { return []event{restored(c)}, nil }
func (c Return) decide(State, stream.Meta) ([]event, error)  { return []event{returned(c)}, nil }

func (restored) kind() string { return "restored" }
func (returned) kind() string { return "returned" }

func (e restored) apply(s State, r stream.Record) State {
	s.Restored = r.At
	if !s.Held {
		s.Held, s.HeldBy, s.HeldAt, s.Why = true, "Drumbeat", r.At, WhyRestored
	}
	return s
}

func (e returned) apply(s State, _ stream.Record) State {
	s.Away = e.Absence
	return s
}

// tooOld is how long words for customers may have waited when an absence ends:
// a restart that takes minutes loses none, and nobody reads what was true an
// hour ago. Words that name a time that has passed do not wait as long (see
// incident.Return).
const tooOld = 15 * time.Minute

// Imported reports whether words are on hold because the data came from
// elsewhere.
func (s State) Imported() bool { return s.Held && s.Why == WhyRestored }

// Stale says, in a sentence, why a delivery that was asked for at that time is
// not to be sent any more; empty when it is. unsure says that another life of
// these data may have sent it.
func (s State) Stale(queued time.Time, public bool) (reason string, unsure bool) {
	switch {
	case queued.Before(s.Restored):
		return "it was asked for before " + utc(s.Restored) + ", when this store was restored or copied: it may have been sent already", true
	case public && queued.Before(s.Away.To.Add(-tooOld)):
		return "nobody was running from " + utc(s.Away.From) + " to " + utc(s.Away.To) + ", and it was asked for before that", false
	}
	return "", false
}

func utc(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
