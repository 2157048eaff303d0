package pagerduty

import (
	"strings"
	"unicode/utf8"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// said is all that an alert's summary tells.
func said(m *stream.Message) string {
	return strings.Join(append([]string{m.Title}, m.Paragraphs...), " ")
}

// Measure tells of a summary that is cut.
func (p *PagerDuty) Measure(d stream.Delivery) []words.Length {
	if d.Action != "page" || d.Words == nil {
		return nil
	}
	if n := utf8.RuneCountInString(said(d.Words)); n > maxSummary {
		return []words.Length{{Is: n, Most: maxSummary, Unit: "characters", Then: "they are cut"}}
	}
	return nil
}
