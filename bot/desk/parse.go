package desk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

var (
	numberWord   = regexp.MustCompile(`(?i)^(?:#|inc-)0*(\d{1,9})$`)
	digits       = regexp.MustCompile(`^0*(\d{1,9})$`)
	changeWord   = regexp.MustCompile(`(?i)^(?:ch-|#)?0*(\d{1,9})$`)
	severityWord = regexp.MustCompile(`(?i)^(?:sev|p)-?([1-9])$`)
	clockWord    = regexp.MustCompile(`^\d{1,2}:\d\d$`)
)

// parse takes the incident's number out of what follows the command: behind the
// command and its own first word ("update public #42 …", "approve 3 #42"), or
// at the end ("ack #42").
func (a *ask) parse(rest string) error {
	a.rest = rest
	if a.spec.whose != nobody {
		a.takeNumber()
	}
	if a.spec.alone && a.rest != "" {
		return stream.Refuse("“%s” takes no words but an incident's number (#42), so nothing was done. “note <text>” writes something down.", a.spec.name)
	}
	return nil
}

func (a *ask) takeNumber() {
	head, rest := "", a.rest
	if word, tail := cut(rest); a.spec.first != nil && a.spec.first(word) {
		head, rest = word, tail
	}
	if word, tail := cut(rest); numberWord.MatchString(word) {
		a.number, a.rest = numberWord.FindStringSubmatch(word)[1], strings.TrimSpace(head+" "+tail)
		return
	}
	if a.spec.usage == "" || a.spec.name == "show" { // nothing else could be meant
		if m := digits.FindStringSubmatch(a.rest); m != nil {
			a.number, a.rest = m[1], ""
			return
		}
	}
	if word, tail := cut(a.rest); a.spec.name == "task" && strings.EqualFold(word, "done") && numberWord.MatchString(tail) {
		return // the task's number
	}
	i := strings.LastIndexFunc(a.rest, unicode.IsSpace) + 1
	if m := numberWord.FindStringSubmatch(a.rest[i:]); m != nil {
		a.number, a.rest, a.last = m[1], strings.TrimSpace(a.rest[:i]), a.spec.text
	}
}

func firstWord(line string) string {
	if i := strings.IndexFunc(line, unicode.IsSpace); i >= 0 {
		return line[:i]
	}
	return line
}

// cut takes the first word off.
func cut(s string) (word, rest string) {
	s = strings.TrimSpace(s)
	word = firstWord(s)
	return word, strings.TrimSpace(s[len(word):])
}

// quoted takes a leading "…" or “…” off.
func quoted(s string) (inside, rest string, ok bool) {
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

// unknown answers a word that is no command, with the one that was likely
// meant.
func (d *Desk) unknown(word, rest string) integrations.Reply {
	shown := shorten(word, 30)
	near := nearest(word)
	if near == "" {
		return refused(fmt.Sprintf("“%s” is not a command. “help” lists them.", shown))
	}
	r := refused(fmt.Sprintf("“%s” is not a command. Did you mean “%s”? “help” lists them.", shown, near))
	if line := strings.TrimSpace(near + " " + rest); len(line) < 1000 {
		r.Words.Buttons = []stream.Button{{Text: near, Command: line}}
	}
	return r
}

// nearest is the command that the word begins, or from which it differs by a
// letter or, when it is long, two.
func nearest(word string) string {
	w := []rune(strings.ToLower(strings.TrimRight(word, ".,:;!?")))
	best, least := "", 3
	for _, s := range grammar() {
		if len(w) >= 3 && strings.HasPrefix(s.name, string(w)) {
			return s.name
		}
		allowed := 1
		if len(s.name) > 6 {
			allowed = 2
		}
		if len(w) < 3 || len(w) > len(s.name)+2 {
			continue
		}
		if n := distance(w, []rune(s.name)); n <= allowed && n < least {
			best, least = s.name, n
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

// severityOf reads "sev1", "p1", or a name of the playbook's own.
func severityOf(word string, names []string) (string, bool) {
	if m := severityWord.FindStringSubmatch(word); m != nil {
		return "SEV" + m[1], true
	}
	up := strings.ToUpper(word)
	return up, slices.Contains(names, up)
}

// audienceOf reads who is to read: "public", and "public!" for words that go
// also where the guard warns.
func audienceOf(word string) (incident.Audience, bool) {
	switch a := incident.Audience(strings.ToLower(strings.TrimSuffix(word, "!"))); a {
	case incident.Public, incident.Stakeholders, incident.Internal:
		return a, true
	case "customers":
		return incident.Public, true
	}
	return incident.Internal, false
}

func isAudience(word string) bool {
	_, ok := audienceOf(word)
	return ok
}

func isDigits(word string) bool { return digits.MatchString(word) }

// longest is more than any time span that somebody means.
const longest = 366 * 24 * time.Hour

// duration reads "90m", "2h", "3d".
func duration(s string) (time.Duration, bool) {
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

// time reads "05:22" of the team's zone as the last time that it was.
func (d *Desk) time(word string, now time.Time) (time.Time, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(word))
	if err != nil {
		return time.Time{}, stream.Refuse("“%s” is not a time. Write it as 05:22 (%s).", shorten(word, 30), d.Zone)
	}
	local := now.In(d.Zone)
	at := time.Date(local.Year(), local.Month(), local.Day(), t.Hour(), t.Minute(), 0, 0, d.Zone)
	if at.After(now) {
		at = at.AddDate(0, 0, -1)
	}
	return at, nil
}

func (d *Desk) clock(t time.Time) string { return t.In(d.Zone).Format("15:04") }

// when is a time as it is understood at now: with its day, if that is another.
func (d *Desk) when(t, now time.Time) string {
	t, now = t.In(d.Zone), now.In(d.Zone)
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("2 Jan 15:04")
}

// text answers with one paragraph.
func (d *Desk) text(format string, args ...any) integrations.Reply {
	return integrations.Reply{Words: stream.Say(strings.TrimSpace(fmt.Sprintf(format, args...)))}
}

// shorten keeps n characters of one line.
func shorten(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n-1]) + "…"
}
