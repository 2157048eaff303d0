package guard

import (
	"slices"
	"strings"

	"drumbeat/incident/stream"
)

// told is how many findings one answer lists, and shown how many characters of
// each: whoever writes so much amiss knows it by then.
const (
	told  = 8
	shown = 80
)

// Fields sets what was found apart, each with its reason, for its author.
func Fields(found []Finding) []stream.Field {
	var out []stream.Field
	for _, f := range found {
		one := stream.Field{Name: "“" + short(f.Words) + "”", Value: f.Why}
		if f.Instead != "" {
			one.Value += " Say “" + short(f.Instead) + "”."
		}
		if len(out) < told && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

func short(s string) string {
	words := []rune(strings.Join(strings.Fields(s), " "))
	if len(words) > shown {
		words = append(words[:shown-1], '…')
	}
	return string(words)
}

// Plain says the same, and the clean words, for a place without bold and
// buttons: under the field of a form.
func Plain(found []Finding, clean string) string {
	var lines []string
	for _, f := range Fields(found) {
		lines = append(lines, f.Name+": "+f.Value)
	}
	if clean != "" {
		lines = append(lines, "Instead: “"+clean+"”")
	}
	return strings.Join(lines, "\n")
}
