// Package cli is the command line: what can be typed, and what it exits with.
//
//	0  done
//	1  it was refused, or it did not work
//	2  the command line or the configuration is wrong
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"drumbeat/bot/config"
	"drumbeat/bot/demo"
	"drumbeat/bot/replay"
	"drumbeat/bot/serve"
	"drumbeat/playbooks/scenarios"

	"github.com/alecthomas/kong"
)

// World is what the commands touch.
type World struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Env            func(string) (string, bool)
	// Self is this program: how it is run again.
	Self string
	// Serve runs the bot from a configuration file until ctx ends, by a clock.
	Serve func(ctx context.Context, file string, clock serve.Clock, w World) error
	// Sandbox runs the stand-ins at listen for a bot at app until ctx ends.
	Sandbox func(ctx context.Context, listen, app string, stdout io.Writer) error
	// Replay makes the bot, and what surrounds it, of one replay.
	Replay replay.Builder
}

type grammar struct {
	Serve struct {
		Config string `help:"The configuration file." default:"drumbeat.yaml" type:"path" env:"DRUMBEAT_CONFIG"`
	} `cmd:"" help:"Run the bot."`
	Sandbox struct {
		Listen string `help:"Where the stand-ins listen." default:"127.0.0.1:9090"`
		App    string `help:"Where the bot answers that lives in them." default:"http://127.0.0.1:8080"`
	} `cmd:"" help:"Run stand-ins of Slack, X, Statuspage, PagerDuty, Twilio and a mail server, and print a configuration that uses them."`
	Demo        demo.Command    `cmd:"" help:"Play an outage in the browser, with Drumbeat in it: no account, no configuration."`
	DemoBot     demo.Bot        `cmd:"" name:"demo-bot" hidden:""`
	Incident    incidentCommand `cmd:"" help:"What /incident does in chat, through the running bot: for when chat is down."`
	Replay      replay.Command  `cmd:"" help:"Play an outage that happened once more, with Drumbeat in it; without a name, list them."`
	Healthcheck struct {
		URL string `help:"The bot's private listener." default:"http://127.0.0.1:8080" env:"DRUMBEAT_URL"`
	} `cmd:"" help:"Ask a running bot whether it is ready: exit code 0 or 1."`
	Version struct{} `cmd:"" help:"Print the version."`
}

// Run carries out one command line and gives the exit code.
func Run(ctx context.Context, args []string, w World) int {
	var g grammar
	code := -1
	parser, err := kong.New(&g, kong.Name("drumbeat"), kong.Description("Coordinates incidents and keeps every promise made to customers."),
		kong.Writers(w.Stdout, w.Stderr), kong.Exit(func(c int) { code = c }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Vars{"nothing": replay.Nothing})
	if err != nil {
		return complain(w, err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if code >= 0 {
		return code // help was asked for, and printed
	}
	if err != nil {
		_, _ = fmt.Fprintf(w.Stderr, "drumbeat: %v\nTry: drumbeat --help\n", err)
		return 2
	}
	command, _, _ := strings.Cut(k.Command(), " ")
	switch command {
	case "serve":
		err = w.Serve(ctx, g.Serve.Config, serve.Clock{}, w)
	case "demo":
		err = g.Demo.Run(ctx, scenarios.Files, []string{w.Self, "demo-bot"}, w.Stdout)
	case "demo-bot":
		err = g.DemoBot.Run(ctx, w.Stdin, func(ctx context.Context, file string, clock serve.Clock) error { return w.Serve(ctx, file, clock, w) })
	case "sandbox":
		err = w.Sandbox(ctx, g.Sandbox.Listen, g.Sandbox.App, w.Stdout)
	case "incident":
		err = g.Incident.run(ctx, w.Stdout)
	case "replay":
		err = g.Replay.Run(ctx, scenarios.Files, w.Replay, w.Stdout, w.Stderr)
	case "healthcheck":
		err = healthcheck(ctx, g.Healthcheck.URL)
	case "version":
		_, err = fmt.Fprintln(w.Stdout, "drumbeat", Version())
	}
	if err != nil {
		return complain(w, err)
	}
	return 0
}

func complain(w World, err error) int {
	_, _ = fmt.Fprintf(w.Stderr, "drumbeat: %v\n", err)
	var mistake config.Mistake
	if errors.As(err, &mistake) {
		return 2
	}
	return 1
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

func healthcheck(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ready, err := url.JoinPath(address, "readyz")
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
