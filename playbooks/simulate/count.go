package simulate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/policy"
)

// Count is how many messages one reader got of one incident. What he asked for
// is counted apart: it goes to the very person who typed, says in the channel
// what he did, or carries his words. Edits notify nobody, and count nothing.
type Count struct {
	Reader string `json:"reader"` // "Omar", "#inc-42-people-cannot-save"
	Person bool   `json:"person"` // else a channel
	All    int    `json:"all"`
	// Hour is the most within any 60 minutes, Hours are those of each hour since
	// the incident began.
	Hour  int   `json:"most_in_an_hour"`
	Hours []int `json:"by_hour"`
	Asked int   `json:"asked_for"`
	at    []time.Time
}

// answers are kinds of records upon which the line in the channel is what the
// person who typed asked for, seen by all.
var answers = []string{"phase", "severity", "role", "hold", "release", "merged", "published"}

// message tells whether a delivery is one that somebody reads, who, whether he
// is a person, and whether he asked for it.
func (w *World) message(s Sent) (reader string, person, asked, ok bool) {
	typed := !s.cause.By.Machine()
	carries := s.cause.Kind == "proposed" && strings.Contains(string(s.cause.Data), `"author_name"`)
	if s.Words == nil {
		return "", false, false, false
	}
	switch s.Action {
	case "post":
		own := s.About != "announce" && slices.Contains(answers, s.cause.Kind)
		return w.Place(s.Args["channel"]), false, typed && (own || carries), true
	case "dm", "page", "stand_down", "ephemeral":
		reader = w.Name(cmp.Or(s.Args["person"], s.Args["address"]))
		return reader, true, typed && (s.cause.By.Name == reader || carries), true
	}
	return "", false, false, false
}

// Counts are the messages of an incident, by reader. What rings over several
// ways at once is one message, and so is a page: it rings until somebody is on
// it.
func (w *World) Counts(name string) []Count {
	found, rings := map[string]*Count{}, map[string]bool{}
	for _, s := range w.Sent {
		reader, person, asked, ok := w.message(s)
		ring := fmt.Sprint(reader, s.Action, s.Args["page"])
		if !ok || s.Stream.Name != name || s.Action == "page" && s.Args["page"] != "0" && rings[ring] || s.Action != "post" && s.Action != "dm" && rings[ring+s.At.String()] {
			continue
		}
		rings[ring], rings[ring+s.At.String()] = true, true
		c := found[reader]
		if c == nil {
			c = &Count{Reader: reader, Person: person, Hours: []int{}}
			found[reader] = c
		}
		if asked {
			c.Asked++
		} else {
			c.at = append(c.at, s.At)
		}
	}
	var out []Count
	for _, reader := range slices.Sorted(maps.Keys(found)) {
		c := found[reader]
		c.All, c.Hour = len(c.at), InAnHour(c.at)
		for _, at := range c.at {
			hour := int(at.Sub(w.state[name].DeclaredAt) / time.Hour)
			for len(c.Hours) <= hour {
				c.Hours = append(c.Hours, 0)
			}
			c.Hours[hour]++
		}
		out = append(out, *c)
	}
	return out
}

// InAnHour is the most of times, the earliest first, that lie within any 60
// minutes.
func InAnHour(times []time.Time) (most int) {
	first := 0
	for i, t := range times {
		for t.Sub(times[first]) >= time.Hour {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// Over says who gets more than a budget allows, each as a sentence.
func Over(limits policy.Limits, counts []Count) (wrong []string) {
	sum := 0
	for _, c := range counts {
		limit := limits.Channel
		if c.Person {
			limit = limits.Person
		}
		if limit > 0 && c.Hour > limit {
			wrong = append(wrong, fmt.Sprintf("%s gets %d messages in an hour, at most %d", c.Reader, c.Hour, limit))
		}
		sum += c.All
	}
	if limits.All > 0 && sum > limits.All {
		wrong = append(wrong, fmt.Sprintf("%d messages, at most %d in all", sum, limits.All))
	}
	return wrong
}
