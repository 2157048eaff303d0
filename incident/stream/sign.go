package stream

import (
	"slices"
	"strings"
	"time"
)

// Sign is something that says that there is a problem: an alert, a customer's
// report. Two of different sources are independent.
type Sign struct {
	Source string    `json:"source"` // "alert:ApiErrorsHigh", "customers"
	Text   string    `json:"text,omitempty"`
	Count  int       `json:"count,omitempty"` // how many instances
	At     time.Time `json:"at,omitzero"`
	Ended  bool      `json:"ended,omitempty"`
}

// Alert reports whether the monitoring gave the sign.
func (s Sign) Alert() bool { return strings.HasPrefix(s.Source, "alert:") }

// Signs are what says so, one for each source.
type Signs []Sign

// Note takes a sign that is new, grew or ended.
func (l Signs) Note(sign Sign) Signs {
	i := slices.IndexFunc(l, func(old Sign) bool { return old.Source == sign.Source })
	if i < 0 {
		return Append(l, sign)
	}
	return Replace(l, i+1, func(x *Sign) { *x = sign })
}

// Independent reports whether two sources say that there is a problem now.
func (l Signs) Independent() bool {
	n := 0
	for _, sign := range l {
		if !sign.Ended {
			n++
		}
	}
	return n > 1
}

// Firing reports whether an alert is on.
func (l Signs) Firing() bool {
	return slices.ContainsFunc(l, func(s Sign) bool { return s.Alert() && !s.Ended })
}
