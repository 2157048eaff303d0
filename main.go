// Drumbeat coordinates incidents in Slack and keeps every promise to customers.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"drumbeat/bot/cli"
	"drumbeat/bot/config"
	"drumbeat/bot/replay"
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
	clock        serve.Clock
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	self, _ := os.Executable() // without one, the demo says so
	os.Exit(cli.Run(ctx, os.Args[1:], cli.World{Self: self, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.LookupEnv,
		Serve: run, Sandbox: town.Run, Replay: rehearse}))
}

// run is `drumbeat serve`.
func run(ctx context.Context, file string, clock serve.Clock, w cli.World) error {
	c := settings{clock: clock}
	if err := config.Read(file, w.Env, &c, c.problems); err != nil {
		return err
	}
	p, err := c.parts(ctx, serve.Client(), slog.New(slog.NewJSONHandler(w.Stderr, nil)))
	if err != nil {
		return err
	}
	defer func() { _ = p.Store.Close() }() // whatever was answered is durable already
	p.Hold = config.IsSet(w.Env, "DRUMBEAT_HOLD")
	return serve.Run(ctx, p)
}

// rehearse gives the parts of a bot in a town of its own: `drumbeat replay`.
func rehearse(ctx context.Context, r replay.Rig) (stage replay.Stage, err error) {
	var c settings
	text, client, err := town.Inside(ctx, r.Now, r.People)
	if err = errors.Join(err, config.Load(config.Source{Name: "sandbox", Data: []byte(text)}, &c, c.problems)); err != nil {
		return stage, err
	}
	c.Store, stage.Town = "sqlite:"+r.File, client
	stage.Parts, err = c.parts(ctx, client, r.Log)
	return stage, err
}

func (c *settings) problems() []integrations.Problem {
	return slices.Concat(c.Config.Problems(), config.Problems(c.Slack), config.Problems(c.StatusPage), config.Problems(c.Twitter),
		config.Problems(c.Statuspage), config.Problems(c.PagerDuty), config.Problems(c.Twilio), config.Problems(c.Email))
}

// parts makes what was configured.
func (c *settings) parts(ctx context.Context, client *http.Client, log *slog.Logger) (p serve.Parts, err error) {
	c.Defaults()
	p = serve.Parts{Config: c.Config, Senders: map[string]integrations.Sender{}, FarEnds: map[string]string{}, Alertmanager: alertmanager.Receive,
		Log: log, Clock: c.clock, Settings: playbooks.Settings{Command: c.Command, Zone: c.Timezone, Company: "Drumbeat"}}
	if err := c.farEnds(&p, client); err != nil {
		return p, err
	}
	if path, ok := strings.CutPrefix(c.Store, "sqlite:"); ok {
		p.Store, err = sqlite.Open(ctx, sqlite.Config{Path: path, Eager: c.clock.Now != nil})
	} else {
		p.Store, err = redis.Open(ctx, redis.Config{URL: c.Store})
	}
	if err != nil {
		return p, fmt.Errorf("store: %w", err)
	}
	return p, nil
}

// farEnds makes a sender of each far end that is configured.
func (c *settings) farEnds(p *serve.Parts, client *http.Client) (err error) {
	add := func(name string) func(integrations.Sender, error) {
		return func(s integrations.Sender, problem error) {
			if p.Senders[name] = s; problem != nil {
				err = errors.Join(err, fmt.Errorf("%s: %w", name, problem))
			}
		}
	}
	if c.Slack != nil {
		s, problem := slack.New(*c.Slack, client, p.Log)
		add("slack")(s, problem)
		p.Faces = append(p.Faces, func(b *serve.Server) serve.Routes { return s.Face(b.Desk.Handle, b.Desk.Heard, b.Refused) })
		p.Settings.Announce, p.Settings.Shadow = c.Slack.AnnounceChannel, c.Slack.ShadowChannel
	}
	if c.Twitter != nil {
		add("twitter")(twitter.New(*c.Twitter, client))
		p.FarEnds["twitter"], p.Lengths = c.Twitter.Mode, map[string]func(string) (int, int){"twitter": func(s string) (int, int) { return twitter.Length(s), twitter.Limit }}
	}
	if c.Statuspage != nil {
		add("atlassian_statuspage")(statuspage.New(*c.Statuspage, client))
		p.FarEnds["atlassian_statuspage"] = c.Statuspage.Mode
	}
	if c.PagerDuty != nil {
		add("pagerduty")(pagerduty.New(*c.PagerDuty, client))
	}
	if c.Twilio != nil {
		s, problem := twilio.New(c.Twilio.At(c.PublicURL), client)
		add("twilio")(s, problem)
		p.Faces = append(p.Faces, func(b *serve.Server) serve.Routes { s.Refused = b.Refused; return s.Routes(b.Desk.Handle, b.Report) })
	}
	if c.Email != nil {
		add("email")(email.New(*c.Email))
		p.FarEnds["email"] = c.Email.Mode
	}
	if c.StatusPage != nil {
		p.FarEnds[incident.StatusPage], p.Components = c.StatusPage.Mode, c.StatusPage.Parts()
		p.Settings.URL, p.Settings.Company, p.Unattended = c.StatusPage.URL, c.StatusPage.Name, c.StatusPage.Speaks(incident.StatusPage)
		p.StatusPage = func(b *serve.Server) serve.StatusPage { return page.New(*c.StatusPage, b.Desk.Public, b.Log) }
	}
	return err
}
