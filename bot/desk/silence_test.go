package desk_test

import (
	"testing"
	"time"
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
