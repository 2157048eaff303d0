package desk

import (
	"context"
	"strings"

	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

func (d *Desk) phase(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.SetPhase{To: incident.Phase(a.spec.name), Note: a.rest})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.phased(s), nil
}

// phased says the phase, and what customers still read of another.
func (d *Desk) phased(s incident.State) integrations.Reply {
	stale := ""
	if u := s.LastPublished(incident.Public); u != nil && u.Phase != s.Phase && !s.Phase.Over() {
		stale = string(u.Phase)
	}
	return d.say("phase", map[string]any{"number": s.Number, "n": s.ID.Name, "phase": s.Phase, "stale": stale})
}

// resolve ends the trouble. Words for customers wait for a yes; where customers
// were never told, what was said is a note.
func (d *Desk) resolve(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.Resolve{Text: a.rest})
	if err != nil {
		return integrations.Reply{}, err
	}
	if a.rest != "" && !s.IsPublic() {
		if a.Key != "" {
			a.Key += ":note"
		}
		if s, err = d.do(ctx, a, incident.AddNote{Text: a.rest}); err != nil {
			return integrations.Reply{}, err
		}
	}
	facts := map[string]any{"number": s.Number, "n": s.ID.Name, "words": "", "update": 0}
	if u := s.Waiting(); u != nil && s.IsPublic() {
		facts["words"], facts["update"] = u.Text, u.N
	}
	return d.say("resolved", facts), nil
}

func (d *Desk) watch(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.KeepWatching{})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s: watched on. I ask again after %s without a sign.", s.Number, s.Weight().Quiet.Words()), nil
}

func (d *Desk) confirm(ctx context.Context, a *ask) (integrations.Reply, error) {
	s, err := d.do(ctx, a, incident.Confirm{})
	if err != nil {
		return integrations.Reply{}, err
	}
	if p := s.Promise(incident.Public); p != nil {
		return d.text("%s: customers notice. First words are due %s.", s.Number, d.Local(p.Due)), nil
	}
	return d.text("%s: customers notice.", s.Number), nil
}

func (d *Desk) severity(ctx context.Context, a *ask) (integrations.Reply, error) {
	word, why := phrase.Cut(a.rest)
	if phrase.IsDigits(word) {
		word = "sev" + word
	}
	sev, ok := phrase.Severity(word, a.state.Policy.Names())
	if !ok {
		return integrations.Reply{}, stream.Refuse("Say how bad: “severity sev1 everybody is affected”.")
	}
	sure := false
	if first, rest := phrase.Cut(why); strings.EqualFold(first, "sure") {
		sure, why = true, rest
	}
	s, err := d.do(ctx, a, incident.SetSeverity{Severity: sev, Why: why, Sure: sure})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s is %s.", s.Number, s.Severity), nil
}

// affects reads "Mail view major".
func (d *Desk) affects(ctx context.Context, a *ask) (integrations.Reply, error) {
	c, err := d.Component(a.rest)
	if err != nil {
		return integrations.Reply{}, err
	}
	s, err := d.do(ctx, a, incident.Affect{Component: c})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s: %s, %s.", s.Number, c.Name, c.State), nil
}

func (d *Desk) began(ctx context.Context, a *ask) (integrations.Reply, error) {
	if a.rest == "" {
		return integrations.Reply{}, stream.Refuse("Say since when: “since 05:22” (%s).", d.Zone)
	}
	t, err := d.time(a.rest, a.At)
	if err != nil {
		return integrations.Reply{}, err
	}
	s, err := d.do(ctx, a, incident.CorrectStart{Since: t})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s began at %s.", s.Number, d.when(s.Since, a.At)), nil
}

// merge reads "merge 41" (where this one is the place's) and "merge 41 #42".
func (d *Desk) merge(ctx context.Context, a *ask) (integrations.Reply, error) {
	var numbers []string
	for _, w := range strings.Fields(a.rest) {
		n, ok := phrase.Digits(w)
		if !ok {
			n, ok = phrase.Number(w)
		}
		if !ok || len(numbers) == 2 {
			numbers = nil
			break
		}
		numbers = append(numbers, n)
	}
	if len(numbers) == 0 {
		return integrations.Reply{}, stream.Refuse("Say into which: “merge 41” in the channel of the one that ends, or “merge 41 #42” anywhere.")
	}
	if len(numbers) == 2 {
		a.number = numbers[1]
	}
	target, err := d.named(ctx, a, numbers[0])
	if err != nil {
		return integrations.Reply{}, err
	}
	if err := d.find(ctx, a); err != nil {
		return integrations.Reply{}, err
	}
	switch {
	case target.Phase.Over():
		return integrations.Reply{}, stream.Refuse("%s is %s; merge into one that is open.", target.Number, target.Phase)
	case target.Drill:
		return integrations.Reply{}, stream.Refuse("%s is a drill and ends by itself: merge into a real one.", target.Number)
	case target.Private != a.state.Private:
		return integrations.Reply{}, stream.Refuse("A private incident and one that is not cannot be merged: it would tell whoever is not part of it.")
	}
	s, err := d.do(ctx, a, incident.Merge{Into: target.ID, Number: target.Number})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s goes on in %s. %s", s.Number, target.Number, target.Room.Link), nil
}
