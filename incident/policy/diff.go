package policy

import (
	"fmt"
	"slices"
	"strings"

	"drumbeat/incident/stream"
)

// Diff tells in sentences what changes for an incident of a severity, in a
// phase, public or not, once it goes on under another policy: what is new first,
// and what held so far. Empty: nothing of it is in the policy.
func Diff(old, now Policy, severity, phase string, public bool) []string {
	var out []string
	was, is := old.Weight(severity), now.Weight(severity)
	tell := func(about, before, after string) {
		if before != after {
			out = append(out, about+": "+after+"; so far "+before+".")
		}
	}
	tell("Severities", and(old.Names()), and(now.Names()))
	if was.Room != is.Room && is.Room == "channel" {
		out = append(out, "The work moves to a channel of its own.")
	}
	tell("Call", or(was.Call, "none"), or(is.Call, "none"))
	tell("Woken", wakes(was), wakes(is))
	tell("An “I'm on it” lasts, without a sign of life", forever(was.AckLapses), forever(is.AckLapses))
	if !public {
		tell("First words to customers", first(was), first(is))
		tell("Stakeholders hear, while customers do not", often(was.Stakeholders), often(is.Stakeholders))
	}
	tell("Once they know, customers hear", every(was.Every, phase), every(is.Every, phase))
	tell("Words for customers need a yes by", old.Approval.tell(), now.Approval.tell())
	tell("Without it, enough is", old.Approval.later(), now.Approval.later())
	tell("The status page speaks by itself", unattended(old), unattended(now))
	tell("Reminders of words", ladder(old.Ladder, severity), ladder(now.Ladder, severity))
	for _, d := range now.Duties {
		if !slices.ContainsFunc(old.Duties, func(x Duty) bool { return x.Name == d.Name }) {
			out = append(out, fmt.Sprintf("New duty of %s: %s, within %s.", someone(d.Owner), d.Text, long(d.Within)))
		}
	}
	for _, d := range old.Duties {
		if !slices.ContainsFunc(now.Duties, func(x Duty) bool { return x.Name == d.Name }) {
			out = append(out, fmt.Sprintf("No duty any more, unless its clock runs: %s.", d.Text))
		}
	}
	tell("“Resolved” is offered after quiet of", or(long(was.Quiet), "any length"), or(long(is.Quiet), "any length"))
	tell("Review", review(was), review(is))
	return out
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func and(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// long is a duration as people say it, empty for none.
func long(d stream.Duration) string {
	const day = 24 * 60 * 60 * 1e9
	switch {
	case d <= 0:
		return ""
	case d%day == 0 && d > 3*day:
		return fmt.Sprintf("%d days", d/day)
	case d < 60*1e9:
		return d.String()
	}
	return d.Words()
}

func forever(d stream.Duration) string { return or(long(d), "for ever") }

func often(d stream.Duration) string {
	if d <= 0 {
		return "only when somebody writes"
	}
	return "every " + long(d)
}

func every(by map[string]stream.Duration, phase string) string {
	d, ok := by[phase]
	if !ok {
		d = by["investigating"]
	}
	return often(d)
}

func first(w Weight) string {
	if w.FirstWords == 0 {
		return "only when somebody writes them"
	}
	return "within " + long(w.FirstWords)
}

func wakes(w Weight) string {
	return or(someones(w.Wakes), "nobody")
}

func someones(names []string) string {
	var out []string
	for _, name := range names {
		out = append(out, someone(name))
	}
	return and(out)
}

// someone is a role, a group or a handle as it is said.
func someone(name string) string {
	kind, rest, ok := strings.Cut(name, ":")
	switch {
	case name == "oncall":
		return "whoever is on call"
	case name == "authors":
		return "the authors of risky changes"
	case name == "role:commander" || name == "commander":
		return "the commander"
	case ok && kind == "group":
		return "the group " + rest
	case ok:
		return rest
	}
	return name
}

// tell says whose yes it takes.
func (a Approval) tell() string {
	by := or(someones(a.By), "anybody but their author")
	if a.Need > 1 {
		return fmt.Sprintf("%d of %s", a.Need, by)
	}
	return by
}

// later says whose yes is enough when nobody else gives it.
func (a Approval) later() string {
	var out []string
	if a.FallbackAfter > 0 {
		out = append(out, someones(a.Fallback)+" after "+long(a.FallbackAfter))
	}
	if a.AloneAfter > 0 {
		out = append(out, "the commander alone after "+long(a.AloneAfter))
	}
	if a.Night != (Hours{}) {
		out = append(out, fmt.Sprintf("whoever is alone from %s to %s", a.Night.From, a.Night.To))
	}
	return or(and(out), "nobody else")
}

func unattended(p Policy) string {
	if len(p.Unattended.Targets) == 0 || p.Unattended.First+p.Unattended.Holding == "" {
		return "never"
	}
	return fmt.Sprintf("before words are late, at most %d times in a row", max(1, p.Unattended.Most))
}

// ladder tells whom a promise reaches, before and after.
func ladder(rungs []Reminder, severity string) string {
	var out []string
	for _, r := range rungs {
		when := "when due"
		switch {
		case r.At < 0:
			when = long(-r.At) + " before"
		case r.At > 0:
			when = long(r.At) + " late"
		}
		who := someone(r.Who)
		if slices.Contains(r.Page, severity) {
			who += ", by phone too"
		}
		out = append(out, when+" ("+who+")")
	}
	return or(and(out), "none")
}

func review(w Weight) string {
	switch {
	case !w.Review:
		return "none"
	case w.ReviewDue == 0:
		return "asked for"
	}
	return "due " + long(w.ReviewDue) + " after the end"
}
