package desk

import (
	"strings"

	"drumbeat/incident"
	"drumbeat/integrations"
)

// declareForm asks for what one line would have said.
func (d *Desk) declareForm() *integrations.Form {
	f := &integrations.Form{ID: "declare", Line: "declare", Title: "Declare an incident", Submit: "Declare",
		Fields: []integrations.FormField{
			{Name: "title", Label: "What is wrong, in one line?", Hint: "What people cannot do: “cannot save”. Only the team reads it.", Kind: "text", Required: true, Max: 200},
			{Name: "severity", Label: "How bad is it?", Kind: "choice", Value: "SEV2"},
			{Name: "private", Label: "Private: only those who are needed see it", Kind: "check"},
		}}
	if book, ok := d.books[playbookFor]; ok {
		for _, w := range book.Incident().Severities {
			label := w.Name + ": a channel, and whoever is on call is paged"
			if w.Room == "thread" {
				label = w.Name + ": a thread, nobody is paged"
			}
			f.Fields[1].Choices = append(f.Fields[1].Choices, integrations.Choice{Value: w.Name, Label: label})
		}
	}
	return f
}

// updateForm asks for words, beside the last ones.
func (d *Desk) updateForm(s incident.State, audience incident.Audience) *integrations.Form {
	f := &integrations.Form{ID: "update", Line: "update #" + s.ID.Name, Title: s.Number + ": words", Submit: "Show preview", Version: s.Seq}
	if u := s.LastPublished(audience); u != nil {
		f.Fields = append(f.Fields, integrations.FormField{Name: "last", Kind: "note", Label: "Last, at " + d.clock(u.PublishedAt) + ": “" + u.Text + "”"})
	}
	draft := ""
	if u := s.Waiting(); u != nil && audience == incident.Public {
		draft = withoutNext(u.Text, s.Policy.NextWords)
	}
	f.Fields = append(f.Fields,
		integrations.FormField{Name: "audience", Label: "For whom?", Kind: "choice", Value: string(audience), Choices: []integrations.Choice{
			{Value: string(incident.Public), Label: "Customers (somebody else says yes first)"},
			{Value: string(incident.Stakeholders), Label: "Stakeholders, at once"},
			{Value: string(incident.Internal), Label: "Responders, at once"}}},
		integrations.FormField{Name: "text", Label: "What do they read?", Kind: "multiline", Required: true, Max: 3000, Value: draft,
			Hint: "What they see, not hosts. No cause before it is verified, no time of repair. When the next words come is added."})
	return f
}

// withoutNext takes the sentence about the next update off, which is added
// anew.
func withoutNext(text, next string) string {
	head, _, _ := strings.Cut(next, "{time}")
	if i := strings.LastIndex(text, head); head != "" && i > 0 {
		return strings.TrimSpace(text[:i])
	}
	return text
}

// formLine is the line that a submitted form stands for.
func formLine(r integrations.Request) string {
	v := r.Values
	switch r.Form {
	case "declare":
		line := "declare " + v["severity"]
		if v["private"] == "true" {
			line += " private"
		}
		return line + " " + v["title"]
	case "update":
		_, number, _ := strings.Cut(r.Line, "#")
		return "update " + v["audience"] + " " + v["text"] + " #" + number
	}
	return r.Line
}

// formField is where a refusal of a form is shown.
func formField(form string) string {
	if form == "update" {
		return "text"
	}
	return "title"
}
