package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot"
	"drumbeat/bot/web"
	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/alertmanager"
	"drumbeat/store"
	"drumbeat/store/sqlite"
)

const token = "s3cret"

// unsteady is a store that can be told to fail.
type unsteady struct {
	store.Store
	mu  sync.Mutex
	err error
}

func (u *unsteady) fail(err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.err = err
}

func (u *unsteady) Commit(ctx context.Context, b store.Batch) error {
	u.mu.Lock()
	err := u.err
	u.mu.Unlock()
	if err != nil {
		return err
	}
	return u.Store.Commit(ctx, b)
}

// site is the web side of a bot that knows changes and alerts. Its desk answers
// as desk says.
type site struct {
	t       *testing.T
	store   *unsteady
	bot     *bot.Bot
	handler http.Handler
	log     bytes.Buffer
	asked   []integrations.Request
	refused []string
	desk    func(integrations.Request) (integrations.Reply, error)
	ready   error
}

func open(t *testing.T, token string) *site {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "drumbeat.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := &site{t: t, store: &unsteady{Store: db}}
	log := slog.New(slog.NewTextHandler(&s.log, nil))
	s.bot = bot.New(bot.Config{Store: s.store, Log: log, Kinds: []bot.Kind{
		bot.KindOf(incident.Kind, incident.Rules{}, incident.DecodeCommand, func(x stream.Settled) incident.Command { return incident.Settle{Settled: x} }),
		bot.KindOf(alert.Kind, alert.Rules{}, alert.DecodeCommand, func(x stream.Settled) alert.Command { return alert.Settle{Settled: x} }),
		bot.KindOf(change.Kind, change.Rules{}, change.DecodeCommand, func(x stream.Settled) change.Command { return change.Settle{Settled: x} }),
	}})
	c := web.Config{Bot: s.bot, Store: s.store, Workspace: "main", Token: token, Log: log,
		Handle: func(_ context.Context, r integrations.Request) (integrations.Reply, error) {
			s.asked = append(s.asked, r)
			return s.desk(r)
		},
		Ready: func(context.Context) error { return s.ready },
		FarEnds: func(context.Context) (map[string]string, error) {
			return map[string]string{"twitter": "shadow"}, s.ready
		},
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "drumbeat_commits_total 1\n") }),
		Refused: func(reason string) { s.refused = append(s.refused, reason) },
	}
	mux := http.NewServeMux()
	mux.Handle("/", web.API(c))
	mux.Handle("POST /hooks/alertmanager/{token}", c.Alerts(token, alertmanager.Receive))
	s.handler = mux
	return s
}

// answer is what came back.
type answer struct {
	Status int
	Body   map[string]any
}

func (s *site) send(r *http.Request) answer {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	out := answer{Status: w.Code}
	if err := json.Unmarshal(w.Body.Bytes(), &out.Body); err != nil {
		s.t.Fatalf("%s %s: got %d %s, which is no JSON: %v", r.Method, r.URL, w.Code, w.Body, err)
	}
	return out
}

func (s *site) post(path, body string) answer {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	return s.send(r)
}

// want compares an answer's status and its text fields.
func want(t *testing.T, name string, got answer, status int, fields map[string]string) {
	t.Helper()
	text := map[string]string{}
	for k := range fields {
		text[k] = fmt.Sprint(got.Body[k])
	}
	if got.Status != status {
		t.Errorf("%s: got %d %v, want %d", name, got.Status, got.Body, status)
	}
	if diff := cmp.Diff(fields, text); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func (s *site) records(kind, name string) []string {
	s.t.Helper()
	all, err := s.store.Load(s.t.Context(), stream.ID{Workspace: "main", Kind: kind, Name: name}, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	var kinds []string
	for _, r := range all {
		kinds = append(kinds, r.Kind)
	}
	return kinds
}

// cutOff is a body that ends in the middle.
type cutOff struct{ sent bool }

func (c *cutOff) Read(p []byte) (int, error) {
	if c.sent {
		return 0, io.ErrUnexpectedEOF
	}
	c.sent = true
	return copy(p, `{"line"`), nil
}

func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		configured, header string
		status             int
		code               string
	}{
		"right":           {token, "Bearer s3cret", 200, ""},
		"wrong":           {token, "Bearer s3creT", 401, "bad_token"},
		"longer":          {token, "Bearer s3cret2", 401, "bad_token"},
		"none":            {token, "", 401, "bad_token"},
		"another scheme":  {token, "Basic s3cret", 401, "bad_token"},
		"none configured": {"", "Bearer ", 403, "no_token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, c.configured)
			s.desk = func(integrations.Request) (integrations.Reply, error) { return integrations.Reply{}, nil }
			for _, path := range []string{"/v1/command", "/v1/changes"} {
				r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(`{"line":"help","by":"maya"}`))
				if path == "/v1/changes" {
					r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(`{"facts":{"what":"permissions backfill"}}`))
				}
				r.Header.Set("Authorization", c.header)
				got := s.send(r)
				if c.code == "" {
					if got.Status/100 != 2 {
						t.Errorf("%s: got %d %v", path, got.Status, got.Body)
					}
					continue
				}
				want(t, path, got, c.status, map[string]string{"code": c.code})
				if len(s.asked) > 0 || len(s.records(change.Kind, "1")) > 0 {
					t.Errorf("%s: it was carried out", path)
				}
			}
		})
	}
}

func TestCommand(t *testing.T) {
	t.Parallel()
	s := open(t, token)
	s.desk = func(integrations.Request) (integrations.Reply, error) {
		return integrations.Reply{Words: &stream.Message{Title: "INC-42", Paragraphs: []string{"You have it."}}}, nil
	}
	got := s.post("/v1/command", `{"line":"ack #42","by":"maya","key":"k1","channel":"C1","thread":"1.2"}`)
	want(t, "carried out", got, 200, map[string]string{"text": "INC-42\nYou have it.", "message": "map[paragraphs:[You have it.] title:INC-42]"})
	if diff := cmp.Diff(integrations.Request{Key: "http:k1", Face: "http", By: stream.Actor{ID: "maya"}, Line: "ack #42", Channel: "C1", Thread: "1.2"}, s.asked[0]); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	s.desk = func(integrations.Request) (integrations.Reply, error) {
		return integrations.Reply{Words: stream.Say("Omar has INC-42."), Refused: true}, nil
	}
	want(t, "refused", s.post("/v1/command", `{"line":"ack #42","by":"maya"}`), 422, map[string]string{"text": "Omar has INC-42.", "refused": "true"})
	if got := s.asked[1].Key; got != "" {
		t.Errorf("without a key: got %q; the desk takes the same words within a minute as one", got)
	}
	s.desk = func(integrations.Request) (integrations.Reply, error) {
		return integrations.Reply{}, errors.New("nothing is known of what became of this")
	}
	want(t, "store down", s.post("/v1/command", `{"line":"ack #42","by":"maya"}`), 503,
		map[string]string{"code": "unknown", "error": "nothing is known of what became of this"})
	if diff := cmp.Diff([]string{"refused", "unknown"}, s.refused); diff != "" {
		t.Errorf("counted as refused (-want +got):\n%s", diff)
	}
}

func TestBodiesThatAreNotTaken(t *testing.T) {
	t.Parallel()
	s := open(t, token)
	for name, c := range map[string]struct {
		path, body string
		status     int
		code       string
		names      string // what the sentence has to name
	}{
		"too large":       {"/v1/command", `{"line":"` + strings.Repeat("a", 8<<20) + `"}`, 413, "too_large", "8388608 bytes"},
		"no JSON":         {"/v1/command", `line=help`, 400, "bad_json", "invalid character"},
		"nothing":         {"/v1/command", ``, 400, "bad_json", "EOF"},
		"unknown field":   {"/v1/command", `{"line":"help","by":"maya","chanel":"C1"}`, 400, "bad_json", `"chanel"`},
		"wrong kind":      {"/v1/command", `{"line":7}`, 400, "bad_json", "line"},
		"two objects":     {"/v1/command", `{"line":"help","by":"maya"} {}`, 400, "bad_json", "follows"},
		"nobody":          {"/v1/command", `{"line":"help"}`, 400, "no_person", "by"},
		"unknown in fact": {"/v1/changes", `{"facts":{"wat":"a"}}`, 400, "bad_json", `"wat"`},
		"unknown action":  {"/v1/changes", `{"action":"stop"}`, 400, "bad_action", "start, log or end"},
		"no change":       {"/v1/changes", `{"action":"end"}`, 400, "no_change", "CH-23"},
		"a path":          {"/v1/changes", `{"action":"end","change":"CH-1/2"}`, 400, "no_change", "CH-23"},
		"an incident":     {"/v1/changes", `{"action":"end","change":"INC-1"}`, 400, "no_change", "CH-23"},
		"minus":           {"/v1/changes", `{"action":"end","change":"CH--1"}`, 400, "no_change", "CH-23"},
	} {
		got := s.post(c.path, c.body)
		want(t, name, got, c.status, map[string]string{"code": c.code})
		if text := fmt.Sprint(got.Body["error"]); !strings.Contains(text, c.names) {
			t.Errorf("%s: got %q, want it to name %q", name, text, c.names)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/v1/command", &cutOff{})
	r.Header.Set("Authorization", "Bearer "+token)
	want(t, "cut off", s.send(r), 400, map[string]string{"code": "cut_off"})
	if len(s.asked) > 0 {
		t.Errorf("carried out: %+v", s.asked)
	}
}

func TestAChangeFromStartToEnd(t *testing.T) {
	t.Parallel()
	s := open(t, token)
	const start = `{"facts":{"what":"permissions backfill","author":{"handle":"priya"}},"key":"job-7"}`
	for _, c := range []struct {
		name, body string
		status     int
		fields     map[string]string
	}{
		{"start", start, 201, map[string]string{"change": "CH-1"}},
		{"the same again", start, 200, map[string]string{"change": "CH-1"}},
		{"another", `{"action":"start","facts":{"what":"index rebuild"}}`, 201, map[string]string{"change": "CH-2"}},
		{"done before", `{"action":"log","facts":{"what":"flag flipped"},"at":"2026-08-05T12:00:00Z"}`, 201, map[string]string{"change": "CH-3"}},
		{"end", `{"action":"end","change":"ch-1","exit":1,"key":"job-7-end"}`, 200, map[string]string{"change": "CH-1"}},
		{"end again, the same post", `{"action":"end","change":"CH-1","exit":1,"key":"job-7-end"}`, 200, map[string]string{"change": "CH-1"}},
		{"end again, another", `{"action":"end","change":"CH-1"}`, 422, map[string]string{"code": "refused", "error": "CH-1 ended already."}},
		{"end of none", `{"action":"end","change":"CH-9"}`, 422, map[string]string{"code": "refused"}},
		{"nothing said", `{}`, 422, map[string]string{"code": "refused"}},
	} {
		want(t, c.name, s.post("/v1/changes", c.body), c.status, c.fields)
	}
	for number, kinds := range map[string][]string{"1": {"started", "ended"}, "2": {"started"}, "3": {"started", "ended"}, "4": nil, "9": nil} {
		if diff := cmp.Diff(kinds, s.records(change.Kind, number)); diff != "" {
			t.Errorf("CH-%s (-want +got):\n%s", number, diff)
		}
	}
	all, err := s.store.Load(t.Context(), stream.ID{Workspace: "main", Kind: change.Kind, Name: "1"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := all[0].By.ID + " " + all[1].By.ID; got != "priya api" {
		t.Errorf("by: got %q, want the author and then whoever has the token", got)
	}
	s.store.fail(errors.New("disk I/O error at /var/lib/drumbeat.db"))
	got := s.post("/v1/changes", `{"facts":{"what":"index rebuild"}}`)
	want(t, "store down", got, 503, map[string]string{"code": "unknown"})
	if text := fmt.Sprint(got.Body); strings.Contains(text, "/var/lib") || !strings.Contains(s.log.String(), "/var/lib") {
		t.Errorf("what the store says belongs into the log alone: got %s, log %s", text, s.log.String())
	}
}

// group is an Alertmanager post of alerts of as many rules.
func group(alerts, rules int, status string) string {
	list := make([]string, alerts)
	for i := range list {
		list[i] = fmt.Sprintf(`{"status":%q,"labels":{"alertname":"Rule%d"},"annotations":{"summary":"saving fails"},`+
			`"startsAt":"2026-08-05T12:00:00Z","endsAt":"2026-08-05T12:30:00Z","fingerprint":"f%d"}`, status, i%rules, i)
	}
	return fmt.Sprintf(`{"version":"4","groupKey":"g","status":%q,"receiver":"drumbeat","alerts":[%s]}`, status, strings.Join(list, ","))
}

func TestAlerts(t *testing.T) {
	t.Parallel()
	s := open(t, token)
	const path = "/hooks/alertmanager/" + token
	for _, again := range []bool{false, true} {
		want(t, "a thousand alerts", s.post(path, group(1000, 4, "firing")), 200, map[string]string{"rules": "4"})
		for i := range 4 {
			name := alert.Name(fmt.Sprintf("Rule%d", i))
			state, seq, err := s.bot.State(t.Context(), stream.ID{Workspace: "main", Kind: alert.Kind, Name: name})
			if err != nil {
				t.Fatal(err)
			}
			if got := state.(alert.State).Firing.Len(); seq != 1 || got != 250 {
				t.Errorf("%s (again: %t): got %d records and %d firing, want 1 and 250", name, again, seq, got)
			}
		}
	}
	want(t, "resolved", s.post(path, group(1000, 4, "resolved")), 200, map[string]string{"rules": "4"})
	if got := s.records(alert.Kind, "Rule0"); len(got) != 2 {
		t.Errorf("after the end: got %v", got)
	}
}

func TestAlertsThatAreNotTaken(t *testing.T) {
	t.Parallel()
	s := open(t, token)
	const path = "/hooks/alertmanager/" + token
	bad := strings.Replace(group(3, 1, "firing"), `"fingerprint":"f2"`, `"fingerprint":7`, 1)
	for name, c := range map[string]struct {
		path, body string
		status     int
		code       string
		names      string
	}{
		"wrong token":    {"/hooks/alertmanager/other", group(1, 1, "firing"), 401, "bad_token", "token"},
		"unknown shape":  {path, bad, 400, "bad_alert", "alerts[2].fingerprint"},
		"too large":      {path, strings.Repeat(" ", 8<<20) + "{}", 413, "too_large", "bytes"},
		"another format": {path, `{"version":"3"}`, 400, "bad_alert", "version"},
	} {
		got := s.post(c.path, c.body)
		want(t, name, got, c.status, map[string]string{"code": c.code})
		if text := fmt.Sprint(got.Body["error"]); !strings.Contains(text, c.names) {
			t.Errorf("%s: got %q, want it to name %q", name, text, c.names)
		}
	}
	if !strings.Contains(s.log.String(), "Rule0") {
		t.Errorf("a body that was not understood is not kept: %s", s.log.String())
	}
	s.store.fail(store.ErrFull)
	want(t, "store full", s.post(path, group(1, 1, "firing")), 503, map[string]string{"code": "unknown"})
	s.store.fail(nil)
	want(t, "sent again", s.post(path, group(1, 1, "firing")), 200, map[string]string{"rules": "1"})
	if got := s.records(alert.Kind, "Rule0"); len(got) != 1 {
		t.Errorf("got %v, want one record", got)
	}
	closed := open(t, "")
	want(t, "no token configured", closed.send(httptest.NewRequest(http.MethodPost, "/hooks/alertmanager/x", strings.NewReader("{}"))), 401,
		map[string]string{"code": "bad_token"})
}

func TestADefectIsNoFaultOfTheStore(t *testing.T) {
	t.Parallel()
	s := open(t, token)
	b := bot.New(bot.Config{Store: s.store}) // it knows no kind of stream
	h := web.API(web.Config{Bot: b, Workspace: "main", Token: token, Log: slog.New(slog.DiscardHandler), Refused: func(string) {},
		Metrics: http.NotFoundHandler()})
	s.handler = h
	want(t, "change", s.post("/v1/changes", `{"facts":{"what":"a"}}`), 500, map[string]string{"code": "defect"})
}

func TestProbes(t *testing.T) {
	t.Parallel()
	s := open(t, token)
	get := func(path string) (int, string) {
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Code, w.Body.String()
	}
	for _, c := range []struct {
		path   string
		ready  error
		status int
		body   string
	}{
		{"/healthz", nil, 200, "ok\n"},
		{"/readyz", nil, 200, "ready\n"},
		{"/readyz", errors.New("the store does not answer"), 503, "the store does not answer\n"},
		{"/healthz", errors.New("the store does not answer"), 200, "ok\n"},
		{"/metrics", nil, 200, "drumbeat_commits_total 1\n"},
		{"/v1/command", nil, 405, "Method Not Allowed\n"},
	} {
		s.ready = c.ready
		if status, body := get(c.path); status != c.status || body != c.body {
			t.Errorf("%s (%v): got %d %q, want %d %q", c.path, c.ready, status, body, c.status, c.body)
		}
	}
}
