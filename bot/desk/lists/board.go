package lists

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
)

// Board is the delivery board: a line for each words to customers, and one below
// it for each far end. page is the address of our own status page; when writes
// a time as it is understood now.
func Board(s incident.State, page string, when func(time.Time) string) []string {
	var out []string
	for i, u := range s.Updates {
		if u.Audience != incident.Public || u.State == incident.Replaced {
			continue
		}
		at, state := u.ProposedAt, map[string]string{incident.Proposing: "waits for a yes", incident.Rejected: "not sent"}[u.State]
		if u.State == incident.PublishedS {
			at, state = u.PublishedAt, string(u.Kind)
		}
		out = append(out, fmt.Sprintf("%d. %s %s: “%s”", u.N, when(at), state, short(u.Text, 90)))
		if u.Override != nil {
			out = append(out, "    "+u.Override.Line())
		}
		for _, t := range u.Targets {
			if t.Link == "" && t.Name == incident.StatusPage && t.State == incident.TargetSent && page != "" {
				t.Link = strings.TrimRight(page, "/") + "/incidents/" + s.ID.Name
			}
			out = append(out, "    "+t.Name+": "+became(t, s.Updates[i+1:]))
		}
	}
	return out
}

var states = map[string]string{incident.TargetQueued: "on its way", incident.TargetSent: "✓ sent", incident.TargetShadowed: "shadow, the team alone reads it",
	incident.TargetHeld: "on hold", incident.TargetFailing: "fails, is tried again", incident.TargetDoubt: "in doubt: look whether it stands there",
	incident.TargetGaveUp: "✗ given up", incident.TargetTooOld: "✗ too old, not sent"}

// became says what became of words at a far end. Words still queued that newer
// ones have overtaken there were replaced by them.
func became(t incident.Target, later []incident.Update) string {
	if t.State == incident.TargetQueued {
		for _, u := range later {
			if slices.ContainsFunc(u.Targets, func(x incident.Target) bool { return x.Name == t.Name && x.State == incident.TargetSent }) {
				return fmt.Sprintf("replaced by %d", u.N)
			}
		}
	}
	out, ok := states[t.State]
	if !ok {
		out = t.State
	}
	if t.Problem != "" && t.State != incident.TargetSent {
		out += " – " + t.Problem
	}
	if t.Link != "" {
		out += " " + t.Link
	}
	return out
}

// Changes is a line for each change.
func Changes(found []stream.Summary, zone *time.Location) []string {
	var out []string
	for _, s := range found {
		var c change.Card
		if json.Unmarshal(s.Data, &c) != nil {
			continue
		}
		parts := []string{fmt.Sprintf("%s %s – %s", c.Number, c.Started.In(zone).Format("2 Jan 15:04"), short(c.Facts.What, 100)),
			c.Facts.Service, risk(c), c.Facts.Author.String()}
		if c.Ended.IsZero() {
			parts = append(parts, "still running")
		}
		if c.Exit != 0 {
			parts = append(parts, fmt.Sprintf("failed (exit %d)", c.Exit))
		}
		if c.Facts.Unrecorded {
			parts = append(parts, "uncommitted files")
		}
		out = append(out, strings.Join(given(parts), ", "))
	}
	return out
}

func risk(c change.Card) string {
	if c.Facts.Risk == "" {
		return ""
	}
	return c.Facts.Risk + " risk"
}

// given leaves out what is empty.
func given(parts []string) []string {
	return slices.DeleteFunc(parts, func(p string) bool { return p == "" })
}
