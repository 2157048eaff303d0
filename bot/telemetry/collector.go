package telemetry

import (
	"drumbeat/incident"
	"drumbeat/incident/control"

	"github.com/prometheus/client_golang/prometheus"
)

// The gauges of what stands. Private incidents are in none of them.
var (
	openIncidents = desc("drumbeat_incidents_open", "Open incidents by severity; private ones are not counted.", "severity")
	openPromises  = desc("drumbeat_promises_open",
		"Open promises of open incidents, by audience and state: due within 5 minutes, later, or overdue.", "audience", "state")
	publicWords = desc("drumbeat_public_words_pending",
		"Texts for customers that have not arrived, once for each far end: proposed waits for approval, held for a release, in_doubt for a person to look; queued and failing are tried.", "state")
	oldestWords = desc("drumbeat_public_words_oldest_seconds",
		"Age since approval of the oldest words for customers that are to leave and have not arrived (queued, failing, in_doubt); 0 when there are none.")
	inFlight  = desc("drumbeat_leases_held", "Deliveries that this process has under way, by far end.", "far_end")
	allHeld   = desc("drumbeat_hold", "1 while all words for customers are on hold, by command or by DRUMBEAT_HOLD.")
	farEndIn  = desc("drumbeat_far_end_mode", "1 for the mode that a public far end is in, 0 for the others.", "far_end", "mode")
	lastLook  = desc("drumbeat_last_look_timestamp_seconds", "When the store was last read for these gauges, in Unix time; 0 before the first time.")
	standings = []*prometheus.Desc{openIncidents, openPromises, publicWords, oldestWords, inFlight, allHeld, farEndIn, lastLook}
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe is prometheus.Collector's.
func (s *Standing) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range standings {
		ch <- d
	}
}

// Collect is prometheus.Collector's.
func (s *Standing) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	now := s.at(s.Bot.Now())
	for _, severity := range s.Severities {
		now.incidents[severity] += 0 // there, at 0
	}
	for severity, n := range now.incidents {
		gauge(openIncidents, float64(n), severity)
	}
	for _, audience := range []incident.Audience{incident.Public, incident.Stakeholders} {
		for _, state := range []string{"due", "later", "overdue"} {
			gauge(openPromises, float64(now.promises[[2]string{string(audience), state}]), string(audience), state)
		}
	}
	for _, state := range []string{"proposed", "queued", "failing", "held", "in_doubt"} {
		gauge(publicWords, float64(now.words[state]), state)
	}
	gauge(oldestWords, now.oldest.Seconds())
	for to, n := range s.InFlight() {
		gauge(inFlight, float64(n), to)
	}
	gauge(allHeld, truth(now.hold))
	for name, is := range now.modes {
		for _, mode := range []string{control.Off, control.Shadow, control.Live} {
			gauge(farEndIn, truth(mode == is), name, mode)
		}
	}
	looked := 0.0
	if !now.looked.IsZero() {
		looked = float64(now.looked.Unix())
	}
	gauge(lastLook, looked)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
