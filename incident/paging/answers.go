package paging

import (
	"time"

	"drumbeat/incident/stream"
)

// Acknowledged: somebody is on it.
type Acknowledged struct {
	N  int           `json:"n"`
	By stream.Person `json:"by"`
	// Lapses is when it is worth nothing without a sign of life.
	Lapses time.Time `json:"lapses,omitzero"`
}

// Questioned: an acknowledgement was followed by silence; the person is
// asked.
type Questioned struct {
	N  int           `json:"n"`
	By stream.Person `json:"by"`
	At time.Time     `json:"until"` // when the ladder goes on
}

// Exhausted: every rung was silent.
type Exhausted struct {
	N int `json:"n"`
}

// Seen: the person on it showed a sign of life; the next look is at Until.
type Seen struct {
	N     int       `json:"n"`
	Until time.Time `json:"until"`
}

// What a look at whoever is on it finds.
const (
	Waiting = iota // he was asked, and has a moment left
	Alive          // he was seen: look again at the time given
	Quiet          // he is to be asked; the ladder goes on at the time given
	Gone           // he was asked and said nothing
)

// Look looks after an answered page. seen is the person's last sign of life; it
// lapses after so long, and once he was asked, grace is how long he has.
func (p Page) Look(seen time.Time, lapses, grace time.Duration, now time.Time) (found int, at time.Time) {
	if seen.Before(p.AckedAt) {
		seen = p.AckedAt
	}
	asked := !p.Asked.IsZero() && !seen.After(p.Asked)
	switch again := seen.Add(lapses); {
	case asked && now.Before(p.Asked.Add(grace)):
		return Waiting, time.Time{}
	case asked:
		return Gone, time.Time{}
	case now.Before(again):
		return Alive, again
	}
	return Quiet, now.Add(grace)
}
