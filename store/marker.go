package store

import (
	"context"
	"time"
)

// Marker is an optional contract beside Store: data that can tell where they
// were last in use, and when. A process that is about to send reads the mark,
// acts upon what it says, and only then writes its own: a crash in between
// leaves the old one, and the next process finds the same. While it runs it
// writes one a minute, so that a gap is an absence.
type Marker interface {
	// Marked gives the newest mark; the zero Mark of a store that was never
	// in use.
	Marked(ctx context.Context) (Mark, error)

	// Mark writes that the data are in use here, at now. It is durable as a
	// commit is.
	Mark(ctx context.Context, now time.Time) error
}

// Mark says when data were last in use.
type Mark struct {
	// At is the now of the newest Mark, whichever process wrote it.
	At time.Time
	// Foreign: the data are not what was last in use here. They came from
	// another place, or are older than what this place has already seen: a
	// copy, an import, a restored backup. What they have not sent may have
	// been sent. A restart, an upgrade, a crash or a fail-over is never
	// foreign; each backend's package says what it cannot notice.
	Foreign bool
}
