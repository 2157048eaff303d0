package desk_test

import (
	"strings"
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// In shadow the team sees what each far end would have shown: the very delivery
// that would have left, drawn by that far end.
func TestShadowShowsWhatWouldHaveLeft(t *testing.T) {
	t.Parallel()
	cfg := company()
	cfg.FarEnds = map[string]string{"page": "shadow", "twitter": "shadow", "email": "live"}
	cfg.Settings.Shadow = "C0SHADOW"
	cfg.Previews = map[string]func(stream.Delivery) words.Drawn{
		"twitter": func(d stream.Delivery) words.Drawn {
			return words.Drawn{Parts: []string{"one " + d.Args["kind"], "two " + d.Args["link"]}, Measure: "2 posts: 4 and 5 of 280 characters", Readers: "followers"}
		},
		"page": func(stream.Delivery) words.Drawn { panic("a far end with a defect") },
	}
	l := newLab(t, cfg)
	l.say("omar", "declare sev1 people cannot save")
	l.say("omar", "update public Saving fails for some people. #1")
	if got := l.say("sam", "approve #1"); !strings.HasPrefix(got, "Published") {
		t.Fatalf("a drawing that fails stops the words: %s", got)
	}
	l.deliver()
	if n := l.got("slack post", "INC-1 → status page (shadow: nothing was sent) | “Saving fails for some people."); n != 1 || l.got("slack post", "“one first”") != 1 {
		t.Errorf("without a drawing the words themselves are shown: got %q", l.read)
	}
	delete(cfg.Previews, "page")
	l.say("omar", "update public Saving fails for most people. #1")
	l.say("omar", "identified #1")
	l.say("omar", "update public Saving fails for everybody. #1")
	l.say("sam", "approve #1")
	l.deliver()
	if n := l.got("slack post", "INC-1 → X (shadow: nothing was sent) | “one phase” |  | “two https://status.example.com/incidents/1” | phase words · 2 posts: 4 and 5 of 280 characters · would be read by followers"); n != 1 {
		t.Errorf("X: got %q", l.read)
	}
	if n := l.got("twitter", ""); n != 0 {
		t.Errorf("X in shadow got %d deliveries", n)
	}
}
