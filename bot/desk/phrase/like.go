package phrase

import (
	"regexp"
	"strings"
)

// Nearest is the name that a word begins, or from which it differs by a letter
// or, when the name is long, two; "" for none.
func Nearest(word string, names []string) string {
	w := []rune(strings.ToLower(strings.TrimRight(word, ".,:;!?")))
	best, least := "", 3
	for _, name := range names {
		if len(w) >= 3 && strings.HasPrefix(name, string(w)) {
			return name
		}
		allowed := 1
		if len(name) > 6 {
			allowed = 2
		}
		if len(w) < 3 || len(w) > len(name)+2 {
			continue
		}
		if n := distance(w, []rune(name)); n <= allowed && n < least {
			best, least = name, n
		}
	}
	return best
}

// distance counts the letters that are wrong, missing, too many or swapped.
func distance(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			n := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				n = min(n, rows[i-2][j-2]+1)
			}
			rows[i][j] = n
		}
	}
	return rows[len(a)][len(b)]
}

var (
	wordShape = regexp.MustCompile(`[\p{L}\p{N}]+`)
	linkShape = regexp.MustCompile(`https?://\S+`)
)

// HasLink reports whether a text holds a link.
func HasLink(text string) bool { return linkShape.MatchString(text) }

// WithoutLinks takes the links out of a text.
func WithoutLinks(text string) string { return strings.TrimSpace(linkShape.ReplaceAllString(text, "")) }

// idle are words that every outage has.
var idle = map[string]bool{"customer": true, "report": true, "people": true, "some": true, "many": true, "most": true, "everybod": true, "everyone": true,
	"user": true, "account": true, "the": true, "and": true, "for": true, "with": true, "are": true, "not": true, "can": true, "cannot": true, "does": true,
	"work": true, "working": true, "fail": true, "fails": true, "failing": true, "failed": true, "broken": true, "down": true, "slow": true, "error": true, "wrong": true,
	"issue": true, "problem": true, "from": true, "when": true, "that": true, "this": true, "have": true, "has": true, "out": true, "comes": true, "empty": true, "since": true, "all": true, "our": true}

// Telling are the words of a text that say what it is about, cut so that
// "exports" is "export".
func Telling(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range wordShape.FindAllString(strings.ToLower(linkShape.ReplaceAllString(text, " ")), -1) {
		if r := []rune(w); len(r) > 8 {
			w = string(r[:8])
		}
		if len(w) > 3 {
			w = strings.TrimSuffix(w, "s")
		}
		if len(w) > 2 && !idle[w] {
			out[w] = true
		}
	}
	return out
}
