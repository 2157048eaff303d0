package words

import "time"

// Promise says by when an audience has its next words.
type Promise struct {
	N        int
	Audience Audience
	Due      time.Time
	Made     time.Time
	Kept     time.Time // zero while open
	Missed   bool      // the due time passed without words
	Held     bool      // kept by unattended words: somebody still has to write
	Dropped  string    // why it no longer holds
	Reminded int       // rungs of the ladder that rang
	// Of a duty: its name, what is owed, and the role or handle of its owner.
	Name, Text, Owner string
}

// Open reports whether the promise still waits for words.
func (p Promise) Open() bool { return p.Kept.IsZero() && p.Dropped == "" }

// Promises are an incident's, by their numbers.
type Promises []Promise

// Open is the open promise to an audience, nil if there is none.
func (all Promises) Open(a Audience) *Promise {
	return all.last(func(p *Promise) bool { return p.Audience == a && p.Open() })
}

// Duty is the newest of that name, nil if there is none.
func (all Promises) Duty(name string) *Promise {
	return all.last(func(p *Promise) bool { return p.Audience == Duty && p.Name == name })
}

// last is a copy of the last that is such, nil if none is.
func (all Promises) last(such func(*Promise) bool) *Promise {
	for i := len(all) - 1; i >= 0; i-- {
		if such(&all[i]) {
			p := all[i]
			return &p
		}
	}
	return nil
}

// Words are the open ones that words keep.
func (all Promises) Words() (open []Promise) {
	for _, p := range all {
		if p.Audience != Duty && p.Open() {
			open = append(open, p)
		}
	}
	return open
}

// Duties are those that are still owed.
func (all Promises) Duties() (open []Promise) {
	for _, p := range all {
		if p.Audience == Duty && p.Open() {
			open = append(open, p)
		}
	}
	return open
}
