package choose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Book is a playbook that can be chosen.
type Book struct {
	Name string
	// When is nil for one that is taken by its name alone. Wrong is what is
	// wrong with it.
	When       *Condition
	Wrong      error
	Severities []string
	Parents    int // how many ancestors it has
}

// Choice is the playbook that fits, and what each has to say to it.
type Choice struct {
	Name    string
	Why     string   // a phrase: "severity is SEV1 and it is private"
	Reasons []Reason // the chosen one first, then those that fit, the narrower first
}

// Reason is why a playbook was chosen or not.
type Reason struct {
	Playbook string `json:"playbook"`
	Chosen   bool   `json:"chosen"`
	Fits     bool   `json:"fits"` // its `when` holds
	Why      string `json:"why"`
	facts    int
	parents  int
}

// Among gives the playbook whose `when` holds. Of several it is the narrowest,
// then the one with more ancestors, so that a child comes before its parent,
// then the first by name. Without any it is default. Of a drill it is drill: a `when` that
// does not speak of drills is not about them. The error says that there is none.
func Among(books []Book, q Question) (Choice, error) {
	var c Choice
	usual := "default"
	if q.Drill {
		usual = "drill"
	}
	for _, b := range books {
		c.Reasons = append(c.Reasons, b.reason(usual, q))
	}
	slices.SortFunc(c.Reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(rank(b, usual), rank(a, usual)), cmp.Compare(b.facts, a.facts),
			cmp.Compare(b.parents, a.parents), strings.Compare(a.Playbook, b.Playbook))
	})
	if len(c.Reasons) == 0 || rank(c.Reasons[0], usual) == 0 {
		return c, fmt.Errorf("no playbook fits, and there is none called %s", usual)
	}
	first := &c.Reasons[0]
	if !first.Fits {
		first.Why = "no other fits"
	}
	c.Name, c.Why, first.Chosen = first.Playbook, first.Why, true
	for i := range c.Reasons[1:] {
		if r := &c.Reasons[i+1]; r.Fits {
			r.Why = fmt.Sprintf("fits too (%s), and %s", r.Why, than(*first, *r))
		}
	}
	return c, nil
}

// rank: what fits comes before what holds without any.
func rank(r Reason, usual string) int {
	switch {
	case r.Fits:
		return 2
	case r.Playbook == usual:
		return 1
	}
	return 0
}

func than(first, r Reason) string {
	switch {
	case first.facts > r.facts:
		return fmt.Sprintf("%s is narrower: %d facts have to be right for it, here %d", first.Playbook, first.facts, r.facts)
	case first.parents > r.parents:
		return first.Playbook + " is as narrow and has more parents"
	}
	return first.Playbook + " is as narrow and comes first by name"
}

func (b Book) reason(usual string, q Question) Reason {
	r := Reason{Playbook: b.Name}
	switch {
	case b.Wrong != nil:
		r.Why = b.Wrong.Error()
	case b.When == nil && b.Name == usual:
		r.Why = "it is taken where no other fits"
	case b.When == nil:
		r.Why = "it has no `when`: it is taken by its name alone"
	case q.Severity != "" && !slices.Contains(b.Severities, q.Severity):
		r.Why = "it has no severity " + q.Severity
	case q.Drill && !b.When.Names("drill"):
		r.Why = "it is a drill, and its `when` does not speak of drills"
	default:
		if r.Fits, r.Why = b.When.Holds(q); r.Fits {
			r.facts, r.parents = len(b.When.facts), b.Parents
		}
	}
	return r
}
