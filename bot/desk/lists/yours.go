package lists

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/approval"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
)

// yours is what waits for the person, the most pressing kind first.
func (v Home) yours() []*stream.Message {
	var pages, words, owed, tasks []*stream.Message
	for _, s := range v.Open {
		pages = append(pages, v.page(s)...)
		tasks = append(tasks, v.tasks(s)...)
		if m := v.approval(s); m != nil {
			words = append(words, m)
		} else {
			owed = append(owed, v.owed(s)...)
		}
	}
	return slices.Concat(pages, words, owed, tasks, v.running())
}

// page is a call that rings for the person.
func (v Home) page(s incident.State) []*stream.Message {
	for _, p := range s.Pages {
		rings := p.Acked.Handle == "" && slices.ContainsFunc(p.Paged, func(x incident.Person) bool { return x.Handle == v.Me.ID })
		if rings && !s.Phase.Ended() {
			return []*stream.Message{{Title: fmt.Sprintf("%s %s pages you since %s", s.Number, s.Severity, v.when(p.Started)), Paragraphs: []string{short(s.Title, 200)},
				Buttons: []stream.Button{{Text: "I'm on it", Command: "ack #" + s.ID.Name, Style: "primary"}, {Text: "I can't", Command: "decline #" + s.ID.Name}}}}
		}
	}
	return nil
}

// part reports whether the person is part of the response.
func (v Home) part(s incident.State) bool {
	_, took := s.Seen[v.Me.ID]
	named := slices.Concat(s.Policy.Approval.By, s.Policy.Approval.Fallback)
	return took || s.Commander().Handle == v.Me.ID || s.Comms().Handle == v.Me.ID || approval.Names(named, v.Me, s.Roles)
}

// approval is words that wait for the person's yes, nil if none.
func (v Home) approval(s incident.State) *stream.Message {
	u := s.Waiting()
	if u == nil || !v.part(s) {
		return nil
	}
	if _, err := s.MayApprove(*u, stream.Meta{At: v.At, By: v.Me}, v.At.In(v.Zone).Format("15:04")); err != nil {
		return nil
	}
	m := &stream.Message{Title: s.Number + ": may this go out to customers?", Paragraphs: []string{"“" + short(u.Text, 300) + "”"}, Buttons: []stream.Button{
		{Text: "Yes, post", Command: fmt.Sprintf("approve %d #%s", u.N, s.ID.Name), Style: "primary"},
		{Text: "Change", Command: "update public #" + s.ID.Name}, {Text: "No", Command: fmt.Sprintf("reject %d #%s", u.N, s.ID.Name)}}}
	var about []string
	if u.AuthorName != "" {
		about = append(about, u.AuthorName+" wrote it")
	}
	if p := s.Promise(incident.Public); p != nil {
		about = append(about, v.due(*p))
	}
	m.Footer = strings.Join(about, " · ")
	return m
}

// owed is what the person owes: duties, and of the promises of words that he
// holds the one that is due first.
func (v Home) owed(s incident.State) []*stream.Message {
	out := v.duties(s)
	if s.Comms().Handle != v.Me.ID {
		return out
	}
	var next *incident.Promise
	for _, p := range s.Promises {
		if p.Open() && p.Audience != incident.Duty && (next == nil || p.Due.Before(next.Due)) {
			next = &p
		}
	}
	if next == nil {
		return out
	}
	audience := "customers"
	if next.Audience != incident.Public {
		audience = string(next.Audience)
	}
	m := &stream.Message{Title: fmt.Sprintf("%s: words to %s %s", s.Number, audience, v.due(*next)),
		Buttons: []stream.Button{{Text: "Write", Command: fmt.Sprintf("update %s #%s", next.Audience, s.ID.Name)}}}
	switch last := s.LastPublished(next.Audience); {
	case next.Audience == incident.Public && s.Waiting() != nil:
		m.Paragraphs = []string{"They are written and wait for somebody else's yes: “" + short(s.Waiting().Text, 200) + "”"}
	case last != nil:
		m.Paragraphs = []string{"Last, at " + v.when(last.PublishedAt) + ": “" + short(last.Text, 200) + "”"}
	default:
		m.Paragraphs = []string{"Nothing was said yet."}
	}
	return append(out, m)
}

// duties are the outside ones that the person owns.
func (v Home) duties(s incident.State) (out []*stream.Message) {
	for _, p := range s.Promises.Duties() {
		if s.Owner(p.Owner).Handle == v.Me.ID {
			out = append(out, &stream.Message{Title: fmt.Sprintf("%s: %s, %s", s.Number, p.Text, v.due(p)),
				Buttons: []stream.Button{{Text: "Done", Command: fmt.Sprintf("duty done %s #%s", p.Name, s.ID.Name)}}})
		}
	}
	return out
}

// due says when, and how near that is.
func (v Home) due(p incident.Promise) string {
	left := p.Due.Sub(v.At).Round(time.Minute)
	switch {
	case left == 0:
		return "due now"
	case left < 0:
		return fmt.Sprintf("were due %s, %s ago", v.when(p.Due), stream.Duration(-left).Words())
	}
	return fmt.Sprintf("due %s, in %s", v.when(p.Due), stream.Duration(left).Words())
}

// tasks are open ones of an incident that the person commands, else those that
// he wrote down.
func (v Home) tasks(s incident.State) []*stream.Message {
	m := &stream.Message{}
	for _, t := range s.Tasks {
		if t.Done != "" || s.Commander().Handle != v.Me.ID && t.By != v.Me.String() {
			continue
		}
		m.Paragraphs = append(m.Paragraphs, fmt.Sprintf("%d. %s", t.N, short(t.Text, 120)))
		if len(m.Buttons) < 5 {
			m.Buttons = append(m.Buttons, stream.Button{Text: fmt.Sprintf("%d is done", t.N), Command: fmt.Sprintf("task done %d #%s", t.N, s.ID.Name)})
		}
	}
	if len(m.Paragraphs) == 0 {
		return nil
	}
	m.Title = fmt.Sprintf("%s: %s", s.Number, count(len(m.Paragraphs), "task is open", "tasks are open"))
	return []*stream.Message{m}
}

// running are the person's own changes that nobody has ended.
func (v Home) running() []*stream.Message {
	var out []*stream.Message
	for _, c := range v.cards() {
		if c.Ended.IsZero() && c.Facts.Author.Handle == v.Me.ID {
			out = append(out, v.change(c))
		}
	}
	return out
}

func (v Home) change(c change.Card) *stream.Message {
	return &stream.Message{Title: c.Number + " still runs", Paragraphs: []string{fmt.Sprintf("“%s”, since %s", short(c.Facts.What, 100), v.when(c.Started))},
		Buttons: []stream.Button{{Text: "It is over", Command: "change done " + c.Number}}}
}
