package telemetry

import (
	"net/http"
	"runtime"
	"strings"

	"drumbeat/bot"
	"drumbeat/incident/stream"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are what one process counts, in a registry of its own.
type Metrics struct {
	registry   *prometheus.Registry
	commits    prometheus.Counter
	missed     prometheus.Counter
	deliveries *prometheus.CounterVec
	late       *prometheus.HistogramVec
	took       *prometheus.HistogramVec
	turnedAway *prometheus.CounterVec
	storeTook  *prometheus.HistogramVec
	storeFails *prometheus.CounterVec
}

// NewMetrics makes the metrics of a bot of that version that delivers to itself
// and to these far ends. What can be told in advance is there from the start,
// at 0: every metric is on the page, and the first failure is a rise.
func NewMetrics(version string, farEnds []string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		commits:  counter("drumbeat_commits_total", "Commits that added records, by this process."),
		missed:   counter("drumbeat_heartbeat_failures_total", "Heartbeats that did not get through to where they are waited for."),
		deliveries: counters("drumbeat_deliveries_total",
			"Attempts at deliveries that were settled, by far end and outcome: delivered, retry and unknown are tried again, gave-up is lost, withheld was stopped by a hold or mode, in-doubt waits for a person.",
			"far_end", "outcome"),
		late: histogram("drumbeat_delivery_lateness_seconds",
			"From when a delivery was due to its first attempt. The far end bot is the bot itself: its timers (reminders, escalations) and commands for other streams.",
			prometheus.ExponentialBuckets(0.001, 4, 10), "far_end"),
		took: histogram("drumbeat_delivery_duration_seconds", "How long an attempt took, its receipt written.",
			prometheus.ExponentialBuckets(0.005, 3, 9), "far_end"),
		turnedAway: counters("drumbeat_requests_refused_total",
			"Requests that were turned away, by reason: forged and bad_token did not prove who sent them, refused broke a rule of the incident.", "reason"),
		storeTook: histogram("drumbeat_store_duration_seconds", "How long the store took to answer, by operation.",
			prometheus.ExponentialBuckets(0.0001, 4, 10), "operation"),
		storeFails: counters("drumbeat_store_errors_total", "Operations that the store failed; a conflict or a duplicate is an answer and not counted.", "operation"),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "drumbeat_build_info", Help: "Always 1; the labels tell what is running.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": runtime.Version()}})
	build.Set(1)
	m.registry.MustRegister(m.commits, m.missed, m.deliveries, m.late, m.took, m.turnedAway, m.storeTook, m.storeFails, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.zero(farEnds)
	return m
}

// zero makes the series that are known in advance.
func (m *Metrics) zero(farEnds []string) {
	for _, to := range append(farEnds, stream.Bot) {
		for _, outcome := range []string{stream.Delivered, stream.GaveUp, stream.InDoubt, stream.Withheld, "retry", "unknown"} {
			m.deliveries.WithLabelValues(to, outcome)
		}
		m.late.WithLabelValues(to)
		m.took.WithLabelValues(to)
	}
	for _, reason := range []string{"bad_token", "forged", "refused"} {
		m.turnedAway.WithLabelValues(reason)
	}
	for _, op := range operations {
		m.storeTook.WithLabelValues(op)
		m.storeFails.WithLabelValues(op)
	}
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
}

// Register adds what the process knows of what stands now.
func (m *Metrics) Register(c ...prometheus.Collector) { m.registry.MustRegister(c...) }

// Gatherer gives what is on the page.
func (m *Metrics) Gatherer() prometheus.Gatherer { return m.registry }

// Handler serves the page.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Refused counts a request that was turned away, by a reason of few words.
func (m *Metrics) Refused(reason string) {
	m.turnedAway.WithLabelValues(strings.ReplaceAll(reason, " ", "_")).Inc()
}

// Committed counts a commit that added records.
func (m *Metrics) Committed() { m.commits.Inc() }

// Missed counts a heartbeat that did not get through.
func (m *Metrics) Missed() { m.missed.Inc() }

// Delivery counts an attempt that was settled.
func (m *Metrics) Delivery(e bot.Event) {
	to := e.Lease.Delivery.To
	m.deliveries.WithLabelValues(to, e.Outcome).Inc()
	m.took.WithLabelValues(to).Observe(e.Took.Seconds())
	if e.Lease.Attempt == 1 {
		m.late.WithLabelValues(to).Observe(e.Late.Seconds())
	}
}
