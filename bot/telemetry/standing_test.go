package telemetry_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"drumbeat/bot"
	"drumbeat/bot/telemetry"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/store"
	"drumbeat/store/sqlite"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// began is when every story begins.
var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// lab is a bot over a store, and what is followed of it.
type lab struct {
	*testing.T
	bot      *bot.Bot
	metrics  *telemetry.Metrics
	standing *telemetry.Standing
	store    *fragile

	mu  sync.Mutex
	now time.Time
}

// fragile is a store that fails when it is told to.
type fragile struct {
	store.Store
	err error
}

func (f *fragile) List(ctx context.Context, q store.Query) ([]stream.Summary, error) {
	if f.err != nil {
		return nil, f.err
	}
	return f.Store.List(ctx, q)
}

func newLab(t *testing.T) *lab {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "drumbeat.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	l := &lab{T: t, store: &fragile{Store: db}, now: began, metrics: telemetry.NewMetrics("v1.2.3", []string{"slack", "twitter"})}
	log := slog.New(slog.DiscardHandler)
	l.bot = bot.New(bot.Config{Store: l.metrics.Store(l.store), Log: log, Now: l.clock, Kinds: []bot.Kind{
		bot.KindOf(incident.Kind, incident.Rules{Playbook: func(incident.State, stream.Record) []stream.Delivery { return nil }}, incident.DecodeCommand,
			func(x stream.Settled) incident.Command { return incident.Settle{Settled: x} }),
		bot.KindOf(control.Kind, control.Rules{}, control.DecodeCommand, func(x stream.Settled) control.Command { return control.Settle{Settled: x} }),
	}})
	l.standing = &telemetry.Standing{Bot: l.bot, Store: l.store, Workspace: "main", Log: log, Severities: []string{"SEV1", "SEV2"},
		FarEnds: map[string]string{incident.StatusPage: control.Live, "twitter": ""}, InFlight: func() map[string]int { return map[string]int{"slack": 3} }}
	l.metrics.Register(l.standing)
	return l
}

func (l *lab) clock() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

func (l *lab) wait(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = l.now.Add(d)
}

// do carries out a command of incident number n, or a new one, as that person.
func (l *lab) do(name, who string, c incident.Command) {
	l.Helper()
	_, err := l.bot.Do(l.Context(), bot.Command{Stream: stream.ID{Workspace: "main", Kind: incident.Kind, Name: name},
		Meta: stream.Meta{By: stream.Actor{ID: who, Name: who}}, Value: c})
	if err != nil {
		l.Fatalf("%T: %v", c, err)
	}
}

func (l *lab) throw(c control.Command) {
	l.Helper()
	_, err := l.bot.Do(l.Context(), bot.Command{Stream: stream.ID{Workspace: "main", Kind: control.Kind, Name: control.Name},
		Meta: stream.Meta{By: stream.Actor{ID: "maya"}}, Value: c})
	if err != nil {
		l.Fatalf("%T: %v", c, err)
	}
}

func (l *lab) look() {
	l.Helper()
	if err := l.standing.Look(l.Context()); err != nil {
		l.Fatal(err)
	}
}

// page is what a scrape gets of the metrics that begin so, without what is 0.
func (l *lab) page(prefixes ...string) []string {
	l.Helper()
	w := httptest.NewRecorder()
	l.metrics.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	var out []string
	for line := range strings.Lines(w.Body.String()) {
		line = strings.TrimSpace(line)
		for _, p := range prefixes {
			if strings.HasPrefix(line, p) && !strings.HasSuffix(line, " 0") {
				out = append(out, strings.TrimPrefix(line, "drumbeat_"))
			}
		}
	}
	return out
}

// shows compares what stands with what should.
func (l *lab) shows(want ...string) {
	l.Helper()
	got := l.page("drumbeat_incidents", "drumbeat_promises", "drumbeat_public", "drumbeat_hold")
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		l.Errorf("what stands (-want +got):\n%s", diff)
	}
}

var rules = policy.Policy{Severities: []policy.Weight{{Name: "SEV1", FirstWords: stream.Duration(10 * time.Minute),
	Every: map[string]stream.Duration{"investigating": stream.Duration(30 * time.Minute)}}}}

func declare(private bool) incident.Declare {
	return incident.Declare{Title: "secret-title", Severity: "SEV1", Private: private, Policy: rules}
}

func TestEveryMetricIsNamedByConvention(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.look()
	problems, err := testutil.GatherAndLint(l.metrics.Gatherer())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	for _, want := range []string{`drumbeat_build_info{goversion="go1.`, `drumbeat_leases_held{far_end="slack"} 3`,
		`drumbeat_far_end_mode{far_end="page",mode="live"} 1`, `drumbeat_far_end_mode{far_end="twitter",mode="shadow"} 1`} {
		if len(l.page(want)) != 1 {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestNothingStandsInAnEmptyStore(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.look()
	l.shows()
	if got := l.page("drumbeat_last_look"); len(got) != 1 {
		t.Errorf("the look is not told: %q", got)
	}
}

var errBroken = errors.New("disk I/O error")

func TestWhatStandsIsFollowed(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.do(bot.Next, "maya", declare(false))
	l.look()
	l.shows(`incidents_open{severity="SEV1"} 1`, `promises_open{audience="public",state="later"} 1`)

	l.wait(6 * time.Minute) // the words were promised for 9:10
	l.shows(`incidents_open{severity="SEV1"} 1`, `promises_open{audience="public",state="due"} 1`)
	l.do("1", "maya", incident.Propose{Audience: incident.Public, Text: "Saving fails."})
	l.look()
	l.shows(`incidents_open{severity="SEV1"} 1`, `promises_open{audience="public",state="due"} 1`, `public_words_pending{state="proposed"} 1`)
	l.wait(5 * time.Minute)
	l.shows(`incidents_open{severity="SEV1"} 1`, `promises_open{audience="public",state="overdue"} 1`, `public_words_pending{state="proposed"} 1`)

	l.do("1", "leo", incident.Approve{Targets: []incident.Target{{Name: "page", Mode: control.Live}, {Name: "twitter", Mode: control.Live},
		{Name: "email", Mode: control.Shadow}}})
	l.wait(90 * time.Second)
	l.look()
	l.shows(`incidents_open{severity="SEV1"} 1`, `promises_open{audience="public",state="later"} 1`,
		`public_words_pending{state="queued"} 1`, "public_words_oldest_seconds 90")

	about := words.About(1, "twitter")
	l.settle(stream.InDoubt, about)
	l.look()
	l.shows(`incidents_open{severity="SEV1"} 1`, `promises_open{audience="public",state="later"} 1`,
		`public_words_pending{state="in_doubt"} 1`, "public_words_oldest_seconds 90")
	l.settle(stream.Withheld, about)
	l.throw(control.HoldAll{})
	l.look()
	l.shows(`incidents_open{severity="SEV1"} 1`, `promises_open{audience="public",state="later"} 1`,
		`public_words_pending{state="held"} 1`, "hold 1") // a person stopped them: they are not late
	l.throw(control.ReleaseAll{})
	l.settle(stream.Delivered, about)
	l.look()
	l.shows(`incidents_open{severity="SEV1"} 1`, `promises_open{audience="public",state="later"} 1`)

	l.do("1", "maya", incident.Cancel{Why: "a false alarm"})
	l.do("1", "leo", incident.Approve{Targets: []incident.Target{{Name: "twitter", Mode: control.Live}}})
	l.wait(10 * time.Second)
	l.look()
	l.shows(`public_words_pending{state="queued"} 1`, "public_words_oldest_seconds 10") // it is over, its words are not
}

// settle tells incident 1 what became of words.
func (l *lab) settle(result, about string) {
	l.Helper()
	l.do("1", "drumbeat:courier", incident.Settle{Settled: stream.Settled{Result: result, Delivery: "main/incident/1/9/" + result, To: "twitter", About: about}})
}

func TestPrivateIncidentsAreInNoMetric(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	before := l.page("drumbeat_incidents", "drumbeat_promises", "drumbeat_public")
	l.do(bot.Next, "maya", declare(true))
	l.look()
	if diff := cmp.Diff(before, l.page("drumbeat_incidents", "drumbeat_promises", "drumbeat_public")); diff != "" {
		t.Errorf("a private incident shows (-before +after):\n%s", diff)
	}
	if got := l.page("drumbeat_last_look"); len(got) != 1 {
		t.Errorf("nobody looked: %q", got)
	}
	l.do(bot.Next, "maya", declare(false))
	l.look()
	for _, line := range l.page("") {
		if strings.Contains(line, "secret") || strings.Contains(line, "maya") {
			t.Errorf("a metric tells more than numbers: %s", line)
		}
	}
}

func TestALookThatFails(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.do(bot.Next, "maya", declare(false))
	l.look()
	looked := l.page("drumbeat_last_look")
	l.wait(time.Hour)
	l.store.err = errBroken
	if err := l.standing.Look(t.Context()); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want %v", err, errBroken)
	}
	if diff := cmp.Diff(looked, l.page("drumbeat_last_look")); diff != "" {
		t.Errorf("the look that failed is told as one (-want +got):\n%s", diff)
	}
	l.shows(`incidents_open{severity="SEV1"} 1`, `promises_open{audience="public",state="overdue"} 1`)
}

// TestAllIsRead has more streams than one reading gives.
func TestAllIsRead(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	const n = 501
	for range n {
		l.do(bot.Next, "maya", incident.Declare{Title: "x", Severity: "SEV2", Policy: policy.Policy{Severities: []policy.Weight{{Name: "SEV2"}}}})
	}
	l.look()
	l.shows(`incidents_open{severity="SEV2"} 501`)
}

func TestTheStoreIsTimedAndItsFailuresCounted(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.do(bot.Next, "maya", declare(false))
	if got := l.page(`drumbeat_store_duration_seconds_count{operation="commit"}`); !slices.Equal(got, []string{`store_duration_seconds_count{operation="commit"} 1`}) {
		t.Errorf("commits: got %q", got)
	}
	timed := l.metrics.Store(l.store)
	l.store.err = errBroken
	for _, c := range []struct {
		err  error
		want []string
	}{
		{context.Canceled, nil},
		{errBroken, []string{`store_errors_total{operation="list"} 1`}},
		{&store.DuplicateError{}, []string{`store_errors_total{operation="list"} 1`}},
		{store.ErrConflict, []string{`store_errors_total{operation="list"} 1`}},
	} {
		l.store.err = c.err
		if _, err := timed.List(t.Context(), store.Query{Workspace: "main"}); !errors.Is(err, c.err) {
			t.Errorf("got %v, want %v", err, c.err)
		}
		if diff := cmp.Diff(c.want, l.page("drumbeat_store_errors_total")); diff != "" {
			t.Errorf("after %v (-want +got):\n%s", c.err, diff)
		}
	}
}
