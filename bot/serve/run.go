package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// shutdown is how long requests under way may take when the server stops.
const shutdown = 5 * time.Second

// Run puts the parts together and serves until ctx ends.
func Run(ctx context.Context, p Parts) error {
	s, err := New(p)
	if err != nil {
		return err
	}
	return s.Run(ctx)
}

// Run serves until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	listeners, err := s.listen()
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	if s.Page != nil {
		known := s.setPageMode(ctx) // before anybody reads the page
		group.Go(func() error { return s.Page.Run(ctx, s.Bot.Now) })
		group.Go(func() error { s.follow(ctx, known); return nil })
	}
	group.Go(func() error { return s.Courier.Run(ctx) })
	group.Go(func() error { return s.standing.Run(ctx) })
	for _, face := range s.faces {
		if face.Run != nil {
			group.Go(func() error { return face.Run(ctx) })
		}
	}
	var open []string
	for _, l := range listeners {
		open = append(open, l.Addr().String())
		srv := &http.Server{Handler: s.handler(l.configured), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute}
		group.Go(func() error {
			if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serving %s: %w", l.configured, err)
			}
			return nil
		})
		group.Go(func() error {
			<-ctx.Done()
			late, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdown)
			defer cancel()
			return srv.Shutdown(late)
		})
	}
	if s.Listening != nil {
		s.Listening(open)
	}
	s.Log.Info("drumbeat serves", "addresses", strings.Join(open, " "), "environment", s.Environment)
	return group.Wait()
}

// listener is one that is open, with its address as it was configured.
type listener struct {
	net.Listener
	configured string
}

// listen opens the listeners, all or none.
func (s *Server) listen() (open []listener, err error) {
	for _, addr := range []string{s.Listen.Public, s.Listen.Slack, s.Listen.Private} {
		if slices.ContainsFunc(open, func(l listener) bool { return l.configured == addr }) {
			continue
		}
		l, err := net.Listen("tcp", addr)
		if err != nil {
			for _, o := range open {
				_ = o.Close() // nothing came in yet
			}
			return nil, fmt.Errorf("listening: %w", err)
		}
		open = append(open, listener{l, addr})
	}
	return open, nil
}
