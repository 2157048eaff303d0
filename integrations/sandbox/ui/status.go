package ui

import (
	"encoding/json"
	"html/template"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// health is what the bot's own status page says, or that nobody answers.
type health struct {
	App, Description, Class string
	Up                      bool
	Without                 bool // it answers, but has no status page
	Components              []part
	Incidents               []notice
}

// statusPage asks for the page at most once a second of the visitor's, however
// many look and however fast the town's clock runs.
type statusPage struct {
	client *http.Client
	app    string

	asking sync.Mutex
	asked  time.Time // guarded by asking
	last   atomic.Pointer[health]
}

// look gives what was known last while somebody else is asking.
func (p *statusPage) look() health {
	if !p.asking.TryLock() {
		if last := p.last.Load(); last != nil {
			return *last
		}
		return health{App: p.app, Description: "asking"}
	}
	defer p.asking.Unlock()
	if last := p.last.Load(); last != nil && time.Since(p.asked) < time.Second {
		return *last
	}
	h := p.ask()
	p.last.Store(&h)
	p.asked = time.Now()
	return h
}

// summary is what is read of the page's documents.
type summary struct {
	Status struct {
		Indicator   string `json:"indicator"`
		Description string `json:"description"`
	} `json:"status"`
	Components []struct {
		Name   string `json:"name"`
		Status string `json:"status"`
	} `json:"components"`
	Incidents []struct {
		Name      string `json:"name"`
		Status    string `json:"status"`
		Shortlink string `json:"shortlink"`
		Updates   []struct {
			Status    string    `json:"status"`
			Body      string    `json:"body"`
			DisplayAt time.Time `json:"display_at"`
		} `json:"incident_updates"`
	} `json:"incidents"`
}

func (p *statusPage) ask() health {
	h := health{App: p.app, Description: "The bot does not answer", Class: "bad"}
	var now, all summary
	found, err := p.fetch("/api/v2/summary.json", &now)
	if err != nil {
		return h
	}
	h.Up, h.Without = true, !found
	if found, err = p.fetch("/api/v2/incidents.json", &all); err != nil || !found {
		all = now
	}
	h.Description, h.Class = now.Status.Description, classOf(now.Status.Indicator)
	for _, c := range now.Components {
		h.Components = append(h.Components, part{c.Name, words(c.Status), classOf(c.Status)})
	}
	for _, i := range all.Incidents[:min(3, len(all.Incidents))] {
		n := notice{Name: i.Name, Status: words(i.Status), Class: classOf(i.Status)}
		if strings.HasPrefix(i.Shortlink, "http://") || strings.HasPrefix(i.Shortlink, "https://") {
			n.URL = i.Shortlink
		}
		for _, up := range i.Updates {
			// The page speaks to customers everywhere, so it speaks UTC.
			n.Updates = append(n.Updates, said{words(up.Status), up.DisplayAt.UTC().Format("15:04 UTC"), template.HTML(linked(up.Body))})
		}
		h.Incidents = append(h.Incidents, n)
	}
	return h
}

// fetch reports whether there is such a document; the error is that nobody answers.
func (p *statusPage) fetch(path string, into *summary) (found bool, err error) {
	resp, err := p.client.Get(p.app + path)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	if err != nil {
		return false, err
	}
	return resp.StatusCode == http.StatusOK && json.Unmarshal(text, into) == nil, nil
}
