package cli

import (
	"context"

	"drumbeat/bot/setup"
)

type initCommand struct {
	setup.Command
}

// Run asks, writes the files and tells what to do in Slack.
func (c initCommand) Run(ctx context.Context, w World) error {
	return c.Command.Run(ctx, setup.World{Stdin: w.Stdin, Stdout: w.Stdout, User: w.User, Zone: w.Zone})
}

type manifestCommand struct {
	setup.Manifest
}

// Run prints the manifest.
func (c manifestCommand) Run(w World) error {
	return c.Manifest.Run(setup.World{Stdout: w.Stdout})
}
