package telemetry

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"drumbeat/incident/stream"

	"go.opentelemetry.io/otel/trace"
)

// traceOf is the trace of a commit: of its stream, and of when it was made. A
// store gives both with every delivery that the commit asked for.
func traceOf(id stream.ID, at time.Time) (out trace.TraceID) {
	digest := sha256.Sum256([]byte("trace\x00" + id.String() + "\x00" + at.UTC().Format(time.RFC3339Nano)))
	copy(out[:], digest[:])
	return out
}

// recordSpan is the span of a record.
func recordSpan(id stream.ID, seq int) trace.SpanID { return spanOf("record\x00"+id.String(), seq) }

// attemptSpan is the span of an attempt at a delivery.
func attemptSpan(delivery string, attempt int) trace.SpanID {
	return spanOf("attempt\x00"+delivery, attempt)
}

func spanOf(what string, n int) (out trace.SpanID) {
	digest := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(what+"\x00"), uint64(n)))
	copy(out[:], digest[:])
	return out
}

// place is where a span stands. It counts as sampled: whether the trace is, its
// ID tells every process alike.
func place(t trace.TraceID, s trace.SpanID) trace.SpanContext {
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: t, SpanID: s, TraceFlags: trace.FlagsSampled})
}

// nowhere is a place for what led to no commit.
func nowhere() trace.SpanContext {
	var t trace.TraceID
	_, _ = rand.Read(t[:]) // it never fails
	return place(t, randomSpan())
}

func randomSpan() (s trace.SpanID) {
	_, _ = rand.Read(s[:]) // it never fails
	return s
}

// given is an IDGenerator of the SDK that gives a span the place that its
// context holds.
type given struct{}

type placeKey struct{}

func (given) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	at, ok := ctx.Value(placeKey{}).(trace.SpanContext)
	if !ok {
		at = nowhere()
	}
	return at.TraceID(), at.SpanID()
}

func (g given) NewSpanID(ctx context.Context, _ trace.TraceID) trace.SpanID {
	_, s := g.NewIDs(ctx)
	return s
}
