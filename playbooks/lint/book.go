package lint

import (
	"fmt"
	"slices"

	"drumbeat/incident/policy"
	"drumbeat/playbooks"
)

// book is one playbook that is looked at, and what the rules share about it.
type book struct {
	playbooks.Source
	config *Config
	policy policy.Policy
	base   []string // the names of the steps that every playbook has
	// tell tells what is wrong with a key, and what to do.
	tell  func(key []any, text, remedy string)
	tries *trial   // see tried
	plays []played // see duty
	// endless: a step of it, or of a parent, answers itself: no whole incident is
	// played.
	endless bool
}

// finding places a finding. What a built-in parent says is told where the
// playbook takes it over; child is the playbook's name when it is told of another
// of the reader's own.
func (b *book) finding(r Rule, key []any, text, remedy string) (f Finding, child string) {
	at, own := b.Place(key...)
	doc, mine := b.Place()
	switch {
	case !own && mine:
		text = fmt.Sprintf("%s (%s:%d of the built-in playbooks)", text, at.File, at.Line)
		at, _ = b.Place("extends")
	case at.File != doc.File:
		child = b.Name
	}
	return Finding{r.ID, r.Level, at.File, at.Line, at.Column, text, remedy}, child
}

// mine are the steps that not every playbook has.
func (b *book) mine() (out []playbooks.Step) {
	for _, s := range b.Steps {
		if !slices.Contains(b.base, s.Name) {
			out = append(out, s)
		}
	}
	return out
}
