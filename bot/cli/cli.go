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

	"drumbeat/bot/config"
	"drumbeat/bot/replay"
	"drumbeat/bot/serve"
	"drumbeat/integrations"
	"drumbeat/playbooks/lint"

	"github.com/alecthomas/kong"
)

// World is what the commands touch.
type World struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Env            func(string) (string, bool)
	// Self is this program: how it is run again.
	Self string
	// User is who types, as the machine calls him, and Zone where: an IANA name.
	User, Zone string
	// Local reads what a configuration file says of the bot on this machine.
	Local func(file string) Local
	// Serve runs the bot from a configuration file until ctx ends, by a clock.
	Serve func(ctx context.Context, file string, clock serve.Clock, w World) error
	// Sandbox runs the stand-ins at listen for a bot at app, which hears Slack over
	// Socket Mode or HTTP, until ctx ends.
	Sandbox func(ctx context.Context, listen, app string, socketMode bool, stdout io.Writer) error
	// Check looks at the bot that a configuration file describes.
	Check func(ctx context.Context, file string, env func(string) (string, bool)) []integrations.Finding
	// Playbooks tells what a configuration file says to the linter of playbooks.
	Playbooks func(file string) (*lint.Config, error)
	// Replay makes the bot, and what surrounds it, of one replay.
	Replay replay.Builder
}

// grammar is every command; each carries itself out in its Run.
type grammar struct {
	Init        initCommand        `cmd:"" help:"Make a configuration and a Slack app: five questions."`
	Serve       serveCommand       `cmd:"" help:"Run the bot."`
	Sandbox     sandboxCommand     `cmd:"" help:"Run stand-ins of Slack, X, Statuspage, PagerDuty, Twilio and a mail server, and print a configuration that uses them."`
	Demo        demoCommand        `cmd:"" help:"Play an outage in the browser, with Drumbeat in it: no account, no configuration."`
	DemoBot     demoBotCommand     `cmd:"" name:"demo-bot" hidden:""`
	Incident    incidentCommand    `cmd:"" help:"What /incident does in chat, through the running bot: for when chat is down."`
	Resume      resumeCommand      `cmd:"" help:"Let words to customers go again, from a store that was restored or copied."`
	Check       checkCommand       `cmd:"" help:"Look whether the bot would work, and say what to do where not: credentials, store, clock, people. Nothing is sent."`
	Playbook    playbookCommand    `cmd:"" help:"What playbooks do, before it matters: look for what is wrong, play an incident, show what holds."`
	Manifest    manifestCommand    `cmd:"" help:"Print the Slack app's manifest: its scopes, events and slash command."`
	Replay      replayCommand      `cmd:"" help:"Play an outage that happened once more, with Drumbeat in it; without a name, list them."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask a running bot whether it is ready: exit code 0 or 1."`
	Completion  completionCommand  `cmd:"" help:"Print what makes your shell complete the commands of drumbeat."`
	Complete    completeCommand    `cmd:"" hidden:""`
	Version     versionCommand     `cmd:"" help:"Print the version."`
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
	k.BindTo(ctx, (*context.Context)(nil))
	err = k.Run(w)
	var told exit
	if errors.As(err, &told) {
		return int(told)
	}
	if err != nil {
		return complain(w, err)
	}
	return 0
}

// exit is the exit code of a command that has said itself what there is to say.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func complain(w World, err error) int {
	_, _ = fmt.Fprintf(w.Stderr, "drumbeat: %v\n", err)
	var mistake config.Mistake
	var wrong misuse
	if errors.As(err, &mistake) || errors.As(err, &wrong) {
		return 2
	}
	return 1
}
