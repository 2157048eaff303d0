package demo

import (
	"net/http"
	"time"

	"drumbeat/bot/replay"
	"drumbeat/integrations/sandbox/ui"
)

// Watch is the watch before a handler.
type Watch struct {
	watch
	H http.Handler
}

func NewWatch(h http.Handler, now func() time.Time) *Watch {
	return &Watch{watch: watch{now: now}, H: h}
}

func (w *Watch) ServeHTTP(out http.ResponseWriter, r *http.Request) { w.serve(w.H, out, r) }
func (w *Watch) Measured() []ui.Measure                             { return w.measured() }
func (w *Watch) Typed(words ...string) bool                         { return w.typed(words...) }
func (w *Watch) Whispers() (to []string) {
	for _, x := range w.whispers() {
		to = append(to, x.to)
	}
	return to
}

func Company(s *replay.Scenario, at, mail, app, file string) ([]byte, error) {
	return company(s, at, mail, app, file)
}

var (
	InAnHour = inAnHour
	Long     = long
)
