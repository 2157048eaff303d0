package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// folded is a text as the patterns read it, and where each of its bytes stands
// in what was written.
type folded struct {
	wrote string
	text  string
	low   string // text in small letters
	at    []int  // at[i] is the byte of wrote that text[i] comes from; one more for the end
}

// fold makes one of what looks alike (typographic quotes, full-width letters,
// hard spaces and hyphens, several spaces) and drops what cannot be seen. A line
// that ends within a sentence is a space.
func fold(wrote string) folded {
	f := folded{wrote: wrote, at: make([]int, 0, len(wrote)+1)}
	var b strings.Builder
	for i := 0; i < len(wrote); {
		r, size := utf8.DecodeRuneInString(wrote[i:])
		seen := wrote[i : i+size]
		switch {
		case r == utf8.RuneError && size == 1:
			seen = "?"
		case r == '\u00ad' || r >= '\u200b' && r <= '\u200d' || r == '\ufeff' || r == '\u2060':
			seen = ""
		case r == '’' || r == '‘' || r == '`':
			seen = "'"
		case unicode.IsSpace(r):
			rest := strings.TrimLeftFunc(wrote[i:], unicode.IsSpace)
			size = len(wrote) - i - len(rest)
			next, _ := utf8.DecodeRuneInString(rest)
			seen = " "
			if strings.Contains(wrote[i:i+size], "\n") && !unicode.IsLower(next) && !unicode.IsNumber(next) {
				seen = "\n"
			}
		case r == '\u2010' || r == '\u2011':
			seen = "-"
		case r >= '！' && r <= '～':
			seen = string(r - '！' + '!')
		}
		for range len(seen) {
			f.at = append(f.at, i)
		}
		b.WriteString(seen)
		i += size
	}
	f.text, f.at = b.String(), append(f.at, len(wrote))
	f.low = lower(f.text)
	return f
}

// finding is one at bytes start to end of the folded text, without the space
// around it.
func (f folded) finding(rule Rule, start, end int, why string) Finding {
	for start < end && isSpace(f.text[start]) {
		start++
	}
	for end > start && isSpace(f.text[end-1]) {
		end--
	}
	from, to := f.at[start], f.at[end]
	return Finding{Rule: rule, Start: from, End: to, Words: f.wrote[from:to], Why: why, Block: rule.blocks()}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
