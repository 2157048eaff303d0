package incident

import (
	"slices"
	"time"

	"drumbeat/incident/paging"
	"drumbeat/incident/stream"
	"drumbeat/incident/watch"
)

// CheckLead is the timer that looks after whoever commands.
type CheckLead struct{}

// LeadChecked is what a look at the commander found.
type LeadChecked watch.Look

func (CheckLead) decide(s State, m stream.Meta) ([]Event, error) {
	lead, w := s.Commander(), s.Weight()
	if s.Phase.Ended() || lead.Handle == "" || w.LeadLapses == 0 {
		return nil, nil
	}
	ringing := slices.ContainsFunc(s.Pages, func(p Page) bool { return p.Lapsed.Handle == lead.Handle && p.Acked.Handle == "" })
	who := watch.Lead{By: lead, Seen: s.Seen[lead.Handle], Ringing: ringing, Next: s.deputies()}
	look, ok := s.Watch.Look(who, watch.Limits{Lapses: time.Duration(w.LeadLapses), Grace: time.Duration(w.LeadGrace)}, m.At)
	if !ok {
		return nil, nil
	}
	return []Event{LeadChecked(look)}, nil
}

// deputies may be offered command: first who answered a page and is there, then
// who is on call, where the severity wakes them.
func (s State) deputies() (out []Person) {
	if slices.Contains(s.Weight().Wakes, "oncall") {
		out = paging.People(s.OnCall)
	}
	return append(s.Pages.Takers(), out...)
}

func (e LeadChecked) apply(s State, r stream.Record) State {
	s.Watch = s.Watch.Note(watch.Look(e), r.At)
	return s
}
