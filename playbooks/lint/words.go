package lint

import (
	"fmt"
	"slices"
	"strings"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/guard"
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

// sample fills in what words leave open.
var sample = strings.NewReplacer("{since}", "09:42 UTC", "{until}", "11:24 UTC", "{duration}", "1 h 42 min", "{what}", "opening and saving", "{time}", "10:15 UTC")

// careless tells of words that the guard would stop if a person wrote them.
func careless(b *book) {
	public := b.Audiences.Public
	for _, w := range []struct {
		part, key, text string
		over            bool // the cause may be known
	}{
		{"unattended", "first", public.Unattended.First, false}, {"unattended", "holding", public.Unattended.Holding, false},
		{"words", "first", public.Words.First, false}, {"words", "next", public.Words.Next, false},
		{"words", "resolved", public.Words.Resolved, true}, {"words", "retracted", public.Words.Retracted, true},
	} {
		for _, f := range guard.Check(sample.Replace(w.text), guard.Known{Verified: w.over}) {
			leave := "customers are offered"
			if w.part == "unattended" {
				leave = "leave without a tap"
			}
			b.tell([]any{"audiences", "public", w.part, w.key}, fmt.Sprintf("the words that %s say “%s”: %s", leave, f.Words, strings.TrimSuffix(f.Why, ".")), "Write what customers notice, and nothing else")
		}
	}
}

// hasty tells of reminders that come before the words before have been read.
func hasty(b *book) {
	for i, r := range b.Remind {
		for _, severity := range b.Severities {
			for _, phase := range []string{"investigating", "identified", "monitoring"} {
				every := b.Audiences.Public.Every.Of(severity)[phase]
				if every > 0 && -r.At >= every {
					b.tell([]any{"remind", i, "at"}, fmt.Sprintf("it reminds %s before the words are due, and at %s they are due every %s: each reminder comes as soon as the words before have left", stream.Duration(-r.At), severity, every),
						"Remind later, or speak less often")
					return
				}
			}
		}
	}
}
