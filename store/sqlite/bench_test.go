package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// BenchmarkCommit measures commits of one record with one delivery, beside
// what the disk alone takes for as many bytes in the same run. x_fsync is the
// commits per fsync of the disk: alone at most 1, together above.
func BenchmarkCommit(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprint("callers=", callers), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "drumbeat.db"))
			raw := fsyncs(b)
			var next atomic.Int64
			b.ResetTimer()
			for _, err := range all(callers, func(i int) error {
				for after := 0; next.Add(1) <= int64(b.N); after++ {
					if err := s.Commit(b.Context(), batch(i, after, 200)); err != nil {
						return err
					}
				}
				return nil
			}) {
				if err != nil {
					b.Fatal(err)
				}
			}
			rate := float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "commits/s")
			b.ReportMetric(raw, "fsyncs/s")
			b.ReportMetric(rate/raw, "x_fsync")
		})
	}
}

// fsyncs measures how often in a second the disk appends 300 bytes durably.
func fsyncs(b *testing.B) float64 {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	line, n, start := make([]byte, 300), 0, time.Now()
	for ; time.Since(start) < 300*time.Millisecond; n++ {
		if _, err := f.Write(line); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return float64(n) / time.Since(start).Seconds()
}

// BenchmarkClaim measures a claim of ten, and their settling, of an outbox in
// which 100,000 wait: for their time, in lanes, and for a place.
func BenchmarkClaim(b *testing.B) {
	for _, waiting := range []int{100, 100_000} {
		b.Run(fmt.Sprint("waiting=", waiting), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "drumbeat.db"))
			fill(b, s, waiting)
			b.ResetTimer()
			for i := range b.N {
				got, err := s.Claim(b.Context(), noon(), time.Minute, map[string]int{"slack": 5, "email": 5, "bot": 5})
				if err != nil || len(got) != 10 {
					b.Fatalf("claim %d: got %d leases, %v, want 10", i, len(got), err)
				}
				again := store.Batch{Stream: id(0)}
				for _, l := range got {
					again.Settle = append(again.Settle, store.Outcome{Delivery: l.Delivery.ID, Token: l.Token, Result: store.Retry, At: noon()})
				}
				if err := s.Commit(b.Context(), again); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// fill commits n deliveries: a third each for later, in ten lanes, and due.
func fill(b *testing.B, s store.Store, n int) {
	b.Helper()
	for i := 0; i < n; i += store.MaxDeliveries {
		batch := store.Batch{Stream: id(i)}
		for j := i; j < min(n, i+store.MaxDeliveries); j++ {
			d := stream.Delivery{ID: fmt.Sprint(id(i), "/1/", j), Stream: id(i), Words: stream.Say("We look into it.")}
			switch j % 3 {
			case 0:
				d.To, d.NotBefore = stream.Bot, noon().Add(time.Hour)
			case 1:
				d.To, d.Lane = "slack", fmt.Sprint("C", j%10)
			case 2:
				d.To = "email"
			}
			batch.Deliveries = append(batch.Deliveries, d)
		}
		if err := s.Commit(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkIdleClaim measures a claim that finds nothing due, which is most of
// them: the courier looks again after every commit and twice a second.
func BenchmarkIdleClaim(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "drumbeat.db"))
	free := map[string]int{"bot": 16, "slack": 8, "twitter": 8, "atlassian_statuspage": 8, "email": 8, "pagerduty": 8, "twilio": 8, "page": 1}
	now := time.Now()
	for b.Loop() {
		now = now.Add(500 * time.Millisecond)
		if _, err := s.Claim(b.Context(), now, 30*time.Second, free); err != nil {
			b.Fatal(err)
		}
	}
}
