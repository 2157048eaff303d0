package demo

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"drumbeat/integrations/sandbox/ui"
)

// watch takes the time between something that the visitor does and what arrives
// of it at the far ends, by the machine's clock.
type watch struct {
	now func() time.Time // the town's

	mu    sync.Mutex
	acts  []taken   // newest first
	lines []string  // that the visitor typed, oldest first
	alone []whisper // that one person sees
}

// whisper is a line that the bot wrote for one person.
type whisper struct {
	to string // a member's ID
	at time.Time
}

// taken is one act of the visitor's.
type taken struct {
	what  string
	began time.Time
	parts []ui.Part
}

const (
	window   = 3 * time.Second // what arrives later is of something else
	keptActs = 5
	maxBody  = 256 << 10
)

// effects are what requests to the far ends are called, by method and the start
// of their path; the first that fits.
var effects = []struct{ method, path, what string }{
	{"POST", "/twilio/2010-04-01/", "phone"},
	{"POST", "/slack/api/conversations.create", "channel"},
	{"POST", "/slack/api/chat.postMessage", "first message"},
	{"POST", "/slack/api/chat.postEphemeral", "answer for you"},
	{"POST", "/slack/api/chat.update", "brief"},
	{"POST", "/slack/api/views.open", "form"},
	{"POST", "/x/2/tweets", "X"},
	{"POST", "/statuspage/v1/", "Statuspage"},
	{"PATCH", "/statuspage/v1/", "Statuspage"},
}

// serve hands a request to the town and notes what it was.
func (w *watch) serve(h http.Handler, out http.ResponseWriter, r *http.Request) {
	if act, ok := strings.CutPrefix(r.URL.Path, "/ui/do/"); ok && r.Method == http.MethodPost {
		w.act(h, out, r, act)
		return
	}
	if r.URL.Path == "/slack/api/chat.postEphemeral" {
		r.Body = http.MaxBytesReader(out, r.Body, maxBody)
		body, err := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if form, problem := url.ParseQuery(string(body)); err == nil && problem == nil {
			w.mu.Lock()
			w.alone = append(w.alone, whisper{form.Get("user"), w.now()})
			w.mu.Unlock()
		}
	}
	h.ServeHTTP(out, r)
	for _, e := range effects {
		if e.method == r.Method && strings.HasPrefix(r.URL.Path, e.path) {
			w.arrived(e.what)
			return
		}
	}
}

// names are what the visitor's acts are called.
var names = map[string]string{"say": "you typed", "click": "you pressed", "submit": "you sent the form", "text": "you answered by SMS", "press": "you pressed a key", "show": "you pressed"}

func (w *watch) act(h http.Handler, out http.ResponseWriter, r *http.Request, act string) {
	name, ok := names[act]
	if !ok {
		h.ServeHTTP(out, r)
		return
	}
	began := time.Now()
	r.Body = http.MaxBytesReader(out, r.Body, maxBody)
	line := strings.TrimSpace(r.PostFormValue("text")) // the page reads what was parsed here
	w.mu.Lock()
	if act == "say" {
		w.lines = append(w.lines, line)
	}
	w.acts = slices.Insert(w.acts, 0, taken{what: name, began: began})
	w.acts = w.acts[:min(len(w.acts), keptActs)]
	w.mu.Unlock()
	h.ServeHTTP(out, r)
	w.note(began, "answered")
}

// typed reports whether the visitor typed a line that has all these words.
func (w *watch) typed(words ...string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.lines, func(line string) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) })
	})
}

// whispers are the lines that one person sees.
func (w *watch) whispers() []whisper {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.alone)
}

// arrived gives an effect to the newest act, once.
func (w *watch) arrived(what string) {
	w.mu.Lock()
	var began time.Time
	if len(w.acts) > 0 {
		began = w.acts[0].began
	}
	w.mu.Unlock()
	if time.Since(began) < window {
		w.note(began, what)
	}
}

func (w *watch) note(began time.Time, what string) {
	took := time.Since(began)
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.acts {
		a := &w.acts[i]
		if a.began.Equal(began) && !slices.ContainsFunc(a.parts, func(p ui.Part) bool { return p.What == what }) {
			a.parts = append(a.parts, ui.Part{What: what, Took: took})
		}
	}
}

// measured gives the acts that moved something, newest first.
func (w *watch) measured() (out []ui.Measure) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.acts {
		if len(a.parts) > 0 {
			out = append(out, ui.Measure{What: a.what, Began: a.began, Parts: slices.Clone(a.parts)})
		}
	}
	return out
}
