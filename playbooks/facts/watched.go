package facts

import (
	"slices"

	"drumbeat/incident"
	"drumbeat/incident/watch"
)

// leadCalls are the ways to who is offered command: the first that wakes, and
// Slack beside it.
func leadCalls(event any) []call {
	e, ok := event.(incident.LeadChecked)
	if !ok || e.Found != watch.Offered {
		return nil
	}
	return ways([]incident.Person{e.To}, 0, "")
}

// askedAsTaker says that the commander took a page, and is looked after as such:
// he is not asked the same twice.
func askedAsTaker(s incident.State) bool {
	lead := s.Commander().Handle
	return s.Weight().AckLapses > 0 && slices.ContainsFunc(s.Pages, func(p incident.Page) bool {
		return p.Lapsed.Handle == lead || p.Acked.Handle == lead
	})
}
