package incident

import (
	"time"

	"drumbeat/incident/stream"
)

// Archive is the timer of a channel that nobody needs any more: it tells so, and
// a day later gives it up.
type Archive struct{}

// ArchiveTold: whoever reads the channel hears when it is archived.
type ArchiveTold struct {
	At time.Time `json:"until"`
}

// Archived: the channel was given up. An incident that is reopened gets another.
type Archived struct {
	Channel string `json:"channel"`
}

// ArchiveAt is when Archive has something to do; zero while it has not: the work
// goes on, or something of it is owed.
func (s State) ArchiveAt() time.Time {
	if !s.Phase.Over() || len(s.Tasks.Open(true)) > 0 || len(s.Promises.Duties()) > 0 {
		return time.Time{}
	}
	return s.Room.ArchiveAt(s.PhaseAt, time.Duration(s.Policy.Close.Archive))
}

func (Archive) decide(s State, m stream.Meta) ([]Event, error) {
	switch at := s.ArchiveAt(); {
	case at.IsZero() || at.After(m.At):
		return nil, nil
	case s.Room.Archives.IsZero():
		return []Event{ArchiveTold{At: s.Room.Tell(s.PhaseAt, time.Duration(s.Policy.Close.Archive), m.At)}}, nil
	}
	return []Event{Archived{Channel: s.Room.Channel}}, nil
}

func (e ArchiveTold) apply(s State, _ stream.Record) State {
	s.Room.Archives = e.At
	return s
}

func (Archived) apply(s State, _ stream.Record) State {
	s.Room = s.Room.Archive()
	return s
}
