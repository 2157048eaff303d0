package facts

import (
	"regexp"
	"strings"

	"drumbeat/bot/desk/phrase"
	"drumbeat/incident"
	"drumbeat/incident/change"
)

var riskWord = regexp.MustCompile(`(?i)\b(low|medium|high)[ -]risk\b`)

// ChangeOf reads `"what" service high risk @reviewer`. Without quotes all
// that is not understood is what changes. A change is recorded also when a name
// in it is not known: that is said instead.
func (d *Facts) ChangeOf(author incident.Person, text string) (f change.Facts, doubt string) {
	f.Author = author
	what, tail, ok := phrase.Quoted(text)
	if !ok {
		tail = text
	}
	reviewers, err := d.Directory.Mentioned(tail)
	if err != nil {
		doubt = err.Error()
	} else if len(reviewers) > 0 {
		f.Reviewer = reviewers[0]
	}
	tail = d.Directory.Without(tail)
	if m := riskWord.FindStringSubmatch(tail); m != nil {
		f.Risk = strings.ToLower(m[1])
		tail = riskWord.ReplaceAllString(tail, " ")
	}
	tail = strings.TrimRight(strings.Join(strings.Fields(tail), " "), " ,;")
	if !ok {
		f.What, f.Service = phrase.Shorten(tail, 500), d.ServiceIn(tail)
		return f, doubt
	}
	f.What, f.Service = phrase.Shorten(what, 500), phrase.Shorten(tail, 60)
	if known := d.ServiceIn(tail); known != "" {
		f.Service = known
	}
	return f, doubt
}
