package bot_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"drumbeat/incident/stream"
)

// BenchmarkOneStream is a storm: 10,000 commands to one stream by 64 callers.
func BenchmarkOneStream(b *testing.B) {
	const commands, callers = 10_000, 64
	for b.Loop() {
		m := newLab(b)
		engine := newBot(m)
		var next atomic.Int64
		crowd(callers, func(int) {
			for n := next.Add(1); n <= commands; n = next.Add(1) {
				if _, err := engine.Do(b.Context(), command(one, fmt.Sprint(n), add{N: 1})); err != nil {
					b.Error(err)
					return
				}
			}
		})
		b.ReportMetric(float64(commands)/float64(m.commits), "commands/commit")
	}
}

// BenchmarkDo is one command with one delivery after another.
func BenchmarkDo(b *testing.B) {
	engine := newBot(newLab(b))
	for b.Loop() {
		if _, err := engine.Do(b.Context(), command(one, "", add{N: 1, Ask: []stream.Delivery{{ID: "a", To: "far"}}})); err != nil {
			b.Fatal(err)
		}
	}
}
