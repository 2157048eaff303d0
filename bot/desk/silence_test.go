package desk_test

import (
	"testing"
	"time"

	"drumbeat/incident"
)

// Each tries to get a word to customers past what stands against it: nothing of
// it leaves, neither at once nor an hour later.
func TestNoWordGetsOut(t *testing.T) {
	t.Parallel()
	const word = "Saving fails for some people."
	yes := func(l *lab) { // approved, and not sent yet
		l.say("omar", "update public "+word+" #1")
		l.say("sam", "approve #1")
	}
	for name, try := range map[string]func(l *lab){
		"a hold after the yes":          func(l *lab) { yes(l); l.say("ines", "hold #1") },
		"hold all after the yes":        func(l *lab) { yes(l); l.say("ines", "hold all") },
		"the environment after the yes": func(l *lab) { yes(l); l.Hold = true },
		"off after the yes":             func(l *lab) { yes(l); l.say("zoe", "off x"); l.say("zoe", "off email") },
		"shadow after the yes":          func(l *lab) { yes(l); l.say("zoe", "shadow x"); l.say("zoe", "shadow email") },
		"no longer configured":          func(l *lab) { yes(l); l.FarEnds = nil },
		"the author's own yes":          func(l *lab) { l.say("omar", "update public "+word+" #1"); l.say("omar", "approve #1") },
		"sent back": func(l *lab) {
			l.say("omar", "update public "+word+" #1")
			l.say("sam", "reject #1")
			l.say("sam", "approve #1")
		},
		"the guard": func(l *lab) {
			l.say("omar", "update public! "+word+" See 10.2.3.4 #1")
			l.say("sam", "approve 2 #1")
		},
		"private": func(l *lab) {
			l.say("omar", "declare sev1 private people cannot save")
			l.say("omar", "update public "+word+" #2")
			l.say("sam", "approve #2")
		},
		"a drill": func(l *lab) {
			l.say("zoe", "drill")
			l.say("omar", "update public "+word+" #2")
			l.say("sam", "approve #2")
			l.say("zoe", "release #2")
		},
		"cancelled before the yes": func(l *lab) {
			l.say("omar", "update public "+word+" #1")
			l.say("omar", "cancel #1")
			l.say("sam", "approve #1")
		},
		"written before it got worse": func(l *lab) {
			l.say("omar", "update public "+word+" #1")
			l.say("omar", "severity sev2 #1")
			l.say("sam", "approve #1")
		},
		"released under hold all":   func(l *lab) { l.say("ines", "hold all"); yes(l); l.say("omar", "release #1") },
		"a far end of another name": func(l *lab) { yes(l); l.FarEnds = map[string]string{"mastodon": "live"} },
		"resolved without a yes":    func(l *lab) { l.say("omar", "resolve "+word+" #1") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := company()
			cfg.FarEnds = map[string]string{"twitter": "live", "email": "live"}
			l := newLab(t, cfg)
			l.say("omar", "declare sev1 people cannot save in the app")
			l.room("1", "C41")
			try(l)
			l.deliver()
			l.now = l.now.Add(10 * time.Minute) // before words fall due by themselves
			l.deliver()
			for _, end := range []string{"twitter publish", "email publish"} {
				if n := l.got(end, ""); n != 0 {
					t.Errorf("%s: %d left: %q", end, n, l.read)
				}
			}
		})
	}
}

// Words that nobody taps wait for a minute, in which anybody stops them.
func TestUnattendedWordsCanBeStopped(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stop func(l *lab)
		want int // updates that went by themselves
	}{
		"nobody does":          {func(*lab) {}, 1},
		"stop":                 {func(l *lab) { l.say("ines", "reject 3 #1") }, 0},
		"other words":          {func(l *lab) { l.say("omar", "update public We look into it. #1") }, 0},
		"hold":                 {func(l *lab) { l.say("ines", "hold #1") }, 0},
		"hold all":             {func(l *lab) { l.say("ines", "hold all") }, 0},
		"the environment":      {func(l *lab) { l.Hold = true }, 0},
		"off":                  {func(l *lab) { l.say("zoe", "off page") }, 0},
		"it has got worse":     {func(l *lab) { l.say("omar", "severity sev2 #1") }, 0},
		"it has been resolved": {func(l *lab) { l.say("omar", "resolve #1") }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := company()
			cfg.Unattended = []string{incident.StatusPage}
			l := newLab(t, cfg)
			l.say("omar", "declare sev1 people cannot save in the app")
			l.room("1", "C41")
			l.say("omar", "update public Saving fails for some people. #1")
			l.say("sam", "approve #1")
			due := l.state("1").Promise(incident.Public).Due
			l.now = l.now.Add(time.Minute)
			l.say("omar", "note looking at the database #1") // a sign of life
			l.now = due.Add(-2 * time.Minute)
			l.deliver()
			if u := l.state("1").Waiting(); u == nil || u.Author != incident.Unattended {
				t.Fatalf("no words wait that nobody wrote: %+v", u)
			}
			c.stop(l)
			l.now = due.Add(-59 * time.Second)
			l.deliver()
			got := 0
			for _, u := range l.state("1").Updates {
				if u.Author == incident.Unattended && u.On(incident.StatusPage) {
					got++
				}
			}
			if got != c.want {
				t.Errorf("went by themselves: got %d, want %d: %+v", got, c.want, l.state("1").Updates)
			}
		})
	}
}
