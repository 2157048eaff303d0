package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"drumbeat/bot/desk/form"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// submit carries out a form. Its values are taken as they are: nothing that
// somebody wrote into a field is read as a command.
func (d *Desk) submit(ctx context.Context, a *ask) (integrations.Reply, error) {
	switch a.Form {
	case form.Declare:
		return d.submitDeclare(ctx, a)
	case form.Update:
		return d.submitUpdate(ctx, a)
	case form.Close, form.Duty:
		return d.submitEnd(ctx, a)
	}
	return integrations.Reply{}, stream.Refuse("I do not know this form any more. Type the command again.")
}

// field is what was written into a form.
func (a *ask) field(name string) string {
	return strings.TrimSpace(strings.ToValidUTF8(a.Values[name], "�"))
}

// offerDeclare opens the form with what is known already.
func (d *Desk) offerDeclare(c incident.Declare) integrations.Reply {
	return integrations.Reply{Open: form.ToDeclare(c, d.Policy().Severities), Words: stream.Say("Type it in one line: `" + d.Settings.Command + " declare sev1 what is wrong`.")}
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
			f := form.ToDeclare(c, d.Policy().Severities)
			f.Version, f.Submit = asked, "Declare all the same"
			f.Fields = slices.Insert(f.Fields, 0, form.Note(like+" is open and sounds alike. Close this form if it is the same; nobody was paged yet."))
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

// updateForm asks for words, beside the last ones.
func (d *Desk) updateForm(s incident.State, audience incident.Audience, text string) *integrations.Form {
	return form.ToUpdate(s, audience, text, d.Local)
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
		f.Fields = slices.Insert(f.Fields, 0, form.Note(news+" Yours is kept."))
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
		news = fmt.Sprintf("%s %s %s ago: “%s”.", cmp.Or(u.AuthorName, "The playbook"), did, phrase.Ago(a.At.Sub(r.At)), phrase.Shorten(u.Text, 300))
	}
	return news, nil
}
