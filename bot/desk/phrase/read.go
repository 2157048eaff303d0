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
