package replay

import (
	"drumbeat/playbooks/facts"
	"fmt"
	"strings"
)

// assumptions are what no source tells, in sentences.
func (p *play) assumptions() []string {
	a := p.Assume
	out := append([]string{}, a.Says...)
	if len(a.Live) > 0 {
		var names []string
		for _, l := range a.Live {
			names = append(names, facts.FarEnd(l))
		}
		out = append(out, "In mode live: "+strings.Join(names, ", ")+".")
	}
	if a.Unattended {
		out = append(out, "The status page may say pre-approved words by itself.")
	}
	switch {
	case p.o.WithoutChanges:
		out = append(out, "No change was recorded.")
	default:
		for _, c := range a.Changes {
			out = append(out, fmt.Sprintf("%s records “%s” (%s to %s).", p.cast.name(c.By), c.What, p.when(c.From), p.when(c.To)))
		}
	}
	for _, m := range a.Mutes {
		until := ""
		if m.Until != "" && !p.o.WithoutChanges {
			until = ", at most until “" + m.Until + "” ends"
		}
		out = append(out, fmt.Sprintf("%s mutes %s at %s for %s%s.", p.cast.name(m.By), m.Alert, p.when(m.At), m.For, until))
	}
	for _, x := range a.Alerts {
		out = append(out, fmt.Sprintf("The alert %s (%s) fires from %s to %s.", x.Rule, x.Severity, p.when(x.From), p.when(x.To)))
	}
	for _, l := range a.Lines {
		out = append(out, fmt.Sprintf("%s types at %s: “%s”.", p.cast.name(l.Who), p.when(l.At), shorten(l.Says, 90)))
	}
	for _, t := range a.Talks {
		out = append(out, fmt.Sprintf("%s writes in the channel every %s from %s to %s.", p.cast.name(t.Who), t.Every, p.when(t.From), p.when(t.To)))
	}
	for _, h := range a.Habits {
		out = append(out, p.habit(h))
	}
	if idle := p.idle(); len(idle) > 0 {
		out = append(out, strings.Join(idle, ", ")+": never answers.")
	}
	return append(out, "Sending takes no time.")
}

func (p *play) habit(h Habit) string {
	does := "taps it"
	if len(h.Says) > 0 {
		does = "writes"
	}
	line := fmt.Sprintf("%s: when a message offers “%s”, %s after %s", p.cast.name(h.Who), h.When, does, h.After)
	if !h.From.IsZero() {
		line += ", from " + p.when(h.From) + " on"
	}
	if h.Most > 0 {
		line += fmt.Sprintf(", at most %d×", h.Most)
	}
	return line + "."
}

// idle are people on call who have no habit.
func (p *play) idle() (out []string) {
	for _, rung := range p.OnCall {
		for _, who := range rung.People {
			acts := false
			for _, h := range p.Assume.Habits {
				acts = acts || h.Who == who
			}
			if !acts {
				out = append(out, p.cast.name(who))
			}
		}
	}
	return out
}

func (p *play) when(m Moment) string {
	t := m.In(p.zone)
	if t.Format("2006-01-02") == p.Date {
		return t.Format("15:04")
	}
	return t.Format("2 Jan 15:04")
}
