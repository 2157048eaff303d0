package promises_test

import (
	"testing"
	"time"

	"drumbeat/incident/policy"
	"drumbeat/incident/promises"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"

	"github.com/google/go-cmp/cmp"
)

func at(clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return time.Time{}
	}
	return t
}

func TestFirst(t *testing.T) {
	t.Parallel()
	w := policy.Weight{FirstWords: stream.Duration(15 * time.Minute), AfterConfirmed: stream.Duration(5 * time.Minute)}
	for _, c := range []struct{ name, since, confirmed, now, open, want string }{
		{"after the first sign", "05:30", "", "05:30", "", "05:45"},
		{"confirmed early", "05:30", "05:33", "05:33", "", "05:45"},
		{"confirmed late", "05:30", "05:43", "05:43", "", "05:48"},
		{"it began long ago", "05:00", "", "05:30", "", "05:35"},
		{"what was promised is not put off", "05:00", "", "05:32", "05:35", "05:35"},
		{"but never earlier than it was", "05:00", "", "05:32", "05:10", "05:15"},
	} {
		var open *words.Promise
		if c.open != "" {
			open = &words.Promise{Due: at(c.open)}
		}
		b := promises.Began{Since: at(c.since), Confirmed: at(c.confirmed), Now: at(c.now)}
		if got := promises.First(w, b, open).Format("15:04"); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestRing(t *testing.T) {
	t.Parallel()
	ladder := []policy.Reminder{{At: stream.Duration(-5 * time.Minute), Who: "comms"}, {Who: "channel"}, {At: stream.Duration(10 * time.Minute), Who: "commander"}}
	open := words.Promise{N: 1, Due: at("06:00")}
	held := words.Promise{N: 1, Due: at("06:00"), Kept: at("05:59"), Held: true}
	for _, c := range []struct {
		name           string
		p              words.Promise
		rung           int
		now            string
		missed, speaks bool
	}{
		{"before its time", open, 0, "05:54", false, false},
		{"in time", open, 0, "05:55", false, true},
		{"as it falls due", open, 1, "06:00", true, true},
		{"a reminder that comes only now", open, 0, "06:00", false, false},
		{"a late one: the next speaks", open, 1, "06:10", true, false},
		{"at last", open, 2, "06:10", true, true},
		{"kept by words that nobody tapped", held, 2, "06:10", false, true},
	} {
		missed, speaks := promises.Ring(c.p, ladder, c.rung, at(c.now))
		if missed != c.missed || speaks != c.speaks {
			t.Errorf("%s: got %t, %t, want %t, %t", c.name, missed, speaks, c.missed, c.speaks)
		}
	}
}

func TestKeepAndDrop(t *testing.T) {
	t.Parallel()
	all := words.Promises{{N: 1, Audience: words.Public, Due: at("06:00")}, {N: 2, Audience: words.Stakeholders, Due: at("06:10")},
		{N: 3, Audience: words.Duty, Due: at("06:00"), Name: "gdpr"}, {N: 4, Audience: words.Public, Due: at("05:00"), Dropped: "moved"}}
	if diff := cmp.Diff([]promises.Kept{{N: 1, Late: true}, {N: 2}}, promises.Keep(all, words.Public, at("06:05"))); diff != "" {
		t.Errorf("public words keep, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]promises.Kept{{N: 2}}, promises.Keep(all, words.Stakeholders, at("06:05"))); diff != "" {
		t.Errorf("words to stakeholders keep, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]promises.Dropped{{N: 1, Why: "over"}, {N: 2, Why: "over"}}, promises.Drop(all, "over")); diff != "" {
		t.Errorf("the end drops, -want +got:\n%s", diff)
	}
}
