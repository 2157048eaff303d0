package policy

import (
	"slices"
	"time"
)

// Quiet are hours in which words of some kinds wait for the morning wherever they
// are sent to readers. Our own page shows them at once: that keeps the promise.
type Quiet struct {
	From string `json:"from"` // included: "22:00"
	To   string `json:"to"`   // not included: "07:00"
	// Kinds of words that wait: phase, news or no-news.
	Kinds []string `json:"kinds"`
}

// Waits is how long words of a kind wait at a time of the day ("02:15"); zero
// when they do not. In a night in which the clock is changed it is an hour off.
func (q Quiet) Waits(kind, clock string) time.Duration {
	if !slices.Contains(q.Kinds, kind) || !(Hours{From: q.From, To: q.To}).Has(clock) {
		return 0
	}
	now, _ := time.Parse("15:04", clock) // Has has read them
	end, _ := time.Parse("15:04", q.To)
	if wait := end.Sub(now); wait > 0 {
		return wait
	}
	return end.Sub(now) + 24*time.Hour
}

// IsClock reports whether a text is a time of the day, or empty.
func IsClock(text string) bool {
	_, err := time.Parse("15:04", text)
	return err == nil || text == ""
}
