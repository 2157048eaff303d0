package slack

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf16"
)

// escape makes text harmless: what Slack reads as markup with a meaning
// (mentions, links) starts with one of these three.
// Source: docs.slack.dev/messaging/formatting-message-text.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace

var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace

// clip escapes text and cuts it to at most max characters (UTF-16 units, the
// strictest way to count) of what results, with "…" in the place of the rest:
// between words where one ends near, never inside a character or an entity.
func clip(text string, max int) string {
	return cut(text, max, escape)
}

// clipPlain is clip for places where Slack reads no markup.
func clipPlain(text string, max int) string {
	return cut(text, max, func(s string) string { return s })
}

func cut(text string, max int, draw func(string) string) string {
	var b strings.Builder
	units, end, word := 0, 0, 0 // end: bytes that fit beside "…"; word: bytes up to the last space among them
	for _, r := range text {
		if r != '\n' && r != '\t' && unicode.IsControl(r) || r == '\u202d' || r == '\u202e' {
			continue // nothing to see, or what follows would read backwards
		}
		piece := draw(string(r))
		units += width(piece)
		if units > max {
			if end-word < 40 && word > 0 {
				end = word
			}
			return b.String()[:end] + "…"
		}
		if r == ' ' || r == '\n' {
			if units < max {
				word = b.Len()
			}
		}
		b.WriteString(piece)
		if units < max {
			end = b.Len()
		}
	}
	return b.String()
}

// width counts UTF-16 units.
func width(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// plain gives what a person typed: Slack sends mentions, channels and links in
// angle brackets, and the three characters as entities.
func plain(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "<")
		b.WriteString(unescape(before))
		if !ok {
			return b.String()
		}
		inside, after, closed := strings.Cut(rest, ">")
		if !closed {
			b.WriteString("<" + unescape(rest))
			return b.String()
		}
		b.WriteString(token(inside))
		text = after
	}
}

// token reads what stands between angle brackets.
func token(inside string) string {
	target, label, _ := strings.Cut(inside, "|")
	target, label = unescape(target), unescape(label)
	switch {
	case strings.HasPrefix(target, "@"), strings.HasPrefix(target, "!subteam^"):
		return "<" + target + ">"
	case strings.HasPrefix(target, "#"):
		if label != "" {
			return "#" + label
		}
		return "<" + target + ">"
	case strings.HasPrefix(target, "!"):
		if label != "" {
			return label
		}
		return "@" + target[1:] // @here, @channel: a word for us
	case label == "" || strings.HasSuffix(target, label): // typed as it stands, or "example.com", or a mail address
		if label != "" {
			return label
		}
		return target
	}
	return label + " (" + target + ")"
}

// anchor draws an address that can be clicked; anything but a web address stays
// text.
func anchor(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return escape(address)
	}
	return "<" + strings.ReplaceAll(escape(u.String()), "|", "%7C") + ">"
}
