package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"drumbeat/integrations"
)

// checkCommand is `drumbeat check`.
type checkCommand struct {
	Config string `help:"The configuration file." default:"drumbeat.yaml" type:"path" env:"DRUMBEAT_CONFIG"`
	JSON   bool   `name:"json" help:"Print the findings as JSON."`
	Strict bool   `help:"Warnings too give an exit code: 1."`
}

// verdict is what a check came to, as JSON.
type verdict struct {
	Findings []integrations.Finding `json:"findings"`
	OK       int                    `json:"ok"`
	Warnings int                    `json:"warnings"`
	Failures int                    `json:"failures"`
}

// Run looks, prints one line for each thing, and exits with 2 where something
// does not work, 1 where only warnings remain and --strict was given.
func (c checkCommand) Run(ctx context.Context, w World) error {
	v := verdict{Findings: w.Check(ctx, c.Config, w.Env)}
	for _, f := range v.Findings {
		switch f.Level {
		case integrations.Failure:
			v.Failures++
		case integrations.Warning:
			v.Warnings++
		default:
			v.OK++
		}
	}
	if err := v.print(w.Stdout, c.JSON); err != nil {
		return err
	}
	switch {
	case v.Failures > 0:
		return exit(2)
	case v.Warnings > 0 && c.Strict:
		return exit(1)
	}
	return nil
}

// marks begin the lines. The word says it all: there is no colour.
var marks = map[integrations.Level]string{integrations.OK: "ok  ", integrations.Warning: "warn", integrations.Failure: "FAIL"}

// widest is how far the sentences are moved to the right for a long subject.
const widest = 30

func (v verdict) print(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(v)
	}
	width := 0
	for _, f := range v.Findings {
		width = max(width, min(utf8.RuneCountInString(f.Subject), widest))
	}
	var b strings.Builder
	for _, f := range v.Findings {
		fmt.Fprintf(&b, "%s  %-*s  %s\n", marks[f.Level], width, f.Subject, sentence(f.Text))
		if f.Remedy != "" {
			fmt.Fprintf(&b, "      %*s  → %s\n", width, "", f.Remedy)
		}
	}
	fmt.Fprintf(&b, "\n%d ok, %s, %s\n", v.OK, count(v.Warnings, "warning"), count(v.Failures, "failure"))
	_, err := io.WriteString(w, b.String())
	return err
}

// sentence ends a text that has no end.
func sentence(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
