// Package markup is the markup of Slack's texts: what people type comes in as
// they read it, and what the bot says goes out harmless and cut to a limit.
package markup

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
)

var (
	escaper   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

var personID = regexp.MustCompile(`^[UW][A-Z0-9]{2,}$`)

// IsPerson says whether an ID is a member's of a workspace.
func IsPerson(id string) bool { return personID.MatchString(id) }

// Escape makes text harmless: what Slack reads as markup with a meaning
// (mentions, links) starts with one of three characters.
// Source: docs.slack.dev/messaging/formatting-message-text.
func Escape(text string) string { return escaper.Replace(text) }

// Unescape undoes Escape.
func Unescape(text string) string { return unescaper.Replace(text) }

// Clip escapes text and cuts it to at most max characters (UTF-16 units, the
// strictest way to count) of what results, with "…" in the place of the rest:
// between words where one ends near, never inside a character or an entity.
func Clip(text string, max int) string {
	return cut(text, max, Escape)
}

// ClipPlain is Clip for places where Slack reads no markup.
func ClipPlain(text string, max int) string {
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
		units += Width(piece)
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

// Width counts UTF-16 units.
func Width(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// Plain gives what a person typed: Slack sends mentions, channels and links in
// angle brackets, and the three characters as entities.
func Plain(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "<")
		b.WriteString(Unescape(before))
		if !ok {
			return b.String()
		}
		inside, after, closed := strings.Cut(rest, ">")
		if !closed {
			b.WriteString("<" + Unescape(rest))
			return b.String()
		}
		b.WriteString(token(inside))
		text = after
	}
}

// token reads what stands between angle brackets.
func token(inside string) string {
	target, label, _ := strings.Cut(inside, "|")
	target, label = Unescape(target), Unescape(label)
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

// Anchor draws an address that can be clicked; anything but a web address stays
// text.
func Anchor(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return Escape(address)
	}
	return "<" + strings.ReplaceAll(Escape(u.String()), "|", "%7C") + ">"
}
