package serve

import (
	"context"
	"fmt"
	"time"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

// absence is the gap between two marks from which on nobody was running. They
// are a minute apart; a restart takes seconds.
const absence = 2 * time.Minute

// starter acts when a process has just started.
var starter = stream.Actor{ID: "drumbeat:start"}

// marker is the store's, nil if there is none, or if the bot lives in a time of
// its own: there a minute of the machine is no minute.
func (s *Server) marker() store.Marker {
	if s.Clock.Now != nil {
		return nil
	}
	m, _ := s.Store.(store.Marker)
	return m
}

// arrive looks where and when the store was last in use, before anything is
// sent, and has it recorded when it was elsewhere or long ago. What is recorded
// says what is not to be sent any more. Killed on the way, the next process
// finds the same mark, and the Keys of what was recorded.
func (s *Server) arrive(ctx context.Context) error {
	m := s.marker()
	if m == nil {
		return nil
	}
	mark, err := m.Marked(ctx)
	if err != nil {
		return err
	}
	now := s.Bot.Now()
	if mark.Foreign {
		s.Log.Warn("the store was restored or copied: words to customers are on hold until `drumbeat resume`", "last_in_use", mark.At)
		if err := s.found(ctx, mark, s.Desk.ID(control.Kind, control.Name), control.Restore{Seen: mark.At}); err != nil {
			return err
		}
	}
	if !mark.At.IsZero() && now.Sub(mark.At) > absence {
		s.Log.Warn("nobody was running", "from", mark.At, "to", now)
		if err := s.returned(ctx, mark, now); err != nil {
			return err
		}
	}
	if err := s.learn(ctx); err != nil {
		return err
	}
	return m.Mark(ctx, now)
}

// returned tells every open incident that nobody was running.
func (s *Server) returned(ctx context.Context, m store.Mark, now time.Time) error {
	open, err := s.Desk.Unfinished(ctx)
	if err != nil {
		return err
	}
	for _, o := range open {
		if err := s.found(ctx, m, o.Stream, incident.Return{From: m.At, To: now}); err != nil {
			return err
		}
	}
	return s.found(ctx, m, s.Desk.ID(control.Kind, control.Name), control.Return{Absence: control.Absence{From: m.At, To: now}, Open: len(open)})
}

// found records what the mark tells, once for each mark and stream.
func (s *Server) found(ctx context.Context, m store.Mark, id stream.ID, c any) error {
	_, err := s.Bot.Do(ctx, bot.Command{Stream: id, Value: c,
		Meta: stream.Meta{By: starter, Key: fmt.Sprintf("%T of %s to %s", c, m.At.Format(time.RFC3339Nano), id)}})
	if err != nil {
		return fmt.Errorf("recording where the store comes from: %w", err)
	}
	return nil
}

// learn takes over what is not to be sent any more.
func (s *Server) learn(ctx context.Context) error {
	sw, err := s.Desk.Switches(ctx)
	if err == nil {
		s.switches.Store(&sw)
	}
	return err
}

// mark says in the store that it is in use. A store that has become another one
// meanwhile is treated as at the start.
func (s *Server) mark(ctx context.Context) error {
	m := s.marker()
	if m == nil {
		return nil
	}
	was, err := m.Marked(ctx)
	if err == nil && was.Foreign {
		return s.arrive(ctx)
	}
	if err != nil {
		return err
	}
	return m.Mark(ctx, s.Bot.Now())
}

// stale says what is not to be sent any more, and why.
func (s *Server) stale(d stream.Delivery, queued time.Time) (reason string, unsure bool) {
	if sw := s.switches.Load(); sw != nil {
		return sw.Stale(queued, d.Public)
	}
	return "", false
}
