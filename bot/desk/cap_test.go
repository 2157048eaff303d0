package desk_test

import (
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
)

// A far end gets six words an hour, of all incidents together. The seventh
// waits, which is seen, until a person says that it goes; words that have to be
// heard always do.
func TestAFarEndGetsSixWordsAnHour(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.Lengths = nil
	l := newLab(t, cfg)
	say := func(n, words string) {
		t.Helper()
		l.now = l.now.Add(time.Minute)
		l.say("omar", "update public "+words+" #"+n)
		if got := l.say("sam", "approve sure #"+n); !strings.HasPrefix(got, "Published") {
			t.Fatalf("%s: got %s", words, got)
		}
		l.deliver()
	}
	phase := func(n, name string) {
		t.Helper()
		l.say("omar", name+" #"+n)
		say(n, "Saving still fails for some people, while we are "+name+".")
	}
	x := func(n string) incident.Target {
		u := l.state(n).LastPublished(incident.Public)
		for _, target := range u.Targets {
			if target.Name == "twitter" {
				return target
			}
		}
		t.Fatalf("X is no target of %q", u.Text)
		return incident.Target{}
	}
	for _, n := range []string{"1", "2"} {
		l.say("omar", "declare sev2 people cannot save "+n)
		l.deliver()
		say(n, "Saving fails for some people since a while.")
		phase(n, "identified")
		phase(n, "monitoring")
	}
	if n := l.got("twitter publish", "Saving"); n != 6 {
		t.Fatalf("X got %d words, want 6: %q", n, l.read)
	}
	phase("1", "identified")
	if got := x("1"); got.State != incident.TargetHeld || !strings.HasPrefix(got.Problem, "6 words went there within the hour") {
		t.Errorf("the seventh is %s (%s)", got.State, got.Problem)
	}
	if got := l.say("sam", "sent #1"); !strings.Contains(got, "twitter: on hold – 6 words went there within the hour") {
		t.Errorf("the board: %s", got)
	}
	if n := l.got("slack post", "X did not get the"); n != 1 {
		t.Errorf("the channel was told %d times, want once: %q", n, l.read)
	}
	say("2", "Saving works again, but for very old files, since noon.")
	if n := l.got("twitter publish", "very old files"); n != 0 {
		t.Error("news are none of X's kinds")
	}
	l.say("omar", "correct 2 Saving fails for most people. #2")
	l.say("sam", "approve sure #2")
	l.deliver()
	if n := l.got("twitter publish", "most people"); n != 1 {
		t.Errorf("a correction left %d times, want once: it is never kept back", n)
	}
	l.say("omar", "release #1")
	l.deliver()
	if got := x("1"); got.State != incident.TargetSent {
		t.Errorf("what a person let go is %s (%s)", got.State, got.Problem)
	}
	phase("1", "monitoring")
	if got := x("1"); got.State != incident.TargetHeld {
		t.Errorf("the next one after it is %s", got.State)
	}
	l.now = l.now.Add(time.Hour)
	phase("1", "identified")
	if got := x("1"); got.State != incident.TargetSent {
		t.Errorf("an hour later it is %s (%s)", got.State, got.Problem)
	}
}
