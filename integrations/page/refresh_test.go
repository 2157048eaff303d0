package page_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident"
	"drumbeat/integrations/page"
)

// board is a source under a test's control.
type board struct {
	mu        sync.Mutex
	incidents []incident.PublicIncident
	rev       int64
	err       error
	calls     int
}

func (b *board) source(context.Context) ([]incident.PublicIncident, int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	return b.incidents, b.rev, b.err
}

func (b *board) set(rev int64, err error, incidents ...incident.PublicIncident) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.incidents, b.rev, b.err = incidents, rev, err
}

func (b *board) asked() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.calls
}

func shows(p *page.Page, words string) bool {
	return strings.Contains(read(p, "GET", "/").Body.String(), words)
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	broken := errors.New("the store is away")
	var b board
	p := page.New(harbor(), b.source, nil)
	for n, step := range []struct {
		rev       int64
		err       error
		incidents []incident.PublicIncident
		now       time.Time
		want      string
	}{
		{0, broken, nil, day(12, 0), "The status page is starting"},
		{1, nil, nil, day(12, 1), "All Systems Operational"},
		{1, nil, with(morning()), day(13, 40), "All Systems Operational"}, // the revision did not move, so nothing did
		{2, nil, with(morning()), day(13, 40), "Next update by <strong>"},
		{3, broken, nil, day(13, 41), "Next update by <strong>"},
		{3, broken, nil, day(13, 50), "The next update is late."}, // the clock goes on without the source
		{4, nil, with(over()), day(14, 42), "All Systems Operational"},
	} {
		b.set(step.rev, step.err, step.incidents...)
		if err := p.Refresh(t.Context(), step.now); !errors.Is(err, step.err) {
			t.Errorf("step %d: got %v, want %v", n, err, step.err)
		}
		if !shows(p, step.want) {
			t.Errorf("step %d: the page lacks %q:\n%s", n, step.want, read(p, "GET", "/").Body)
		}
	}
}

// What was drawn before is taken over only while it is the same.
func TestRefreshIsAsGoodAsDrawingAnew(t *testing.T) {
	t.Parallel()
	reworded := over()
	reworded.Updates[0].Text = "Other words."
	reopened := over()
	reopened.ResolvedAt, reopened.NextUpdate = time.Time{}, day(17, 0)
	var b board
	p := page.New(harbor(), b.source, nil)
	for n, incidents := range [][]incident.PublicIncident{with(morning(), older()...), with(over(), older()...), with(over(), older()[1:]...),
		with(reworded, older()...), with(reopened, older()...), with(over(), older()...)} {
		b.set(int64(n), nil, incidents...)
		now := day(14, 40+n)
		if err := p.Refresh(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		site, err := page.Render(harbor(), incidents, now)
		if err != nil {
			t.Fatal(err)
		}
		for key, want := range site.Files {
			if got := read(p, "GET", key).Body.String(); got != string(want) {
				t.Errorf("step %d: %s: -want +got\n%s", n, key, cmp.Diff(string(want), got))
			}
		}
		if w := read(p, "GET", "/incidents/41"); (w.Code == 404) != (n == 2) {
			t.Errorf("step %d: /incidents/41 gives %d", n, w.Code)
		}
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	quiet, past := morning(), over()
	quiet.NextUpdate = time.Time{}
	past.NextUpdate = day(18, 0)
	soon := morning()
	soon.NextUpdate = day(13, 45)
	for name, c := range map[string]struct {
		incidents []incident.PublicIncident
		now, want time.Time
	}{
		"nothing":        {nil, day(12, 0), day(24, 0)},
		"at midnight":    {nil, day(24, 0), day(48, 0)},
		"a promise":      {with(morning()), day(13, 40), day(13, 50)},
		"the first one":  {with(morning(), soon), day(13, 40), day(13, 45)},
		"the second one": {with(morning(), soon), day(13, 45), day(13, 50)},
		"a late one":     {with(morning()), day(13, 50), day(24, 0)},
		"no promise":     {with(quiet), day(13, 40), day(24, 0)},
		"resolved":       {with(past), day(15, 0), day(24, 0)},
		"another zone":   {nil, day(23, 30).In(time.FixedZone("east", 3600)), day(24, 0)},
	} {
		site, err := page.Render(harbor(), c.incidents, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if !site.Expires.Equal(c.want) {
			t.Errorf("%s: got %v, want %v", name, site.Expires, c.want)
		}
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var b board
		var log bytes.Buffer
		p := page.New(harbor(), b.source, slog.New(slog.NewTextHandler(&log, nil)))
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx, time.Now) }()
		wait := func(d time.Duration, want string) {
			t.Helper()
			select {
			case <-time.After(d):
			case <-ctx.Done():
			}
			synctest.Wait()
			if !shows(p, want) {
				t.Errorf("the page lacks %q:\n%s", want, read(p, "GET", "/").Body)
			}
		}
		wait(0, "All Systems Operational")
		i := morning()
		i.NextUpdate = time.Now().Add(10 * time.Minute)
		b.set(1, nil, i)
		wait(time.Minute, "All Systems Operational") // nobody has told it
		p.Nudge()
		wait(0, "Next update by")
		before := b.asked()
		for range 1000 {
			p.Nudge()
		}
		wait(time.Second, "Next update by")
		if got := b.asked() - before; got > 2 {
			t.Errorf("1000 nudges: got %d readings, want one or two", got)
		}
		wait(9*time.Minute, "The next update is late.")
		b.set(2, errors.New("the store is away"))
		p.Nudge()
		wait(time.Second, "The next update is late.")
		b.set(2, nil)
		wait(3*time.Second, "All Systems Operational") // tried again without a nudge
		stop()
		if err := <-done; err != nil {
			t.Errorf("got %v, want nil", err)
		}
		if !strings.Contains(log.String(), "the store is away") {
			t.Errorf("the log does not tell why: %q", log.String())
		}
	})
}

// Every reader sees one whole rendering: the words that go with its tag.
func TestReadingWhileRefreshing(t *testing.T) {
	t.Parallel()
	var b board
	p := page.New(harbor(), b.source, nil)
	if err := p.Refresh(t.Context(), day(13, 0)); err != nil {
		t.Fatal(err)
	}
	var stop atomic.Bool
	var readers sync.WaitGroup
	var seen sync.Map // tag → words
	for range 2 {
		readers.Go(func() {
			for !stop.Load() {
				w := read(p, "GET", "/")
				words, known := seen.LoadOrStore(w.Header().Get("ETag"), w.Body.String())
				if w.Code != 200 || known && words != w.Body.String() {
					t.Errorf("got %d, or other words under the same tag", w.Code)
					return
				}
			}
		})
	}
	for n := range 20 {
		if n%2 == 0 {
			b.set(int64(n+1), nil, morning())
		} else {
			b.set(int64(n+1), nil, over())
		}
		if err := p.Refresh(t.Context(), day(13, n%60)); err != nil {
			t.Error(err)
		}
	}
	stop.Store(true)
	readers.Wait()
}

// The newest words reach a page with a thousand past incidents.
func BenchmarkRefresh(b *testing.B) {
	var past []incident.PublicIncident
	for n := range 1000 {
		i := over()
		i.Number = fmt.Sprintf("INC-%d", 2000-n)
		i.Since = i.Since.AddDate(0, 0, -n)
		past = append(past, i)
	}
	var source board
	p := page.New(harbor(), source.source, nil)
	source.set(0, nil, past...)
	if err := p.Refresh(b.Context(), day(13, 40)); err != nil {
		b.Fatal(err)
	}
	var rev int64
	for b.Loop() {
		rev++
		i := morning()
		i.Number, i.Updates[0].Text = "INC-3000", fmt.Sprintf("Words %d.", rev)
		source.set(rev, nil, with(i, past...)...)
		if err := p.Refresh(b.Context(), day(13, 40)); err != nil {
			b.Fatal(err)
		}
	}
}
