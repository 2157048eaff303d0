package guard

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
)

// About is what words are about, for the operator's expressions.
type About struct {
	Audience   string // "public" or "stakeholders"
	Kind       string // "first", "phase", "news", "resolved", "correction", …
	Phase      string // "investigating", …
	Severity   string // "SEV1"
	Components []string
}

// scene is what an expression sees.
type scene struct {
	Text       string   `expr:"text"`
	Sentence   string   `expr:"sentence"`
	Words      int      `expr:"words"` // of the text
	Characters int      `expr:"characters"`
	Audience   string   `expr:"audience"`
	Kind       string   `expr:"kind"`
	Phase      string   `expr:"phase"`
	Severity   string   `expr:"severity"`
	Components []string `expr:"components"`
}

// given are the names that a `when` may use, sorted.
func given() []string {
	var out []string
	for f := range reflect.TypeFor[scene]().Fields() {
		out = append(out, f.Tag.Get("expr"))
	}
	slices.Sort(out)
	return out
}

// sees notes whether an expression uses a name.
type sees struct {
	name string
	is   *bool
}

// Visit implements ast.Visitor.
func (s sees) Visit(n *ast.Node) {
	if id, ok := (*n).(*ast.IdentifierNode); ok && id.Value == s.name {
		*s.is = true
	}
}

// where gives the parts of a text in which the rule counts: all of it, or
// sentences. An expression that fails counts as not read.
func (o own) where(f folded, about About) (parts []span, err error) {
	all := []span{{0, len(f.text)}}
	if o.when == nil {
		return all, nil
	}
	if o.each {
		all = sentences(f.text)
	}
	s := scene{Text: f.text, Words: len(strings.Fields(f.text)), Characters: utf8.RuneCountInString(f.text), Audience: about.Audience,
		Kind: about.Kind, Phase: about.Phase, Severity: about.Severity, Components: about.Components}
	for _, part := range all {
		s.Sentence = strings.TrimSpace(f.text[part.start:part.end])
		is, failed := expr.Run(o.when, s)
		if failed != nil {
			return nil, failed
		}
		if is == true {
			parts = append(parts, part)
		}
	}
	return parts, nil
}

// find gives what a rule of the operator's finds. Where its expression fails on
// these words, the author is asked to look himself.
func (o own) find(f folded, about About) []Finding {
	parts, err := o.where(f, about)
	if err != nil {
		x := f.finding(o.rule, 0, len(f.text), "Look yourself, the rule could not be read here: "+o.why)
		return []Finding{x}
	}
	found := o.matches(f)
	if o.re == nil && len(o.words) == 0 {
		for _, part := range parts {
			found = append(found, o.finding(f, part.start, part.end, o.instead))
		}
	}
	within := func(x Finding) bool {
		return slices.ContainsFunc(parts, func(p span) bool { return x.Start >= f.at[p.start] && x.End <= f.at[p.end] })
	}
	return slices.DeleteFunc(found, func(x Finding) bool { return x.Words == "" || !within(x) })
}

// matches are the places of the pattern, or of the words.
func (o own) matches(f folded) []Finding {
	var out []Finding
	if o.re != nil {
		for _, m := range o.re.FindAllStringSubmatchIndex(f.text, -1) {
			if o.but == nil || !o.but.MatchString(f.text[m[0]:m[1]]) {
				out = append(out, o.finding(f, m[0], m[1], string(o.re.ExpandString(nil, o.instead, f.text, m))))
			}
		}
	}
	for _, word := range slices.Sorted(maps.Keys(o.words)) {
		for _, at := range f.occurrences(word) {
			out = append(out, o.finding(f, at.start, at.end, cmp.Or(o.words[word], o.instead)))
		}
	}
	return out
}

func (o own) finding(f folded, start, end int, instead string) Finding {
	x := f.finding(o.rule, start, end, o.why)
	x.Block, x.Instead = o.block, instead
	return x
}

// find gives what the operator's own rules find.
func (r *Rules) find(f folded, about About) []Finding {
	if r == nil || f.text == "" {
		return nil
	}
	var out []Finding
	for _, o := range r.own {
		out = append(out, o.find(f, about)...)
	}
	return out
}

// weigh sets what built-in rules do as the operator wants it.
func (r *Rules) weigh(all []Finding) []Finding {
	if r == nil {
		return all
	}
	for i, f := range all {
		if does, ok := r.does[f.Rule]; ok {
			all[i].Block = does == blocks
		}
	}
	return slices.DeleteFunc(all, func(f Finding) bool { return r.does[f.Rule] == off })
}
