package ui

import (
	"html/template"
	"io"
	"net/http"
	"strings"
	"time"
)

// serveEvents sends what changes. A page that has (have) what is drawn now is
// sent nothing at first, so that what is being typed in it stays.
func (u *UI) serveEvents(w http.ResponseWriter, r *http.Request) {
	at, have := u.placeOf(r.URL.Query()), r.URL.Query().Get("have")
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	tick := time.NewTicker(u.config.Every)
	defer tick.Stop()
	shown := map[string]template.HTML{}
	if panels, err := u.panels(at); err == nil && sum(panels) == have {
		shown = panels
	}
	_, _ = io.WriteString(w, ": here\n\n")
	for beat := 0; ; beat++ {
		panels, err := u.panels(at)
		if err != nil {
			return
		}
		for _, name := range panelNames {
			if was, ok := shown[name]; ok && was == panels[name] {
				continue
			}
			shown[name] = panels[name]
			if _, err := io.WriteString(w, event(name, string(panels[name]))); err != nil {
				return
			}
		}
		if beat%50 == 49 { // a proxy in between closes what is silent
			_, _ = io.WriteString(w, ": still here\n\n")
		}
		if out.Flush() != nil {
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
