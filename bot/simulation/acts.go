package simulation

import (
	"fmt"
	"time"
)

// acts are what somebody may do in an incident; N is its number, TEXT words
// that were never said before, U an update, M another incident, WHO a person.
// What stands twice is done twice as often.
var acts = []string{
	"update public #N TEXT", "update public #N TEXT", "update public #N TEXT", "update public #N TEXT", "update stakeholders #N TEXT", "update #N TEXT",
	"approve #N", "approve #N", "approve #N", "approve #N", "approve #N", "approve sure #N", "approve U #N", "approve U sure #N",
	"reject #N not so", "correct U #N TEXT", "correct U #N TEXT", "confirm #N", "confirm #N", "ack #N", "ack #N", "decline #N", "escalate #N", "join #N",
	"severity sev1 #N", "severity sev2 #N", "severity sev3 #N", "severity sev2 sure #N", "investigating #N", "identified a disk #N", "monitoring #N",
	"resolve #N", "resolve TEXT #N", "close #N", "reopen again #N", "cancel false alarm #N", "hold #N", "release #N", "release #N",
	"lead #N", "lead @WHO #N", "comms @WHO #N", "page #N", "page @WHO come #N", "note TEXT #N", "task add TEXT #N", "task done 1 #N",
	"since 00:10 #N", "merge M #N", "show #N", "sent #N", "help", "hold all", "release all",
}

// act lets somebody do something in an incident. What concerns a private one is
// tried by anybody as well.
func (w *world) act(n string) {
	if w.still {
		return
	}
	by := w.anybody()
	line := w.fill(acts[w.people.IntN(len(acts))], n)
	channel := ""
	if w.people.IntN(3) == 0 {
		channel = w.roomOf(n)
	}
	w.say(by, line, "slack", channel)
	switch w.people.IntN(8) {
	case 0: // somebody contradicts, or says the same, at the same moment
		w.say(w.anybody(), w.fill(acts[w.people.IntN(len(acts))], n), "slack", "")
	case 1: // two say yes at once
		w.say(w.anybody(), "approve #"+n, "slack", "")
		w.say(w.anybody(), "approve #"+n, "slack", "")
	case 2:
		w.in(w.within(3*time.Minute), func() { w.say(w.anybody(), "approve #"+n, "slack", "") })
	}
}

// fill puts what is meant into a line.
func (w *world) fill(line, n string) string {
	out := ""
	for i := 0; i < len(line); {
		word := line[i:]
		switch {
		case len(word) >= 4 && word[:4] == "TEXT":
			out, i = out+w.text(n), i+4
		case len(word) >= 3 && word[:3] == "WHO":
			out, i = out+w.anybody(), i+3
		case word[0] == 'N':
			out, i = out+n, i+1
		case word[0] == 'U':
			out, i = out+fmt.Sprint(1+w.people.IntN(4)), i+1
		case word[0] == 'M':
			out, i = out+fmt.Sprint(1+w.people.IntN(max(1, len(w.book.order)))), i+1
		default:
			out, i = out+line[i:i+1], i+1
		}
	}
	return out
}

// text is something to say, different each time. In a private incident it bears
// the mark that nobody else may read.
func (w *world) text(n string) string {
	w.habits.words++
	mark := ""
	for _, id := range w.book.order {
		if f := w.book.incidents[id]; id.Name == n && f.Private {
			mark = fmt.Sprintf(" hush%d.", 1_000_000+w.habits.words)
			w.book.secrets[mark[1:]] = id
		}
	}
	return fmt.Sprintf("words%d.%s", w.habits.words, mark)
}

func (w *world) roomOf(n string) string {
	for _, id := range w.book.order {
		if id.Name == n {
			channel, _ := w.book.incidents[id].Room.Place()
			return channel
		}
	}
	return ""
}
