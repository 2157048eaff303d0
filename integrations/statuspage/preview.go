package statuspage

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Preview gives the entry: title, state, text and components.
func (p *Page) Preview(d stream.Delivery) words.Drawn {
	in, err := p.incident(d)
	if err != nil {
		return words.Drawn{Parts: []string{err.Error()}}
	}
	lines := []string{in.Name, "[" + in.Status + "] " + in.Body}
	for _, id := range slices.Sorted(maps.Keys(in.Components)) {
		lines = append(lines, id+": "+in.Components[id])
	}
	return words.Drawn{Parts: []string{strings.TrimSpace(strings.Join(lines, "\n"))},
		Measure: fmt.Sprintf("%d of %d characters", utf8.RuneCountInString(in.Body), maxBody), Readers: "whoever looks at the page, and its subscribers"}
}

// Measure tells of a title that is cut, and of words that are refused.
func (p *Page) Measure(d stream.Delivery) (out []words.Length) {
	if n := utf8.RuneCountInString(d.Args["title"]); n > maxName {
		out = append(out, words.Length{Part: "title", Is: n, Most: maxName, Unit: "characters", Then: "it is cut"})
	}
	if n := utf8.RuneCountInString(body(d.Words)); n > maxBody {
		out = append(out, words.Length{Is: n, Most: maxBody, Unit: "characters", Then: "they are refused"})
	}
	return out
}
