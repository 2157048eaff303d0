// Package form draws the dialogues of the desk as data: every face shows them in
// its own way.
package form

import (
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/incident/words"
	"drumbeat/integrations"
)

// The forms, by the command that each completes.
const (
	Declare = "declare"
	Update  = "update"
	Close   = "close"
	Duty    = "duty"
)

// Field is where a refusal of a form is shown.
func Field(form string) string {
	return map[string]string{Declare: "title", Update: "text", Close: Start, Duty: "why"}[form]
}

// Note is a line that asks nothing.
func Note(text string) integrations.FormField {
	return integrations.FormField{Name: "note", Kind: "note", Label: text}
}

// ToDeclare asks for what one line would have said.
func ToDeclare(c incident.Declare, weights []policy.Weight) *integrations.Form {
	severity := integrations.FormField{Name: "severity", Label: "How bad is it?", Kind: "choice"}
	for i, w := range weights {
		label := w.Name + ": a channel"
		if w.Room == "thread" {
			label = w.Name + ": a thread"
		}
		if slices.Contains(w.Wakes, "oncall") {
			label += ", and whoever is on call is paged"
		} else {
			label += ", nobody is paged"
		}
		severity.Choices = append(severity.Choices, integrations.Choice{Value: w.Name, Label: label})
		if w.Name == c.Severity || c.Severity == "" && i == min(1, len(weights)-1) {
			severity.Value = w.Name
		}
	}
	private := map[bool]string{true: "true"}[c.Private]
	return &integrations.Form{ID: Declare, Line: "declare", Title: "Declare an incident", Submit: "Declare",
		Fields: []integrations.FormField{
			{Name: "title", Label: "What is wrong, in one line?", Hint: "What people cannot do: “cannot save”. Only the team reads it.", Kind: "text", Required: true, Max: 200, Value: c.Title},
			severity,
			{Name: "private", Label: "Private: only those who are needed see it", Kind: "check", Value: private},
		}}
}

// ToUpdate asks for words, beside the last ones. clock writes a time of the team.
func ToUpdate(s incident.State, audience incident.Audience, text string, clock func(time.Time) string) *integrations.Form {
	f := &integrations.Form{ID: Update, Line: "update " + string(audience) + " #" + s.ID.Name, Title: s.Number + ": words", Submit: "Send", Version: s.Seq}
	if audience == incident.Public {
		f.Submit = "Show preview"
	}
	if u := s.LastPublished(audience); u != nil {
		f.Fields = append(f.Fields, Note("Last, at "+clock(u.PublishedAt)+": “"+u.Text+"”"))
	}
	if u := s.Waiting(); u != nil && audience == incident.Public && text == "" {
		text = words.WithoutNext(u.Text, s.Policy.NextWords)
	}
	choices := []integrations.Choice{
		{Value: string(incident.Public), Label: "Customers (somebody else says yes first)"},
		{Value: string(incident.Stakeholders), Label: "Stakeholders, at once"},
		{Value: string(incident.Internal), Label: "Responders, at once"}}
	if s.Private {
		choices = choices[1:]
	}
	f.Fields = append(f.Fields,
		integrations.FormField{Name: "audience", Label: "For whom?", Kind: "choice", Value: string(audience), Choices: choices},
		integrations.FormField{Name: "text", Label: "What do they read?", Kind: "multiline", Required: true, Max: 3000, Value: text,
			Hint: "What they see, not hosts. No cause before it is verified, no time of repair. When the next words come is added."})
	return f
}

// ToOverride asks a commander why words that the guard blocks go out: it is the
// form of the words, and one question more.
func ToOverride(f *integrations.Form) *integrations.Form {
	f.Fields = append(f.Fields, integrations.FormField{Name: "why", Label: "Why do they go out as they are?", Kind: "text", Max: 200,
		Hint: "Kept with the words; who says yes to them reads it."})
	return f
}

// The fields of the form that closes.
const (
	Start    = "start"
	Alert    = "alert"
	Reviewer = "reviewer"
	Due      = "due"
)

// ToClose asks what the playbook wants to know at the end; nil where it asks
// nothing.
func ToClose(s incident.State, now time.Time, clock func(time.Time) string) *integrations.Form {
	f := &integrations.Form{ID: Close, Line: "close #" + s.ID.Name, Title: s.Number + ": close", Submit: "Close"}
	asks := func(what string) bool { return slices.Contains(s.Policy.Close.Asks, what) }
	if asks("start") && now.Sub(s.Since) < 24*time.Hour { // a clock time alone says no more
		f.Fields = append(f.Fields, integrations.FormField{Name: Start, Label: "It began at", Kind: "text", Max: 5, Value: clock(s.Since),
			Hint: "The first sign, even if nobody saw it then."})
	}
	if asks("alert") {
		f.Fields = append(f.Fields, integrations.FormField{Name: Alert, Label: "Was the alert of any use?", Kind: "choice", Choices: []integrations.Choice{
			{Value: "useful", Label: "Useful: it told us"}, {Value: "noise", Label: "Noise: it fired for nothing"}, {Value: "missing", Label: "Missing: none fired"}}})
	}
	if due := s.Weight().ReviewDue; asks("review") && due > 0 {
		who := integrations.FormField{Name: Reviewer, Label: "Who writes the review?", Kind: "choice", Value: s.Commander().Handle}
		for _, p := range responders(s) {
			who.Choices = append(who.Choices, integrations.Choice{Value: p.Handle, Label: p.String()})
		}
		by := integrations.FormField{Name: Due, Label: "Within", Kind: "text", Max: 5, Value: due.Days(), Hint: "Such as 5d. `role reviewer @who` hands it on."}
		if len(who.Choices) > 0 {
			f.Fields = append(f.Fields, who)
		}
		f.Fields = append(f.Fields, by)
	}
	if len(f.Fields) == 0 {
		return nil
	}
	return f
}

// responders are those who have a role or took a page.
func responders(s incident.State) (out []incident.Person) {
	add := func(p incident.Person) {
		if p.Handle != "" && !slices.ContainsFunc(out, func(x incident.Person) bool { return x.Handle == p.Handle }) {
			out = append(out, p)
		}
	}
	add(s.Commander())
	add(s.Comms())
	for _, p := range s.Pages {
		add(p.Acked)
	}
	add(s.DeclaredBy)
	return out
}

// ToStop asks why a duty is none.
func ToStop(s incident.State, name string) *integrations.Form {
	return &integrations.Form{ID: Duty, Line: "duty stop " + name + " #" + s.ID.Name, Title: s.Number + ": no duty", Submit: "Stop the clock",
		Fields: []integrations.FormField{{Name: "why", Label: "Why is “" + strings.TrimSpace(name) + "” none?", Kind: "text", Required: true, Max: 200,
			Hint: "Who says so, and why. It stays on record."}}}
}
