package redis_test

import (
	"fmt"
	"testing"
	"time"

	"drumbeat/store"
	"drumbeat/store/redis"
)

// TestListBeyondAChunk looks for the few that match among more than the script
// reads at a time.
func TestListBeyondAChunk(t *testing.T) {
	t.Parallel()
	s := open(t, redis.Config{URL: mini(t)})
	closed := false
	const all = 250
	for i := range all {
		b := first(fmt.Sprint(i), "")
		b.Deliveries = nil
		b.Summary.At = noon.Add(time.Duration(i) * time.Second)
		b.Summary.Open = i != 5 && i != all-5
		commit(t, s, b)
	}
	for _, c := range []struct {
		name  string
		query store.Query
		want  []string
	}{
		{"newest first", store.Query{Open: &closed}, []string{"245", "5"}},
		{"the newest", store.Query{Open: &closed, Limit: 1}, []string{"245"}},
		{"what changed", store.Query{Open: &closed, Rev: 1}, []string{"5", "245"}},
		{"what changed and is early", store.Query{Open: &closed, Rev: 1, To: noon.Add(245 * time.Second)}, []string{"5"}},
		{"what changed and is late", store.Query{Open: &closed, Rev: 1, From: noon.Add(6 * time.Second)}, []string{"245"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.query.Workspace = "main"
			listed, err := s.List(t.Context(), c.query)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range listed {
				got = append(got, l.Stream.Name)
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
