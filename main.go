// Drumbeat coordinates incidents in Slack and keeps every promise to customers.
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
	var c settings
	err := config.Read(file, env, &c, func() []integrations.Problem {
		return slices.Concat(c.Problems(), problems(c.Slack), problems(c.StatusPage), problems(c.Twitter),
			problems(c.Statuspage), problems(c.PagerDuty), problems(c.Twilio), problems(c.Email))
	})
	if err != nil {
		return err
	}
	c.Defaults()
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
	s, err := serve.New(p)
	if err != nil {
		return err
	}
	if c.StatusPage != nil {
		s.Page = page.New(*c.StatusPage, s.Desk.Public, p.Log)
	}
	return s.Run(ctx)
}

func problems[C interface{ Problems() []integrations.Problem }](part *C) []integrations.Problem {
	if part == nil {
		return nil
	}
	return (*part).Problems()
}

// farEnds makes a sender of each far end that is configured.
func (c settings) farEnds(p *serve.Parts) (err error) {
	client := serve.Client()
	add := func(name string, s integrations.Sender, problem error) {
		if p.Senders[name] = s; problem != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", name, problem))
		}
	}
	public := func(name, mode string, s integrations.Sender, problem error) {
		p.FarEnds[name] = mode
		add(name, s, problem)
	}
	if c.Slack != nil {
		s, problem := slack.New(*c.Slack, client, p.Log)
		add("slack", s, problem)
		p.Faces = append(p.Faces, func(b *serve.Server) map[string]http.Handler { return s.Face(b.Desk.Handle, b.Desk.Heard, b.Refused) })
		p.Settings.Announce, p.Settings.Shadow = c.Slack.AnnounceChannel, c.Slack.ShadowChannel
	}
	if c.Twitter != nil {
		s, problem := twitter.New(*c.Twitter, client)
		public("twitter", c.Twitter.Mode, s, problem)
		p.Lengths = map[string]func(string) (int, int){"twitter": func(s string) (int, int) { return twitter.Length(s), twitter.Limit }}
	}
	if c.Statuspage != nil {
		s, problem := statuspage.New(*c.Statuspage, client)
		public("atlassian_statuspage", c.Statuspage.Mode, s, problem)
	}
	if c.PagerDuty != nil {
		s, problem := pagerduty.New(*c.PagerDuty, client)
		add("pagerduty", s, problem)
	}
	if c.Twilio != nil {
		s, problem := twilio.New(c.Twilio.At(c.PublicURL), client)
		add("twilio", s, problem)
		p.Faces = append(p.Faces, func(b *serve.Server) map[string]http.Handler {
			s.Refused = b.Refused
			return s.Routes(b.Desk.Handle, b.Report)
		})
	}
	if c.Email != nil {
		s, problem := email.New(*c.Email)
		public("email", c.Email.Mode, s, problem)
	}
	if c.StatusPage != nil {
		p.FarEnds[incident.StatusPage], p.Components = c.StatusPage.Mode, c.StatusPage.Parts()
		p.Settings.URL, p.Settings.Company, p.Unattended = c.StatusPage.URL, c.StatusPage.Name, c.StatusPage.Speaks(incident.StatusPage)
	}
	return err
}
