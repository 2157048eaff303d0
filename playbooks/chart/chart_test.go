package chart_test

import (
	"testing"
	"time"

	"drumbeat/playbooks/chart"
)

func TestScale(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
	for span, want := range map[time.Duration]time.Duration{time.Minute: 5 * time.Minute, time.Hour: 5 * time.Minute, 61 * time.Minute: 10 * time.Minute,
		6 * time.Hour: 30 * time.Minute, 24 * time.Hour: 2 * time.Hour, 31 * 24 * time.Hour: 96 * time.Hour} {
		s := chart.Scale{From: from, To: from.Add(span), Left: 100, Right: 300}
		if got := s.Step(); got != want {
			t.Errorf("%s: a line every %s, want %s", span, got, want)
		}
		if got := [3]int{s.X(from), s.X(from.Add(span / 2)), s.X(from.Add(span))}; got != [3]int{100, 200, 300} {
			t.Errorf("%s: places %v", span, got)
		}
	}
}

func TestWhatIsWrittenIsEscaped(t *testing.T) {
	t.Parallel()
	var c chart.Canvas
	c.Text(1, 2, `class="a"`, "<b> & “c”")
	c.Mark(`<circle cx="1" cy="2" r="3"/>`, `"x" < y`)
	want := `<text x="1" y="2" class="a">&lt;b&gt; &amp; “c”</text>` + "\n" +
		`<circle cx="1" cy="2" r="3"><title>&#34;x&#34; &lt; y</title></circle>` + "\n"
	if got := c.String(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
