package desk

import (
	"context"
	"slices"
	"strings"

	"drumbeat/bot"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	named "drumbeat/playbooks/facts"
)

// hold stops words to customers: of one incident, or all.
func (d *Desk) hold(ctx context.Context, a *ask) (integrations.Reply, error) {
	if word, why := phrase.Cut(a.rest); phrase.IsAll(word) {
		if err := d.doSwitch(ctx, a, control.HoldAll{Why: why}); err != nil {
			return integrations.Reply{}, err
		}
		return d.text("All words to customers are on hold, everywhere, from this moment. `%s release all` lets them go.", d.Settings.Command), nil
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
		if err := d.doSwitch(ctx, a, control.ReleaseAll{}); err != nil {
			return integrations.Reply{}, err
		}
		return d.text("Words to customers go again. %s", d.stillHeld(control.State{})), nil
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
	return d.text("%s: words to customers go again. %s", s.Number, d.stillHeld(sw)), nil
}

// stillHeld says what else keeps words back.
func (d *Desk) stillHeld(sw control.State) string {
	switch {
	case d.Hold:
		return "But DRUMBEAT_HOLD is set, so nothing leaves until the operator starts me without it."
	case sw.Held:
		return "But all words are on hold by " + sw.HeldBy + ": “release all” ends that."
	}
	return ""
}

// mode moves a far end between live, shadow and off.
func (d *Desk) mode(ctx context.Context, a *ask) (integrations.Reply, error) {
	if !d.isOperator(a) {
		who := d.Operator
		if who == "" {
			who = "nobody yet: set `operator:` in the configuration"
		}
		return integrations.Reply{}, stream.Refuse("Only the operator moves far ends between modes (%s).", who)
	}
	modes, err := d.Modes(ctx)
	if err != nil {
		return integrations.Reply{}, err
	}
	name, known := called(a.rest, modes)
	switch {
	case len(modes) == 0:
		return integrations.Reply{}, stream.Refuse("No public far end exists here: none is configured, or the environment is not production.")
	case !known:
		return integrations.Reply{}, stream.Refuse("Say which: “%s <far end>”. Now: %s.", a.spec.name, modeLine(modes))
	}
	if err := d.doSwitch(ctx, a, control.SetMode{FarEnd: name, Mode: a.spec.name}); err != nil {
		return integrations.Reply{}, err
	}
	if modes, err = d.Modes(ctx); err != nil {
		return integrations.Reply{}, err
	}
	return d.text("Now: %s.", modeLine(modes)), nil
}

// called finds a far end by its name in the configuration, or by what people
// call it: "twitter" and "X" are one.
func called(word string, modes map[string]string) (name string, known bool) {
	for name := range modes {
		if strings.EqualFold(word, name) || strings.EqualFold(word, named.FarEnd(name)) {
			return name, true
		}
	}
	return "", false
}

func modeLine(modes map[string]string) string {
	var out []string
	for name, mode := range modes {
		out = append(out, named.FarEnd(name)+" "+mode)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func (d *Desk) doSwitch(ctx context.Context, a *ask, c control.Command) error {
	_, err := d.Bot.Do(ctx, bot.Command{Stream: d.ID(control.Kind, control.Name), Meta: a.meta(), Value: c})
	return err
}
