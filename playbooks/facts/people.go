package facts

import (
	"strings"

	"drumbeat/incident"
)

// FarEnd names a far end as people do.
func FarEnd(name string) string {
	switch name {
	case "page":
		return "status page"
	case "twitter":
		return "X"
	case "statuspage", "atlassian_statuspage":
		return "Statuspage"
	case "twilio":
		return "SMS"
	case "slack":
		return "Slack"
	case "pagerduty":
		return "PagerDuty"
	case "bot":
		return "Drumbeat"
	}
	return name
}

// Names lists people: "Maya, Omar and Priya".
func Names(people []incident.Person) string {
	var out []string
	for _, p := range people {
		out = append(out, p.String())
	}
	switch n := len(out); n {
	case 0:
		return "nobody"
	case 1:
		return out[0]
	default:
		return strings.Join(out[:n-1], ", ") + " and " + out[n-1]
	}
}
