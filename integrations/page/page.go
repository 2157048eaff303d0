// Package page is our own status page: what customers open in the worst minute.
//
// # Life cycle
//
// A Source gives the public incidents and the revision that they stand for.
// Refresh reads it and, when the revision moved or the clock made the words
// untrue, draws every page and JSON document anew: HTML, compressed form and
// entity tag. Readers are answered from that rendering in memory; they touch
// neither the Source nor a store, so a crowd of them slows nobody down, and the
// page stands while everything else is down. Render is a pure function of
// configuration, incidents and time.
//
// # Once only, and order
//
// Exactly once by construction: nothing is sent here. The commit that published
// an update moved the revision and changed the incident's public card; the page
// is drawn from the cards. There is no second copy of the truth that could miss
// an update, hold it twice or show two in the wrong order. Hence the page is no
// Sender.
//
// # Failure
//
// When the Source fails, the last incidents stay, and the clock goes on over
// them: a promise that falls due meanwhile is shown as late. Before the first
// reading the answer is 503, never "all is well". While an incident is open, the
// line at the top never says that all systems are operational; in mode shadow,
// where no incident can appear, it says that the page is not in use.
//
// # Addresses
//
// "/", "/history", "/incidents/{n}" (INC-42 is 42, for ever) and, in the form of
// Statuspage's public API, "/api/v2/{summary,status,components,incidents,
// incidents/unresolved,scheduled-maintenances,scheduled-maintenances/upcoming,
// scheduled-maintenances/active}.json".
package page

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"drumbeat/incident"
)

// Source gives all public incidents, newest first, and the revision that they
// stand for. The slice is the page's own from then on.
type Source func(ctx context.Context) (incidents []incident.PublicIncident, rev int64, err error)

// Page is the http.Handler of the status page. Its methods may be called from
// several goroutines.
type Page struct {
	config Config
	source Source
	log    *slog.Logger
	nudge  chan struct{}
	files  atomic.Pointer[map[string]*entry]

	mu        sync.Mutex // guards what follows: one refresh at a time
	incidents []incident.PublicIncident
	rev       int64
	expires   time.Time
}

// New makes a page that answers 503 until its first Refresh. A nil log is
// slog.Default.
func New(c Config, source Source, log *slog.Logger) *Page {
	if log == nil {
		log = slog.Default()
	}
	return &Page{config: c, source: source, log: log, nudge: make(chan struct{}, 1)}
}

// Refresh brings the page to what the source says and to now. When the source
// fails, the error says so, and the last incidents are shown as of now.
func (p *Page) Refresh(ctx context.Context, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	incidents, rev, failure := p.source(ctx)
	if failure != nil {
		failure = fmt.Errorf("read public incidents: %w", failure)
		incidents, rev = p.incidents, p.rev
	}
	former := p.files.Load()
	if former == nil && failure != nil {
		return failure
	}
	due := former == nil || !now.Before(p.expires)
	if !due && (rev == p.rev || reflect.DeepEqual(incidents, p.incidents)) {
		p.rev = rev
		return failure
	}
	site, err := render(p.config, incidents, now, p.drawn(incidents, former))
	if err != nil {
		return err
	}
	files, err := entries(site, former)
	if err != nil {
		return err
	}
	p.files.Store(&files)
	p.incidents, p.rev, p.expires = incidents, rev, site.Expires
	return failure
}

// drawn gives the pages, by path, of ended incidents that are as they were.
func (p *Page) drawn(incidents []incident.PublicIncident, former *map[string]*entry) map[string][]byte {
	before := make(map[string]incident.PublicIncident, len(p.incidents))
	for _, i := range p.incidents {
		before[i.Number] = i
	}
	pages := map[string][]byte{}
	for _, i := range incidents {
		if old, known := before[i.Number]; known && !open(i) && reflect.DeepEqual(i, old) {
			pages[pathOf(i.Number)] = (*former)[pathOf(i.Number)].plain
		}
	}
	return pages
}

func entries(site Site, former *map[string]*entry) (map[string]*entry, error) {
	files := make(map[string]*entry, len(site.Files))
	for key, body := range site.Files {
		var old *entry
		if former != nil {
			old = (*former)[key]
		}
		e, err := newEntry(key, body, old)
		if err != nil {
			return nil, err
		}
		files[key] = e
	}
	return files, nil
}

// SetMode moves the page to off, shadow or live; the next refresh shows it.
func (p *Page) SetMode(mode string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.config.Mode != mode {
		p.config.Mode, p.expires = mode, time.Time{}
	}
}

// Nudge says that the source may have something new. It never blocks.
func (p *Page) Nudge() {
	select {
	case p.nudge <- struct{}{}:
	default: // a refresh is asked for already, and will see this too
	}
}

const (
	pause = 100 * time.Millisecond // between refreshes: a storm of commits is one rendering
	again = 2 * time.Second        // after a failure
)

// Run keeps the page true until ctx ends: it refreshes at once, when nudged and
// when a rendering expires, by the clock that now is. It returns nil.
func (p *Page) Run(ctx context.Context, now func() time.Time) error {
	for {
		wait := again
		if err := p.Refresh(ctx, now()); err == nil {
			wait = p.expiry().Sub(now())
		} else if ctx.Err() == nil {
			p.log.ErrorContext(ctx, "status page keeps its last state", "error", err)
		}
		if !rest(ctx, nil, pause) || !rest(ctx, p.nudge, wait) {
			return nil
		}
	}
}

func (p *Page) expiry() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.expires
}

// rest waits for a nudge or for d; false when ctx ended.
func rest(ctx context.Context, nudge <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-nudge:
	case <-t.C:
	}
	return true
}
