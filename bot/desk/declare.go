package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"drumbeat/bot"
	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

// declare reads "[sev1] [private] <what is wrong>". A form opens only when the
// words are missing.
func (d *Desk) declare(ctx context.Context, a *ask) (integrations.Reply, error) {
	c, names := incident.Declare{Title: a.rest}, d.Policy().Names()
	for {
		word, rest := phrase.Cut(c.Title)
		if sev, ok := phrase.Severity(word, names); ok && c.Severity == "" {
			c.Severity, c.Title = sev, rest
			continue
		}
		if strings.EqualFold(word, "private") && !c.Private {
			c.Private, c.Title = true, rest
			continue
		}
		break
	}
	if c.Title == "" && a.CanOpen {
		return d.offerDeclare(c), nil
	}
	return d.begin(ctx, a, c)
}

// begin declares, and names an incident minutes old that sounds alike.
func (d *Desk) begin(ctx context.Context, a *ask, c incident.Declare) (integrations.Reply, error) {
	like, err := d.like(ctx, a, c)
	if err != nil {
		return integrations.Reply{}, err
	}
	res, err := d.Bot.Do(ctx, bot.Command{Stream: d.ID(incident.Kind, bot.Next), Meta: a.meta(), Value: c})
	if err != nil {
		return integrations.Reply{}, err
	}
	s, err := d.stateOf(ctx, res)
	if err != nil {
		return integrations.Reply{}, err
	}
	if like == s.Number { // the same was said a moment ago
		like = ""
	}
	return d.declared(s, like), nil
}

func (d *Desk) declared(s incident.State, like string) integrations.Reply {
	facts := map[string]any{"number": s.Number, "n": s.ID.Name, "severity": s.Severity, "title": s.Title, "paged": "", "due": nil,
		"thread": s.Weight().Room == "thread", "like": like, "nobody": false}
	if len(s.Pages) > 0 {
		facts["paged"] = people(s.Pages[0].Paged)
	} else if len(s.OnCall) == 0 && len(s.Weight().Wakes) > 0 {
		facts["nobody"] = true
	}
	if p := s.Promise(incident.Public); p != nil {
		facts["due"] = p.Due
	}
	return d.say("declared", facts)
}

// fresh is how old an incident may be that a new one is compared with.
const fresh = 30 * time.Minute

// like names an open incident, minutes old, that sounds like the new one.
func (d *Desk) like(ctx context.Context, a *ask, c incident.Declare) (string, error) {
	if c.Private || c.Title == "" {
		return "", nil
	}
	yes := true
	young, err := d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: incident.Kind, Open: &yes, From: a.At.Add(-fresh), Limit: 20})
	if err != nil {
		return "", err
	}
	open, err := d.among(ctx, a, young)
	if err != nil {
		return "", err
	}
	open = slices.DeleteFunc(open, func(s incident.State) bool { return s.Phase.Ended() || s.Drill })
	if s := d.alike(open, c.Title); s != nil {
		return s.Number, nil
	}
	return "", nil
}

// alike is the incident whose title, service or parts share the most telling
// words with the text; nil when none does. Private ones and drills are left out.
func (d *Desk) alike(open []incident.State, text string) *incident.State {
	words := phrase.Telling(text)
	best, most := -1, 0
	for i, s := range open {
		about := s.Title + " " + s.Service
		for _, c := range s.Components {
			about += " " + c.Name + " " + c.Words
		}
		n := 0
		for w := range phrase.Telling(about) {
			if words[w] {
				n++
			}
		}
		if n > most && !s.Private && !s.Drill {
			best, most = i, n
		}
	}
	if best < 0 {
		return nil
	}
	return &open[best]
}

// report is support's door: one more sign of the incident that it resembles, or
// a small incident of its own.
func (d *Desk) report(ctx context.Context, a *ask) (integrations.Reply, error) {
	if a.rest == "" {
		return integrations.Reply{}, stream.Refuse("Say what the customer says: “report export comes out empty”.")
	}
	facts := map[string]any{"number": "", "title": "", "new": "", "say": "Thank you, we are looking into it."}
	open, err := d.known(ctx, a)
	if err != nil {
		return integrations.Reply{}, err
	}
	if s := d.alike(open, a.rest); s != nil {
		a.state = *s
		after, err := d.do(ctx, a, incident.Add{Sign: incident.Sign{Source: "customers", Text: phrase.Shorten(a.rest, 500), At: a.At, Count: reports(*s) + 1}})
		if err != nil {
			return integrations.Reply{}, err
		}
		facts["number"], facts["title"] = after.Number, after.Title
		if u := after.LastPublished(incident.Public); u != nil {
			facts["say"] = u.Text
		}
		return d.say("reported", facts), nil
	}
	c := incident.Declare{Title: "Customer report: " + phrase.WithoutLinks(a.rest)}
	if names := d.Policy().Names(); len(names) > 0 {
		c.Severity = names[min(2, len(names)-1)] // it wakes nobody
	}
	res, err := d.Bot.Do(ctx, bot.Command{Stream: d.ID(incident.Kind, bot.Next), Meta: a.meta(), Value: c})
	if err != nil {
		return integrations.Reply{}, err
	}
	if phrase.HasLink(a.rest) { // the ticket
		a.state.ID = res.Stream
		if a.Key != "" {
			a.Key += ":ticket"
		}
		if _, err := d.do(ctx, a, incident.AddNote{Text: phrase.Shorten(a.rest, 500)}); err != nil {
			return integrations.Reply{}, err
		}
	}
	facts["new"] = "INC-" + res.Stream.Name
	return d.say("reported", facts), nil
}

// reports is how often customers were heard of in an incident.
func reports(s incident.State) int {
	for _, sign := range s.Signs {
		if sign.Source == "customers" {
			return sign.Count
		}
	}
	return 0
}
