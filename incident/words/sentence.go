package words

import (
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// most is how many characters an update may have: the shortest of the far ends'
// long forms.
const most = 3000

// Fits refuses words that are too long to reach every reader.
func Fits(text string) error {
	if n := len([]rune(text)); n > most {
		return stream.Refuse("That is %d characters; at most %d reach every reader. Say it shorter and send it again.", n, most)
	}
	return nil
}

// UTC is how times stand in words that people anywhere read: "05:45 UTC".
func UTC(t time.Time) string { return t.UTC().Format("15:04 UTC") }

// Fill puts facts into a playbook's words for customers: what does not work,
// since when and, once it is over, until when.
func Fill(text, what string, since, until time.Time) string {
	return strings.NewReplacer("{since}", UTC(since), "{until}", UTC(until), "{what}", what,
		"{duration}", stream.Duration(until.Sub(since).Round(time.Minute)).Words()).Replace(text)
}

// WithNext adds the sentence about the next words, "Next update by {time}.", to
// a text; nothing where none is promised.
func WithNext(text, sentence string, next time.Time) string {
	if next.IsZero() || sentence == "" {
		return text
	}
	return strings.TrimRight(text, " \n") + " " + strings.ReplaceAll(sentence, "{time}", UTC(next))
}

// WithoutNext takes that sentence off again.
func WithoutNext(text, sentence string) string {
	head, _, _ := strings.Cut(sentence, "{time}")
	if i := strings.LastIndex(text, head); head != "" && i > 0 {
		return strings.TrimSpace(text[:i])
	}
	return text
}

// And joins names as a sentence does: "opening, saving and sending".
func And(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}
