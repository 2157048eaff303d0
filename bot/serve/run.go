package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"drumbeat/bot/pulse"

	"golang.org/x/sync/errgroup"
)

const (
	shutdown = 5 * time.Second // for requests under way when the server stops
	farewell = 3 * time.Second // for the last mark
)

// Run puts the parts together and serves until ctx ends.
func Run(ctx context.Context, p Parts) error {
	s, err := New(p)
	if err != nil {
		return err
	}
	return s.Run(ctx)
}

// Run serves until ctx ends, and reloads whenever Hangup says so.
func (s *Server) Run(ctx context.Context) error {
	listeners, err := s.listen()
	if err != nil {
		return err
	}
	if err := s.arrive(ctx); err != nil {
		closeAll(listeners)
		return fmt.Errorf("taking up the store: %w", err)
	}
	h := &host{listeners: listeners}
	var inner context.Context
	h.group, inner = errgroup.WithContext(ctx)
	h.begin(inner, s)
	open := h.serve(inner)
	h.group.Go(func() error { h.pulse().Run(inner); return nil })
	h.group.Go(func() error { h.obey(inner); return nil })
	if s.Listening != nil {
		s.Listening(open)
	}
	s.Log.Info("drumbeat serves", "addresses", strings.Join(open, " "), "environment", s.Environment)
	h.notify(ready)
	err = h.group.Wait()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if marking := h.now().mark(late); marking != nil {
		s.Log.Warn("the store was not marked as left", "error", marking)
	}
	return err
}

// host is what outlives a reload: the listeners, and which server answers.
type host struct {
	listeners []listener
	group     *errgroup.Group
	current   atomic.Pointer[life]
}

// life is one server while it is in force.
type life struct {
	*Server
	routes map[string]http.Handler // by the listener's configured address
	// end lets go of the courier and the page at once; leave, of the faces that
	// call by themselves.
	end, leave context.CancelFunc
}

func (h *host) now() *life { return h.current.Load() }

// begin starts a server and puts it in the place of the one before.
func (h *host) begin(ctx context.Context, s *Server) {
	work, end := context.WithCancel(ctx)
	calls, leave := context.WithCancel(ctx)
	l := &life{s, map[string]http.Handler{}, end, leave}
	for _, at := range h.listeners {
		l.routes[at.configured] = s.handler(at.configured)
	}
	if s.Page != nil {
		known := s.setPageMode(work) // before anybody reads the page
		h.group.Go(func() error { return s.Page.Run(work, s.Bot.Now) })
		h.group.Go(func() error { s.follow(work, known); return nil })
	}
	h.group.Go(func() error { return h.left(l, s.Courier.Run(work)) })
	h.group.Go(func() error { return s.standing.Run(work) })
	h.group.Go(func() error { s.operate(work); return nil })
	h.group.Go(func() error { s.recur(work); return nil })
	for _, face := range s.faces {
		if face.Run != nil {
			h.group.Go(func() error { return h.left(l, face.Run(calls)) })
		}
	}
	h.current.Store(l)
}

// left is what a part's end means: one that was replaced has no say.
func (h *host) left(l *life, err error) error {
	if err == nil || h.now() == l {
		return err
	}
	l.Log.Error("what a reload replaced ended badly", "error", err)
	return nil
}

// serve answers on every listener, by the server that is in force, and gives
// their addresses.
func (h *host) serve(ctx context.Context) (open []string) {
	for _, l := range h.listeners {
		if l.configured != localSocket {
			open = append(open, l.Addr().String())
		}
		srv := &http.Server{ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.now().routes[l.configured].ServeHTTP(w, r) })}
		h.group.Go(func() error {
			if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serving %s: %w", l.configured, err)
			}
			return nil
		})
		h.group.Go(func() error {
			<-ctx.Done()
			late, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdown)
			defer cancel()
			if err := srv.Shutdown(late); err != nil {
				return srv.Close() // a connection on which nothing was ever asked keeps nobody
			}
			return nil
		})
	}
	return open
}

// pulse says outside that the server in force does its work.
func (h *host) pulse() *pulse.Pulse {
	return pulse.New(pulse.Config{
		Rounds: func() int64 { return h.now().Courier.Rounds() },
		Mark:   func(ctx context.Context) error { return h.now().mark(ctx) },
		URL:    func() string { return h.now().Heartbeat },
		Failed: func() { h.now().metrics.Missed() },
		Client: Client(), Log: h.now().Log,
		Ping: func() { h.notify(alive) }, Interval: h.watchdog(),
	})
}

// listener is one that is open, with its address as it was configured.
type listener struct {
	net.Listener
	configured string
}

// listen opens the listeners, all or none, and the local socket if it can.
func (s *Server) listen() (open []listener, err error) {
	for _, addr := range []string{s.Listen.Public, s.Listen.Slack, s.Listen.Private} {
		if slices.ContainsFunc(open, func(l listener) bool { return l.configured == addr }) {
			continue
		}
		l, err := net.Listen("tcp", addr)
		if err != nil {
			closeAll(open)
			return nil, fmt.Errorf("listening: %w", err)
		}
		open = append(open, listener{l, addr})
	}
	if path := s.SocketPath(); path != "" {
		l, err := listenLocally(path)
		if err != nil { // a bot that cannot be reached so is better than none
			s.Log.Warn("the local socket is not open, so `drumbeat incident` needs --url and a token", "error", err)
			return open, nil
		}
		open = append(open, listener{l, localSocket})
	}
	return open, nil
}

func closeAll(open []listener) {
	for _, l := range open {
		_ = l.Close() // nothing came in yet
	}
}
