package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/integrations"
)

// listed is how many incidents a list shows.
const listed = 25

func (d *Desk) list(ctx context.Context, a *ask) (integrations.Reply, error) {
	open, err := d.known(ctx, a)
	if err != nil {
		return integrations.Reply{}, err
	}
	var lines []string
	for _, s := range open[:min(len(open), listed)] {
		line := fmt.Sprintf("%s %s %s – %s, since %s", s.Number, s.Severity, s.Phase, phrase.Shorten(s.Title, 100), d.when(s.Since, a.At))
		if s.Private {
			line += ", private"
		}
		if c := s.Commander(); c.Handle != "" {
			line += ", " + c.String() + " leads"
		}
		if p := s.Promise(incident.Public); p != nil {
			line += ", next words " + d.Local(p.Due)
		}
		lines = append(lines, line)
	}
	if more := len(open) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more", more))
	}
	return d.say("list", map[string]any{"lines": lines}), nil
}

// lately is how many lines of the timeline are shown.
const lately = 10

func (d *Desk) show(_ context.Context, a *ask) (integrations.Reply, error) {
	s := a.state
	facts := map[string]any{"number": s.Number, "severity": s.Severity, "phase": s.Phase, "began": s.Since, "title": s.Title,
		"commander": orNobody(s.Commander()), "comms": orNobody(s.Comms()), "held": s.Held, "said": "", "due": nil}
	if u := s.LastPublished(incident.Public); u != nil {
		facts["said"] = u.Text
	}
	if p := s.Promise(incident.Public); p != nil {
		facts["due"] = p.Due
	}
	var suspects, timeline []string
	for _, c := range s.Suspects {
		about := slices.DeleteFunc([]string{c.Service, riskOf(c.Risk), c.Why}, func(p string) bool { return p == "" })
		suspects = append(suspects, fmt.Sprintf("%s “%s” (%s)", c.ID, phrase.Shorten(c.What, 60), strings.Join(about, ", ")))
	}
	for _, l := range s.Timeline[max(0, len(s.Timeline)-lately):] {
		timeline = append(timeline, fmt.Sprintf("%s %s: %s", d.when(l.At, a.At), l.By, phrase.Shorten(l.Text, 200)))
	}
	facts["suspects"], facts["timeline"] = strings.Join(suspects, ", "), timeline
	r := d.say("show", facts)
	r.Words.Link = s.Room.Link
	return r, nil
}

func orNobody(p incident.Person) string {
	if p.Handle == "" {
		return "nobody"
	}
	return p.String()
}

func (d *Desk) schedules(ctx context.Context, _ *ask) (integrations.Reply, error) {
	return d.Recurring.List(ctx)
}
