package kit

import (
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/integrations/slack/markup"
)

// Measure gives what of a message is longer than Slack takes, or than Blocks
// draws of it.
func Measure(m *stream.Message) (out []words.Length) {
	over := func(l words.Length) {
		if l.Is > l.Most {
			out = append(out, l)
		}
	}
	const signs, cut = "characters", "it is cut"
	over(words.Length{Part: "title", Is: markup.Width(markup.Escape(m.Title)+mentions(m)) + len("**"), Most: MaxSection, Unit: signs, Then: cut})
	all := 0
	for i, p := range m.Paragraphs {
		over(words.Length{Part: "line", N: i, Is: markup.Width(markup.Escape(p)), Most: MaxSection, Unit: signs, Then: cut})
		all += min(MaxSection, markup.Width(markup.Escape(p)))
	}
	over(words.Length{Is: all, Most: maxWords, Unit: signs, Then: "the last lines are left out"})
	over(words.Length{Is: len(m.Paragraphs), Most: maxParagraphs, Unit: "lines", Then: "the last are left out"})
	for i, f := range m.Fields {
		over(words.Length{Part: "field", N: i, Is: markup.Width(markup.Escape(f.Name+f.Value)) + len("**\n"), Most: MaxField, Unit: signs, Then: cut})
	}
	for i, b := range m.Buttons {
		over(words.Length{Part: "button", N: i, Is: markup.Width(b.Text), Most: maxButtonText, Unit: signs, Then: cut})
		over(words.Length{Part: "command", N: i, Is: markup.Width(b.Command), Most: maxValue, Unit: signs, Then: "the button is left out"})
		over(words.Length{Part: "command", N: i, Is: markup.Width(b.URL), Most: maxURL, Unit: signs, Then: "the button is left out"})
	}
	over(words.Length{Is: len(m.Buttons), Most: maxButtons, Unit: "buttons", Then: "the last are left out"})
	over(words.Length{Part: "footer", Is: markup.Width(markup.Escape(m.Footer)), Most: MaxField, Unit: signs, Then: cut})
	return out
}
