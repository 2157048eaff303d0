package page

import (
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
)

// condition is how well a component does, or all of them together. Its order
// is how bad it is.
type condition int

const (
	operational condition = iota
	degraded
	partial
	major
)

// conditions holds what each condition is called: by incidents, by Statuspage's
// JSON, and by people.
var conditions = [...]struct{ state, code, words string }{
	operational: {"operational", "operational", "Operational"},
	degraded:    {"degraded", "degraded_performance", "Degraded performance"},
	partial:     {"partial", "partial_outage", "Partial outage"},
	major:       {"major", "major_outage", "Major outage"},
}

// String is the incident's name of it; style sheet and icons use it too.
func (c condition) String() string { return conditions[c].state }

// Code is Statuspage's name of it.
func (c condition) Code() string { return conditions[c].code }

// Words are the name that people read.
func (c condition) Words() string { return conditions[c].words }

// conditionOf reads a component of an open incident. One whose state nobody
// gave is as bad as the incident.
func conditionOf(c incident.Component, impact string) condition {
	for i, known := range conditions {
		if known.state == c.State {
			return condition(i)
		}
	}
	switch impact {
	case "critical":
		return major
	case "major":
		return partial
	}
	return degraded
}

// status is the line at the top, in the words that Statuspage uses. Indicator
// is none, minor, major or critical.
type status struct {
	Indicator   string `json:"indicator"`
	Description string `json:"description"`
}

var (
	allWell       = status{"none", "All Systems Operational"}
	someDegraded  = status{"minor", "Partially Degraded Service"}
	somePartial   = status{"minor", "Minor Service Outage"}
	someMajor     = status{"major", "Partial System Outage"}
	allMajor      = status{"critical", "Major System Outage"}
	notInUse      = status{"none", "Not In Use Yet"}
	indicatorLook = map[status]condition{allWell: operational, notInUse: degraded, someDegraded: degraded,
		somePartial: partial, someMajor: major, allMajor: major}
)

// look is the condition whose colour and shape the line at the top takes.
func (s status) look() condition { return indicatorLook[s] }

// open reports whether customers have not been told that it is over.
func open(i incident.PublicIncident) bool { return i.ResolvedAt.IsZero() && !i.Retracted }

// componentStates gives each configured component its condition: the worst that
// an open incident says. Names that the page does not know are left out: they
// were never meant for customers' eyes.
func componentStates(c Config, incidents []incident.PublicIncident) map[string]condition {
	states := make(map[string]condition, len(c.Components))
	for _, component := range c.Components {
		states[component.Name] = operational
	}
	for _, i := range incidents {
		if !open(i) {
			continue
		}
		for _, component := range i.Components {
			if worst, known := states[component.Name]; known {
				states[component.Name] = max(worst, conditionOf(component, i.Impact))
			}
		}
	}
	return states
}

// overall is the line at the top. An open incident that touches no component
// speaks by its impact, or by the mildest words once a fix is being watched:
// while one is open, the page never says that all is well.
func overall(c Config, incidents []incident.PublicIncident, states map[string]condition) status {
	if !c.live() {
		return notInUse
	}
	line, down := allWell, 0
	for _, state := range states {
		if state == major {
			down++
		}
		line = worse(line, [...]status{allWell, someDegraded, somePartial, someMajor}[state])
	}
	if down > 0 && down == len(states) {
		line = allMajor
	}
	for _, i := range incidents {
		if open(i) && !touches(i, states) {
			line = worse(line, byImpact(i))
		}
	}
	return line
}

func byImpact(i incident.PublicIncident) status {
	switch {
	case phaseOf(i.Phase) == incident.Monitoring:
		return someDegraded
	case i.Impact == "critical":
		return allMajor
	case i.Impact == "major":
		return someMajor
	case i.Impact == "minor":
		return somePartial
	}
	return someDegraded
}

// touches reports whether a component of the page is shown as not operational
// because of the incident.
func touches(i incident.PublicIncident, states map[string]condition) bool {
	return slices.ContainsFunc(i.Components, func(c incident.Component) bool {
		_, known := states[c.Name]
		return known && conditionOf(c, i.Impact) != operational
	})
}

func worse(a, b status) status {
	order := []status{allWell, someDegraded, somePartial, someMajor, allMajor}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

// phaseOf maps to the phases that customers know.
func phaseOf(p incident.Phase) incident.Phase {
	switch p {
	case incident.Identified, incident.Monitoring:
		return p
	case incident.Resolved, incident.Closed, incident.Cancelled, incident.Merged:
		return incident.Resolved
	}
	return incident.Investigating
}

// pathOf is the permalink's path: "INC-42" is at /incidents/42.
func pathOf(number string) string {
	return "/incidents/" + number[strings.LastIndexByte(number, '-')+1:]
}

// lastChange is when customers last read something new about the incident.
func lastChange(i incident.PublicIncident) time.Time {
	last := i.Since
	for _, u := range i.Updates {
		if u.At.After(last) {
			last = u.At
		}
	}
	return last
}

// expiry is when the rendering of these incidents at now stops being true: the
// next midnight, or the first promise that falls due.
func expiry(incidents []incident.PublicIncident, now time.Time) time.Time {
	next := midnight(now).AddDate(0, 0, 1)
	for _, i := range incidents {
		if open(i) && i.NextUpdate.After(now) && i.NextUpdate.Before(next) {
			next = i.NextUpdate
		}
	}
	return next
}

func midnight(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
