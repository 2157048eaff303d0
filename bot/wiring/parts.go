package wiring

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"drumbeat/bot/serve"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/integrations"
	"drumbeat/integrations/alertmanager"
	"drumbeat/integrations/email"
	"drumbeat/integrations/page"
	"drumbeat/integrations/pagerduty"
	"drumbeat/integrations/slack"
	"drumbeat/integrations/statuspage"
	"drumbeat/integrations/twilio"
	"drumbeat/integrations/twitter"
	"drumbeat/playbooks"
	"drumbeat/store"
	"drumbeat/store/redis"
	"drumbeat/store/sqlite"
)

// Tools are what the parts of a bot share.
type Tools struct {
	Client *http.Client // calls the far ends
	Clock  serve.Clock
	Log    *slog.Logger
	// Store is one that is open already; nil opens the configured one.
	Store store.Store
}

// Parts makes the far ends that are configured and opens the store. It calls no
// far end. Whoever gets the parts closes their store.
func (s *Settings) Parts(ctx context.Context, t Tools) (p serve.Parts, err error) {
	p, err = s.assemble(t) //nolint:contextcheck // making far ends calls nobody
	if err != nil {
		return p, err
	}
	if p.Store = t.Store; t.Store != nil {
		return p, nil
	}
	if p.Store, err = s.open(ctx, t); err != nil {
		return p, fmt.Errorf("store: %w", err)
	}
	return p, nil
}

// assemble makes all but the store. Its error tells what is wrong with a far end,
// which is left out then.
func (s *Settings) assemble(t Tools) (serve.Parts, error) {
	w := wiring{Settings: s, tools: t, parts: serve.Parts{Config: s.Config, Senders: map[string]integrations.Sender{}, FarEnds: map[string]string{},
		Lengths: map[string]func(string) (int, int){}, Previews: map[string]func(stream.Delivery) words.Drawn{}, Alertmanager: alertmanager.Receive, Hold: s.hold, Log: t.Log, Clock: t.Clock,
		Settings: playbooks.Settings{Command: s.Command, Zone: s.Timezone, Company: "Drumbeat"}}}
	w.chat()
	w.publishing()
	w.paging()
	return w.parts, w.problem
}

func (s *Settings) open(ctx context.Context, t Tools) (store.Store, error) {
	if path, ok := strings.CutPrefix(s.Store, "sqlite:"); ok {
		return sqlite.Open(ctx, sqlite.Config{Path: path, Eager: t.Clock.Now != nil})
	}
	return redis.Open(ctx, redis.Config{URL: s.Store})
}

// wiring is a bot whose parts are being made.
type wiring struct {
	*Settings
	tools   Tools
	parts   serve.Parts
	problem error
}

// add takes a far end, or what was wrong with it.
func (w *wiring) add(name string, s integrations.Sender, err error) {
	if err != nil {
		w.problem = errors.Join(w.problem, fmt.Errorf("%s: %w", name, err))
		return
	}
	w.parts.Senders[name] = s
	if p, ok := s.(integrations.Previewer); ok {
		w.parts.Previews[name] = p.Preview
	}
}

// chat is where the team works.
func (w *wiring) chat() {
	c := w.Slack
	if c == nil {
		return
	}
	s, err := slack.New(*c, w.tools.Client, w.tools.Log)
	w.add("slack", s, err)
	w.parts.Faces = append(w.parts.Faces, func(b *serve.Server) serve.Face {
		f := serve.Face{Routes: s.Face(b.Handle, b.Desk.Heard, b.Refused)}
		if line := s.Socket(b.Handle); line != nil {
			f.Run = line.Run
		}
		return f
	})
	w.parts.Settings.Announce, w.parts.Settings.Shadow = c.AnnounceChannel, c.ShadowChannel
}

// publishing is what customers read.
func (w *wiring) publishing() {
	if c := w.Twitter; c != nil {
		s, err := twitter.New(*c, w.tools.Client)
		w.add("twitter", s, err)
		w.parts.FarEnds["twitter"] = c.Mode
		w.parts.Lengths["twitter"] = func(s string) (int, int) { return twitter.Length(s), twitter.Limit }
	}
	if c := w.Statuspage; c != nil {
		s, err := statuspage.New(*c, w.tools.Client)
		w.add("atlassian_statuspage", s, err)
		w.parts.FarEnds["atlassian_statuspage"] = c.Mode
	}
	if c := w.StatusPage; c != nil {
		w.parts.Previews[incident.StatusPage] = c.Preview
		w.parts.FarEnds[incident.StatusPage], w.parts.Components = c.Mode, c.Parts()
		w.parts.Settings.URL, w.parts.Settings.Company, w.parts.Unattended = c.URL, c.Name, c.Speaks(incident.StatusPage)
		w.parts.StatusPage = func(b *serve.Server) serve.StatusPage { return page.New(*c, b.Desk.Public, b.Log) }
	}
}

// paging wakes people. Mail does both: customers read it too.
func (w *wiring) paging() {
	if c := w.PagerDuty; c != nil {
		s, err := pagerduty.New(*c, w.tools.Client)
		w.add("pagerduty", s, err)
	}
	if c := w.Twilio; c != nil {
		s, err := twilio.New(c.At(w.PublicURL), w.tools.Client)
		w.add("twilio", s, err)
		w.parts.Faces = append(w.parts.Faces, func(b *serve.Server) serve.Face {
			s.Refused = b.Refused
			return serve.Face{Routes: s.Routes(b.Handle, b.Report)}
		})
	}
	if c := w.Email; c != nil {
		s, err := email.New(*c)
		w.add("email", s, err)
		w.parts.FarEnds["email"] = c.Mode
	}
}
