package lint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/opening"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/playbooks"
	"drumbeat/playbooks/facts"
)

// tooLong is a part of words where it is the longest.
type tooLong struct {
	key []any
	end string
	words.Length
}

// long tells of words that a far end does not take whole, once for each part and
// far end.
func long(b *book) {
	opened := b.tried().book
	if b.config.Measure == nil || opened.Playbook == nil {
		return
	}
	var all []tooLong
	note := func(d stream.Delivery, place func(words.Length) []any) {
		for _, l := range b.config.Measure(d) {
			x := tooLong{place(l), d.To, l}
			i := slices.IndexFunc(all, func(o tooLong) bool {
				return o.end == x.end && o.Unit == x.Unit && fmt.Sprint(o.key) == fmt.Sprint(x.key)
			})
			switch {
			case i < 0:
				all = append(all, x)
			case all[i].Is < x.Is:
				all[i] = x
			}
		}
	}
	for state, r := range b.Samples() {
		state = b.stretched(state)
		out, _ := opened.React(state, r)
		for _, d := range out {
			name := opened.StepOf(d, r.Kind)
			at := slices.IndexFunc(b.Steps, func(x playbooks.Step) bool { return x.Name == name })
			if at >= 0 && !d.Public { // the words of people are measured when they are written
				step := b.Steps[at]
				for _, d.To = range b.reach(d) {
					note(d, func(l words.Length) []any { return written(b, step.Words, step.Key("args", l.Part), d.Words, l) })
				}
			}
		}
	}
	for _, w := range b.drafts() {
		for _, d := range w.leave(b, opened.React) {
			note(d, func(words.Length) []any { return w.key })
		}
	}
	for _, x := range all {
		b.tell(x.key, fmt.Sprintf("%d %s, and %s takes %d: %s", x.Is, x.Unit, facts.FarEnd(x.end), x.Most, x.Then), "Say it shorter, or cut what is filled in with `short`")
	}
}

// wakes are the far ends that reach a person: which of them depends on who it is.
var wakes = []string{"email", "pagerduty", "slack", "twilio"}

// reach are the far ends that a delivery may go to.
func (b *book) reach(d stream.Delivery) []string {
	if d.Action != "page" && d.Action != "stand_down" {
		return []string{d.To}
	}
	return slices.DeleteFunc(slices.Clone(b.config.FarEnds), func(end string) bool { return !slices.Contains(wakes, end) })
}

// stretched is a sample incident with the longest names.
func (b *book) stretched(s incident.State) incident.State {
	s.Title = strings.Repeat("people cannot save ", opening.MaxTitle)[:opening.MaxTitle]
	if b.config.Service != "" {
		s.Service = b.config.Service
	}
	if len(s.Components) > 0 && b.config.Component.Name != "" {
		s.Components = []incident.Component{b.config.Component}
	}
	return s
}

// written is where a part of words stands: an argument of the step, or of the
// texts that could have become it the one with most of its letters.
func written(b *book, name string, arg []any, m *stream.Message, l words.Length) []any {
	t, key := b.Words[name], []any{"words", name}
	var said string
	var texts []string
	switch {
	case l.Part == "topic" || l.Part == "name":
		return arg
	case l.Part == "line":
		said, texts, key = m.Paragraphs[l.N], t.Lines, append(key, "lines")
	case l.Part == "field":
		said, key = m.Fields[l.N].Name, append(key, "fields")
		for _, f := range t.Fields {
			texts = append(texts, f.Name)
		}
	case l.Part == "button" || l.Part == "command":
		said, key = m.Buttons[l.N].Text, append(key, "buttons")
		for _, x := range t.Buttons {
			texts = append(texts, x.Text)
		}
	case l.Part != "":
		return append(key, l.Part)
	case len(t.Lines) == 1:
		return append(key, "lines", 0)
	}
	best, most := -1, -1
	for i, text := range texts {
		n := 0
		for _, part := range filled.Split(text, -1) {
			if strings.Contains(said, part) {
				n += len(part)
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	if best >= 0 {
		key = append(key, best)
	}
	return key
}

// draft is words for customers that are written beforehand.
type draft struct {
	key   []any
	text  string
	kind  incident.UpdateKind
	phase incident.Phase
}

func (b *book) drafts() []draft {
	public := b.Audiences.Public
	all := []draft{
		{[]any{"audiences", "public", "words", "first"}, public.Words.First, incident.FirstWords, incident.Investigating},
		{[]any{"audiences", "public", "words", "resolved"}, public.Words.Resolved, incident.ResolvedWords, incident.Resolved},
		{[]any{"audiences", "public", "words", "retracted"}, public.Words.Retracted, incident.Retraction, incident.Cancelled},
		{[]any{"audiences", "public", "unattended", "first"}, public.Unattended.First, incident.FirstWords, incident.Investigating},
		{[]any{"audiences", "public", "unattended", "holding"}, public.Unattended.Holding, incident.NoNews, incident.Investigating},
	}
	return slices.DeleteFunc(all, func(w draft) bool { return w.text == "" })
}

// leave gives the deliveries by which the words would leave.
func (w draft) leave(b *book, react func(incident.State, stream.Record) ([]stream.Delivery, []error)) (out []stream.Delivery) {
	for s := range b.Samples() {
		if s.Phase != w.phase || s.Private || len(s.Components) == 0 {
			continue
		}
		s = b.stretched(s)
		u := incident.Update{N: 1, Audience: incident.Public, Kind: w.kind, Text: s.Fill(w.text), Phase: s.PublicPhase(), Severity: s.Severity,
			State: incident.PublishedS, ApprovedBy: "Omar", PublishedAt: s.At}
		if !s.Phase.Ended() {
			u.Text = words.WithNext(u.Text, s.Policy.NextWords, s.At.Add(time.Hour))
		}
		for _, end := range b.company().Targets {
			if s.Takes(u, end.Name) {
				u.Targets = append(u.Targets, incident.Target{Name: end.Name, Mode: "live", State: incident.TargetQueued})
			}
		}
		s.Updates = words.List{u}
		asked, _ := react(s, stream.Record{Stream: s.ID, Seq: s.Seq + 1, Kind: "published", Data: stream.JSON(incident.Published{N: 1}), Meta: stream.Meta{At: s.At}})
		for _, d := range asked {
			if d.Public {
				out = append(out, d)
			}
		}
		return out
	}
	return nil
}
