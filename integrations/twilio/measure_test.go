package twilio_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/integrations/twilio"
)

// An SMS is measured in segments, by the alphabet that it needs, and with the
// answers that follow its words.
func TestMeasure(t *testing.T) {
	t.Parallel()
	sender, err := twilio.New(account, nil)
	if err != nil {
		t.Fatal(err)
	}
	segments := func(n int) []words.Length {
		return []words.Length{{Is: n, Most: 5, Unit: "segments", Then: "they may come late, or in parts"}}
	}
	x := func(n int) string { return strings.Repeat("x", n) }
	answer := []stream.Button{{Text: "I'm on it", Command: "ack #42"}}
	for name, c := range map[string]struct {
		text    string
		buttons []stream.Button
		voice   string
		want    []words.Length
	}{
		"short":                       {text: "INC-42 SEV1"},
		"five segments":               {text: x(5 * 153)},
		"one character more":          {text: x(5*153 + 1), want: segments(6)},
		"its answers count":           {text: x(5*153 - 5), buttons: answer, want: segments(6)},
		"braces take two places":      {text: strings.Repeat("{", 5*153/2+1), want: segments(6)},
		"another alphabet":            {text: "…" + x(5*67-1)},
		"another alphabet, one more":  {text: "…" + x(5*67), want: segments(6)},
		"an emoji takes two places":   {text: "🔥" + x(5*67-1), want: segments(6)},
		"longer than an SMS may be":   {text: x(1601), want: []words.Length{{Is: 1602, Most: 1600, Unit: "characters", Then: "they are cut"}}},
		"a call takes its time":       {text: x(1601), voice: "true"},
		"cut from the words, as sent": {text: x(1590), buttons: answer, want: []words.Length{{Is: 1608, Most: 1600, Unit: "characters", Then: "they are cut"}}},
	} {
		got := sender.Measure(stream.Delivery{To: "twilio", Action: "page", Args: map[string]string{"voice": c.voice}, Words: &stream.Message{Paragraphs: []string{c.text}, Buttons: c.buttons}})
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
