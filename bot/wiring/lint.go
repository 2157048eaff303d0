package wiring

import (
	"log/slog"

	"drumbeat/bot/serve"
	"drumbeat/playbooks/lint"
)

// Playbooks tells what a file says to the linter of playbooks. Nothing is opened
// or sent.
func Playbooks(file string, env func(string) (string, bool)) (*lint.Config, error) {
	s, err := Read(file, env)
	if err != nil {
		return nil, err
	}
	p, err := s.assemble(Tools{Client: serve.Client(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	return p.Lint()
}
