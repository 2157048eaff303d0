package ui

import (
	"encoding/json"
	"html/template"
	"io"
	"net/http"
	"strings"
	"time"
)

// flow is what a page is sent: panels that have changed, and what else there is
// to say.
type flow struct {
	names []string
	have  string // the digest of the panels that the page has
	draw  func() (map[string]template.HTML, error)
	more  func() string
}

// serveEvents sends what changes. A page that has (have) what is drawn now is
// sent nothing at first, so that what is being typed in it stays.
func (u *UI) serveEvents(w http.ResponseWriter, r *http.Request) {
	at := u.placeOf(r.URL.Query())
	tick := ticker()
	more := func() string { return "" }
	if u.config.Show != nil {
		more = func() string { return tick(u.clockOf(u.stage(at.Me))) }
	}
	u.stream(w, r, flow{panelNames, r.URL.Query().Get("have"), func() (map[string]template.HTML, error) { return u.panels(at) }, more})
}

// stream sends until the page is left.
func (u *UI) stream(w http.ResponseWriter, r *http.Request, f flow) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	tick := time.NewTicker(u.config.Every)
	defer tick.Stop()
	shown := map[string]template.HTML{}
	if panels, err := f.draw(); err == nil && sum(f.names, panels) == f.have {
		shown = panels
	}
	_, _ = io.WriteString(w, ": here\n\n")
	for beat := 0; ; beat++ {
		panels, err := f.draw()
		if err != nil {
			return
		}
		news := f.more()
		for _, name := range f.names {
			now, drawn := panels[name]
			if was, ok := shown[name]; drawn && (!ok || was != now) {
				shown[name] = now
				news += event(name, string(now))
			}
		}
		if beat%50 == 49 { // a proxy in between closes what is silent
			news += ": still here\n\n"
		}
		if _, err := io.WriteString(w, news); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}

// event writes one as the standard wants it: each line is data of its own.
func event(name, html string) string {
	lines := strings.ReplaceAll(strings.ReplaceAll(html, "\r\n", "\n"), "\r", "\n")
	return "event: " + name + "\ndata: " + strings.ReplaceAll(lines, "\n", "\ndata: ") + "\n\n"
}

// ticker gives an event with the town's clock at first, and when it does not show
// what it would by the last one.
func ticker() func(Clock) string {
	var last Clock
	var sent time.Time
	return func(c Clock) string {
		now := time.Now()
		expected := last.At.Add(time.Duration(float64(now.Sub(sent)) * last.Speed))
		if c.Speed == last.Speed && c.At.Sub(expected).Abs() < time.Duration(c.Speed*float64(time.Second)) {
			return ""
		}
		last, sent = c, now
		text, _ := json.Marshal(map[string]float64{"at": float64(c.Milli()), "speed": c.Speed}) // numbers always encode
		return event("clock", string(text))
	}
}
