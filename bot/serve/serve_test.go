package serve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot/desk"
	"drumbeat/bot/serve"
	"drumbeat/incident"
	"drumbeat/incident/change"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/alertmanager"
	standin "drumbeat/integrations/sandbox/twilio"
	"drumbeat/integrations/twilio"
	"drumbeat/playbooks"
	"drumbeat/store"
	"drumbeat/store/sqlite"
)

// unsteady is a store whose lists can be made to fail.
type unsteady struct {
	store.Store
	mu    sync.Mutex
	err   error
	loads int // that fail, from now on
}

func (u *unsteady) failLoads(n int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.loads = n
}

func (u *unsteady) Load(ctx context.Context, id stream.ID, after int) ([]stream.Record, error) {
	u.mu.Lock()
	fails := u.loads > 0
	u.loads--
	u.mu.Unlock()
	if fails {
		return nil, errors.New("disk I/O error")
	}
	return u.Store.Load(ctx, id, after)
}

func (u *unsteady) fail(err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.err = err
}

func (u *unsteady) List(ctx context.Context, q store.Query) ([]stream.Summary, error) {
	u.mu.Lock()
	err := u.err
	u.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return u.Store.List(ctx, q)
}

// page is a status page that keeps the modes that it was told and the nudges.
type page struct {
	modes  chan string
	nudges chan struct{}
}

func (p page) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, "All is well\n")
}

func (p page) Run(ctx context.Context, _ func() time.Time) error {
	<-ctx.Done()
	return nil
}

func (p page) Nudge() {
	select {
	case p.nudges <- struct{}{}:
	default: // more than any test reads
	}
}

func (p page) SetMode(mode string) { p.modes <- mode }

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// house is a bot that runs.
type house struct {
	*serve.Server
	store   *unsteady
	page    page
	open    []string // public, slack, private
	log     *journal
	stop    context.CancelFunc
	stopped chan error
	client  *http.Client
}

func parts(t *testing.T, db store.Store) serve.Parts {
	t.Helper()
	c := serve.Config{Operator: "maya", API: serve.Token{Token: "s3cret"}, Hooks: serve.Hooks{Alertmanager: serve.Token{Token: "alerts"}},
		People: []desk.Person{{Handle: "maya", Name: "Maya", Phone: "+14155550101"}}, OnCall: []desk.Rung{{People: []string{"maya"}}},
		Listen: serve.Listen{Public: "127.0.0.1:0", Slack: "127.0.0.1:00", Private: "127.0.0.1:000"}} // three ways to say "any port"
	c.Defaults()
	c.Store = "redis://none" // no socket in this folder
	return serve.Parts{Config: c, Store: db, Senders: map[string]integrations.Sender{}, Alertmanager: alertmanager.Receive,
		FarEnds: map[string]string{incident.StatusPage: control.Live}, Log: slog.New(slog.DiscardHandler),
		Settings: playbooks.Settings{Command: c.Command, Zone: c.Timezone, Company: "Harbor"}}
}

func openStore(t *testing.T) *unsteady {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "drumbeat.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return &unsteady{Store: db}
}

// build runs a bot until the test ends or stop is called.
func build(t *testing.T, adjust func(*serve.Parts)) *house {
	t.Helper()
	h := &house{store: openStore(t), page: page{make(chan string, 100), make(chan struct{}, 100)}, log: new(journal), stopped: make(chan error, 1)}
	p := parts(t, h.store)
	p.Log = slog.New(slog.NewTextHandler(h.log, nil))
	listening := make(chan []string, 1)
	p.Listening = func(open []string) { listening <- open }
	if adjust != nil {
		adjust(&p)
	}
	s, err := serve.New(p)
	if err != nil {
		t.Fatal(err)
	}
	s.Page = h.page
	h.Server = s
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	h.stop = stop
	h.client = &http.Client{Transport: &http.Transport{}}
	go func() {
		h.stopped <- s.Run(ctx)
		close(h.stopped)
	}()
	t.Cleanup(func() {
		h.client.CloseIdleConnections()
		stop()
		if err := <-h.stopped; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	select {
	case h.open = <-listening:
	case err := <-h.stopped:
		t.Fatalf("Run: %v", err)
	}
	return h
}

func (h *house) do(t *testing.T, method, addr, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+addr+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer s3cret")
	resp, err := h.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestEachListenerHasOnlyItsPaths(t *testing.T) {
	t.Parallel()
	h := build(t, func(p *serve.Parts) {
		p.Faces = append(p.Faces, func(s *serve.Server) serve.Face {
			return serve.Face{Routes: serve.Routes{"POST /slack/commands": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				s.Refused("too old")
				w.WriteHeader(http.StatusUnauthorized)
			})}}
		})
	})
	if len(h.open) != 3 {
		t.Fatalf("got listeners %v, want three", h.open)
	}
	for _, c := range []struct {
		method, path, body string
		want               [3]int // public, slack, private
	}{
		{"GET", "/", "", [3]int{200, 404, 404}},
		{"POST", "/slack/commands", "", [3]int{200, 401, 404}}, // the page answers whatever it is asked
		{"POST", "/hooks/alertmanager/alerts", "{}", [3]int{200, 400, 404}},
		{"GET", "/healthz", "", [3]int{200, 404, 200}},
		{"GET", "/readyz", "", [3]int{200, 404, 200}},
		{"GET", "/metrics", "", [3]int{200, 404, 200}},
		{"POST", "/v1/changes", `{"facts":{"what":"backfill"}}`, [3]int{200, 404, 201}},
	} {
		for i, addr := range h.open {
			status, body := h.do(t, c.method, addr, c.path, c.body)
			if status != c.want[i] || i == 0 && body != "All is well\n" {
				t.Errorf("%s %s on listener %d: got %d %q, want %d", c.method, c.path, i, status, body, c.want[i])
			}
		}
	}
	if _, text := h.do(t, "GET", h.open[2], "/metrics", ""); !strings.Contains(text, `drumbeat_requests_refused_total{reason="too_old"} 1`) {
		t.Errorf("what a face refuses is not counted:\n%s", text)
	}
}

func TestOneListenerServesAll(t *testing.T) {
	t.Parallel()
	h := build(t, func(p *serve.Parts) {
		p.Listen = serve.Listen{Public: "127.0.0.1:0", Slack: "127.0.0.1:0", Private: "127.0.0.1:0"}
	})
	if len(h.open) != 1 {
		t.Fatalf("got listeners %v, want one", h.open)
	}
	for path, want := range map[string]string{"/": "All is well\n", "/healthz": "ok\n", "/readyz": "ready\n"} {
		if status, body := h.do(t, "GET", h.open[0], path, ""); status != 200 || body != want {
			t.Errorf("%s: got %d %q, want %q", path, status, body, want)
		}
	}
	if status, _ := h.do(t, "POST", h.open[0], "/hooks/alertmanager/wrong", "{}"); status != 401 {
		t.Errorf("a wrong token: got %d, want 401", status)
	}
}

func TestReadyWhenTheStoreAnswers(t *testing.T) {
	t.Parallel()
	h := build(t, nil)
	private := h.open[2]
	h.store.fail(errors.New("disk I/O error"))
	if status, body := h.do(t, "GET", private, "/readyz", ""); status != 503 || body != "the store does not answer: disk I/O error\n" {
		t.Errorf("got %d %q, want 503", status, body)
	}
	if status, _ := h.do(t, "GET", private, "/healthz", ""); status != 200 {
		t.Errorf("healthz: got %d, want 200: a restart repairs no disk", status)
	}
	h.store.fail(nil)
	if status, _ := h.do(t, "GET", private, "/readyz", ""); status != 200 {
		t.Errorf("afterwards: got %d, want 200", status)
	}
}

func TestMetricsCount(t *testing.T) {
	t.Parallel()
	h := build(t, nil)
	_, text := h.do(t, "GET", h.open[2], "/metrics", "")
	for _, series := range []string{"drumbeat_commits_total 0", `drumbeat_deliveries_total{far_end="bot",outcome="gave-up"} 0`,
		`drumbeat_requests_refused_total{reason="forged"} 0`, "drumbeat_hold 0", `drumbeat_incidents_open{severity="SEV1"} 0`,
		`drumbeat_leases_held{far_end="bot"} 0`, `drumbeat_far_end_mode{far_end="page",mode="live"} 1`, "go_goroutines "} {
		if !strings.Contains(text, series) {
			t.Errorf("%s is missing", series)
		}
	}
	h.do(t, "POST", h.open[2], "/v1/changes", `{"facts":{"what":"backfill"}}`)
	h.do(t, "POST", h.open[2], "/v1/changes", `{}`)
	_, text = h.do(t, "GET", h.open[2], "/metrics", "")
	for _, series := range []string{"drumbeat_commits_total 1", `drumbeat_requests_refused_total{reason="refused"} 1`,
		`drumbeat_store_duration_seconds_count{operation="commit"} 1`} {
		if !strings.Contains(text, series+"\n") {
			t.Errorf("%s is missing:\n%s", series, text)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		adjust func(*serve.Parts)
		want   string
	}{
		"playbooks that are not there": {func(p *serve.Parts) { p.Playbooks = filepath.Join(t.TempDir(), "none") }, "playbooks: "},
		"an unknown zone":              {func(p *serve.Parts) { p.Timezone = "Middle/Earth" }, "timezone: "},
	} {
		p := parts(t, openStore(t))
		c.adjust(&p)
		if _, err := serve.New(p); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s…", name, err, c.want)
		}
	}
}

func TestRunOpensAllListenersOrNone(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	p := parts(t, openStore(t))
	p.Listen.Private = taken.Addr().String()
	p.Listening = func(open []string) { t.Errorf("it listens at %v", open) }
	s, err := serve.New(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "listening: ") || !strings.Contains(err.Error(), taken.Addr().String()) {
		t.Errorf("got %v, want the address that is taken", err)
	}
}

// TestShutdownLeavesNothing runs in a bubble, which does not end before the
// last goroutine that was started in it has.
func TestShutdownLeavesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := build(t, nil)
		for i, addr := range h.open {
			h.do(t, "GET", addr, "/", "")
			if i == 2 {
				h.do(t, "POST", addr, "/v1/changes", `{"facts":{"what":"backfill"}}`)
			}
		}
		h.client.CloseIdleConnections()
		h.stop()
		if err := <-h.stopped; err != nil {
			t.Errorf("Run: %v", err)
		}
		for _, addr := range h.open {
			if c, err := net.Dial("tcp", addr); err == nil {
				_ = c.Close()
				t.Errorf("%s still listens", addr)
			}
		}
	})
}

// command types a line as maya.
func (h *house) command(t *testing.T, line string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"line": line, "by": "maya"})
	if err != nil {
		t.Fatal(err)
	}
	if status, text := h.do(t, "POST", h.open[2], "/v1/command", string(body)); status != 200 {
		t.Fatalf("%s: got %d %s", line, status, text)
	}
}

// becomes waits until the page has a mode.
func (p page) becomes(mode string) {
	for got := range p.modes {
		if got == mode {
			return
		}
	}
}

func TestThePageHearsOfItsMode(t *testing.T) {
	t.Parallel()
	h := build(t, nil)
	if got := <-h.page.modes; got != control.Live {
		t.Errorf("at first: got %q, want %q", got, control.Live)
	}
	other := build(t, func(p *serve.Parts) { p.Store = h.store }) // another replica
	h.command(t, "shadow "+incident.StatusPage)
	h.page.becomes(control.Shadow)
	other.page.becomes(control.Shadow)
}

func TestThePageHearsOfItsModeWhenTheStoreAnswersAgain(t *testing.T) {
	t.Parallel()
	h := build(t, func(p *serve.Parts) { p.Store.(*unsteady).failLoads(2) })
	if got := <-h.page.modes; got != control.Live {
		t.Errorf("got %q, want %q", got, control.Live)
	}
	if !strings.Contains(h.log.String(), "the status page's mode cannot be read") {
		t.Errorf("the log does not tell: %s", h.log.String())
	}
}

func TestOnlyProductionHasPublicFarEnds(t *testing.T) {
	t.Parallel()
	for environment, want := range map[string]int{"production": 1, "staging": 0} {
		p := parts(t, openStore(t))
		p.Environment = environment
		s, err := serve.New(p)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(s.FarEnds); got != want {
			t.Errorf("%s: got %d public far ends, want %d", environment, got, want)
		}
	}
}

// phones is Twilio's account, its stand-in, and a bot that the stand-in reaches
// at its public address.
type phones struct {
	*house
	far  *standin.Server
	sent chan stream.Delivery
}

// observed tells of each delivery that was handed over.
type observed struct {
	*twilio.Twilio
	sent chan stream.Delivery
}

func (o observed) Send(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	r, err := o.Twilio.Send(ctx, d)
	if err == nil {
		o.sent <- d
	}
	return r, err
}

// reach is a transport to a listener whatever the address says.
type reach func() string

func (to reach) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = "http", to()
	return http.DefaultTransport.RoundTrip(r)
}

func callable(t *testing.T) *phones {
	t.Helper()
	const sid, secret, ours = "AC0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a", "twilio-s3cret", "+14155550100"
	p := &phones{sent: make(chan stream.Delivery, 10)}
	open := make(chan struct{})
	p.far = standin.New(standin.Config{AccountSID: sid, AuthToken: secret, Numbers: []string{ours},
		Client: &http.Client{Transport: reach(func() string { <-open; return p.open[1] })}})
	vendor := newVendor(t, p.far)
	c := twilio.Config{BaseURL: vendor, AccountSID: sid, AuthToken: secret, From: ours}
	tw, err := twilio.New(c.At("https://drumbeat.example"), nil)
	if err != nil {
		t.Fatal(err)
	}
	p.house = build(t, func(parts *serve.Parts) {
		parts.Senders["twilio"] = observed{tw, p.sent}
		parts.Faces = append(parts.Faces, func(s *serve.Server) serve.Face {
			tw.Refused = s.Refused
			return serve.Face{Routes: tw.Routes(s.Desk.Handle, s.Report)}
		})
	})
	close(open)
	return p
}

func newVendor(t *testing.T, h http.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(l)
	}()
	t.Cleanup(func() {
		_ = srv.Close()
		<-done
	})
	return "http://" + l.Addr().String()
}

func (h *house) settled(t *testing.T, id stream.ID) (out []stream.Settled) {
	t.Helper()
	all, err := h.Store.Load(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		var s stream.Settled
		if r.Kind != stream.GaveUp {
			continue
		}
		if err := json.Unmarshal(r.Data, &s); err != nil {
			t.Fatal(err)
		}
		s.Result = r.Kind
		if s.To == "twilio" {
			out = append(out, s)
		}
	}
	return out
}

func TestAPageThatThePhoneDidNotGetFails(t *testing.T) {
	t.Parallel()
	p := callable(t)
	phone, err := http.NewRequestWithContext(t.Context(), "POST", "/_phone", strings.NewReader(`{"number":"+14155550101","off":true}`))
	if err != nil {
		t.Fatal(err)
	}
	p.far.ServeHTTP(discard{}, phone)
	if status, text := p.do(t, "POST", p.open[2], "/v1/command", `{"line":"declare sev1 people cannot save","by":"maya"}`); status != 200 {
		t.Fatalf("declare: got %d %s", status, text)
	}
	var d stream.Delivery
	select {
	case d = <-p.sent:
	case <-time.After(20 * time.Second):
		t.Fatalf("nobody is paged: %s", p.log.String())
	}
	p.far.Wait() // Twilio has told what became of it
	sid := p.far.Messages()[0].SID
	want := []stream.Settled{{Result: stream.GaveUp, Delivery: d.ID, To: "twilio", Action: "page", About: "page/1/maya/twilio", Ref: sid,
		Problem: "the phone did not get the message: it is switched off or out of reach (Twilio's error 30003)"}}
	if diff := cmp.Diff(want, p.settled(t, d.Stream)); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
	if err := p.Report(t.Context(), want[0]); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if got := p.settled(t, d.Stream); len(got) != 1 {
		t.Errorf("the same again: got %d records, want 1", len(got))
	}
	state, _, err := p.Bot.State(t.Context(), d.Stream)
	if err != nil {
		t.Fatal(err)
	}
	failed := slices.ContainsFunc(state.(incident.State).Problems, func(s stream.Settled) bool { return s.Delivery == d.ID })
	if !failed {
		t.Errorf("the incident does not show it: %+v", state.(incident.State).Problems)
	}
}

// discard is an http.ResponseWriter for an answer that nobody looks at.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

func TestReportTakesWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	h := build(t, nil)
	if status, text := h.do(t, "POST", h.open[2], "/v1/changes", `{"facts":{"what":"backfill"}}`); status != 201 {
		t.Fatalf("got %d %s", status, text)
	}
	for _, c := range []struct {
		delivery string
		fails    bool
		records  int // of CH-1 afterwards
	}{
		{"main/change/1/1/page", false, 1},
		{"main/change/1/1/page", false, 1},
		{"main/change/1/9/page", false, 1}, // it has no ninth record: another store's
		{"main/change/7/1/page", false, 1},
		{"main/change/1/0/page", false, 1},
		{"other/change/1/1/page", true, 1},
		{"main/holiday/1/1/page", true, 1},
		{"SM1", true, 1},
	} {
		err := h.Report(t.Context(), stream.Settled{Result: stream.GaveUp, Delivery: c.delivery, To: "twilio", Action: "page", Ref: "SM1"})
		if (err != nil) != c.fails {
			t.Errorf("%s: got %v, fails: %t", c.delivery, err, c.fails)
		}
		if got := h.settled(t, stream.ID{Workspace: serve.Workspace, Kind: change.Kind, Name: "1"}); len(got) != c.records {
			t.Errorf("%s: got %d records, want %d", c.delivery, len(got), c.records)
		}
	}
	for _, kind := range []string{"alert", "control"} {
		if err := h.Report(t.Context(), stream.Settled{Result: stream.GaveUp, Delivery: fmt.Sprintf("main/%s/x/1/page", kind), To: "twilio"}); err != nil {
			t.Errorf("%s: got %v", kind, err)
		}
	}
}
