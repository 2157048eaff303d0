package incident_test

import (
	"fmt"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// long is an incident's log of n records, as a busy day makes it.
func long(tb testing.TB, n int) []stream.Record {
	tb.Helper()
	w := &world{streams: map[stream.ID]*told{}}
	w.line(tb, `05:30 kim declare {title: x, severity: sev1}`)
	s := w.at(tb, "incident/42")
	at := day.Add(6 * time.Hour)
	for i := 0; len(s.records) < n; i++ {
		at = at.Add(20 * time.Second)
		who := actor([]string{"maya", "omar", "priya", "kim"}[i%4])
		var c incident.Command = incident.AddNote{Text: "servers at 100 % CPU"}
		switch i % 10 {
		case 3:
			c = incident.Propose{Audience: incident.Public, Text: "We are still working on this."}
		case 4:
			c = incident.Approve{Sure: true, Targets: targets()}
		case 6:
			c = incident.Settle{Settled: stream.Settled{Result: stream.Delivered, About: words.About(i/10, "page"), Ref: "1"}}
		case 8:
			c = incident.AddTask{Text: "look at db-7"}
		}
		s.do(tb, c, stream.Meta{At: at, By: who})
	}
	return s.records[:n]
}

// BenchmarkFold loads an incident of 1,000 records: 5 ms is what a command may
// wait for.
func BenchmarkFold(b *testing.B) {
	records := long(b, 1000)
	for b.Loop() {
		var s incident.State
		for _, r := range records {
			var err error
			if s, err = rules42.Apply(s, r); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkStorm takes 10,000 instances of one alert, one by one.
func BenchmarkStorm(b *testing.B) {
	var rules alert.Rules
	m := stream.Meta{At: day, By: stream.Actor{ID: "alert:am"}}
	for b.Loop() {
		var s alert.State
		for i := range 10_000 {
			records, err := rules.Decide(s, alert.Receive{Rule: "X", Instances: []alert.Instance{{Fingerprint: fmt.Sprint(i), Firing: true}}}, m)
			if err != nil {
				b.Fatal(err)
			}
			for _, r := range records {
				if s, err = rules.Apply(s, r); err != nil {
					b.Fatal(err)
				}
			}
		}
		if s.Firing.Len() != 10_000 {
			b.Fatalf("%d fire", s.Firing.Len())
		}
	}
}
