package incident

import (
	"time"

	"drumbeat/incident/stream"
)

// OfferResolve is the timer that finds an incident quiet while its fix is
// watched.
type OfferResolve struct{}

// ResolveOffered: nothing was seen of it for so long that it may be over.
// Customers are told nothing by it.
type ResolveOffered struct{}

// decide looks for the newest sign: a later one has its own timer, and while an
// alert fires nothing is offered.
func (OfferResolve) decide(s State, m stream.Meta) ([]Event, error) {
	quiet, since := time.Duration(s.Weight().Quiet), s.PhaseAt
	if s.Phase != Monitoring || quiet == 0 {
		return nil, nil
	}
	for _, sign := range s.Signs {
		if sign.Alert() && !sign.Ended {
			return nil, nil
		}
		if sign.At.After(since) {
			since = sign.At
		}
	}
	if m.At.Before(since.Add(quiet)) {
		return nil, nil
	}
	return []Event{ResolveOffered{}}, nil
}

func (ResolveOffered) apply(s State, _ stream.Record) State { return s }
