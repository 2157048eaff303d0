// Package promises is the rules of what is owed by when: when words are due,
// what keeps a promise, and whom it reaches as it falls due. The list itself is
// words.Promises; who may say what is the incident's.
package promises

import (
	"slices"
	"time"

	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Made: the audience has words by Due. Of a duty: what Owner owes by then.
type Made struct {
	N        int            `json:"n"`
	Audience words.Audience `json:"audience"`
	Due      time.Time      `json:"due"`
	Name     string         `json:"name,omitempty"`
	Text     string         `json:"text,omitempty"`
	Owner    string         `json:"owner,omitempty"`
}

// Kept: the words came. Late when they came after the due time; Held when
// nobody tapped them.
type Kept struct {
	N    int  `json:"n"`
	Late bool `json:"late,omitempty"`
	Held bool `json:"unattended,omitempty"`
}

// Dropped: nothing more is owed.
type Dropped struct {
	N   int    `json:"n"`
	Why string `json:"why"`
}

// Reminded: a rung of the ladder reached somebody.
type Reminded struct {
	N    int       `json:"n"`
	Rung int       `json:"rung"`
	Who  string    `json:"who"` // the ladder's word: "comms", "channel", "commander", "owner"
	Due  time.Time `json:"due"`
}

// Sooner: customers were told Told, and would hear earlier by the rhythm of now.
type Sooner struct {
	N     int             `json:"n"`
	Told  time.Time       `json:"told"`
	Every stream.Duration `json:"every"`
}

// step is what due times are rounded up to, so that words say "13:40" and not
// "13:37".
const step = 5 * time.Minute

// Round gives the time as words say it.
func Round(t time.Time) time.Time {
	if r := t.Truncate(step); r.Before(t) {
		return r.Add(step)
	}
	return t
}

// Next is when the next public words are due after words at t in a phase; zero
// when none are.
func Next(w policy.Weight, phase words.Phase, t time.Time) time.Time {
	every := w.Often(string(phase))
	if every == 0 {
		return time.Time{}
	}
	return Round(t.Add(time.Duration(every)))
}

// Began is when it began, when it was known that customers notice (zero: not
// yet), and what time it is.
type Began struct{ Since, Confirmed, Now time.Time }

// First is when the first public words are due: FirstWords after the first sign,
// or AfterConfirmed after somebody said that customers notice, whichever is
// later. Where that leaves less than AfterConfirmed from now, a new promise gives
// so much; the open one (nil: none) is not put off by it.
func First(w policy.Weight, b Began, open *words.Promise) time.Time {
	due := b.Since.Add(time.Duration(w.FirstWords))
	if !b.Confirmed.IsZero() {
		due = later(due, b.Confirmed.Add(time.Duration(w.AfterConfirmed)))
	}
	soonest := b.Now.Add(time.Duration(w.AfterConfirmed))
	if !due.Before(soonest) {
		return due
	}
	if open != nil && open.Due.Before(soonest) {
		soonest = open.Due
	}
	return later(due, soonest)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Keep are the promises that words for an audience keep: public words satisfy
// stakeholders too.
func Keep(all words.Promises, a words.Audience, at time.Time) (kept []Kept) {
	for _, p := range all {
		if p.Open() && (p.Audience == a || a == words.Public && p.Audience != words.Duty) {
			kept = append(kept, Kept{N: p.N, Late: at.After(p.Due)})
		}
	}
	return kept
}

// Drop ends what is owed to those who read words. A duty goes on.
func Drop(all words.Promises, why string) (dropped []Dropped) {
	for _, p := range all {
		if p.Open() && p.Audience != words.Duty {
			dropped = append(dropped, Dropped{N: p.N, Why: why})
		}
	}
	return dropped
}

// Review is the duty that closing leaves: to write down what happened, why, and
// what changes.
const Review = "review"

// Ladder is whom a promise reaches as it falls due, and when. A duty reaches
// its owner; an hour late, the commander too.
func Ladder(p policy.Policy, of words.Promise) []policy.Reminder {
	if of.Audience != words.Duty {
		return p.Ladder
	}
	at := []stream.Duration{0}
	if of.Name == Review {
		at = []stream.Duration{stream.Duration(-24 * time.Hour), 0}
	}
	for _, d := range p.Duties {
		if d.Name == of.Name && len(d.Remind) > 0 {
			at = d.Remind
		}
	}
	var out []policy.Reminder
	for _, when := range at {
		out = append(out, policy.Reminder{At: when, Who: "owner"})
	}
	return append(out, policy.Reminder{At: stream.Duration(time.Hour), Who: "commander"})
}

// Ring is what the timer of a rung finds: the promise is missed from now on, and
// the rung speaks. A timer that is late leaves it to the rung that stands by now.
func Ring(p words.Promise, ladder []policy.Reminder, rung int, now time.Time) (missed, speaks bool) {
	at, late := time.Duration(ladder[rung].At), now.Sub(p.Due)
	if late < at {
		return false, false
	}
	missed = p.Open() && !p.Missed && late >= 0 && at >= 0
	return missed, !slices.ContainsFunc(ladder, func(r policy.Reminder) bool {
		return time.Duration(r.At) > at && late >= time.Duration(r.At)
	})
}
