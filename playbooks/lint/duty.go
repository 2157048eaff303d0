package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/simulate"
)

// played are incidents in which everybody does his duty.
type played struct {
	severity string
	simulate.Course
	simulate.Result
}

// An ordinary day, and a night at the weekend.
var (
	day   = time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
	night = time.Date(2026, 3, 7, 2, 10, 0, 0, time.UTC)
)

// duty plays, once, at every severity: nobody finds the cause, by day and by
// night; and it is found, watched and over.
func (b *book) duty() []played {
	if b.plays != nil {
		return b.plays
	}
	b.plays = []played{}
	opened := b.tried().book
	if opened.Playbook == nil || b.endless {
		return nil
	}
	for _, severity := range b.Severities {
		long, dark, short := simulate.Duty(severity, day), simulate.Duty(severity, night), simulate.Duty(severity, day)
		short.Turns = []simulate.Turn{{To: incident.Identified, After: time.Hour}, {To: incident.Monitoring, After: 2 * time.Hour}, {To: incident.Resolved, After: 4 * time.Hour}}
		for _, c := range []simulate.Course{long, short, dark} {
			if r, err := simulate.Run(opened, b.company(), c); err == nil {
				b.plays = append(b.plays, played{severity, c, r})
			}
		}
	}
	return b.plays
}

// missed tells of promises that pass although everybody does his duty, one for
// each severity and audience. Seconds are not told: nobody is as exact as these
// people.
func missed(b *book) {
	told := map[string]bool{}
	for _, p := range b.duty() {
		for i, promise := range p.Promises {
			late := promise.Kept.Sub(promise.Due)
			if promise.State != "missed" || late >= 0 && late < time.Minute || told[p.severity+promise.Audience] {
				continue
			}
			told[p.severity+promise.Audience] = true
			part, first := "public", !slices.ContainsFunc(p.Promises[:i], func(x simulate.Promise) bool { return x.Audience == promise.Audience && !x.Kept.IsZero() })
			if promise.Audience != "customers" {
				part = promise.Audience
			}
			key := []any{"audiences", part, "every", p.severity}
			if first && part == "public" {
				key = []any{"audiences", "public", "first", p.severity}
			}
			came := "do not come at all"
			if !promise.Kept.IsZero() {
				came = fmt.Sprintf("come %s late", stream.Duration(late).Words())
			}
			b.tell(key, fmt.Sprintf("at %s the words for %s that are due %s after it began %s, though everybody does his duty: %s",
				p.severity, promise.Audience, stream.Duration(promise.Due.Sub(p.At)).Words(), came, p.assumed()),
				"Give them more time, remind earlier (remind), or remind somebody who is there")
		}
	}
}

// assumed is how fast people are.
func (p played) assumed() string {
	long := func(d time.Duration) string { return stream.Duration(d).Words() }
	return fmt.Sprintf("a call is answered after %s, words are written in %s and approved in %s", long(p.Ack), long(p.Course.Words), long(p.Answer))
}

// over tells of budgets that are broken although nothing breaks.
func over(b *book) {
	told := map[string]bool{}
	for _, p := range b.duty() {
		if len(p.Over) == 0 || told[p.severity] {
			continue
		}
		told[p.severity] = true
		b.tell([]any{"budget", p.severity}, fmt.Sprintf("at %s %s", p.severity, strings.Join(p.Over, "; ")), "Say less ("+noisy(p)+"), or allow more")
	}
}

// noisy names the step that says most unasked.
func noisy(p played) string {
	says := map[string]int{}
	most := ""
	for _, a := range p.Acts {
		if a.Kind == simulate.Message && !a.Asked && a.Step != "" {
			says[a.Step]++
		}
	}
	for step, n := range says {
		if n > says[most] || n == says[most] && cmp.Less(step, most) {
			most = step
		}
	}
	return fmt.Sprintf("step “%s” says most: %d of them", most, says[most])
}
