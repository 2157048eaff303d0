// Drumbeat coordinates incidents in Slack and keeps every promise made to
// customers. See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"drumbeat/bot/cli"
	"drumbeat/bot/config"
	"drumbeat/bot/serve"
	"drumbeat/incident"
	"drumbeat/integrations"
	"drumbeat/integrations/alertmanager"
	"drumbeat/integrations/email"
	"drumbeat/integrations/page"
	"drumbeat/integrations/pagerduty"
	"drumbeat/integrations/sandbox/town"
	"drumbeat/integrations/slack"
	"drumbeat/integrations/statuspage"
	"drumbeat/integrations/twilio"
	"drumbeat/integrations/twitter"
	"drumbeat/playbooks"
	"drumbeat/store"
	"drumbeat/store/redis"
	"drumbeat/store/sqlite"
)

// settings is drumbeat.yaml: each part belongs to the package that it
// configures, and a far end without a part does not exist.
type settings struct {
	serve.Config `yaml:",inline"`
	Slack        *slack.Config      `yaml:"slack"`
	StatusPage   *page.Config       `yaml:"status_page"`
	Twitter      *twitter.Config    `yaml:"twitter"`
	Statuspage   *statuspage.Config `yaml:"atlassian_statuspage"`
	PagerDuty    *pagerduty.Config  `yaml:"pagerduty"`
	Twilio       *twilio.Config     `yaml:"twilio"`
	Email        *email.Config      `yaml:"email"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(cli.Run(ctx, os.Args[1:], cli.World{Stdout: os.Stdout, Stderr: os.Stderr, Env: os.LookupEnv, Serve: run, Sandbox: town.Run}))
}

// run is `drumbeat serve`.
func run(ctx context.Context, file string, env func(string) (string, bool), stderr io.Writer) error {
	c, err := load(file, env)
	if err != nil {
		return err
	}
	var db store.Store
	if path, ok := strings.CutPrefix(c.Store, "sqlite:"); ok {
		db, err = sqlite.Open(ctx, sqlite.Config{Path: path})
	} else {
		db, err = redis.Open(ctx, redis.Config{URL: c.Store})
	}
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	defer func() { _ = db.Close() }() // whatever was answered is durable already
	p := serve.Parts{Config: c.Config, Store: db, Senders: map[string]integrations.Sender{}, FarEnds: map[string]string{},
		Alertmanager: alertmanager.Receive, Log: slog.New(slog.NewJSONHandler(stderr, nil)),
		Settings: playbooks.Settings{Command: c.Command, Zone: c.Timezone, Company: "Drumbeat"}}
	hold, _ := env("DRUMBEAT_HOLD")
	p.Hold = hold != "" && hold != "0"
	if err := c.farEnds(&p); err != nil {
		return err
	}
	var s *serve.Server
	if c.StatusPage != nil {
		pg := page.New(*c.StatusPage, func(ctx context.Context) ([]incident.PublicIncident, int64, error) { return s.Desk.Public(ctx) }, p.Log)
		p.Page, p.PageMode, p.FarEnds[incident.StatusPage] = pg, pg.SetMode, c.StatusPage.Mode
		p.Settings.URL, p.Settings.Company = c.StatusPage.URL, c.StatusPage.Name
		for _, x := range c.StatusPage.Components {
			p.Components = append(p.Components, incident.Component{Name: x.Name, Words: x.Words})
		}
	}
	if s, err = serve.New(p); err != nil {
		return err
	}
	return s.Run(ctx)
}

func load(file string, env func(string) (string, bool)) (c settings, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return c, fmt.Errorf("the configuration cannot be read: %w", err)
	}
	err = config.Load(config.Source{Name: file, Data: data, Env: env, File: os.ReadFile}, &c, func() []integrations.Problem {
		return slices.Concat(c.Problems(), problems(c.Slack), problems(c.StatusPage), problems(c.Twitter),
			problems(c.Statuspage), problems(c.PagerDuty), problems(c.Twilio), problems(c.Email))
	})
	c.Defaults()
	return c, err
}

func problems[C interface{ Problems() []integrations.Problem }](part *C) []integrations.Problem {
	if part == nil {
		return nil
	}
	return (*part).Problems()
}

// farEnds makes a sender of each far end that is configured.
func (c settings) farEnds(p *serve.Parts) (err error) {
	client := &http.Client{Timeout: 20 * time.Second}
	add := func(name string, s integrations.Sender, problem error) {
		if p.Senders[name] = s; problem != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", name, problem))
		}
	}
	if c.Slack != nil {
		s, problem := slack.New(*c.Slack, client, p.Log)
		add("slack", s, problem)
		p.Faces = append(p.Faces, s.Routes)
		p.Settings.Announce, p.Settings.Shadow = c.Slack.AnnounceChannel, c.Slack.ShadowChannel
	}
	if c.Twitter != nil {
		s, problem := twitter.New(*c.Twitter, client)
		add("twitter", s, problem)
		p.FarEnds["twitter"] = c.Twitter.Mode
		p.Lengths = map[string]func(string) (int, int){"twitter": func(s string) (int, int) { return twitter.Length(s), twitter.Limit }}
	}
	if c.Statuspage != nil {
		s, problem := statuspage.New(*c.Statuspage, client)
		add("atlassian_statuspage", s, problem)
		p.FarEnds["atlassian_statuspage"] = c.Statuspage.Mode
	}
	if c.PagerDuty != nil {
		s, problem := pagerduty.New(*c.PagerDuty, client)
		add("pagerduty", s, problem)
	}
	if c.Twilio != nil {
		s, problem := twilio.New(*c.Twilio, client)
		add("twilio", s, problem)
		p.Faces = append(p.Faces, func(h integrations.Handler) map[string]http.Handler {
			return map[string]http.Handler{"POST /hooks/twilio": s.Inbound(h, c.PublicURL+"/hooks/twilio")}
		})
	}
	if c.Email != nil {
		s, problem := email.New(*c.Email)
		add("email", s, problem)
		p.FarEnds["email"] = c.Email.Mode
	}
	return err
}
