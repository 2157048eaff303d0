package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/playbooks/guard"
)

// guarded reads the words of a command before anybody else does. What the guard
// finds is told to their author alone, with the clean words one tap away, and
// nothing is done: the answer is not nil. line is what the command begins with;
// its %s stands for the "!" that sends what the guard only warns of.
func (d *Desk) guarded(ctx context.Context, a *ask, c incident.Command, line string) (*integrations.Reply, error) {
	text, u, ok := d.wouldPropose(a, c)
	if !ok {
		return nil, nil
	}
	k, err := d.guardKnows(ctx, a.state, u, strings.TrimPrefix(u.Text, text))
	if err != nil {
		return nil, err
	}
	found := guard.Check(text, k)
	blocks := guard.Blocks(found)
	if len(found) == 0 || a.anyway && !blocks {
		return nil, nil
	}
	clean := guard.Clean(text, k, d.ownWords(a, u, k))
	anyway := ""
	if !blocks {
		anyway = typed(line, "!", text)
	}
	reply := d.say("guarded", map[string]any{"number": a.state.Number, "text": text, "clean": clean, "blocks": blocks, "use": typed(line, "", clean), "anyway": anyway})
	reply.Refused = true
	reply.Words.Fields = fields(found)
	if a.Form == formUpdate {
		reply.Problems = map[string]string{"text": beside(found, clean)}
	}
	return &reply, nil
}

// wouldPropose gives the words for others than the responders that a command of
// the person would propose, as they were written and as they would go out. A
// command that is refused proposes none: its answer is given elsewhere.
func (d *Desk) wouldPropose(a *ask, c incident.Command) (text string, u incident.Update, ok bool) {
	switch c := c.(type) {
	case incident.Propose:
		text = c.Text
	case incident.Correct:
		text = c.Text
	case incident.Resolve:
		text = c.Text
	}
	records, err := incident.Rules{}.Decide(a.state, c, a.meta())
	if err != nil {
		return "", u, false
	}
	for _, r := range records {
		var p incident.Proposed
		if r.Kind == "proposed" && json.Unmarshal(r.Data, &p) == nil && p.Author == a.By.ID && p.Audience != incident.Internal {
			return strings.TrimSpace(text), p.Update, true
		}
	}
	return "", u, false
}

// answer is what the guard said, if it did.
func answer(r *integrations.Reply) integrations.Reply {
	if r == nil {
		return integrations.Reply{}
	}
	return *r
}

// guardKnows is what the guard has to know about these words. next is the sentence
// that is added to them.
func (d *Desk) guardKnows(ctx context.Context, s incident.State, u incident.Update, next string) (guard.Known, error) {
	k := guard.Known{Public: []string{d.Settings.Company}, Inside: u.Audience != incident.Public, NeedsNext: !u.Next.IsZero() && next == "",
		Lengths: map[string]func(string) (int, int){}}
	for _, p := range []incident.Phase{s.Phase, u.Phase} {
		k.Verified = k.Verified || slices.Contains([]incident.Phase{incident.Identified, incident.Monitoring, incident.Resolved, incident.Closed}, p)
	}
	for _, p := range d.People {
		k.People = append(k.People, p.Handle, p.Name)
	}
	for _, c := range s.Suspects {
		k.People = append(k.People, c.Author.Handle, c.Author.Name, c.Reviewer.Handle, c.Reviewer.Name)
	}
	for name := range d.Services {
		k.Services = append(k.Services, name)
	}
	slices.Sort(k.Services)
	for _, c := range d.Components {
		k.Public = append(k.Public, c.Name, c.Words)
	}
	all, _, err := d.Targets(ctx)
	for _, t := range takers(s, u, all) {
		if f, ok := d.Lengths[t.Name]; ok {
			k.Lengths[t.Name] = func(text string) (int, int) { return f(text + next) }
		}
	}
	return k, err
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

// told is how many findings one answer lists.
const told = 8

// fields sets what was found apart, each with its reason.
func fields(found []guard.Finding) []stream.Field {
	var out []stream.Field
	for _, f := range found {
		one := stream.Field{Name: "“" + shorten(f.Words, 80) + "”", Value: f.Why}
		if len(out) < told && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

// beside is the same under the field of a form, which has no bold and no
// buttons.
func beside(found []guard.Finding, clean string) string {
	var lines []string
	for _, f := range fields(found) {
		lines = append(lines, f.Name+": "+f.Value)
	}
	if clean != "" {
		lines = append(lines, "Instead: “"+clean+"”")
	}
	return strings.Join(lines, "\n")
}

// aloneClean refuses the yes of a commander who is alone to his own words, where
// the guard finds something in them: those need a second reader.
func (d *Desk) aloneClean(ctx context.Context, a *ask, c incident.Approve) error {
	u := a.state.Waiting()
	if c.N != 0 {
		u = a.state.Update(c.N)
	}
	if u == nil || u.Author != a.By.ID {
		return nil
	}
	if _, err := (incident.Rules{}).Decide(a.state, c, a.meta()); err != nil {
		return nil // his yes does not count anyway, and that is said
	}
	k, err := d.guardKnows(ctx, a.state, *u, " ")
	if err != nil {
		return err
	}
	k.Lengths = nil
	for _, f := range guard.Check(u.Text, k) {
		return stream.Refuse("You are alone, and these words hold “%s”. %s Write others (“update public <text>”), or let somebody else approve them.", shorten(f.Words, 80), f.Why)
	}
	return nil
}
