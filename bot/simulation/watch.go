package simulation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/integrations"
)

// outright looks, at the moment of sending, whether customers may get these
// words at all.
func (w *world) outright(d stream.Delivery) {
	if !d.Public {
		return
	}
	f := w.book.incidents[d.Stream]
	mode := cmp.Or(w.book.switches.Modes[d.To], w.habits.modes[d.To])
	why := ""
	switch {
	case w.habits.environment != "production":
		why = "the environment is " + w.habits.environment
	case w.hold:
		why = "DRUMBEAT_HOLD is set"
	case w.book.switches.Held:
		why = "all words are on hold"
	case mode != control.Live:
		why = d.To + " is " + mode
	case f == nil:
		why = "no incident has them"
	case f.State.Held:
		why = "the incident is on hold"
	case f.Private:
		why = "the incident is private"
	default:
		why = w.unapproved(f, d)
	}
	if why != "" {
		w.breach(Unapproved, d.ID, "%s gets “%s”, and %s", d.To, d.Words.Plain(), why)
	}
}

// unapproved says what is wrong with the yes that words need.
func (w *world) unapproved(f *folded, d stream.Delivery) string {
	n, _, ok := words.Of(d.About)
	u := f.Update(n)
	if !ok || u == nil {
		return "no update has them"
	}
	if said := strings.Join(d.Words.Paragraphs, "\n"); said != u.Text {
		return fmt.Sprintf("approved was “%s”", u.Text)
	}
	return f.noYes(*u, w.habits.approvers)
}

// noYes says why an update has no yes that counts.
func (f *folded) noYes(u incident.Update, approvers []string) string {
	y, ok := f.approved[u.N]
	switch {
	case !ok:
		return "nobody approved them"
	case y.Unattended && u.Author == incident.Unattended:
		return ""
	case y.by.Machine():
		return y.by.ID + " approved them"
	case y.alone:
		return ""
	case y.by.ID == u.Author:
		return y.by.ID + " approved what he wrote himself"
	case len(approvers) > 0 && !slices.Contains(approvers, y.by.ID):
		return y.by.ID + " is not among those who approve"
	}
	return ""
}

// happened looks at an effect.
func (w *world) happened(e *effect) {
	w.repeated(e)
	if e.Public {
		w.overtook(e)
	}
	text := e.text()
	if strings.Contains(text, password) {
		w.breach(Leaked, e.ID, "%s gets a secret of the configuration", e.To)
	}
	if e.Public && strings.Contains(text, "inside") {
		w.breach(Leaked, e.ID, "customers read the internal title at %s: %s", e.To, text)
	}
	who := handle(e.Args["person"])
	for _, id := range w.secretsIn(text) {
		if w.town.rooms[e.Args["channel"]] == id && e.To == "slack" || who != "" && w.book.may(who, id) {
			continue
		}
		w.breach(Leaked, id.String(), "%s (person %q, channel %q) reads by %s %s: %s", e.To, e.Args["person"], e.Args["channel"], e.Action, e.ID, text)
	}
	if id, ok := w.town.rooms[e.Args["channel"]]; ok && e.Action == "channel.invite" && w.book.incidents[id].Private {
		for _, user := range strings.Split(e.Args["users"], ",") {
			if !w.book.may(handle(user), id) {
				w.breach(Leaked, id.String(), "%s is let into its channel", user)
			}
		}
	}
}

// text is all that can be read in a delivery.
func (e *effect) text() string {
	parts := []string{e.Words.Plain()}
	if e.Words != nil {
		for _, b := range e.Words.Buttons {
			parts = append(parts, b.Text, b.Command, b.URL)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(e.Args)) {
		parts = append(parts, e.Args[k])
	}
	return strings.Join(parts, "\n")
}

// secretsIn are the private incidents of which a text tells.
func (w *world) secretsIn(text string) (out []stream.ID) {
	if !strings.Contains(text, "hush") {
		return nil
	}
	for _, m := range secret.FindAllString(text, -1) {
		if id, ok := w.book.secrets[m]; ok && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// once are the things of which an incident has one at a far end.
func once(e *effect) bool {
	return e.Public || e.Action == "channel.create" || e.Action == "post" &&
		(e.About == incident.AboutAnnounce || e.About == incident.AboutBrief || strings.HasPrefix(e.About, "post/told/"))
}

// repeated finds a second effect of what may have one.
func (w *world) repeated(e *effect) {
	most := 1
	if x := w.outbox.all[e.ID]; x != nil && ends[e.To] == neither && !e.Public {
		most += x.doubts // it is better sent again
	}
	if n := len(w.town.byID[e.ID]); n > most {
		w.breach(Doubled, e.ID, "%s took %s %d times", e.To, e.ID, n)
	}
	if !once(e) {
		return
	}
	key := e.Stream.String() + " " + e.To + " " + e.About
	if before, ok := w.town.once[key]; ok && before != e.ID {
		w.breach(Doubled, e.ID, "%s took %s by %s, and had it by %s", e.To, e.About, e.ID, before)
	}
	w.town.once[key] = e.ID
}

// overtook finds words that arrive after newer ones.
func (w *world) overtook(e *effect) {
	n, _, _ := words.Of(e.About)
	f := w.book.incidents[e.Stream]
	if f == nil || f.Update(n) == nil {
		return
	}
	key := e.Stream.String() + " " + e.To
	before := f.Update(w.town.newest[key])
	if before != nil && f.Update(n).PublishedAt.Before(before.PublishedAt) {
		w.breach(Overtaken, e.ID, "%s takes update %d after %d", e.To, n, before.N)
	}
	w.town.newest[key] = n
}

// answered looks at what a person reads as an answer.
func (w *world) answered(by string, r integrations.Request, reply integrations.Reply) {
	text := reply.Words.Plain()
	if reply.Open != nil {
		text += reply.Open.Title
		for _, f := range reply.Open.Fields {
			text += "\n" + f.Label + f.Value
		}
	}
	for _, id := range w.secretsIn(text) {
		if w.book.may(by, id) || w.town.rooms[r.Channel] == id || w.typed(r.Line, id) {
			continue
		}
		w.breach(Leaked, id.String(), "%s typed “%s” and read: %s", by, r.Line, text)
	}
}

// typed: whoever says a secret knows it.
func (w *world) typed(line string, id stream.ID) bool { return slices.Contains(w.secretsIn(line), id) }
