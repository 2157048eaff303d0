package playbooks

import (
	"fmt"
	"slices"

	"drumbeat/incident/policy"
	"drumbeat/playbooks/choose"
)

// Choosing, in the terms of package choose.
type (
	Question = choose.Question
	Choice   = choose.Choice
)

// Choose gives the playbook of the set that fits best, and why each does or
// does not: see choose.Among.
func (s Set) Choose(q Question) (Choice, error) {
	var books []choose.Book
	for name, src := range s {
		if name == base {
			continue
		}
		b := choose.Book{Name: name, Severities: src.Severities, Parents: s.parents(name)}
		b.When, b.Wrong = src.condition()
		books = append(books, b)
	}
	return choose.Among(books, q)
}

// condition is `when`, as it was read when the playbook was; nil without one.
func (s Source) condition() (*choose.Condition, error) {
	switch {
	case s.When == "":
		return nil, nil //nolint:nilnil // it has none
	case s.fits != nil && s.fits.Code == s.When:
		return s.fits, nil
	}
	return choose.Parse(s.When)
}

// parents counts a playbook's ancestors.
func (s Set) parents(name string) int {
	n := 0
	for src, ok := s[name]; ok && name != base && n < len(s); src, ok = s[name] {
		name, n = src.Extends, n+1
	}
	return n
}

// chooseMistakes tells what is wrong with `when` and `change`.
func (s Source) chooseMistakes() (out []mistake) {
	if _, err := s.condition(); err != nil {
		out = append(out, mistake{[]any{"when"}, err.Error()})
	}
	if !slices.Contains([]string{"", "ask", policy.Follow}, s.Change) {
		out = append(out, mistake{[]any{"change"}, fmt.Sprintf("when another playbook fits better, ask or follow: not %q", s.Change)})
	}
	return out
}
