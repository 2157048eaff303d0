// Package replay plays an outage that happened once more, with Drumbeat in it:
// the same Bot and Courier as `drumbeat serve`, over the stand-ins of the far
// ends, in virtual time.
//
// # Time
//
// One goroutine goes from moment to moment: what the scenario brings (an alert,
// a change, a line that somebody types, a tool that breaks), what people do upon
// what reached them, and what the store holds for later. All that falls on one
// moment is done in this order, then Courier.Step delivers. Nothing takes time
// but what the scenario says, so the same file gives the same result.
//
// # What is seen
//
// A tap sits at the two contracts that everything passes: it reads the records
// that are committed (store.Store) and what the far ends took or refused
// (integrations.Sender). The measures are taken from it alone.
//
// # What is assumed
//
// People's reactions, recorded changes, mutes, modes and whatever else no source
// tells stand under `assume` in the scenario and are printed with the result. No
// scenario holds a result, and nothing here knows a scenario.
package replay

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"drumbeat/bot/serve"
	"drumbeat/incident/stream"
)

// Rig is what a bot for one replay is made from.
type Rig struct {
	// Now is the clock of the far ends.
	Now func() time.Time
	// People are the members of the workspace.
	People []stream.Person
	// File is where the store may be; its folder is removed afterwards.
	File string
	Log  *slog.Logger
}

// Stage is a bot and its surroundings. Town reaches the control of the far
// ends: http://town.sandbox/x/_faults.
type Stage struct {
	Parts serve.Parts
	Town  *http.Client
}

// Builder makes a stage: which store and which far ends is its to choose. What
// it opened beside the store ends with ctx.
type Builder func(ctx context.Context, r Rig) (Stage, error)

// Options say how to play.
type Options struct {
	// WithoutChanges leaves out the changes that the scenario assumes to be
	// recorded.
	WithoutChanges bool
	Log            *slog.Logger
}

// Play plays one scenario.
func Play(ctx context.Context, s *Scenario, build Builder, o Options) (*Result, error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	dir, err := os.MkdirTemp("", "drumbeat-replay-")
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // only a temporary store
	p := newPlay(s, o)
	stage, err := build(ctx, Rig{Now: p.clock, People: p.cast.people(), File: filepath.Join(dir, "replay.db"), Log: o.Log})
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	defer func() { _ = stage.Parts.Store.Close() }() // it is thrown away
	if err := p.furnish(stage); err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	if err := p.run(ctx); err != nil {
		return nil, fmt.Errorf("replay of %s: %w", s.Name, err)
	}
	return p.result(ctx)
}
