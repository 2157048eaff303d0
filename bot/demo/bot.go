package demo

import (
	"context"
	"io"
	"time"

	"drumbeat/bot/serve"
)

// pollReal is how often the bot of a demo looks for what falls due, in the
// machine's time: a minute may last a second.
const pollReal = 50 * time.Millisecond

// Bot is `drumbeat demo-bot`, which the demo runs: `drumbeat serve` by the clock
// of its demo.
type Bot struct {
	Config string        `required:"" help:"The configuration file."`
	Lease  time.Duration `required:"" help:"How long a delivery is the bot's."`
}

// Run serves until ctx ends, or until nobody tells the time on stdin any more.
func (b Bot) Run(ctx context.Context, stdin io.Reader, serveBot func(context.Context, string, serve.Clock) error) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	clock, err := Follow(stdin, end)
	if err != nil {
		return err
	}
	return serveBot(ctx, b.Config, serve.Clock{Now: clock.Now, Lease: b.Lease, Poll: pollReal})
}
