// Package chart writes SVG over an axis of time: what the drawings of a replay
// and of a simulation share.
package chart

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// Canvas is an SVG that is being written.
type Canvas struct{ strings.Builder }

// Text writes a text at its baseline; attrs are attributes as they stand in the
// element.
func (c *Canvas) Text(x, y int, attrs, text string) {
	fmt.Fprintf(c, `<text x="%d" y="%d" %s>%s</text>`+"\n", x, y, attrs, html.EscapeString(text))
}

// Mark draws a shape of one element, such as `<rect …/>`, with a text that is
// shown when somebody points at it.
func (c *Canvas) Mark(shape, tip string) {
	name, _, _ := strings.Cut(strings.TrimPrefix(shape, "<"), " ")
	fmt.Fprintf(c, "%s><title>%s</title></%s>\n", strings.TrimSuffix(shape, "/>"), html.EscapeString(tip), name)
}

// Scale is where moments stand on a canvas.
type Scale struct {
	From, To    time.Time
	Left, Right int
}

// X is the place of a moment.
func (s Scale) X(t time.Time) int {
	return s.Left + int(float64(s.Right-s.Left)*float64(t.Sub(s.From))/float64(s.To.Sub(s.From)))
}

// Step is the distance between the lines of an axis, of which there are about a
// dozen at most.
func (s Scale) Step() time.Duration {
	step := 5 * time.Minute
	for _, next := range []time.Duration{10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour,
		12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 96 * time.Hour} {
		if s.To.Sub(s.From) > 12*step {
			step = next
		}
	}
	return step
}
