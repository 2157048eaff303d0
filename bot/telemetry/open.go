package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// TraceConfig is what tracing needs to begin.
type TraceConfig struct {
	// Env is the environment. OTEL_EXPORTER_OTLP_ENDPOINT,
	// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or OTEL_TRACES_EXPORTER=otlp switch
	// tracing on; OTEL_TRACES_EXPORTER=none and OTEL_SDK_DISABLED=true off
	// again. The others (…_HEADERS, …_CERTIFICATE, OTEL_SERVICE_NAME,
	// OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER, OTEL_BSP_…) are read as
	// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
	// says.
	Env     func(string) (string, bool)
	Version string
	Log     *slog.Logger
}

// wanted reports whether the environment asks for traces.
func (c TraceConfig) wanted() (bool, error) {
	env := func(name string) string {
		v, _ := c.Env(name)
		return strings.ToLower(strings.TrimSpace(v))
	}
	exporter := env("OTEL_TRACES_EXPORTER")
	endpoint := env("OTEL_EXPORTER_OTLP_ENDPOINT") + env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
	protocol := env("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
	if protocol == "" {
		protocol = env("OTEL_EXPORTER_OTLP_PROTOCOL")
	}
	switch {
	case env("OTEL_SDK_DISABLED") == "true", exporter == "none", exporter == "" && endpoint == "":
		return false, nil
	case exporter != "" && exporter != "otlp":
		return false, fmt.Errorf("OTEL_TRACES_EXPORTER is %q: only otlp and none are known here", exporter)
	case protocol != "" && protocol != "http/protobuf":
		return false, fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL is %q: only http/protobuf is spoken here, to port 4318", protocol)
	}
	return true, nil
}

// sampler is the one that the environment names. Whether a parent was sampled
// is never asked: the trace's ID alone decides, and it is the same in every
// process.
func (c TraceConfig) sampler() (sdk.Sampler, error) {
	name, _ := c.Env("OTEL_TRACES_SAMPLER")
	switch strings.TrimPrefix(name, "parentbased_") {
	case "", "always_on":
		return sdk.AlwaysSample(), nil
	case "always_off":
		return sdk.NeverSample(), nil
	case "traceidratio":
		arg, set := c.Env("OTEL_TRACES_SAMPLER_ARG")
		if !set {
			return sdk.AlwaysSample(), nil
		}
		ratio, err := strconv.ParseFloat(arg, 64)
		if err != nil || ratio < 0 || ratio > 1 {
			return nil, fmt.Errorf("OTEL_TRACES_SAMPLER_ARG is %q: write a part of 1, such as 0.1", arg)
		}
		return sdk.TraceIDRatioBased(ratio), nil
	}
	return nil, fmt.Errorf("OTEL_TRACES_SAMPLER is %q: write always_on, always_off or traceidratio", name)
}

// Open makes the tracer that the environment asks for; nil, which traces
// nothing, where it asks for none. It calls nobody.
func Open(ctx context.Context, c TraceConfig) (*Tracer, error) {
	on, err := c.wanted()
	if err != nil || !on {
		return nil, err
	}
	sampler, err := c.sampler()
	if err != nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	about, err := resource.New(ctx, resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", "drumbeat"), attribute.String("service.version", c.Version)), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { c.Log.Warn("traces were not handed over", "error", err) }))
	return newTracer(sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about), sdk.WithSampler(sampler), sdk.WithIDGenerator(given{}))), nil
}

// closing is how long the last spans may take to be handed over.
const closing = 3 * time.Second

// Close hands over what was traced and ends.
func (t *Tracer) Close() {
	if t == nil {
		return
	}
	t.mu.Lock()
	if t.closed {
		t.mu.Unlock()
		return
	}
	t.closed = true
	close(t.jobs)
	t.mu.Unlock()
	<-t.done
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		otel.Handle(err)
	}
}
