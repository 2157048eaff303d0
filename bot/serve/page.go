package serve

import (
	"context"
	"slices"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

// committed is told of every commit.
func (s *Server) committed(sum stream.Summary) {
	s.metrics.Committed()
	switch {
	case sum.Stream.Kind == control.Kind:
		nudge(s.switched)
		nudge(s.operated)
	case s.Page != nil && sum.Stream.Kind == incident.Kind && slices.Contains(sum.Tags, "public:yes"):
		s.Page.Nudge()
	}
}

// nudge has somebody look at the store, which a callback of a commit must not
// wait for.
func nudge(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // he will look anyway
	}
}

// setPageMode reads the page's mode and reports whether it could.
func (s *Server) setPageMode(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	mode, err := s.Desk.Mode(ctx, incident.StatusPage)
	if err != nil {
		s.Log.Error("the status page's mode cannot be read", "error", err)
		return false
	}
	s.Page.SetMode(mode)
	s.Page.Nudge()
	return true
}

// others is how often other replicas' commits are looked for.
const others = 500 * time.Millisecond

// follow tells the status page its mode when a switch was thrown, and what
// other replicas have written. known says that the page has its mode.
func (s *Server) follow(ctx context.Context, known bool) {
	tick := time.NewTicker(others)
	defer tick.Stop()
	var rev int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.switched:
			known = s.setPageMode(ctx)
			continue
		case <-tick.C:
		}
		news, err := s.Store.List(ctx, store.Query{Workspace: Workspace, Rev: rev})
		if err != nil {
			continue // the next tick asks again; the page stays as it is
		}
		for _, n := range news {
			rev = max(rev, n.Rev)
			known = known && n.Stream.Kind != control.Kind
		}
		if len(news) > 0 {
			s.Page.Nudge()
		}
		if !known {
			known = s.setPageMode(ctx)
		}
	}
}
