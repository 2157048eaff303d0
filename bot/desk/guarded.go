package desk

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"drumbeat/bot/desk/facts"
	"drumbeat/bot/desk/form"
	"drumbeat/incident"
	said "drumbeat/incident/words"
	"drumbeat/integrations"
	"drumbeat/playbooks/guard"
)

// stopped is the answer in the place of what the guard let nobody do.
type stopped struct{ integrations.Reply }

func (stopped) Error() string { return "the guard found something" }

// because is the reason before words that the guard blocks: “because it is in
// the news: db-7 is down”. Without one, the reason is asked for.
var because = regexp.MustCompile(`(?is)^\s*because\b(.*?):\s+(.+)$`)

// wording is what a command says to others, and how its line is typed: with a
// place for "!" and without the words.
type wording struct {
	line, text string
	audience   incident.Audience // of an update
	asks       bool              // the reason is asked for
}

func worded(c incident.Command) (w wording, ok bool) {
	switch c := c.(type) {
	case incident.Propose:
		w, ok = wording{line: "update " + string(c.Audience) + "%s", text: c.Text, audience: c.Audience}, c.Audience != incident.Internal
	case incident.Resolve:
		w, ok = wording{line: "resolve%s", text: c.Text}, true
	case incident.Correct:
		w, ok = wording{line: fmt.Sprintf("correct%%s %d", c.N), text: c.Text}, true
	}
	w.text = strings.TrimSpace(w.text)
	return w, ok
}

// reworded is the same command with those words.
func reworded(c incident.Command, text string, o *said.Override) incident.Command {
	switch c := c.(type) {
	case incident.Propose:
		c.Text, c.Override = text, o
		return c
	case incident.Resolve:
		c.Text, c.Override = text, o
		return c
	case incident.Correct:
		c.Text, c.Override = text, o
		return c
	}
	return c
}

// guarded reads the words of a command before anybody else does, and gives the
// command as it is carried out. What the guard finds is told to their author
// alone, with the clean words one tap away: the error is stopped, and nothing is
// done. With “!” behind the command's word, or the audience, it goes on where
// the guard only warns; with the commander's reason also where it blocks, unless
// that is a secret. The command then carries what was found.
func (d *Desk) guarded(ctx context.Context, a *ask, c incident.Command) (incident.Command, error) {
	if c, ok := c.(incident.Approve); ok {
		return c, d.Alone(ctx, a.state, c, a.meta())
	}
	w, ok := worded(c)
	if !ok {
		return c, nil
	}
	if m := because.FindStringSubmatch(w.text); a.anyway && m != nil {
		a.why, w.text = strings.TrimSpace(m[1]), strings.TrimSpace(m[2])
		w.asks = a.why == ""
		c = reworded(c, w.text, nil)
	}
	u, ok := facts.WouldPropose(a.state, c, a.meta())
	if !ok {
		return c, nil
	}
	k, err := d.Guard(ctx, a.state, u, strings.TrimPrefix(u.Text, w.text))
	if err != nil {
		return c, err
	}
	found := guard.Check(w.text, k)
	switch {
	case len(found) == 0:
		return c, nil
	case a.anyway && (!guard.Blocks(found) || a.why != "" && mayOverride(a, found)):
		return reworded(c, w.text, &said.Override{Rules: guard.Names(found), Why: a.why}), nil
	}
	return c, stopped{d.stop(a, w, found, guard.Clean(w.text, k, d.ownWords(a, u, k)))}
}

// mayOverride: the person commands, and what was found is no secret.
func mayOverride(a *ask, found []guard.Finding) bool {
	return a.state.Commander().Handle == a.By.ID && !guard.Holds(found, guard.Secret)
}

// stop answers with what was found, the clean words, and how the others go all
// the same.
func (d *Desk) stop(a *ask, w wording, found []guard.Finding, clean string) integrations.Reply {
	line, anyway, why := w.line+" #"+a.id().Name, "", ""
	facts := map[string]any{"number": a.state.Number, "text": w.text, "clean": clean, "blocks": guard.Blocks(found), "use": typed(line, "", clean)}
	switch {
	case !guard.Blocks(found):
		anyway = typed(line, "!", w.text)
	case mayOverride(a, found):
		why = typed(line, "!", "because : "+w.text)
		facts["may"] = "You command: `" + fmt.Sprintf(line, "!") + " because <why>: <text>` lets them go as they are. Your reason is kept with them."
	case a.why == "" && !w.asks:
	case guard.Holds(found, guard.Secret):
		facts["may"] = "A secret goes out for no reason."
	default:
		facts["may"] = "Only who commands may let them go for a reason."
	}
	facts["anyway"], facts["reason"] = anyway, why
	reply := d.say("guarded", facts)
	reply.Refused = true
	reply.Words.Fields = guard.Fields(found)
	if a.Form == form.Update {
		reply.Problems = map[string]string{"text": guard.Plain(found, clean)}
	}
	if w.asks && why != "" && a.CanOpen && w.audience != "" {
		reply.Open, reply.Refused = form.ToOverride(d.updateForm(a.state, w.audience, w.text)), false
	}
	return reply
}

// ownWords are the playbook's, or the catalogue's, for words of this kind.
func (d *Desk) ownWords(a *ask, u incident.Update, k guard.Known) string {
	s, draft := a.state, ""
	switch u.Kind {
	case incident.FirstWords:
		draft = s.Fill(s.Policy.FirstWords)
	case incident.ResolvedWords:
		if s.Ended.IsZero() { // these words end it
			s.Ended = a.At
		}
		draft = s.Fill(s.Policy.ResolvedWords)
	}
	if draft != "" && len(guard.Check(draft, k)) == 0 {
		return draft
	}
	m := d.words.Say("own words", map[string]any{"phase": u.Phase, "what": s.Fill("{what}")})
	if k.NeedsNext {
		m.Paragraphs = append(m.Paragraphs, "Next update by "+u.Next.UTC().Format("15:04 UTC")+".")
	}
	return strings.Join(m.Paragraphs, " ")
}

// typed is a command that a button can hold; empty if there is none.
func typed(line, mark, text string) string {
	const most = 1900 // of Slack's 2,000 characters for a button's value
	if text == "" || len(line)+len(text) > most {
		return ""
	}
	return fmt.Sprintf(line, mark) + " " + text
}
