package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
)

// Command is `drumbeat replay`.
type Command struct {
	Scenarios []string `arg:"" optional:"" name:"scenario" help:"Names of built-in scenarios, or files of your own."`
	All       bool     `help:"Play all built-in scenarios."`
	JSON      bool     `name:"json" help:"Print JSON; a list when there are several."`
	SVG       string   `name:"svg" placeholder:"FILE" help:"Also draw the scenario into a file."`
	Without   string   `enum:"changes,${nothing}" default:"${nothing}" placeholder:"changes" help:"Leave out the changes that the scenario assumes to be recorded."`
}

// Nothing is the value of --without when it is not given.
const Nothing = "nothing"

// Run plays the scenarios and writes what came of them.
func (c Command) Run(ctx context.Context, builtin fs.FS, build Builder, stdout, stderr io.Writer) error {
	names := c.Scenarios
	if c.All {
		names = append(Names(builtin), names...)
	}
	switch {
	case len(names) == 0:
		return c.list(builtin, stdout)
	case c.SVG != "" && len(names) > 1:
		return errors.New("--svg draws one scenario")
	}
	var all []*Scenario
	for _, name := range names { // a mistake in any is told before the first is played
		s, err := Open(builtin, name)
		if err != nil {
			return err
		}
		all = append(all, s)
	}
	o := Options{WithoutChanges: c.Without == "changes", Log: slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelError}))}
	var results []*Result
	for i, s := range all {
		r, err := Play(ctx, s, build, o)
		if err != nil {
			return err
		}
		results = append(results, r)
		if c.JSON {
			continue
		}
		if i > 0 {
			_, _ = fmt.Fprintln(stdout) // Table tells of an error
		}
		if err := r.Table(stdout); err != nil {
			return err
		}
	}
	if c.SVG != "" {
		if err := draw(c.SVG, results[0]); err != nil {
			return err
		}
	}
	if !c.JSON {
		return nil
	}
	return write(stdout, results)
}

func draw(file string, r *Result) error {
	var b bytes.Buffer
	if err := r.SVG(&b); err != nil {
		return err
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("the drawing: %w", err)
	}
	return nil
}

// write gives one result as an object, several as a list.
func write(w io.Writer, results []*Result) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if len(results) == 1 {
		return e.Encode(results[0])
	}
	return e.Encode(results)
}

// list names what can be played.
func (c Command) list(builtin fs.FS, w io.Writer) error {
	for _, name := range Names(builtin) {
		s, err := Open(builtin, name)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%-24s %s\n", name, s.Title); err != nil {
			return err
		}
	}
	return nil
}
