package telemetry

import (
	"context"
	"net/http"
	"sync"
	"time"

	"drumbeat/bot"
	"drumbeat/incident/stream"
	"drumbeat/integrations"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// request is what somebody asks, from the first byte to the answer. The first
// commit that it leads to says to which trace it belongs.
type request struct {
	began time.Time

	mu     sync.Mutex
	at     trace.SpanContext
	over   bool // it was answered
	hidden bool // it is about a private incident
}

func (r *request) cause(in trace.TraceID, hidden bool) (at trace.SpanContext, about stream.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hidden = r.hidden || hidden; r.over || hidden {
		return at, about
	}
	if !r.at.IsValid() {
		r.at = place(in, randomSpan())
	}
	return r.at, about
}

// open reports whether a request is under way whose span is being made.
func open(ctx context.Context) bool {
	r, ok := ctx.Value(originKey{}).(*request)
	if !ok {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.over
}

// end makes the request's span, unless it is nobody's business.
func (t *Tracer) end(r *request, s span) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over = true; r.hidden {
		return
	}
	if s.at = r.at; !s.at.IsValid() {
		s.at = nowhere()
	}
	s.began, s.kind = r.began, trace.SpanKindServer
	t.later(func() { t.make(s) })
}

// Handler makes a span of every POST that next answers, named by its route: a
// path may hold a token.
func (t *Tracer) Handler(b *bot.Bot, next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		req := &request{began: b.Now()}
		r = r.WithContext(context.WithValue(r.Context(), originKey{}, req))
		noted := &status{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(noted, r)
		if r.Pattern == "" {
			return // there is no such path
		}
		t.end(req, span{name: r.Pattern, ended: b.Now(), failed: noted.code >= http.StatusInternalServerError,
			about: []attribute.KeyValue{attribute.Int("http.response.status_code", noted.code)}})
	})
}

// status notes how a request was answered.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap is for http.ResponseController.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// Ask makes a span of every request that comes by a face of its own (a socket);
// what came by HTTP has one.
func (t *Tracer) Ask(b *bot.Bot, next integrations.Handler) integrations.Handler {
	if t == nil {
		return next
	}
	return func(ctx context.Context, r integrations.Request) (integrations.Reply, error) {
		if open(ctx) {
			return next(ctx, r)
		}
		req := &request{began: b.Now()}
		reply, err := next(context.WithValue(ctx, originKey{}, req), r)
		t.end(req, span{name: "request " + r.Face, ended: b.Now(), failed: err != nil,
			about: []attribute.KeyValue{attribute.Bool("refused", reply.Refused)}})
		return reply, err
	}
}
