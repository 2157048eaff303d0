package alert

import (
	"time"

	"drumbeat/incident/stream"
)

// History is what an alert did in a time.
type History struct {
	// Fired counts what was heard of it that was new: it began, or became wider.
	Fired int
	// Through counts how often it reached an incident although it was muted.
	Through int
}

// During reads an alert's records, oldest first, of which the first may be
// missing: what happened in a time. It cannot fail; a damaged record counts as
// none.
func During(log []stream.Record, from, to time.Time) History {
	var h History
	silent := false
	for _, r := range log {
		e, err := events.Event(r)
		if err != nil || !r.At.Before(to) {
			continue
		}
		switch e := e.(type) {
		case muted:
			silent = true
		case muteEnded:
			silent = false
		case fired:
			if r.At.Before(from) {
				continue
			}
			h.Fired++
			if silent && (e.Raise || e.Tell) {
				h.Through++
			}
		}
	}
	return h
}
