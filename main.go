// Drumbeat coordinates incidents in Slack and keeps every promise to customers.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"os/user"
	"syscall"

	"drumbeat/bot/check"
	"drumbeat/bot/cli"
	"drumbeat/bot/replay"
	"drumbeat/bot/serve"
	"drumbeat/bot/telemetry"
	"drumbeat/bot/wiring"
	"drumbeat/integrations"
	"drumbeat/integrations/sandbox/town"
	"drumbeat/playbooks/lint"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	self, _ := os.Executable() // without one, the demo says so
	os.Exit(cli.Run(ctx, os.Args[1:], cli.World{Self: self, User: login(), Zone: wiring.Zone(os.LookupEnv), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.LookupEnv,
		Local:     func(file string) cli.Local { return wiring.Local(file, os.LookupEnv) },
		Playbooks: func(file string) (*lint.Config, error) { return wiring.Playbooks(file, os.LookupEnv) },
		Serve:     run, Sandbox: town.Run, Check: wiring.Check, Replay: rehearse}))
}

// login is who types; empty if the machine does not know.
func login() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

// run is `drumbeat serve`. SIGHUP reads the configuration and the playbooks anew.
func run(ctx context.Context, file string, clock serve.Clock, w cli.World) error {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	log := slog.New(slog.NewJSONHandler(w.Stderr, nil))
	tracer, err := telemetry.Open(ctx, telemetry.TraceConfig{Env: w.Env, Version: cli.Version(), Log: log})
	if err != nil {
		return err
	}
	client := serve.Client()
	clocks := check.Watch(client)
	tools := wiring.Tools{Client: client, Clock: clock, Log: log}
	load := func() (p serve.Parts, err error) {
		s, err := wiring.Read(file, w.Env)
		if err == nil {
			p, err = s.Parts(ctx, tools)
		}
		p.Version, p.Tracer = cli.Version(), tracer
		if p.Console = w.Stderr; clock.Now == nil { // a demo has no operator who waits for news
			p.Check = func(ctx context.Context, in check.Input) []integrations.Finding {
				in.Clock = clocks
				return check.Run(ctx, in)
			}
		}
		return p, err
	}
	p, err := load()
	if err != nil {
		return err
	}
	defer func() {
		tracer.Close()      // it asks the store what is private
		_ = p.Store.Close() // whatever was answered is durable already
	}()
	tools.Store = p.Store
	p.Reload, p.Hangup = load, hangup
	return serve.Run(ctx, p)
}

// rehearse gives the parts of a bot in a town of its own: `drumbeat replay`.
func rehearse(ctx context.Context, r replay.Rig) (stage replay.Stage, err error) {
	text, client, err := town.Inside(ctx, r.Now, r.People)
	if err != nil {
		return stage, err
	}
	s, err := wiring.Parse(text)
	if err != nil {
		return stage, err
	}
	s.Store, stage.Town = "sqlite:"+r.File, client
	stage.Parts, err = s.Parts(ctx, wiring.Tools{Client: client, Log: r.Log})
	return stage, err
}
