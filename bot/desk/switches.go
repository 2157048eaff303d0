package desk

import (
	"context"

	"drumbeat/bot/desk/operator"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/integrations"
)

// hold stops words to customers: of one incident, or all.
func (d *Desk) hold(ctx context.Context, a *ask) (integrations.Reply, error) {
	if word, why := phrase.Cut(a.rest); phrase.IsAll(word) {
		o := a.operators()
		o.Rest = why
		return d.Office.HoldAll(ctx, o)
	}
	if err := d.find(ctx, a); err != nil {
		return integrations.Reply{}, err
	}
	s, err := d.do(ctx, a, incident.Hold{Why: a.rest})
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s: words to customers are on hold. `%s release #%s` lets them go.", s.Number, d.Settings.Command, s.ID.Name), nil
}

func (d *Desk) release(ctx context.Context, a *ask) (integrations.Reply, error) {
	if word, _ := phrase.Cut(a.rest); phrase.IsAll(word) {
		return d.Office.ReleaseAll(ctx, a.operators())
	}
	if err := d.find(ctx, a); err != nil {
		return integrations.Reply{}, err
	}
	s, err := d.do(ctx, a, incident.Release{})
	if err != nil {
		return integrations.Reply{}, err
	}
	sw, err := d.Switches(ctx)
	if err != nil {
		return integrations.Reply{}, err
	}
	return d.text("%s: words to customers go again. %s", s.Number, d.Office.StillHeld(sw)), nil
}

// operators is the request as the operator's desk takes it.
func (a *ask) operators() operator.Ask {
	return operator.Ask{Meta: a.meta(), Person: a.person, Word: a.spec.name, Rest: a.rest, Channel: a.Channel}
}

func (d *Desk) setup(ctx context.Context, a *ask) (integrations.Reply, error) {
	return d.Office.Setup(ctx, a.operators())
}

func (d *Desk) drill(ctx context.Context, a *ask) (integrations.Reply, error) {
	return d.Office.Drill(ctx, a.operators())
}

func (d *Desk) mode(ctx context.Context, a *ask) (integrations.Reply, error) {
	return d.Office.Mode(ctx, a.operators())
}

// resume lets words go from a store that came from elsewhere.
func (d *Desk) resume(ctx context.Context, a *ask) (integrations.Reply, error) {
	return d.Office.Resume(ctx, a.operators())
}
