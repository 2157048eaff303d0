package policy_test

import (
	"testing"
	"time"

	"drumbeat/incident/policy"
)

func TestQuietHours(t *testing.T) {
	t.Parallel()
	q := policy.Quiet{From: "22:00", To: "07:00", Kinds: []string{"news", "no-news"}}
	for _, x := range []struct {
		kind, clock string
		want        time.Duration
	}{
		{"news", "21:59", 0},
		{"news", "22:00", 9 * time.Hour},
		{"no-news", "02:15", 4*time.Hour + 45*time.Minute},
		{"news", "06:59", time.Minute},
		{"news", "07:00", 0},
		{"first", "02:15", 0},
		{"news", "", 0},
	} {
		if got := q.Waits(x.kind, x.clock); got != x.want {
			t.Errorf("%s at %s: waits %v, want %v", x.kind, x.clock, got, x.want)
		}
	}
}
