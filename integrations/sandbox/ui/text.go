package ui

import (
	"cmp"
	"html"
	"html/template"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

var (
	fence  = regexp.MustCompile("(?s)```\n?(.+?)\n?```")
	code   = regexp.MustCompile("`([^`\n]+)`")
	angle  = regexp.MustCompile(`<([^<>\n]+)>`)
	bold   = regexp.MustCompile(`(^|[^\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*\B`)
	italic = regexp.MustCompile(`(^|[^\w])_([^\s_](?:[^_\n]*[^\s_])?)_\b`)
	strike = regexp.MustCompile(`(^|[^\w~])~([^\s~](?:[^~\n]*[^\s~])?)~\B`)
	quote  = regexp.MustCompile(`(?m)^&gt; ?(.*)\n?`)
	kept   = regexp.MustCompile("\x00(\\d+)\x00")
	bare   = regexp.MustCompile(`https?://[^\s<>"]*[^\s<>".,;:!?)]`)
)

// entities are the three characters that a text in chat carries escaped.
var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// mrkdwn turns the chat's markup into HTML. Nothing of the text gets through
// unescaped: what is markup is taken out first, drawn by itself and put back
// when all else is escaped.
func (u *UI) mrkdwn(text string, at place) template.HTML {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
	var drawn []string
	keep := func(piece string) string {
		drawn = append(drawn, piece)
		return "\x00" + strconv.Itoa(len(drawn)-1) + "\x00"
	}
	literal := func(s string) string { return html.EscapeString(entities.Replace(s)) }
	text = fence.ReplaceAllStringFunc(text, func(s string) string {
		return keep("<pre>" + literal(fence.FindStringSubmatch(s)[1]) + "</pre>")
	})
	text = code.ReplaceAllStringFunc(text, func(s string) string { return keep("<code>" + literal(s[1:len(s)-1]) + "</code>") })
	text = angle.ReplaceAllStringFunc(text, func(s string) string { return keep(u.reference(s[1:len(s)-1], at)) })
	text = literal(text)
	text = bold.ReplaceAllString(text, "$1<b>$2</b>")
	text = italic.ReplaceAllString(text, "$1<i>$2</i>")
	text = strike.ReplaceAllString(text, "$1<s>$2</s>")
	text = quote.ReplaceAllString(text, "<blockquote>$1</blockquote>")
	text = strings.ReplaceAll(text, "\n", "<br>")
	for range 4 { // what was taken out may hold what was taken out before: a link code, code a fence
		text = kept.ReplaceAllStringFunc(text, func(s string) string {
			i, err := strconv.Atoi(strings.Trim(s, "\x00"))
			if err != nil || i >= len(drawn) {
				return ""
			}
			return drawn[i]
		})
	}
	return template.HTML(strings.ReplaceAll(text, "\x00", ""))
}

// reference draws what stands in angle brackets: somebody, a channel, a link.
func (u *UI) reference(inner string, at place) string {
	target, label, _ := strings.Cut(inner, "|")
	literal := func(s string) string { return html.EscapeString(entities.Replace(s)) }
	switch {
	case strings.HasPrefix(target, "@"):
		class := "mention"
		if target[1:] == at.Me.ID {
			class = "mention me"
		}
		return `<span class="` + class + `">@` + literal(u.face(target[1:]).Name) + `</span>`
	case strings.HasPrefix(target, "#"):
		if label == "" {
			label = target[1:]
		}
		return `<a href="` + html.EscapeString(at.To(target[1:]).URL()) + `">#` + literal(label) + `</a>`
	case strings.HasPrefix(target, "!"):
		if label == "" {
			label = "@" + target[1:]
		}
		return `<span class="mention">` + literal(label) + `</span>`
	}
	// A link to a channel of the workspace's own stays here.
	if _, channel, ok := strings.Cut(target, ".slack.com/archives/"); ok && strings.HasPrefix(target, "https://") && !strings.Contains(channel, "/") {
		if c, ok := u.config.Slack.Snapshot().Channel(channel); ok {
			return `<a href="` + html.EscapeString(at.To(channel).URL()) + `">` + literal(cmp.Or(label, "#"+c.Name)) + `</a>`
		}
	}
	if label == "" {
		label = target
	}
	if link := anchor(entities.Replace(target), entities.Replace(label)); link != "" {
		return link
	}
	return literal("<" + inner + ">")
}

// anchor draws a link to the web, in a window of its own; "" for any other.
func anchor(target, label string) string {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return `<a href="` + html.EscapeString(u.String()) + `" target="_blank" rel="noopener noreferrer">` + html.EscapeString(label) + `</a>`
}

// linked draws plain text with its links.
func linked(text string) template.HTML {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\r\n", "\n"), "\uFFFD")
	var out strings.Builder
	end := 0
	for _, at := range bare.FindAllStringIndex(text, -1) {
		out.WriteString(html.EscapeString(text[end:at[0]]))
		target := text[at[0]:at[1]]
		if link := anchor(target, target); link != "" {
			target = link
		} else {
			target = html.EscapeString(target)
		}
		out.WriteString(target)
		end = at[1]
	}
	out.WriteString(html.EscapeString(text[end:]))
	return template.HTML(out.String())
}
