package slack

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
	maxSection    = 3000
	maxField      = 2000
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

// fallback is the message as text alone: what a notification and a screen
// reader give.
func fallback(m *stream.Message) string {
	text := mentions(m) + markup.Clip(m.Plain(), maxFallback-markup.Width(mentions(m)))
	return cmp.Or(strings.TrimSpace(text), "…")
}

// blocks draws a message: at most 1 + 30 + 5 + 5 + 1 blocks.
func blocks(m *stream.Message) []api.Block {
	var all []api.Block
	if head := head(m); head != "" {
		all = append(all, section(head))
	}
	all = append(all, paragraphs(m.Paragraphs)...)
	all = append(all, fields(m.Fields)...)
	all = append(all, buttons(m.Buttons)...)
	var small []api.MixedElement
	if m.Link != "" && markup.Width(markup.Anchor(m.Link)) <= maxSection {
		small = append(small, mrkdwn(markup.Anchor(m.Link)))
	}
	if footer := strings.TrimSpace(markup.Clip(m.Footer, maxField)); footer != "" {
		small = append(small, mrkdwn(footer))
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
		text := markup.Clip(strings.TrimSpace(p), min(maxSection, left))
		if strings.TrimSpace(text) == "" {
			continue
		}
		if len(all) == maxParagraphs-1 || left < maxSection/10 {
			return append(all, section("…"))
		}
		left -= markup.Width(text)
		all = append(all, section(text))
	}
	return all
}

// head is the line with the mentions and the title.
func head(m *stream.Message) string {
	// A star or a line's end inside would end the bold.
	who := mentions(m)
	title := strings.Join(strings.Fields(strings.ReplaceAll(m.Title, "*", "")), " ")
	title = strings.TrimSpace(markup.Clip(title, maxSection-markup.Width(who)-2))
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
		if personID.MatchString(id) && i < 50 {
			b.WriteString("<@" + id + "> ")
		}
	}
	return b.String()
}

func mrkdwn(text string) *api.TextBlockObject {
	// Verbatim: Slack adds no links or mentions of its own finding.
	return api.NewTextBlockObject(api.MarkdownType, text, false, true)
}

func label(text string, limit int) *api.TextBlockObject {
	return api.NewTextBlockObject(api.PlainTextType, cmp.Or(strings.TrimSpace(markup.ClipPlain(text, limit)), "…"), false, false)
}

func section(text string) api.Block { return api.NewSectionBlock(mrkdwn(text), nil, nil) }

func fields(all []stream.Field) []api.Block {
	var rows []api.Block
	var row []*api.TextBlockObject
	for i, f := range all[:min(len(all), maxFields)] {
		name := markup.Clip(strings.ReplaceAll(f.Name, "*", ""), 200)
		row = append(row, mrkdwn("*"+name+"*\n"+markup.Clip(f.Value, maxField-markup.Width(name)-3)))
		if len(row) == fieldsARow || i == min(len(all), maxFields)-1 {
			rows = append(rows, api.NewSectionBlock(nil, row, nil))
			row = nil
		}
	}
	return rows
}

// buttons draws taps. One whose command or address does not fit is left out: a
// command that is cut would be another command.
func buttons(all []stream.Button) []api.Block {
	var rows []api.Block
	var row []api.BlockElement
	flush := func() {
		if row != nil {
			rows = append(rows, api.NewActionBlock("", row...))
		}
		row = nil
	}
	for i, b := range all[:min(len(all), maxButtons)] {
		drawn := button(i, b)
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

// button draws one tap, nil if it does not fit.
func button(i int, b stream.Button) *api.ButtonBlockElement {
	if markup.Width(b.Command) > maxValue || markup.Width(b.URL) > maxURL || b.Command == "" && b.URL == "" {
		return nil
	}
	drawn := api.NewButtonBlockElement("button-"+strconv.Itoa(i), b.Command, label(b.Text, maxButtonText))
	drawn.URL = b.URL
	if b.Style == string(api.StylePrimary) || b.Style == string(api.StyleDanger) {
		drawn.Style = api.Style(b.Style)
	}
	return drawn
}
