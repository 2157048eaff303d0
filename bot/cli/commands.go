package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"drumbeat/bot/demo"
	"drumbeat/bot/replay"
	"drumbeat/bot/serve"
	"drumbeat/playbooks/scenarios"
)

type serveCommand struct {
	Config string `help:"The configuration file." default:"drumbeat.yaml" type:"path" env:"DRUMBEAT_CONFIG"`
}

// Run serves until ctx ends.
func (c serveCommand) Run(ctx context.Context, w World) error {
	return w.Serve(ctx, c.Config, serve.Clock{}, w)
}

type sandboxCommand struct {
	Listen string `help:"Where the stand-ins listen." default:"127.0.0.1:9090"`
	App    string `help:"Where the bot answers that lives in them." default:"http://127.0.0.1:8080"`
	Socket bool   `name:"socket-mode" help:"The bot hears Slack over Socket Mode; without it, Slack calls the bot."`
}

// Run serves the stand-ins until ctx ends.
func (c sandboxCommand) Run(ctx context.Context, w World) error {
	return w.Sandbox(ctx, c.Listen, c.App, c.Socket, w.Stdout)
}

type demoCommand struct {
	demo.Command
}

// Run plays until ctx ends.
func (c demoCommand) Run(ctx context.Context, w World) error {
	return c.Command.Run(ctx, scenarios.Files, []string{w.Self, "demo-bot"}, w.Stdout)
}

// demoBotCommand is the bot of a demo, in a process of its own.
type demoBotCommand struct {
	demo.Bot
}

// Run serves until ctx ends, by the demo's clock.
func (c demoBotCommand) Run(ctx context.Context, w World) error {
	return c.Bot.Run(ctx, w.Stdin, func(ctx context.Context, file string, clock serve.Clock) error { return w.Serve(ctx, file, clock, w) })
}

type replayCommand struct {
	replay.Command
}

// Run plays one outage in virtual time.
func (c replayCommand) Run(ctx context.Context, w World) error {
	return c.Command.Run(ctx, scenarios.Files, w.Replay, w.Stdout, w.Stderr)
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(w World) error {
	_, err := fmt.Fprintln(w.Stdout, "drumbeat", Version())
	return err
}

// Version is the module's version and the commit that it was built from.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v += " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return v
}

// patience is how long a healthcheck waits.
const patience = 3 * time.Second

type healthcheckCommand struct {
	URL string `help:"The bot's private listener." default:"http://127.0.0.1:8080" env:"DRUMBEAT_URL"`
}

// Run asks whether the bot is ready.
func (c healthcheckCommand) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ready, err := url.JoinPath(c.URL, "readyz")
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, ready, nil)
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("the bot does not answer: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		why, err := io.ReadAll(io.LimitReader(resp.Body, 1024))
		if err != nil {
			return fmt.Errorf("not ready: %w", err)
		}
		return fmt.Errorf("not ready: %s", strings.TrimSpace(string(why)))
	}
	return nil
}
