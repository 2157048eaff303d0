package cli

import (
	"context"
	"strings"
)

// incidentCommand is `drumbeat incident`: what /incident does, for when chat is
// down.
type incidentCommand struct {
	reach
	JSON bool     `name:"json" help:"Print the answer as JSON."`
	Line []string `arg:"" passthrough:"" help:"The command, as after /incident: declare sev1 people cannot save."`
}

// Run has the running bot carry the line out and prints its answer.
func (c incidentCommand) Run(ctx context.Context, w World) error {
	a, err := c.command(ctx, w, strings.Join(c.Line, " "))
	if err != nil {
		return err
	}
	return a.print(w.Stdout, c.JSON)
}

// resumeCommand is `drumbeat resume`: words go again from a store that was
// restored or copied.
type resumeCommand struct {
	reach
}

// Run has the running bot let words to customers go.
func (c resumeCommand) Run(ctx context.Context, w World) error {
	a, err := c.command(ctx, w, "resume")
	if err != nil {
		return err
	}
	return a.print(w.Stdout, false)
}
