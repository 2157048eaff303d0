// Package watch is what an incident looks after by itself: whether whoever
// commands is still there, and whether it has been quiet long enough to be over.
// Each look is a timer's; it is decided by what is known then.
package watch

import (
	"time"

	"drumbeat/incident/stream"
)

// Watch is what was looked after so far.
type Watch struct {
	Took    time.Time       // the commander took command
	Asked   time.Time       // he was asked whether he still commands; zero: he was not
	Offered []stream.Person // who were offered command since
	Quiet   time.Time       // nothing new since: a fix is watched, a sign ended, somebody said "not yet"
}

// Look is what a look at the commander found.
type Look struct {
	Found string        `json:"found"` // Seen, Asked, Rung or Offered
	By    stream.Person `json:"by"`
	Since time.Time     `json:"since"` // of his last sign of life
	// Until is when the next look is; zero: nobody is left to be offered command.
	Until time.Time `json:"until,omitzero"`
	// To is offered command. The zero Person: whoever reads it.
	To stream.Person `json:"to,omitzero"`
}

// What a look may find: he is there; he is not, and is asked; he was asked, and
// others are rung in his place already, or somebody is offered command.
const (
	Seen    = "seen"
	Asked   = "asked"
	Rung    = "rung"
	Offered = "offered"
)

// Lead is whoever commands, when he was last seen, and whether others are rung in
// his place; Next may be offered command, in order.
type Lead struct {
	By      stream.Person
	Seen    time.Time
	Ringing bool
	Next    []stream.Person
}

// Limits are how long a commander's silence lasts, and how much longer once he
// was asked.
type Limits struct{ Lapses, Grace time.Duration }

// Look says what a look at the commander finds; false when he was asked and has
// time left.
func (w Watch) Look(lead Lead, l Limits, now time.Time) (Look, bool) {
	seen := lead.Seen
	if w.Took.After(seen) {
		seen = w.Took
	}
	look := Look{Found: Seen, By: lead.By, Since: seen, Until: seen.Add(l.Lapses)}
	switch asked := !w.Asked.IsZero() && !seen.After(w.Asked); {
	case now.Before(look.Until):
		return look, true
	case !asked:
		look.Found, look.Until = Asked, now.Add(l.Grace)
		return look, true
	case now.Before(w.Asked.Add(l.Grace * time.Duration(1+len(w.Offered)))):
		return Look{}, false
	}
	if look.Found, look.Until = Offered, now.Add(l.Grace); lead.Ringing {
		look.Found = Rung
		return look, true
	}
	for _, p := range lead.Next {
		if p.Handle != lead.By.Handle && p.Handle != "" && !w.offered(p) {
			look.To = p
			return look, true
		}
	}
	look.Until = time.Time{}
	return look, !w.offered(stream.Person{})
}

func (w Watch) offered(p stream.Person) bool {
	for _, o := range w.Offered {
		if o.Handle == p.Handle {
			return true
		}
	}
	return false
}

// Note takes what a look found.
func (w Watch) Note(l Look, at time.Time) Watch {
	switch l.Found {
	case Asked:
		w.Asked, w.Offered = at, nil
	case Offered:
		w.Offered = append(w.Offered[:len(w.Offered):len(w.Offered)], l.To)
	}
	return w
}

// Take begins with a new commander.
func (w Watch) Take(at time.Time) Watch {
	return Watch{Took: at, Quiet: w.Quiet}
}
