package simulate_test

import (
	"testing"
	"time"

	"drumbeat/incident/policy"
	"drumbeat/playbooks/simulate"
)

func TestBudgetFindsNoise(t *testing.T) {
	t.Parallel()
	hour, all := policy.Limits{Channel: 5, Person: 3}, policy.Limits{All: 5}
	for _, c := range []struct {
		name   string
		limits policy.Limits
		counts []simulate.Count
		want   int
	}{
		{"within", hour, []simulate.Count{{Reader: "Omar", Person: true, Hour: 3, All: 9}, {Reader: "#inc", Hour: 5, All: 12, Asked: 9}}, 0},
		{"both over", hour, []simulate.Count{{Reader: "Omar", Person: true, Hour: 4}, {Reader: "#inc", Hour: 6}}, 2},
		{"in all", all, []simulate.Count{{Reader: "#incidents", Hour: 3, All: 3}, {Reader: "Ana", Person: true, All: 2}}, 0},
		{"in all over", all, []simulate.Count{{Reader: "#incidents", Hour: 3, All: 3}, {Reader: "Ana", Person: true, All: 3}}, 1},
		{"no budget", policy.Limits{}, []simulate.Count{{Reader: "#inc", Hour: 60, All: 600}}, 0},
	} {
		if got := simulate.Over(c.limits, c.counts); len(got) != c.want {
			t.Errorf("%s: got %q, want %d", c.name, got, c.want)
		}
	}
}

func TestMostInAnHour(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 10, 2, 5, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		minutes []int
		want    int
	}{{nil, 0}, {[]int{0}, 1}, {[]int{0, 60}, 1}, {[]int{0, 59, 60, 61}, 3}, {[]int{0, 0, 90, 91, 92, 140, 150}, 4}} {
		var times []time.Time
		for _, m := range c.minutes {
			times = append(times, start.Add(time.Duration(m)*time.Minute))
		}
		if got := simulate.InAnHour(times); got != c.want {
			t.Errorf("%v: got %d, want %d", c.minutes, got, c.want)
		}
	}
}
