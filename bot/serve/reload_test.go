package serve_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"drumbeat/bot/serve"
	"drumbeat/incident"
	"drumbeat/incident/control"
)

// reloads is a bot that is told to reload, and what its faces that call by
// themselves have come to.
type reloads struct {
	*house
	hangup       chan os.Signal
	next         chan func(*serve.Parts) error // what each reload finds
	began, ended atomic.Int64
}

func reloading(t *testing.T) *reloads {
	t.Helper()
	up := make(chan struct{}, 100)
	r := &reloads{hangup: make(chan os.Signal), next: make(chan func(*serve.Parts) error, 1)}
	face := func(*serve.Server) serve.Face {
		return serve.Face{Run: func(ctx context.Context) error {
			r.began.Add(1)
			up <- struct{}{}
			defer r.ended.Add(1)
			<-ctx.Done()
			return nil
		}}
	}
	r.house = build(t, func(p *serve.Parts) {
		p.Hangup, p.Faces = r.hangup, []func(*serve.Server) serve.Face{face}
		db, log, page := p.Store, p.Log, page{make(chan string, 100), make(chan struct{}, 100)}
		p.Reload = func() (serve.Parts, error) {
			q := parts(t, db)
			q.Log, q.Faces = log, []func(*serve.Server) serve.Face{face}
			q.StatusPage = func(*serve.Server) serve.StatusPage { return page }
			err := (<-r.next)(&q)
			return q, err
		}
	})
	<-up // the first face has begun
	return r
}

// reload has the bot reload, and returns when it has: a second one, which finds
// nothing, is only heard then.
func (r *reloads) reload(find func(*serve.Parts) error) {
	for _, f := range []func(*serve.Parts) error{find, func(*serve.Parts) error { return errors.New("nothing there") }} {
		r.next <- f
		r.hangup <- syscall.SIGHUP
	}
}

func TestReloadTurnsNobodyAway(t *testing.T) {
	t.Parallel()
	r := reloading(t)
	var group sync.WaitGroup
	var over atomic.Bool
	for _, at := range []struct{ method, addr, path, body string }{
		{"POST", r.open[2], "/v1/changes", `{"facts":{"what":"backfill"}}`}, {"GET", r.open[0], "/", ""}, {"GET", r.open[2], "/readyz", ""},
	} {
		group.Go(func() {
			for n := 0; n == 0 || !over.Load(); n++ {
				if status, body := r.do(t, at.method, at.addr, at.path, at.body); status/100 != 2 {
					t.Errorf("%s during a reload: got %d %s", at.path, status, body)
					return
				}
			}
		})
	}
	for range 4 {
		r.reload(func(*serve.Parts) error { return nil })
	}
	over.Store(true)
	group.Wait()
	r.stop()
	<-r.stopped
	if began, ended := r.began.Load(), r.ended.Load(); began != 5 || ended != 5 {
		t.Errorf("faces that call by themselves: %d began and %d ended, want 5 of both", began, ended)
	}
}

func TestReloadTakesOver(t *testing.T) {
	t.Parallel()
	r := reloading(t)
	r.reload(func(p *serve.Parts) error {
		p.API.Token = "other"
		p.FarEnds = map[string]string{incident.StatusPage: control.Shadow}
		return nil
	})
	if status, _ := r.do(t, "GET", r.open[2], "/v1/far-ends", ""); status != 401 {
		t.Errorf("the old token: got %d, want 401", status)
	}
	if !strings.Contains(r.log.String(), "msg=reloaded") {
		t.Errorf("the log does not say so:\n%s", r.log)
	}
}

func TestReloadThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		find func(*serve.Parts) error
		want string
	}{
		"mistakes":      {func(*serve.Parts) error { return errors.New("drumbeat.yaml:3:1: no such key") }, "drumbeat.yaml:3:1: no such key"},
		"a listener":    {func(p *serve.Parts) error { p.Listen.Private = "127.0.0.1:1"; return nil }, "needs a restart"},
		"the store":     {func(p *serve.Parts) error { p.Config.Store = "sqlite:other.db"; return nil }, "needs a restart"},
		"the socket":    {func(p *serve.Parts) error { p.Socket = "other.sock"; return nil }, "needs a restart"},
		"playbooks":     {func(p *serve.Parts) error { p.Playbooks = "none"; return nil }, "open none"},
		"the time zone": {func(p *serve.Parts) error { p.Timezone = "Mars/Olympus"; return nil }, "Mars/Olympus"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := reloading(t)
			r.reload(func(p *serve.Parts) error {
				p.API.Token = "other"
				return c.find(p)
			})
			if status, body := r.do(t, "GET", r.open[2], "/v1/far-ends", ""); status != 200 {
				t.Errorf("got %d %s, want everything as it was", status, body)
			}
			if log := r.log.String(); !strings.Contains(log, c.want) || strings.Contains(log, "msg=reloaded") {
				t.Errorf("the log does not tell %q:\n%s", c.want, log)
			}
			if got := r.began.Load(); got != 1 {
				t.Errorf("%d faces began, want the first alone", got)
			}
		})
	}
}
