package serve_test

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"testing"

	"drumbeat/bot/serve"
	"drumbeat/incident/schedule"
	"drumbeat/playbooks"
	"drumbeat/playbooks/recur"
	"drumbeat/store"
)

// arming is a store that tells when what recurs was changed in it.
type arming struct {
	store.Store
	changed chan struct{}
}

func (a arming) Commit(ctx context.Context, b store.Batch) error {
	err := a.Store.Commit(ctx, b)
	if b.Stream.Kind == schedule.Kind {
		a.changed <- struct{}{}
	}
	return err
}

func recurring(t *testing.T, jobs ...recur.Schedule) playbooks.Set {
	t.Helper()
	books, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	book := books["default"]
	book.Schedules = jobs
	books["default"] = book
	return books
}

// What recurs is armed by a start and by a reload, and by no command.
func TestWhatRecursIsArmed(t *testing.T) {
	t.Parallel()
	changed, hangup := make(chan struct{}, 100), make(chan os.Signal)
	h := build(t, func(p *serve.Parts) {
		p.Store = arming{p.Store, changed}
		p.Books = recurring(t, recur.Schedule{Name: "digest", Cron: "@weekly", Do: "digest", To: "#eng"},
			recur.Schedule{Name: "lost", Cron: "@weekly", Zone: "Mars/Olympus", Do: "digest", To: "#eng"},
			recur.Schedule{Name: "strange", Cron: "@weekly", Do: "noise", To: "nobody"})
		p.Hangup = hangup
		db, log := p.Store, p.Log
		p.Reload = func() (serve.Parts, error) {
			q := parts(t, db)
			q.Log, q.Books = slog.New(log.Handler()), recurring(t, recur.Schedule{Name: "drill", Cron: "@monthly", Do: "drill"})
			return q, nil
		}
	})
	jobs := func() string {
		t.Helper()
		<-changed
		state, _, err := h.Bot.State(t.Context(), h.Desk.ID(schedule.Kind, schedule.Name))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, j := range state.(schedule.State).Jobs {
			names = append(names, j.Name)
		}
		return strings.Join(names, ", ")
	}
	if got, want := jobs(), "digest"; got != want {
		t.Errorf("after the start %q recurs, want %q", got, want)
	}
	hangup <- syscall.SIGHUP
	if got, want := jobs(), "drill"; got != want {
		t.Errorf("after the reload %q recurs, want %q", got, want)
	}
	for _, want := range []string{"Mars/Olympus", "nobody is not among `people`"} {
		if !strings.Contains(h.log.String(), want) {
			t.Errorf("the log does not tell of %s:\n%s", want, h.log)
		}
	}
}
