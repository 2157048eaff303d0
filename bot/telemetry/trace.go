package telemetry

import (
	"context"
	"sync"
	"time"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/store"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const (
	maxJobs = 4096            // what waits to become spans; more is dropped
	asking  = 2 * time.Second // whether an incident is private
)

// Tracer makes spans of what the bot does. A nil one makes none, and costs
// nothing.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
	jobs     chan func()
	done     chan struct{}
	mu       sync.RWMutex
	closed   bool
}

func newTracer(p *sdk.TracerProvider) *Tracer {
	t := &Tracer{provider: p, tracer: p.Tracer("drumbeat"), jobs: make(chan func(), maxJobs), done: make(chan struct{})}
	go func() {
		defer close(t.done)
		for job := range t.jobs {
			job()
		}
	}()
	return t
}

// later has something done that nobody waits for.
func (t *Tracer) later(job func()) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.closed {
		return
	}
	select {
	case t.jobs <- job:
	default: // tracing never slows what it traces
	}
}

// span is what is known of one when it is over.
type span struct {
	at           trace.SpanContext
	parent       trace.SpanContext // none: a root
	name         string
	kind         trace.SpanKind
	began, ended time.Time
	about        []attribute.KeyValue
	links        []trace.Link
	failed       bool
}

// make hands a span over.
func (t *Tracer) make(s span) {
	ctx := context.WithValue(context.Background(), placeKey{}, s.at)
	if s.parent.IsValid() {
		ctx = trace.ContextWithRemoteSpanContext(ctx, s.parent)
	}
	_, out := t.tracer.Start(ctx, s.name, trace.WithTimestamp(s.began), trace.WithSpanKind(s.kind),
		trace.WithAttributes(s.about...), trace.WithLinks(s.links...))
	if s.failed {
		out.SetStatus(codes.Error, "") // why is in the log: it may hold words
	}
	out.End(trace.WithTimestamp(s.ended))
}

// private reports whether nothing of a stream may be told. What cannot be read
// counts as private.
func private(b *bot.Bot, id stream.ID) bool {
	if id.Kind != incident.Kind {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), asking)
	defer cancel()
	state, _, err := b.State(ctx, id)
	s, ok := state.(incident.State)
	return err != nil || !ok || s.Seq == 0 || s.Private
}

// subject tells which stream it is about.
func subject(id stream.ID) attribute.KeyValue {
	if id.Kind == incident.Kind {
		return attribute.String("incident", "INC-"+id.Name)
	}
	return attribute.String("stream", id.Kind)
}

type originKey struct{}

// origin is what a commit comes from: a request or an attempt.
type origin interface {
	// cause is the span that a commit of trace in comes from, and the stream
	// that span tells of. None: it is not to be told.
	cause(in trace.TraceID, hidden bool) (trace.SpanContext, stream.ID)
}

// Committed makes a span of each record of a commit.
func (t *Tracer) Committed(ctx context.Context, b *bot.Bot, c bot.Commit) {
	state, _ := c.State.(incident.State)
	id, ended, in := c.Records[0].Stream, b.Now(), traceOf(c.Records[0].Stream, c.At)
	var cause trace.SpanContext
	var from stream.ID
	if o, ok := ctx.Value(originKey{}).(origin); ok {
		cause, from = o.cause(in, state.Private)
	}
	if state.Private {
		return
	}
	t.later(func() {
		if from != id && private(b, from) {
			cause = trace.SpanContext{}
		}
		one := func(r stream.Record, s span) {
			s.name, s.kind, s.began, s.ended = "record "+r.Kind, trace.SpanKindInternal, c.Asked, ended
			s.about = []attribute.KeyValue{subject(id), attribute.Int("seq", r.Seq)}
			t.make(s)
		}
		var links []trace.Link
		if cause.IsValid() && cause.TraceID() != in {
			for _, r := range c.Records {
				one(r, span{at: place(cause.TraceID(), randomSpan()), parent: cause})
			}
			if c.Deliveries == 0 {
				return // nothing will come of it
			}
			links, cause = []trace.Link{{SpanContext: cause}}, trace.SpanContext{}
		}
		for _, r := range c.Records {
			at := place(in, recordSpan(id, r.Seq))
			one(r, span{at: at, parent: cause, links: links})
			if !cause.IsValid() {
				cause = at // one root, whoever asked
			}
		}
	})
}

// Attempt marks what an attempt commits as its own: bot.CourierConfig.Attempt.
func (t *Tracer) Attempt() func(context.Context, store.Lease) context.Context {
	if t == nil {
		return nil
	}
	return func(ctx context.Context, l store.Lease) context.Context {
		return context.WithValue(ctx, originKey{}, attempt{l.Delivery.Stream, placeOf(l)})
	}
}

// placeOf is where an attempt stands.
func placeOf(l store.Lease) trace.SpanContext {
	return place(traceOf(l.Delivery.Stream, l.Queued), attemptSpan(l.Delivery.ID, l.Attempt))
}

type attempt struct {
	from stream.ID
	at   trace.SpanContext
}

func (a attempt) cause(trace.TraceID, bool) (trace.SpanContext, stream.ID) { return a.at, a.from }

// Observe makes a span of each attempt that was settled, and hands it on to
// next: bot.CourierConfig.Observe.
func (t *Tracer) Observe(b *bot.Bot, next func(bot.Event)) func(bot.Event) {
	if t == nil {
		return next
	}
	return func(e bot.Event) {
		next(e)
		t.later(func() { t.attempted(b, e) })
	}
}

func (t *Tracer) attempted(b *bot.Bot, e bot.Event) {
	d := e.Lease.Delivery
	from, seq, _, err := stream.Origin(d.ID)
	if err != nil || private(b, d.Stream) {
		return
	}
	at := placeOf(e.Lease)
	t.make(span{at: at, parent: place(at.TraceID(), recordSpan(from, seq)), name: d.To + " " + d.Action, kind: trace.SpanKindClient,
		began: e.Began, ended: e.Began.Add(e.Took), failed: e.Outcome != stream.Delivered,
		about: []attribute.KeyValue{subject(d.Stream), attribute.String("delivery", d.ID), attribute.Int("attempt", e.Lease.Attempt),
			attribute.String("far_end", d.To), attribute.String("outcome", e.Outcome), attribute.Int64("late_ms", e.Late.Milliseconds())}})
}
