package phrase

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// NumberAndSure reads "[3] [sure]".
func NumberAndSure(rest string) (n int, sure bool, left string) {
	if word, tail := Cut(rest); IsDigits(strings.TrimPrefix(word, "#")) {
		n, _ = strconv.Atoi(strings.TrimPrefix(word, "#")) // nine digits fit
		rest = tail
	}
	if word, tail := Cut(rest); strings.EqualFold(word, "sure") {
		sure, rest = true, tail
	}
	return n, sure, rest
}

// Ago is a short time in words: "20 s", "3 min".
func Ago(t time.Duration) string {
	if t < time.Minute {
		return fmt.Sprintf("%d s", max(0, int(t.Seconds())))
	}
	return stream.Duration(t).Words()
}

// Tail takes "@who" and, where days count, "5d" off the end of a text.
func Tail(text string, days bool) (rest, who string, within time.Duration) {
	words := strings.Fields(text)
	for n := len(words); n > 1; n = len(words) {
		last := words[n-1]
		span, ok := Duration(last)
		switch {
		case who == "" && len(last) > 1 && last[0] == '@':
			who = last
		case days && within == 0 && ok && strings.HasSuffix(last, "d"):
			within = span
		default:
			return strings.TrimSpace(text), who, within
		}
		words = words[:n-1]
		text = strings.TrimSuffix(strings.TrimSpace(text), last)
	}
	return strings.TrimSpace(text), who, within
}
