// Package operator is the operator's desk: who he is, what he switches, and what
// he is told.
//
// The configuration names him (operator: maya). Where it does not, whoever types
// the code that stands in the log of the start becomes the operator, once:
// reading the log is the proof that the machine is his. The configuration wins
// whenever it names somebody.
package operator

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"drumbeat/bot"
	"drumbeat/bot/desk/facts"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	named "drumbeat/playbooks/facts"
)

// Desk carries out what is typed about the bot itself. Its methods may be called
// by many goroutines.
type Desk struct {
	*facts.Facts
	Say  func(name string, facts map[string]any) *stream.Message
	code code
}

// Ask is one line on its way: Word is its command, Rest what follows.
type Ask struct {
	stream.Meta
	Person              incident.Person
	Word, Rest, Channel string
}

// Setup makes whoever types the code the operator, and the channel where he
// does the one for announcements when the configuration names none.
func (d *Desk) Setup(ctx context.Context, a Ask) (integrations.Reply, error) {
	who, err := d.OperatorNow(ctx)
	if err != nil {
		return integrations.Reply{}, err
	}
	settings, err := d.SettingsNow(ctx)
	if err != nil {
		return integrations.Reply{}, err
	}
	c := control.SetOperator{Person: a.Person, Announce: several(a.Channel)}
	switch {
	case d.Operator != "":
		return integrations.Reply{}, stream.Refuse("%s is the operator: the configuration says so (`operator:`).", who)
	case who.Handle != "" && who.Handle != a.Person.Handle:
		return integrations.Reply{}, stream.Refuse("%s is the operator already. Another one is named in the configuration (`operator:`).", who)
	case who.Handle == "":
		if err := d.proven(a.Rest); err != nil {
			return integrations.Reply{}, err
		}
	case settings.Announce != "" || c.Announce == "":
		return integrations.Reply{}, stream.Refuse("You are the operator already.")
	}
	if settings.Announce != "" {
		c.Announce = ""
	}
	if _, err := d.do(ctx, a, c); err != nil {
		return integrations.Reply{}, err
	}
	d.Withdraw()
	return d.say("operator set", map[string]any{"announce": settings.Announce != "", "here": c.Announce != ""}), nil
}

// proven refuses whoever does not type the code.
func (d *Desk) proven(typed string) error {
	if typed == "" {
		return stream.Refuse("Type it with the code that stands in my log: “setup ABCD-EFGH”. There is a new one at every start.")
	}
	right, offered := d.code.try(typed)
	switch {
	case !offered:
		return stream.Refuse("There is no code yet. Look into my log in a moment, and type it then.")
	case !right:
		d.Log.Warn("a wrong setup code was typed")
		return stream.Refuse("That is not the code. It stands in the log of my last start, and there is another one after %d wrong ones.", guesses)
	}
	return nil
}

// several is the channel if several people read it, which a direct message is
// not.
func several(channel string) string {
	if strings.HasPrefix(channel, "C") || strings.HasPrefix(channel, "G") {
		return channel
	}
	return ""
}

// HoldAll stops all words to customers. Anybody may.
func (d *Desk) HoldAll(ctx context.Context, a Ask) (integrations.Reply, error) {
	if _, err := d.do(ctx, a, control.HoldAll{Why: a.Rest}); err != nil {
		return integrations.Reply{}, err
	}
	return d.text("All words to customers are on hold, everywhere, from this moment. `%s release all` lets them go.", d.Settings.Command), nil
}

// Resume lets words go from a store that was restored or copied. Only the
// operator knows whether it is the one that customers are to hear.
func (d *Desk) Resume(ctx context.Context, a Ask) (integrations.Reply, error) {
	if err := d.only(ctx, a, "lets words go from a store that was restored or copied"); err != nil {
		return integrations.Reply{}, err
	}
	sw, err := d.Switches(ctx)
	switch {
	case err != nil:
		return integrations.Reply{}, err
	case !sw.Imported():
		return integrations.Reply{}, stream.Refuse("There is nothing to resume: this store was neither restored nor copied, or it was resumed before.%s", strings.TrimPrefix(" "+d.StillHeld(sw), " But"))
	}
	return d.release(ctx, a)
}

// ReleaseAll lets them go.
func (d *Desk) ReleaseAll(ctx context.Context, a Ask) (integrations.Reply, error) {
	sw, err := d.Switches(ctx)
	switch {
	case err != nil:
		return integrations.Reply{}, err
	case sw.Imported():
		return integrations.Reply{}, stream.Refuse("This store was restored or copied, and what it has not sent may have been sent. The operator lets words go: “resume”.")
	}
	return d.release(ctx, a)
}

func (d *Desk) release(ctx context.Context, a Ask) (integrations.Reply, error) {
	if _, err := d.do(ctx, a, control.ReleaseAll{}); err != nil {
		return integrations.Reply{}, err
	}
	return d.text("Words to customers go again. %s", d.StillHeld(control.State{})), nil
}

// StillHeld says what keeps all words back; "" if nothing does.
func (d *Desk) StillHeld(sw control.State) string {
	switch {
	case d.Hold:
		return "But DRUMBEAT_HOLD is set, so nothing leaves until the operator starts me without it."
	case sw.Imported():
		return "But all words are on hold, for this store was restored or copied: the operator’s “resume” lets them go."
	case sw.Held:
		return "But all words are on hold by " + sw.HeldBy + ": “release all” ends that."
	}
	return ""
}

// only refuses whoever is not the operator.
func (d *Desk) only(ctx context.Context, a Ask, does string) error {
	who, err := d.OperatorNow(ctx)
	switch {
	case err != nil:
		return err
	case who.Handle == "":
		return stream.Refuse("Only the operator %s, and there is none yet: type “setup” with the code from my log, or set `operator:` in the configuration.", does)
	case !strings.EqualFold(who.Handle, a.Person.Handle):
		return stream.Refuse("Only the operator %s (%s).", does, who)
	}
	return nil
}

// Mode moves a far end between live, shadow and off.
func (d *Desk) Mode(ctx context.Context, a Ask) (integrations.Reply, error) {
	if err := d.only(ctx, a, "moves far ends between modes"); err != nil {
		return integrations.Reply{}, err
	}
	modes, err := d.Modes(ctx)
	if err != nil {
		return integrations.Reply{}, err
	}
	name, known := called(a.Rest, modes)
	switch {
	case len(modes) == 0:
		return integrations.Reply{}, stream.Refuse("No public far end exists here: none is configured, or the environment is not production.")
	case !known:
		return integrations.Reply{}, stream.Refuse("Say which: “%s <far end>”. Now: %s.", a.Word, modeLine(modes))
	case modes[name] == a.Word:
		return integrations.Reply{}, stream.Refuse("%s is %s already: nothing to do.", named.FarEnd(name), a.Word)
	}
	early := ""
	if a.Word == control.Live && modes[name] == control.Shadow {
		if early, err = d.unproven(ctx, name, a.At); err != nil {
			return integrations.Reply{}, err
		}
	}
	if _, err := d.do(ctx, a, control.SetMode{FarEnd: name, Mode: a.Word}); err != nil {
		return integrations.Reply{}, err
	}
	if modes, err = d.Modes(ctx); err != nil {
		return integrations.Reply{}, err
	}
	return d.say("mode answer", map[string]any{"far": name, "mode": a.Word, "early": early, "modes": modeLine(modes)}), nil
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

// do carries out a command of the switches.
func (d *Desk) do(ctx context.Context, a Ask, c control.Command) (bot.Result, error) {
	return d.Bot.Do(ctx, bot.Command{Stream: d.ID(control.Kind, control.Name), Meta: a.Meta, Value: c})
}

func (d *Desk) say(name string, facts map[string]any) integrations.Reply {
	facts["cmd"] = d.Settings.Command
	return integrations.Reply{Words: d.Say(name, facts)}
}

func (d *Desk) text(format string, args ...any) integrations.Reply {
	return integrations.Reply{Words: stream.Say(strings.TrimSpace(fmt.Sprintf(format, args...)))}
}
