package lists

import (
	"fmt"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
)

// Owed is a line for each duty that is still open.
func Owed(s incident.State, when func(time.Time) string) (lines []string) {
	for _, p := range s.Promises.Duties() {
		owner := s.Owner(p.Owner)
		by := owner.String()
		if owner.Handle == p.Owner && owner.Slack == "" {
			by = p.Owner + ", nobody yet"
		}
		lines = append(lines, fmt.Sprintf("%s: %s, until %s (%s)", p.Name, p.Text, when(p.Due), by))
	}
	return lines
}

// Tasks lists what is to be done in an incident; what was done stands with it.
func Tasks(s incident.State, followUps bool, when func(time.Time) string) *stream.Message {
	var lines []string
	for _, t := range s.Tasks {
		if t.FollowUp != followUps {
			continue
		}
		line := fmt.Sprintf("%d. %s", t.N, t.Text)
		switch who := s.Tasked(t); {
		case t.Done != "":
			line += " – done by " + t.Done
		case who.Handle != "":
			line += " – " + who.String()
		case t.Role != "":
			line += " – " + t.Role + ", nobody yet"
		}
		if t.Done == "" && !t.Due.IsZero() {
			line += ", by " + when(t.Due)
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		lines = []string{"Nothing on the list of " + s.Number + "."}
	}
	return stream.Say(strings.Join(lines, "\n"))
}
