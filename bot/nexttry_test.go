package bot_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot"
)

func TestNextTrySchedule(t *testing.T) {
	t.Parallel()
	seconds := func(urgent bool) (out []int) {
		for attempt := range 12 {
			out = append(out, int(bot.NextTry(attempt+1, urgent, 0, 0)/time.Second))
		}
		return out
	}
	if diff := cmp.Diff([]int{1, 2, 4, 8, 10, 10, 10, 10, 10, 10, 10, 10}, seconds(true)); diff != "" {
		t.Errorf("urgent (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]int{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300}, seconds(false)); diff != "" {
		t.Errorf("others (-want +got)\n%s", diff)
	}
}

func TestNextTryEdges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		attempt int
		after   time.Duration
		jitter  float64
		want    time.Duration
	}{
		{"no attempt yet", 0, 0, 0, time.Second},
		{"very many", 1 << 40, 0, 0, 5 * time.Minute},
		{"jitter takes a quarter at most", 4, 0, 1, 6 * time.Second},
		{"the far end's time", 1, 90 * time.Second, 0, 90 * time.Second},
		{"is not undercut by jitter", 1, 90 * time.Second, 0.5, 90*time.Second + 500*time.Millisecond},
		{"nor does it shorten ours", 9, time.Second, 0, 256 * time.Second},
		{"nonsense of a far end", 1, 1000 * time.Hour, 0, 24 * time.Hour},
		{"negative", 1, -time.Hour, 0, time.Second},
	} {
		if got := bot.NextTry(c.attempt, false, c.after, c.jitter); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
