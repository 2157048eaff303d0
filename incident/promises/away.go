package promises

import (
	"slices"
	"time"

	"drumbeat/incident/words"
)

// Away is what nobody heard of from one time to another.
type Away struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Due are the times of the promises that passed.
	Due []time.Time `json:"due,omitempty"`
	// Stale are the approved words, by number, that have not reached every far
	// end and name a time that has passed: there they are not sent any more.
	Stale []int `json:"stale,omitempty"`
}

// Missed are the promises of words, by number, that fell due from one time to
// another; Away tells when.
func Missed(all words.Promises, from, to time.Time) (away Away, missed []int) {
	away = Away{From: from, To: to}
	for _, p := range all.Words() {
		if p.Missed || !p.Due.After(from) || p.Due.After(to) {
			continue
		}
		missed = append(missed, p.N)
		if !slices.ContainsFunc(away.Due, p.Due.Equal) {
			away.Due = append(away.Due, p.Due)
		}
	}
	return away, missed
}
