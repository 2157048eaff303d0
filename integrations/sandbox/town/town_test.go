package town_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/town"
)

// TestFrontDoor: the page is at /, the stand-ins are where they say, and a
// switch of the page breaks the chat that the bot speaks to.
func TestFrontDoor(t *testing.T) {
	t.Parallel()
	nobody := &http.Client{Transport: sandbox.Transport(http.NotFoundHandler())}
	tw := town.New(town.Options{URL: "http://town.example", App: "http://bot.example", Client: nobody})
	ask := func(method, path, form string) (int, string) {
		r := httptest.NewRequest(method, path, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		tw.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	for _, c := range []struct {
		method, path, form string
		status             int
		has                string
	}{
		{"GET", "/?as=sam&in=support", "", 200, "#support · Sam"},
		{"GET", "/ui/static/ui.css", "", 200, "--page"},
		{"GET", "/x/_ledger", "", 200, `"posts":[]`},
		{"GET", "/nowhere", "", 404, ""},
		{"POST", "/slack/api/auth.test", "", 200, `"ok":false`},
		{"POST", "/ui/do/fault", "name=chat", 303, ""},
		{"POST", "/slack/api/auth.test", "", 503, ""},
		{"POST", "/ui/do/say", "as=sam&in=support&text=hello", 303, ""}, // people talk while the bot cannot
		{"GET", "/slack/_ledger", "", 200, `"text":"hello"`},
	} {
		status, body := ask(c.method, c.path, c.form)
		if status != c.status || !strings.Contains(body, c.has) {
			t.Errorf("%s %s %s: %d %.300s, want %d and %s", c.method, c.path, c.form, status, body, c.status, c.has)
		}
	}
}
