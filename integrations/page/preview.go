package page

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Preview gives the entry as the page would show it: title, state, text and
// components.
func (c Config) Preview(d stream.Delivery) words.Drawn {
	text := ""
	if d.Words != nil {
		text = strings.Join(d.Words.Paragraphs, "\n")
	}
	lines := []string{d.Args["title"], "[" + d.Args["phase"] + "] " + text}
	var states map[string]string
	if json.Unmarshal([]byte(d.Args["components"]), &states) == nil {
		for _, name := range slices.Sorted(maps.Keys(states)) {
			lines = append(lines, name+": "+states[name])
		}
	}
	return words.Drawn{Parts: []string{strings.TrimSpace(strings.Join(lines, "\n"))},
		Measure: fmt.Sprintf("%d characters", utf8.RuneCountInString(text)), Readers: "whoever opens " + c.URL}
}
