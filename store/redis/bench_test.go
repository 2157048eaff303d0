package redis_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"drumbeat/store/redis"
)

// BenchmarkCommit commits a record with its summary and a delivery, each to a
// stream of its own, and runs as often a script that does one SET. "of-a-SET"
// is how many such scripts a commit costs: 1 would be free.
func BenchmarkCommit(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			url := running(b).url()
			s := open(b, redis.Config{URL: url + "?pool_size=64", Prefix: fresh()})
			db := client(b, url+"?pool_size=64")
			set, key := goredis.NewScript(`return redis.call('SET', KEYS[1], ARGV[1])`), fresh()
			bare := func(i int) {
				if err := set.Run(b.Context(), db, []string{key}, i).Err(); err != nil {
					b.Error(err)
				}
			}
			whole := func(i int) {
				if err := s.Commit(b.Context(), first(fmt.Sprint(i), fmt.Sprint("key", i))); err != nil {
					b.Error(err)
				}
			}
			spread(callers, callers, func(i int) { bare(i); whole(-1 - i) }) // connections and scripts
			b.ResetTimer()
			took := spread(b.N, callers, whole)
			b.StopTimer()
			least := spread(b.N, callers, bare)
			b.ReportMetric(float64(b.N)/took.Seconds(), "commits/s")
			b.ReportMetric(float64(b.N)/least.Seconds(), "SETs/s")
			b.ReportMetric(took.Seconds()/least.Seconds(), "of-a-SET")
		})
	}
}

// spread does n things with so many callers at once.
func spread(n, callers int, do func(i int)) time.Duration {
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range callers {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				do(int(i))
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}
