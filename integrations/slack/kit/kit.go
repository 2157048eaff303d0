// Package kit draws words as Slack's Block Kit: within its limits, and with no
// markup of Slack's but what is meant.
package kit

import (
	"cmp"
	"strconv"
	"strings"

	api "github.com/slack-go/slack"

	"drumbeat/incident/stream"
	"drumbeat/integrations/slack/markup"
)

// Slack's limits. Source: docs.slack.dev/reference/block-kit/blocks and
// …/block-elements. maxWords is ours: beyond about 13,000 characters in all
// Slack answers msg_blocks_too_long.
const (
	MaxSection    = 3000
	MaxField      = 2000
	maxButtonText = 75
	maxValue      = 2000
	maxURL        = 3000
	maxFallback   = 4000
	maxWords      = 12_000
	maxParagraphs = 30
	fieldsARow    = 10
	maxFields     = 50
	buttonsARow   = 5 // Slack allows 25; a phone shows five
	maxButtons    = 25
)

// Fallback is the message as text alone: what a notification and a screen
// reader give.
func Fallback(m *stream.Message) string {
	text := mentions(m) + markup.Clip(m.Plain(), maxFallback-markup.Width(mentions(m)))
	return cmp.Or(strings.TrimSpace(text), "…")
}

// Blocks draws a message: at most 1 + 30 + 5 + 5 + 1 blocks.
func Blocks(m *stream.Message) []api.Block {
	var all []api.Block
	if head := Head(m); head != "" {
		all = append(all, Section(head))
	}
	all = append(all, paragraphs(m.Paragraphs)...)
	all = append(all, fields(m.Fields)...)
	all = append(all, Buttons(m.Buttons)...)
	var small []api.MixedElement
	if m.Link != "" && markup.Width(markup.Anchor(m.Link)) <= MaxSection {
		small = append(small, Text(markup.Anchor(m.Link)))
	}
	if footer := strings.TrimSpace(markup.Clip(m.Footer, MaxField)); footer != "" {
		small = append(small, Text(footer))
	}
	if small != nil {
		all = append(all, api.NewContextBlock("", small...))
	}
	return all
}

// paragraphs draws as many as there is room for; "…" stands for the rest.
func paragraphs(texts []string) []api.Block {
	var all []api.Block
	left := maxWords
	for _, p := range texts {
		text := markup.Clip(strings.TrimSpace(p), min(MaxSection, left))
		if strings.TrimSpace(text) == "" {
			continue
		}
		if len(all) == maxParagraphs-1 || left < MaxSection/10 {
			return append(all, Section("…"))
		}
		left -= markup.Width(text)
		all = append(all, Section(text))
	}
	return all
}

// Head is the line with the mentions and the title.
func Head(m *stream.Message) string {
	// A star or a line's end inside would end the bold.
	who := mentions(m)
	title := strings.Join(strings.Fields(strings.ReplaceAll(m.Title, "*", "")), " ")
	title = strings.TrimSpace(markup.Clip(title, MaxSection-markup.Width(who)-2))
	if title == "" {
		return strings.TrimSpace(who)
	}
	return who + "*" + title + "*"
}

// mentions is what makes people's phones ring: only IDs of people, only from
// Message.Mentions.
func mentions(m *stream.Message) string {
	var b strings.Builder
	for i, id := range m.Mentions {
		if markup.IsPerson(id) && i < 50 {
			b.WriteString("<@" + id + "> ")
		}
	}
	return b.String()
}

// Text is a text whose markup Slack reads.
func Text(text string) *api.TextBlockObject {
	// Verbatim: Slack adds no links or mentions of its own finding.
	return api.NewTextBlockObject(api.MarkdownType, text, false, true)
}

// Label is a plain text of at most limit characters.
func Label(text string, limit int) *api.TextBlockObject {
	return api.NewTextBlockObject(api.PlainTextType, cmp.Or(strings.TrimSpace(markup.ClipPlain(text, limit)), "…"), false, false)
}

// Section is a block of one text.
func Section(text string) api.Block { return api.NewSectionBlock(Text(text), nil, nil) }

func fields(all []stream.Field) []api.Block {
	var rows []api.Block
	var row []*api.TextBlockObject
	for i, f := range all[:min(len(all), maxFields)] {
		name := markup.Clip(strings.ReplaceAll(f.Name, "*", ""), 200)
		row = append(row, Text("*"+name+"*\n"+markup.Clip(f.Value, MaxField-markup.Width(name)-3)))
		if len(row) == fieldsARow || i == min(len(all), maxFields)-1 {
			rows = append(rows, api.NewSectionBlock(nil, row, nil))
			row = nil
		}
	}
	return rows
}

// Buttons draws taps. One whose command or address does not fit is left out: a
// command that is cut would be another command.
func Buttons(all []stream.Button) []api.Block {
	var rows []api.Block
	var row []api.BlockElement
	flush := func() {
		if row != nil {
			rows = append(rows, api.NewActionBlock("", row...))
		}
		row = nil
	}
	for i, b := range all[:min(len(all), maxButtons)] {
		drawn := Button(i, b)
		if drawn == nil {
			continue
		}
		if row = append(row, drawn); len(row) == buttonsARow {
			flush()
		}
	}
	flush()
	return rows
}

// Button draws one tap, nil if it does not fit.
func Button(i int, b stream.Button) *api.ButtonBlockElement {
	if markup.Width(b.Command) > maxValue || markup.Width(b.URL) > maxURL || b.Command == "" && b.URL == "" {
		return nil
	}
	drawn := api.NewButtonBlockElement("button-"+strconv.Itoa(i), b.Command, Label(b.Text, maxButtonText))
	drawn.URL = b.URL
	if b.Style == string(api.StylePrimary) || b.Style == string(api.StyleDanger) {
		drawn.Style = api.Style(b.Style)
	}
	return drawn
}
