package facts

import (
	"time"

	"drumbeat/incident"
)

// timer is a look at a page that is to be taken up again.
type timer struct {
	Page  int
	Rung  int
	Again bool
	Asked bool // whoever took it was asked whether he is still there
	After time.Duration
}

// resumed are the timers of pages that ended with the incident, or with a
// severity that asks for none, and are needed again: taken says of those that
// somebody took, otherwise of those that nobody did.
func resumed(s incident.State, event any, taken bool) (out []timer) {
	back, lapses := false, time.Duration(s.Weight().AckLapses)
	switch e := event.(type) {
	case incident.PhaseChanged:
		back = e.From.Ended() && !e.To.Ended()
	case incident.SeverityChanged, incident.PlaybookTaken: // who is still called is called at any severity
		back = taken
	}
	for _, p := range s.Pages {
		t := timer{Page: p.N, Rung: p.Rung, Again: p.Exhausted, Asked: !p.Asked.IsZero(), After: lapses}
		if p.Acked.Handle == "" {
			t.After = time.Duration(p.Rungs[p.Rung].Wait)
			if p.Exhausted {
				t.After = time.Duration(s.Policy.PagesAgain)
			}
		}
		if back && t.After > 0 && taken == (p.Acked.Handle != "") {
			out = append(out, t)
		}
	}
	return out
}
