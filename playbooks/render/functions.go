package render

import (
	"strings"
	"text/template"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/playbooks/facts"
)

// Functions are what templates may call, beside the facts. Times are the
// team's, but for utc, which customers read.
func Functions(zone *time.Location) template.FuncMap {
	return template.FuncMap{
		"clock": func(t time.Time) string { return clock(t, zone) },
		"day":   func(t time.Time) string { return t.In(zone).Format("Mon 2 Jan 15:04") },
		"utc":   func(t time.Time) string { return t.UTC().Format("15:04 UTC") },
		"long":  func(d time.Duration) string { return stream.Duration(d).Words() },
		"since": func(t, at time.Time) string { return stream.Duration(at.Sub(t)).Words() },
		"join":  func(s []string) string { return strings.Join(s, ", ") },
		"names": facts.Names,
		"slug":  Slug,
		"short": short,
		"lower": strings.ToLower,
		"far":   facts.FarEnd,
	}
}

func clock(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(zone).Format("15:04")
}

// Slug makes a channel name's tail: lower case letters, digits and dashes.
func Slug(s string) string {
	const longest = 40
	var b strings.Builder
	dash := true
	for _, r := range strings.ToLower(s) {
		switch {
		case b.Len() >= longest:
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
			dash = false
		case !dash:
			b.WriteByte('-')
			dash = true
		}
	}
	return strings.Trim(b.String(), "-")
}

// short cuts a text to n characters at a word.
func short(n int, s string) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:max(n-1, 0)])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:") + "…"
}
