package desk

import (
	"context"
	"strings"

	"drumbeat/bot/desk/phrase"
	"drumbeat/integrations"
)

// help shows what fits the place and the phase; all of it, or one word, when
// that is asked for.
func (d *Desk) help(ctx context.Context, a *ask) (integrations.Reply, error) {
	cmd := d.Settings.Command
	if one := lookUp(phrase.First(a.rest)); one != nil {
		lines := []string{"`" + cmd + " " + strings.TrimSpace(one.name+" "+one.usage) + "` – " + one.about + "."}
		if len(one.aliases) > 0 {
			lines = append(lines, "Also: "+strings.Join(one.aliases, ", ")+".")
		}
		return d.say("help", map[string]any{"title": one.name, "lines": lines, "more": ""}), nil
	}
	if phrase.IsAll(a.rest) {
		return d.say("help", map[string]any{"title": "Every word there is", "lines": helpLines(func(spec) bool { return true }),
			"more": "Add `#42` to name an incident; without it, the place where you type stands for it."}), nil
	}
	m, err := d.moment(ctx, a)
	if err != nil {
		return integrations.Reply{}, err
	}
	title := "What fits now"
	if m.here {
		title = m.s.Number + " is " + string(m.s.Phase) + ". What fits now"
	}
	return d.say("help", map[string]any{"title": title, "lines": helpLines(func(s spec) bool { return s.fits == nil && s.everyday || s.fits != nil && s.fits(m) }),
		"more": "`" + cmd + " help all` lists every word; `help <word>` explains one. In a thread: `@drumbeat <words>`."}), nil
}

func helpLines(wanted func(spec) bool) []string {
	var lines []string
	for _, s := range grammar() {
		if wanted(s) {
			lines = append(lines, "`"+strings.TrimSpace(s.name+" "+s.usage)+"` – "+s.about)
		}
	}
	return lines
}

func (d *Desk) moment(ctx context.Context, a *ask) (moment, error) {
	here, err := d.at(ctx, a)
	if err != nil {
		return moment{}, err
	}
	open, err := d.known(ctx, a)
	return moment{here: here, s: a.state, operator: a.chief, me: a.By.ID, open: len(open)}, err
}
