package desk

import (
	"context"
	"strings"

	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// playbook tells what the incident goes by and why, and what fits; with a name
// it takes another one. "take" and "stay" answer an offer, by its hash.
func (d *Desk) playbook(ctx context.Context, a *ask) (integrations.Reply, error) {
	word, rest := phrase.Cut(a.rest)
	c := incident.TakePlaybook{Hash: rest, Stay: strings.EqualFold(word, "stay")}
	switch name := strings.ToLower(word); {
	case word == "":
		return integrations.Reply{Words: d.TellPlaybook(a.state, a.At)}, nil
	case rest != "" && name != "take" && name != "stay":
		return integrations.Reply{}, stream.Refuse("“playbook” shows what %s goes by, and “playbook <name>” takes another. Nothing was changed.", a.state.Number)
	case rest == "":
		fit, err := d.Fit(ctx, name, "", a.state.Drill)
		switch {
		case err != nil:
			return integrations.Reply{}, err
		case fit.Playbook.Hash == a.state.Playbook.Hash:
			return integrations.Reply{}, stream.Refuse("%s goes by %s already.", a.state.Number, name)
		}
		c = incident.TakePlaybook{Fit: fit}
		c.Fit.Playbook.Why = a.person.String() + " took it"
	}
	before := a.state.Playbook.Name
	s, err := d.do(ctx, a, c)
	if err != nil {
		return integrations.Reply{}, err
	}
	if c.Stay {
		return d.text("%s goes on under %s. “playbook <name>” takes another at any time.", s.Number, s.Playbook.Name), nil
	}
	return d.text("%s goes by %s now, so far by %s. “playbook %s” takes that back.", s.Number, s.Playbook.Name, before, before), nil
}
