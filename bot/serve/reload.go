package serve

import (
	"context"
	"errors"
	"fmt"
	"time"

	"drumbeat/integrations"
)

// overlap is how long the faces that call by themselves (Slack's socket) stay
// beside those that replace them, which first have to get through.
const overlap = 10 * time.Second

// obey reloads at every hangup, until ctx ends.
func (h *host) obey(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			h.notify(stopping)
			return
		case <-h.now().Hangup:
		}
		h.notify(reloading())
		if err := h.reload(ctx); err != nil {
			h.now().Log.Error("the reload failed, and everything stays as it was", "error", err)
			h.now().mistaken(err)
		} else {
			h.now().Log.Info("reloaded")
		}
		h.notify(ready)
	}
}

// mistaken has the operator told, until a reload succeeds.
func (s *Server) mistaken(err error) {
	s.mistake.Store(&integrations.Finding{Level: integrations.Warning, Subject: "configuration", Text: "was not reloaded, and the last good one is in force (" + err.Error() + ")",
		Remedy: "Correct it and reload once more."})
	nudge(s.broken)
}

// reload builds a server of the new configuration beside the one in force and
// changes them over. Requests go to the one or the other; deliveries too, as
// between replicas. An error changes nothing.
func (h *host) reload(ctx context.Context) error {
	old := h.now()
	if old.Reload == nil {
		return errors.New("this bot does not reload")
	}
	p, err := old.Reload()
	if err != nil {
		return err
	}
	switch {
	case p.Config.Store != old.Config.Store:
		return errors.New("`store:` has changed: that needs a restart")
	case p.Listen != old.Listen:
		return errors.New("`listen:` has changed: that needs a restart")
	case p.SocketPath() != old.SocketPath():
		return errors.New("`socket:` has changed: that needs a restart")
	}
	if p.Books == nil {
		if p.Books, err = loadPlaybooks(p.Playbooks); err != nil {
			return fmt.Errorf("playbooks: %w", err)
		}
	}
	p.Reload, p.Hangup = old.Reload, old.Hangup
	s, err := New(p)
	if err != nil {
		return err
	}
	s.switches.Store(old.switches.Load())
	if page, ok := s.Page.(interface {
		Refresh(ctx context.Context, now time.Time) error
	}); ok {
		if !s.setPageMode(ctx) { // it may have been moved since the configuration was written
			return errors.New("the status page's mode cannot be read")
		}
		if err := page.Refresh(ctx, s.Bot.Now()); err != nil {
			return fmt.Errorf("the status page: %w", err)
		}
	}
	h.begin(ctx, s)
	old.end()
	h.group.Go(func() error {
		defer old.leave()
		wait := time.NewTimer(overlap)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-ctx.Done():
		}
		return nil
	})
	return nil
}
