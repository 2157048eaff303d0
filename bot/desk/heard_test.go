package desk_test

import (
	"slices"
	"testing"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// Whoever holds the page and talks in the channel is alive; others who talk, or
// who talk elsewhere, leave no trace.
func TestTalkIsASignOfLife(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("sam", "declare sev1 people cannot save")
	l.room("1", "C0ROOM")
	l.say("maya", "ack #1")
	l.news()
	for _, c := range []struct {
		who, channel string
		want         []string
	}{
		{"U0OMAR0001", "C0ROOM", nil},
		{"U0MAYA0001", "C0OTHER", nil},
		{"U0MAYA0001", "C0ROOM", []string{"+ incident/1: alive"}},
		{"U0MAYA0001", "C0ROOM", nil}, // at most once a minute
	} {
		if err := l.Heard(t.Context(), stream.Actor{ID: c.who}, l.now.Add(2*time.Minute), c.channel, ""); err != nil {
			t.Fatal(err)
		}
		if got := l.news(); !slices.Equal(got, c.want) {
			t.Errorf("%s talks in %s: got %q, want %q", c.who, c.channel, got, c.want)
		}
	}
}

// Back and forth within a minute: each phase is said anew, not a repetition.
func TestAPhaseSaidAgainAfterAnother(t *testing.T) {
	t.Parallel()
	l := newLab(t, company())
	l.say("sam", "declare sev1 people cannot save")
	for _, phase := range []string{"identified", "monitoring", "identified"} {
		if _, err := l.ask(integrations.Request{Key: "none", By: stream.Actor{ID: "maya"}, Line: phase + " #1"}); err != nil {
			t.Fatal(err)
		}
		if got := string(l.state("1").Phase); got != phase {
			t.Errorf("got %s, want %s", got, phase)
		}
	}
}
