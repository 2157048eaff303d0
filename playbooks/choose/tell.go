package choose

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// tell says what a fact is, as the end of "because …".
func (q Question) tell(fact string) string {
	k := q.known()
	switch fact {
	case "severity":
		return "severity is " + k.Severity
	case "phase":
		return "phase is " + k.Phase
	case "services":
		return list("service", q.Services)
	case "components":
		return list("component", q.Components)
	case "private":
		return is(k.Private, "private")
	case "drill":
		return is(k.Drill, "a drill")
	case "title":
		return fmt.Sprintf("the title is %q", k.Title)
	case "hour":
		return "it is " + q.At.Format("15:04")
	case "day":
		return "it is " + q.At.Weekday().String()
	case "weekend":
		return is(k.Weekend, "the weekend")
	case "since":
		return "it began " + ago(k.Since)
	case "commander_silent":
		return "the last of the commander was " + ago(k.CommanderSilent)
	}
	if name, ok := strings.CutPrefix(fact, "labels."); ok {
		if v, ok := q.Labels[name]; ok {
			return fmt.Sprintf("label %s is %q", name, v)
		}
		return "there is no label " + name
	}
	return list("label", slices.Sorted(maps.Keys(q.Labels)))
}

func is(yes bool, what string) string {
	if yes {
		return "it is " + what
	}
	return "it is not " + what
}

func list(what string, names []string) string {
	switch len(names) {
	case 0:
		return "no " + what + " is named"
	case 1:
		return "the " + what + " is " + names[0]
	}
	return "the " + what + "s are " + strings.Join(names, ", ")
}

func ago(d time.Duration) string {
	if d < time.Minute {
		return "just now"
	}
	return stream.Duration(d).Words() + " ago"
}
