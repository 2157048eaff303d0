package desk_test

import (
	"strings"
	"testing"
	"time"
)

// Going live is never refused for being early, and never without saying so.
func TestGoingLiveEarlyIsSaid(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.FarEnds = map[string]string{"twitter": "shadow", "email": "shadow"}
	l := newLab(t, cfg)
	if got := l.say("zoe", "live x"); !strings.Contains(got, "X is live") || !strings.Contains(got, "Nobody has seen its words in shadow yet.") || !strings.Contains(got, "[Back to shadow → shadow twitter]") {
		t.Errorf("at once: got %s", got)
	}
	if got := l.say("zoe", "shadow twitter"); !strings.HasPrefix(got, "X is in shadow") || strings.Contains(got, "[") {
		t.Errorf("back: got %s", got)
	}
	l.say("omar", "declare sev1 people cannot save")
	l.say("omar", "update public Saving fails for some people. #1")
	l.say("sam", "approve #1")
	l.now = l.now.Add(24 * time.Hour)
	if got := l.say("zoe", "live x"); !strings.Contains(got, "It has spoken once in shadow, first on Monday 13:30; a week shows more.") {
		t.Errorf("after a day: got %s", got)
	}
	l.say("zoe", "shadow x")
	l.now = l.now.Add(6 * 24 * time.Hour)
	if got := l.say("zoe", "live x"); !strings.Contains(got, "X is live") || strings.Contains(got, "shadow,") || strings.Contains(got, "[Back") {
		t.Errorf("after a week: got %s", got)
	}
	if got := l.say("zoe", "off email"); !strings.HasPrefix(got, "No words go there any more.") {
		t.Errorf("off: got %s", got)
	}
}
