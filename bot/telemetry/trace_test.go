package telemetry_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"drumbeat/bot"
	"drumbeat/bot/telemetry"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store/sqlite"
)

func environment(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, p := range pairs {
			if k, v, _ := strings.Cut(p, "="); k == name {
				return v, true
			}
		}
		return "", false
	}
}

func TestTracesAreOffUntilAskedFor(t *testing.T) {
	t.Parallel()
	const endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318"
	for _, c := range []struct {
		env  string
		on   bool
		want string // of the error
	}{
		{"", false, ""},
		{"OTEL_SERVICE_NAME=drumbeat", false, ""},
		{endpoint, true, ""},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:4318/v1/traces", true, ""},
		{"OTEL_TRACES_EXPORTER=otlp", true, ""},
		{endpoint + " OTEL_TRACES_EXPORTER=none", false, ""},
		{endpoint + " OTEL_SDK_DISABLED=true", false, ""},
		{"OTEL_TRACES_EXPORTER=zipkin", false, "only otlp and none"},
		{endpoint + " OTEL_EXPORTER_OTLP_PROTOCOL=grpc", false, "only http/protobuf"},
		{endpoint + " OTEL_EXPORTER_OTLP_PROTOCOL=grpc OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf", true, ""},
		{endpoint + " OTEL_TRACES_SAMPLER=parentbased_traceidratio OTEL_TRACES_SAMPLER_ARG=0.1", true, ""},
		{endpoint + " OTEL_TRACES_SAMPLER=traceidratio OTEL_TRACES_SAMPLER_ARG=10", false, "a part of 1"},
		{endpoint + " OTEL_TRACES_SAMPLER=jaeger_remote", false, "always_on, always_off or traceidratio"},
	} {
		tracer, err := telemetry.Open(t.Context(), telemetry.TraceConfig{Env: environment(strings.Fields(c.env)...), Log: slog.New(slog.DiscardHandler)})
		if (tracer != nil) != c.on || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, %v, want on %t, error %q", c.env, tracer, err, c.on, c.want)
		}
		tracer.Close()
		tracer.Close() // twice is no harm
	}
}

// TestOffCostsNothing: without a tracer, every hook is absent or what it wraps.
func TestOffCostsNothing(t *testing.T) { // AllocsPerRun counts those of parallel tests too
	var off *telemetry.Tracer
	mux := http.NewServeMux()
	if got := off.Handler(nil, mux); got != http.Handler(mux) {
		t.Errorf("the handler is wrapped: %T", got)
	}
	if off.Attempt() != nil {
		t.Error("attempts have a hook")
	}
	observe := off.Observe(nil, func(bot.Event) {})
	ask := off.Ask(nil, func(context.Context, integrations.Request) (integrations.Reply, error) {
		return integrations.Reply{}, nil
	})
	ctx, request, event := t.Context(), integrations.Request{}, bot.Event{}
	if n := testing.AllocsPerRun(100, func() {
		observe(event)
		_, _ = ask(ctx, request) // it cannot fail
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// collector counts what is sent to it.
func collector(t testing.TB) (url string, posts *atomic.Int64) {
	t.Helper()
	posts = new(atomic.Int64)
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		posts.Add(1)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, posts
}

// BenchmarkTracing makes requests with and without spans of them, and tells how
// many times as long the traced ones take.
func BenchmarkTracing(b *testing.B) {
	url, posts := collector(b)
	b.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
	tracer, err := telemetry.Open(b.Context(), telemetry.TraceConfig{Env: environment("OTEL_EXPORTER_OTLP_ENDPOINT=" + url), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	off, on := asked(b, nil), asked(b, tracer)
	var took [2]time.Duration
	for b.Loop() {
		for i, ask := range []func(){off, on} {
			began := time.Now()
			ask()
			took[i] += time.Since(began)
		}
	}
	tracer.Close()
	b.ReportMetric(float64(took[1])/float64(took[0]), "×traced")
	if posts.Load() == 0 {
		b.Error("no span was sent")
	}
}

// asked gives a request that makes one commit.
func asked(b *testing.B, tracer *telemetry.Tracer) func() {
	b.Helper()
	db, err := sqlite.Open(b.Context(), sqlite.Config{Path: filepath.Join(b.TempDir(), "drumbeat.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	var drum *bot.Bot
	cfg := bot.Config{Store: db, Log: slog.New(slog.DiscardHandler), Kinds: []bot.Kind{bot.KindOf(control.Kind, control.Rules{}, control.DecodeCommand,
		func(x stream.Settled) control.Command { return control.Settle{Settled: x} })}}
	if tracer != nil {
		cfg.Traced = func(ctx context.Context, c bot.Commit) { tracer.Committed(ctx, drum, c) }
	}
	drum = bot.New(cfg)
	ask := tracer.Ask(drum, func(ctx context.Context, _ integrations.Request) (integrations.Reply, error) {
		_, err := drum.Do(ctx, bot.Command{Stream: stream.ID{Workspace: "main", Kind: control.Kind, Name: control.Name},
			Meta: stream.Meta{By: stream.Actor{ID: "maya"}}, Value: control.Settle{Settled: stream.Settled{Result: stream.Delivered, Delivery: "main/control/main/1/x"}}})
		return integrations.Reply{}, err
	})
	return func() {
		if _, err := ask(b.Context(), integrations.Request{Face: "slack"}); err != nil {
			b.Fatal(err)
		}
	}
}
