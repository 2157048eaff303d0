package serve

import (
	"net/http"
	"strings"

	"drumbeat/bot"
	"drumbeat/incident/stream"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what the server counts, in a registry of its own.
type metrics struct {
	registry   *prometheus.Registry
	commits    prometheus.Counter
	deliveries *prometheus.CounterVec
	late       *prometheus.HistogramVec
	took       *prometheus.HistogramVec
	turnedAway *prometheus.CounterVec
}

// newMetrics makes the metrics of a bot that delivers to itself and to these
// far ends. What can be told in advance is there from the start, at 0: every
// metric is on the page, and the first failure is a rise.
func newMetrics(farEnds []string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		commits: prometheus.NewCounter(prometheus.CounterOpts{Name: "drumbeat_commits_total",
			Help: "Commits that added records, by this process."}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "drumbeat_deliveries_total",
			Help: "Attempts at deliveries that were settled, by far end and outcome."}, []string{"far_end", "outcome"}),
		late: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "drumbeat_delivery_lateness_seconds",
			Help: "From when a delivery was due to its first attempt.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 10)}, []string{"far_end"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "drumbeat_delivery_duration_seconds",
			Help: "How long attempts took.", Buckets: prometheus.ExponentialBuckets(0.005, 3, 9)}, []string{"far_end"}),
		turnedAway: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "drumbeat_requests_refused_total",
			Help: "Requests that were turned away, by reason."}, []string{"reason"}),
	}
	m.registry.MustRegister(m.commits, m.deliveries, m.late, m.took, m.turnedAway,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, to := range append(farEnds, stream.Bot) {
		for _, outcome := range []string{stream.Delivered, stream.GaveUp, "retry", "unknown"} {
			m.deliveries.WithLabelValues(to, outcome)
		}
		m.late.WithLabelValues(to)
		m.took.WithLabelValues(to)
	}
	for _, reason := range []string{"bad_token", "forged", "refused"} {
		m.turnedAway.WithLabelValues(reason)
	}
	return m
}

func (m *metrics) refused(reason string) {
	m.turnedAway.WithLabelValues(strings.ReplaceAll(reason, " ", "_")).Inc()
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *metrics) delivery(e bot.Event) {
	m.deliveries.WithLabelValues(e.To, e.Outcome).Inc()
	m.took.WithLabelValues(e.To).Observe(e.Took.Seconds())
	if e.Attempt == 1 {
		m.late.WithLabelValues(e.To).Observe(e.Late.Seconds())
	}
}
