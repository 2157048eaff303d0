package wiring

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"drumbeat/bot/check"
	"drumbeat/bot/config"
	"drumbeat/bot/serve"
	"drumbeat/integrations"
	"drumbeat/store/redis"
	"drumbeat/store/sqlite"
)

// Check looks at the bot that a file describes, without starting it: nothing is
// opened, written or sent. It goes on where the file has mistakes.
func Check(ctx context.Context, file string, env func(string) (string, bool)) []integrations.Finding {
	s, err := Read(file, env)
	mistakes, readable := told(err)
	if !readable || s == nil {
		return mistakes
	}
	client := serve.Client()
	clock := check.Watch(client)
	p, err := s.assemble(Tools{Client: client, Log: slog.New(slog.DiscardHandler)}) //nolint:contextcheck // making far ends calls nobody
	if err != nil && len(mistakes) == 0 {
		mistakes = append(mistakes, wrong(err))
	}
	in := p.CheckInput()
	in.Mistakes, in.Clock, in.Store = mistakes, clock, s.outside()
	return check.Run(ctx, in)
}

// outside is the store as it can be looked at while a bot has it.
func (s *Settings) outside() check.Store {
	switch scheme, path, _ := strings.Cut(s.Store, ":"); scheme {
	case "sqlite":
		return sqlite.Config{Path: path}
	case "redis", "rediss":
		return redis.Config{URL: s.Store}
	}
	return nil // told as a mistake
}

// told makes findings of the mistakes of a file. It is not readable where nothing
// could be made of it.
func told(err error) (found []integrations.Finding, readable bool) {
	if err == nil {
		return nil, true
	}
	errs := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs = joined.Unwrap()
	}
	for _, err := range errs {
		var m config.Mistake
		readable = errors.As(err, &m) && m.Line > 0 || readable
		found = append(found, wrong(err))
	}
	return found, readable
}

func wrong(err error) integrations.Finding {
	return integrations.Finding{Level: integrations.Failure, Subject: "configuration", Text: err.Error(), Remedy: "Correct it: the bot does not start with it."}
}
