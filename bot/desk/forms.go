package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	said "drumbeat/incident/words"
	"drumbeat/integrations"
)

// The forms, by the command that each completes.
const (
	formDeclare = "declare"
	formUpdate  = "update"
)

// formField is where a refusal of a form is shown.
func formField(form string) string {
	return map[string]string{formDeclare: "title", formUpdate: "text"}[form]
}

// submit carries out a form. Its values are taken as they are: nothing that
// somebody wrote into a field is read as a command.
func (d *Desk) submit(ctx context.Context, a *ask) (integrations.Reply, error) {
	switch a.Form {
	case formDeclare:
		return d.submitDeclare(ctx, a)
	case formUpdate:
		return d.submitUpdate(ctx, a)
	}
	return integrations.Reply{}, stream.Refuse("I do not know this form any more. Type the command again.")
}

// field is what was written into a form.
func (a *ask) field(name string) string {
	return strings.TrimSpace(strings.ToValidUTF8(a.Values[name], "�"))
}

// offerDeclare opens the form with what is known already.
func (d *Desk) offerDeclare(c incident.Declare) integrations.Reply {
	return integrations.Reply{Open: d.declareForm(c), Words: stream.Say("Type it in one line: `" + d.Settings.Command + " declare sev1 what is wrong`.")}
}

// declareForm asks for what one line would have said.
func (d *Desk) declareForm(c incident.Declare) *integrations.Form {
	weights := d.Policy().Severities
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
	return &integrations.Form{ID: formDeclare, Line: "declare", Title: "Declare an incident", Submit: "Declare",
		Fields: []integrations.FormField{
			{Name: "title", Label: "What is wrong, in one line?", Hint: "What people cannot do: “cannot save”. Only the team reads it.", Kind: "text", Required: true, Max: 200, Value: c.Title},
			severity,
			{Name: "private", Label: "Private: only those who are needed see it", Kind: "check", Value: private},
		}}
}

// asked is the version of a declare form that has named the alike incident: its
// submit declares.
const asked = 1

func (d *Desk) submitDeclare(ctx context.Context, a *ask) (integrations.Reply, error) {
	c := incident.Declare{Title: a.field("title"), Severity: a.field("severity"), Private: a.field("private") == "true"}
	a.Key = cmp.Or(a.Key, d.recent.Intent(a.Request, fmt.Sprint("form ", c.Title, c.Severity, c.Private)))
	if a.Version != asked {
		like, err := d.like(ctx, a, c)
		if err != nil {
			return integrations.Reply{}, err
		}
		if like != "" && !d.doneBefore(ctx, a, like) {
			f := d.declareForm(c)
			f.Version, f.Submit = asked, "Declare all the same"
			f.Fields = slices.Insert(f.Fields, 0, note(like+" is open and sounds alike. Close this form if it is the same; nobody was paged yet."))
			return integrations.Reply{Open: f}, nil
		}
	}
	return d.begin(ctx, a, c)
}

// doneBefore reports whether this very form declared the incident of that
// number.
func (d *Desk) doneBefore(ctx context.Context, a *ask, number string) bool {
	records, err := d.Store.Load(ctx, d.ID(incident.Kind, strings.TrimPrefix(number, "INC-")), 0)
	return err == nil && len(records) > 0 && records[0].Key == a.Key
}

func note(text string) integrations.FormField {
	return integrations.FormField{Name: "note", Kind: "note", Label: text}
}

// updateForm asks for words, beside the last ones.
func (d *Desk) updateForm(s incident.State, audience incident.Audience, text string) *integrations.Form {
	f := &integrations.Form{ID: formUpdate, Line: "update " + string(audience) + " #" + s.ID.Name, Title: s.Number + ": words", Submit: "Send", Version: s.Seq}
	if audience == incident.Public {
		f.Submit = "Show preview"
	}
	if u := s.LastPublished(audience); u != nil {
		f.Fields = append(f.Fields, note("Last, at "+d.Local(u.PublishedAt)+": “"+u.Text+"”"))
	}
	if u := s.Waiting(); u != nil && audience == incident.Public && text == "" {
		text = said.WithoutNext(u.Text, s.Policy.NextWords)
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

// reasonForm asks a commander why words that the guard blocks go out.
func (d *Desk) reasonForm(s incident.State, audience incident.Audience, text string) *integrations.Form {
	f := d.updateForm(s, audience, text)
	f.Fields = append(f.Fields, integrations.FormField{Name: "why", Label: "Why do they go out as they are?", Kind: "text", Max: 200,
		Hint: "Kept with the words; who says yes to them reads it."})
	return f
}

// submitUpdate takes the words of a form. When somebody else's came since it
// was opened, the person is shown those first, and the form keeps his own.
func (d *Desk) submitUpdate(ctx context.Context, a *ask) (integrations.Reply, error) {
	d.forms.Lock() // two forms at once: the second sees what the first wrote
	defer d.forms.Unlock()
	_, number, _ := strings.Cut(a.Line, "#")
	s, err := d.named(ctx, a, strings.TrimSpace(number))
	if err != nil {
		return integrations.Reply{}, err
	}
	a.state = s
	text := a.field("text")
	a.why = a.field("why")
	a.anyway = a.why != ""
	audience, ok := phrase.Audience(a.field("audience"))
	if !ok {
		return integrations.Reply{Problems: map[string]string{"audience": "Say for whom."}, Refused: true, Words: stream.Say("Say for whom.")}, nil
	}
	a.Key = cmp.Or(a.Key, d.recent.Intent(a.Request, fmt.Sprint("form ", number, audience, text)))
	news, err := d.meanwhile(ctx, a, audience)
	if err != nil {
		return integrations.Reply{}, err
	}
	if news != "" {
		f := d.updateForm(s, audience, text)
		f.Submit = "Send as the next one"
		f.Fields = slices.Insert(f.Fields, 0, note(news+" Yours is kept."))
		return integrations.Reply{Open: f, Words: stream.Say(news + " Yours is kept.")}, nil
	}
	return d.tell(ctx, a, audience, text)
}

// meanwhile tells which words of others for the same readers came after the form
// was opened; empty when none did, or when this form was taken already.
func (d *Desk) meanwhile(ctx context.Context, a *ask, audience incident.Audience) (string, error) {
	if a.Version == 0 {
		return "", nil
	}
	records, err := d.Store.Load(ctx, a.id(), a.Version)
	if err != nil {
		return "", err
	}
	news := ""
	for _, r := range records {
		if r.Key == a.Key {
			return "", nil
		}
		var e struct{ N int }
		if r.Kind != "published" && r.Kind != "proposed" || json.Unmarshal(r.Data, &e) != nil {
			continue
		}
		u := a.state.Update(e.N)
		if u == nil || u.Audience != audience || u.Author == a.By.ID || u.Author == "" || u.State == incident.Rejected {
			continue
		}
		did := "posted"
		if u.State == incident.Proposing {
			did = "wrote"
		}
		news = fmt.Sprintf("%s %s %s ago: “%s”.", cmp.Or(u.AuthorName, "The playbook"), did, ago(a.At.Sub(r.At)), phrase.Shorten(u.Text, 300))
	}
	return news, nil
}
