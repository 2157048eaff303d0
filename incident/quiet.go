package incident

import (
	"time"

	"drumbeat/incident/stream"
)

// OfferResolve is the timer that finds an incident quiet while its fix is
// watched.
type OfferResolve struct{}

// KeepWatching says that it is not over yet: the quiet time begins anew.
type KeepWatching struct{}

// ResolveOffered: nothing was seen of it for so long that it may be over.
// Customers are told nothing by it.
type ResolveOffered struct{}

// Watched: the quiet time began anew.
type Watched KeepWatching

// decide looks for the newest sign: a later one has its own timer, and while an
// alert fires nothing is offered.
func (OfferResolve) decide(s State, m stream.Meta) ([]Event, error) {
	quiet := time.Duration(s.Weight().Quiet)
	if s.Phase != Monitoring || quiet == 0 || s.Signs.Firing() || m.At.Before(s.Watch.Quiet.Add(quiet)) {
		return nil, nil
	}
	return []Event{ResolveOffered{}}, nil
}

func (KeepWatching) decide(s State, _ stream.Meta) ([]Event, error) {
	if s.Phase != Monitoring {
		return nil, stream.Refuse("%s is %s: there is no fix to watch. “monitoring” says that one is in place.", s.Number, s.Phase)
	}
	return []Event{Watched{}}, nil
}

// apply lets other timers of the same quiet time offer nothing more.
func (ResolveOffered) apply(s State, r stream.Record) State {
	s.Watch.Quiet = r.At
	return s
}

func (Watched) apply(s State, r stream.Record) State {
	s.Watch.Quiet = r.At
	return s
}
