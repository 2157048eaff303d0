// Package phrase reads the words of a typed line: numbers, times, severities,
// names in quotes. It knows no command.
package phrase

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"drumbeat/incident"
)

var (
	numberWord   = regexp.MustCompile(`(?i)^(?:#|inc-|drill-)0*(\d{1,9})$`)
	digits       = regexp.MustCompile(`^0*(\d{1,9})$`)
	changeWord   = regexp.MustCompile(`(?i)^(?:ch-|#)?0*(\d{1,9})$`)
	severityWord = regexp.MustCompile(`(?i)^(?:sev|p)-?([1-9])$`)
	clockWord    = regexp.MustCompile(`^\d{1,2}:\d\d$`)
)

// First is the first word of a line.
func First(line string) string {
	if i := strings.IndexFunc(line, unicode.IsSpace); i >= 0 {
		return line[:i]
	}
	return line
}

// Cut takes the first word off.
func Cut(s string) (word, rest string) {
	s = strings.TrimSpace(s)
	word = First(s)
	return word, strings.TrimSpace(s[len(word):])
}

// Quoted takes a leading "…" or “…” off.
func Quoted(s string) (inside, rest string, ok bool) {
	s = strings.TrimSpace(s)
	for _, q := range [][2]string{{`"`, `"`}, {"“", "”"}} {
		if tail, found := strings.CutPrefix(s, q[0]); found {
			if i := strings.Index(tail, q[1]); i > 0 {
				return strings.TrimSpace(tail[:i]), strings.TrimSpace(tail[i+len(q[1]):]), true
			}
		}
	}
	return "", s, false
}

// Number reads an incident's number, "#42", "INC-42" or "DRILL-42", as "42".
func Number(word string) (string, bool) { return only(numberWord, word) }

// Digits reads "42", and "007" as "7".
func Digits(word string) (string, bool) { return only(digits, word) }

// Change reads a change's number, "CH-23", "#23" or "23", as "23".
func Change(word string) (string, bool) { return only(changeWord, word) }

func only(shape *regexp.Regexp, word string) (string, bool) {
	m := shape.FindStringSubmatch(word)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// IsDigits reports whether a word is a bare number.
func IsDigits(word string) bool { return digits.MatchString(word) }

// IsClock reports whether a word has the shape of "05:22".
func IsClock(word string) bool { return clockWord.MatchString(word) }

// IsAll reports whether a word is "all".
func IsAll(word string) bool { return strings.EqualFold(word, "all") }

// Severity reads "sev1", "p1", or a name of the playbook's own.
func Severity(word string, names []string) (string, bool) {
	if m := severityWord.FindStringSubmatch(word); m != nil {
		return "SEV" + m[1], true
	}
	up := strings.ToUpper(word)
	return up, slices.Contains(names, up)
}

// Audience reads who is to read: "public", and "public!" for words that go
// also where the guard warns.
func Audience(word string) (incident.Audience, bool) {
	switch a := incident.Audience(strings.ToLower(strings.TrimSuffix(word, "!"))); a {
	case incident.Public, incident.Stakeholders, incident.Internal:
		return a, true
	case "customers":
		return incident.Public, true
	}
	return incident.Internal, false
}

// IsAudience reports whether a word says who is to read.
func IsAudience(word string) bool {
	_, ok := Audience(word)
	return ok
}

// longest is more than any time span that somebody means.
const longest = 366 * 24 * time.Hour

// Duration reads "90m", "2h", "3d".
func Duration(s string) (time.Duration, bool) {
	unit := time.Duration(1)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		s, unit = days+"h", 24
	}
	t, err := time.ParseDuration(s)
	if err != nil || t <= 0 || t > longest/unit {
		return 0, false
	}
	return t * unit, true
}

// Shorten keeps n characters of one line.
func Shorten(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n-1]) + "…"
}

// Name takes a name off a line; in quotes it may hold spaces.
func Name(line string) (name, rest string) {
	if name, tail, ok := Quoted(line); ok {
		return name, tail
	}
	return Cut(line)
}

// Because cuts a line at that word.
func Because(s string) (head, why string) {
	words := strings.Fields(s)
	for i, w := range words {
		if strings.EqualFold(w, "because") {
			return strings.Join(words[:i], " "), strings.Join(words[i+1:], " ")
		}
	}
	return s, ""
}
