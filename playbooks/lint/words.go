package lint

import (
	"fmt"
	"slices"

	"drumbeat/incident"
)

// read are the far ends whose words customers read, whatever the action.
var read = []string{incident.StatusPage, "twitter", "atlassian_statuspage"}

// unapproved tells of steps by which words could leave that nobody approved.
func unapproved(b *book) {
	for _, s := range b.Steps {
		to := s.To
		for _, a := range b.tried().asked[s.Name] {
			if slices.Contains(read, a.To) {
				to = a.To
			}
		}
		switch {
		case s.Public && s.Each != "publications":
			b.tell(s.Key("public"), fmt.Sprintf("step “%s” publishes words before all that they need was said yes to: only `each: publications` has those", s.Name),
				"Redirect the step “publish” of base, or write `each: publications`")
		case !s.Public && slices.Contains(read, to):
			b.tell(s.Key("to"), fmt.Sprintf("step “%s” lets customers read words that nobody approved: they go to %s", s.Name, to), "Send them to colleagues, or propose them")
		}
	}
}
