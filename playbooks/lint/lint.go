// Package lint looks for what is wrong with a playbook that reads well: steps
// that nothing reaches, steps that answer their own failure, far ends and people
// that nobody has, promises that are missed while everybody does his duty, words
// that customers could read unapproved.
//
// A rule is a row of a table (rules.go) and one function. It says what is wrong
// and what to do, and where that is written. Some rules only read, some try the
// playbook on the sample incidents of package playbooks, some play whole
// incidents (package simulate). A rule that has to know the installation needs a
// Config and is left out without it. The same playbooks give the same findings in
// the same order.
package lint

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"drumbeat/playbooks"
)

// Level is how bad a finding is.
type Level string

// Error: it will go wrong. Warning: it is rarely meant.
const (
	Error   Level = "error"
	Warning Level = "warning"
)

// Finding is one thing that is wrong.
type Finding struct {
	Rule   string `json:"rule"` // its ID: "unreachable-step"
	Level  Level  `json:"level"`
	File   string `json:"file"`
	Line   int    `json:"line"` // from 1
	Column int    `json:"column"`
	Text   string `json:"text"`             // what is wrong
	Remedy string `json:"remedy,omitempty"` // what to do
}

// String gives "acme.yaml:12:5: error: …. … (unreachable-step)".
func (f Finding) String() string {
	text := f.Text
	if f.Remedy != "" {
		text += ". " + f.Remedy
	}
	return fmt.Sprintf("%s:%d:%d: %s: %s (%s)", f.File, f.Line, f.Column, f.Level, text, f.Rule)
}

// Rule is what findings of one kind have in common.
type Rule struct {
	ID    string
	Level Level
	About string // one sentence
	// Configured: it needs a Config.
	Configured bool
}

// Dir looks at a folder of playbooks, which lie over the built-in ones. Without a
// Config the rules that need one are left out. Its error is a folder that cannot
// be read.
func Dir(dir fs.FS, c *Config) ([]Finding, error) {
	if _, err := fs.ReadDir(dir, "."); err != nil {
		return nil, err
	}
	set, err := playbooks.Load(dir)
	l := &linter{config: c, seen: map[Finding]bool{}}
	if !l.load(err) {
		return nil, err
	}
	for name := range set {
		if _, own := set[name].Place(); !own && name != "base" {
			delete(set, name)
		}
	}
	l.set(set)
	return l.findings(), nil
}

// Set looks at playbooks that were loaded, base among them; where rules are named,
// by these alone.
func Set(set playbooks.Set, c *Config, only ...string) []Finding {
	l := &linter{config: c, only: only, seen: map[Finding]bool{}}
	l.set(set)
	return l.findings()
}

// Rules are all rules, in the order in which they are told.
func Rules() []Rule {
	out := []Rule{loading}
	for _, r := range rules() {
		out = append(out, r.Rule)
	}
	return out
}

type linter struct {
	config *Config
	only   []string // rules; none: all
	found  []Finding
	seen   map[Finding]bool // one of a parent is each child's: it is told once
}

// load makes findings of the mistakes of loading; false if it is something else.
func (l *linter) load(err error) bool {
	errs := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs = joined.Unwrap()
	}
	for _, err := range errs {
		var m playbooks.Mistake
		if err != nil && !errors.As(err, &m) {
			return false
		}
		if err != nil {
			l.add(Finding{Rule: loading.ID, Level: loading.Level, File: m.File, Line: m.Line, Column: m.Column, Text: m.Text}, "")
		}
	}
	return true
}

// add takes a finding. The one that a child inherits was told of its parent; one
// of its own making, in a line of the parent, is told with the child's name.
func (l *linter) add(f Finding, child string) {
	if l.seen[f] {
		return
	}
	l.seen[f] = true
	if child != "" {
		f.Text = "in " + child + ", which extends this: " + f.Text
	}
	l.found = append(l.found, f)
}

// set asks every rule about every playbook but base, whose steps are looked at in
// its children.
func (l *linter) set(set playbooks.Set) {
	var base []string
	for _, s := range set["base"].Steps {
		base = append(base, s.Name)
	}
	endless := map[string]bool{}
	for _, src := range parentsFirst(set) {
		if len(src.Severities) == 0 {
			continue
		}
		b := &book{Source: src, config: l.config, policy: src.Incident(), base: base, endless: endless[src.Extends]}
		for _, r := range rules() {
			if r.Configured && l.config == nil || len(l.only) > 0 && !slices.Contains(l.only, r.ID) {
				continue
			}
			b.tell = func(key []any, text, remedy string) { l.add(b.finding(r.Rule, key, text, remedy)) }
			r.look(b)
		}
		endless[src.Name] = b.endless
	}
}

// parentsFirst gives the playbooks by how many they extend, then by name: what is
// wrong in a parent is told there.
func parentsFirst(set playbooks.Set) []playbooks.Source {
	depth := func(src playbooks.Source) (n int) {
		for ok := true; ok && n < len(set); n++ {
			src, ok = set[src.Extends]
		}
		return n
	}
	return slices.SortedFunc(maps.Values(set), func(a, b playbooks.Source) int {
		return cmp.Or(cmp.Compare(depth(a), depth(b)), cmp.Compare(a.Name, b.Name))
	})
}

func (l *linter) findings() []Finding {
	slices.SortStableFunc(l.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Text, b.Text))
	})
	return l.found
}
