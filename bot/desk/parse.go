package desk

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"drumbeat/bot/desk/phrase"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
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
	if word, tail := phrase.Cut(rest); a.spec.first != nil && a.spec.first(word) {
		head, rest = word, tail
	}
	word, tail := phrase.Cut(rest)
	if n, ok := phrase.Number(word); ok {
		a.number, a.rest = n, strings.TrimSpace(head+" "+tail)
		return
	}
	if a.spec.usage == "" || a.spec.name == "show" || a.spec.name == "close" { // nothing else could be meant
		if n, ok := phrase.Digits(a.rest); ok {
			a.number, a.rest = n, ""
			return
		}
	}
	word, tail = phrase.Cut(a.rest)
	if _, ok := phrase.Number(tail); ok && (a.spec.name == "task" || a.spec.name == "followup") && strings.EqualFold(word, "done") {
		return // the task's number
	}
	i := strings.LastIndexFunc(a.rest, unicode.IsSpace) + 1
	if n, ok := phrase.Number(a.rest[i:]); ok {
		a.number, a.rest, a.last = n, strings.TrimSpace(a.rest[:i]), a.spec.text
	}
}

// unknown answers a word that is no command, with the one that was likely
// meant.
func (d *Desk) unknown(word, rest string) integrations.Reply {
	shown := phrase.Shorten(word, 30)
	near := phrase.Nearest(word, names())
	if near == "" {
		return refused(fmt.Sprintf("“%s” is not a command. “help” lists them.", shown))
	}
	r := refused(fmt.Sprintf("“%s” is not a command. Did you mean “%s”? “help” lists them.", shown, near))
	if line := strings.TrimSpace(near + " " + rest); len(line) < 1000 {
		r.Words.Buttons = []stream.Button{{Text: near, Command: line}}
	}
	return r
}

// time reads "05:22" of the team's zone as the last time that it was.
func (d *Desk) time(word string, now time.Time) (time.Time, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(word))
	if err != nil {
		return time.Time{}, stream.Refuse("“%s” is not a time. Write it as 05:22 (%s).", phrase.Shorten(word, 30), d.Zone)
	}
	local := now.In(d.Zone)
	at := time.Date(local.Year(), local.Month(), local.Day(), t.Hour(), t.Minute(), 0, 0, d.Zone)
	if at.After(now) {
		at = at.AddDate(0, 0, -1)
	}
	return at, nil
}

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
