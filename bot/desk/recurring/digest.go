package recurring

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/stream"
)

// A digest has twelve lines at most: the title, these, one for the rest of the
// incidents, one for those that are older, and four numbers.
const mostLines = 5

// digest is what happened in a time.
func (d *Desk) digest(ctx context.Context, from, to time.Time) (*stream.Message, error) {
	all, err := d.incidents(ctx, from, to)
	if err != nil {
		return nil, err
	}
	alerts, err := d.alerts(ctx, all, from, to)
	if err != nil {
		return nil, err
	}
	told := slices.DeleteFunc(slices.Clone(all), func(p past) bool { return p.Phase == incident.Merged })
	names := d.Policy().Names()
	slices.SortStableFunc(told, func(a, b past) int { return slices.Index(names, a.Severity) - slices.Index(names, b.Severity) })
	facts := map[string]any{"since": d.day(from), "count": count(len(told), "incident"), "woken": d.woken(all)}
	var lines []string
	for _, p := range told[:min(len(told), mostLines)] {
		lines = append(lines, line(p, to))
	}
	if more := len(told) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more", more))
	}
	older, err := d.older(ctx, from)
	if err != nil {
		return nil, err
	}
	if len(older) > 0 {
		lines = append(lines, "Still open from before: "+strings.Join(first(older), ", "))
	}
	facts["lines"] = lines
	kept(facts, told)
	var through []string
	for _, a := range alerts {
		if a.through > 0 {
			through = append(through, a.card.Rule)
		}
	}
	if facts["through"] = strings.Join(through[:min(len(through), mostLines)], ", "); len(alerts) > 0 && alerts[0].pages > 0 {
		facts["worst"] = alerts[0].card.Rule + " (" + alerts[0].paged() + ")"
	}
	return d.say("digest", facts), nil
}

// older are the incidents that were open before a time, and still are.
func (d *Desk) older(ctx context.Context, at time.Time) ([]string, error) {
	open, err := d.Unfinished(ctx)
	var out []string
	for _, s := range open {
		if c, ok := shown(s); ok && s.At.Before(at) {
			out = append(out, c.Number+" "+c.Severity)
		}
	}
	return out, err
}

// count is "2 incidents", empty for none.
func count(n int, what string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// line tells of an incident in one.
func line(p past, now time.Time) string {
	how := "open for " + long(now.Sub(p.card.Since))
	switch {
	case p.Phase == incident.Cancelled:
		how = "false alarm"
	case !p.card.Ended.IsZero():
		how = long(p.card.Ended.Sub(p.card.Since))
	}
	out := fmt.Sprintf("%s %s %s – %s", p.Number, p.Severity, phrase.Shorten(p.Title, 80), how)
	if p.Waited != nil {
		out += ", first words after " + long(time.Duration(*p.Waited)*time.Second)
	}
	if kept, all := promised(p); all > 0 {
		out += fmt.Sprintf(", promises %d of %d", kept, all)
	}
	return out
}

// long is a duration in words, in days where minutes say nothing.
func long(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
	return stream.Duration(d).Words()
}

// promised are the promises to customers that were decided, and those of them
// that were kept.
func promised(p past) (kept, all int) {
	for _, x := range p.Promises.List {
		if x.Audience != incident.Public {
			continue
		}
		switch x.State {
		case "kept", "held":
			kept++
			all++
		case "missed":
			all++
		}
	}
	return kept, all
}

// kept sums up what customers were promised and told.
func kept(facts map[string]any, told []past) {
	var kept, all int
	var silence, waited time.Duration
	for _, p := range told {
		k, n := promised(p)
		kept, all = kept+k, all+n
		if n > 0 {
			silence = max(silence, time.Duration(p.Silence)*time.Second)
		}
		if p.Waited != nil {
			waited = max(waited, time.Duration(*p.Waited)*time.Second)
		}
	}
	if all > 0 {
		facts["kept"], facts["promised"] = fmt.Sprint(kept), fmt.Sprint(all)
		facts["silence"] = long(silence)
	}
	if waited > 0 {
		facts["waited"] = long(waited)
	}
}

// The night is when nobody should be woken for nothing, by the team's clock.
const nightBegins, nightEnds = 22, 7

// woken counts calls by service: "5 times (api 4, exports 1), 2 of them at night".
func (d *Desk) woken(all []past) string {
	by := map[string]int{}
	total, night := 0, 0
	for _, p := range all {
		for _, at := range p.pages {
			if h := at.In(d.Zone).Hour(); h >= nightBegins || h < nightEnds {
				night++
			}
		}
		if n := len(p.pages); n > 0 {
			by[p.card.Service] += n
			total += n
		}
	}
	if total == 0 {
		return ""
	}
	out := times(total)
	if list := services(by); list != "" {
		out += " (" + list + ")"
	}
	if night > 0 {
		out += fmt.Sprintf(", %d of them at night", night)
	}
	return out
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// services lists the services that are known, the greatest number first.
func services(by map[string]int) string {
	var names []string
	for name := range by {
		if name != "" {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if by[a] != by[b] {
			return by[b] - by[a]
		}
		return strings.Compare(a, b)
	})
	var out []string
	for _, name := range names[:min(len(names), mostLines)] {
		out = append(out, fmt.Sprintf("%s %d", name, by[name]))
	}
	return strings.Join(out, ", ")
}
