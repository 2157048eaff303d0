package desk

import (
	"context"
	"fmt"
	"strings"

	"drumbeat/bot/desk/facts"
	"drumbeat/incident"
	"drumbeat/integrations"
	"drumbeat/playbooks/guard"
)

// stopped is the answer in the place of what the guard let nobody do.
type stopped struct{ integrations.Reply }

func (stopped) Error() string { return "the guard found something" }

// guarded reads the words of a command before anybody else does. What the guard
// finds is told to their author alone, with the clean words one tap away: the
// error is stopped, and nothing is done. With “!” behind the command's word, or
// the audience, it goes on where the guard only warns.
func (d *Desk) guarded(ctx context.Context, a *ask, c incident.Command) error {
	var line, text string
	switch c := c.(type) {
	case incident.Propose:
		line, text = "update "+string(c.Audience)+"%s", c.Text
	case incident.Resolve:
		line, text = "resolve%s", c.Text
	case incident.Correct:
		line, text = fmt.Sprintf("correct%%s %d", c.N), c.Text
	case incident.Approve:
		return d.Alone(ctx, a.state, c, a.meta())
	}
	u, ok := facts.WouldPropose(a.state, c, a.meta())
	if !ok || line == "" {
		return nil
	}
	text = strings.TrimSpace(text)
	k, err := d.Guard(ctx, a.state, u, strings.TrimPrefix(u.Text, text))
	if err != nil {
		return err
	}
	found := guard.Check(text, k)
	blocks := guard.Blocks(found)
	if len(found) == 0 || a.anyway && !blocks {
		return nil
	}
	line += " #" + a.id().Name
	clean, anyway := guard.Clean(text, k, d.ownWords(a, u, k)), ""
	if !blocks {
		anyway = typed(line, "!", text)
	}
	reply := d.say("guarded", map[string]any{"number": a.state.Number, "text": text, "clean": clean, "blocks": blocks, "use": typed(line, "", clean), "anyway": anyway})
	reply.Refused = true
	reply.Words.Fields = guard.Fields(found)
	if a.Form == formUpdate {
		reply.Problems = map[string]string{"text": guard.Plain(found, clean)}
	}
	return stopped{reply}
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
