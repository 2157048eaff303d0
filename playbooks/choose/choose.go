// Package choose is when a playbook is chosen: what is known of an incident
// (Question), and the condition in a playbook's `when` (Condition), which can
// say why it holds or does not.
//
// Of several that hold, the narrower one is taken: the one that takes more
// facts to be right. Both sides of an "and" count, of an "or" the shorter side,
// and a fact that is named twice counts once: `severity == "SEV1" && private`
// takes two, `severity == "SEV1" || private` one.
package choose

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// Question is what is known when a playbook is chosen.
type Question struct {
	Severity             string // "SEV1"
	Phase                string // "triage", "investigating", …
	Services, Components []string
	Private, Drill       bool
	Labels               map[string]string // of the alert
	Title                string
	At                   time.Time     // in the team's zone
	Since                time.Duration // from the first sign to At
	// CommanderSilent is from the commander's last sign of life to At, zero
	// without a commander.
	CommanderSilent time.Duration
}

// known are the names that a condition may use, and the form of each.
type known struct {
	Severity        string            `expr:"severity"`
	Phase           string            `expr:"phase"`
	Services        []string          `expr:"services"`
	Components      []string          `expr:"components"`
	Private         bool              `expr:"private"`
	Drill           bool              `expr:"drill"`
	Labels          map[string]string `expr:"labels"`
	Title           string            `expr:"title"` // in small letters
	Hour            int               `expr:"hour"`  // 0 to 23
	Day             string            `expr:"day"`   // "mon", "tue", …
	Weekend         bool              `expr:"weekend"`
	Since           time.Duration     `expr:"since"`
	CommanderSilent time.Duration     `expr:"commander_silent"`
}

func (q Question) known() known {
	return known{Severity: q.Severity, Phase: q.Phase, Services: q.Services, Components: q.Components, Private: q.Private, Drill: q.Drill,
		Labels: q.Labels, Title: strings.ToLower(q.Title), Hour: q.At.Hour(), Since: q.Since, CommanderSilent: q.CommanderSilent,
		Day: strings.ToLower(q.At.Weekday().String()[:3]), Weekend: q.At.Weekday() == time.Saturday || q.At.Weekday() == time.Sunday}
}

// Names are those that a condition may use, sorted.
func Names() []string {
	var out []string
	for f := range reflect.TypeFor[known]().Fields() {
		out = append(out, f.Tag.Get("expr"))
	}
	slices.Sort(out)
	return out
}

// Condition is a `when` that was understood. It is safe for concurrent use.
type Condition struct {
	Code  string
	node  ast.Node
	parts map[ast.Node]*vm.Program // the whole, and the first side of each "and" and "or"
	facts []string
}

// Parse reads a condition. Its error says what is wrong in one line: a name
// that is not known, a comparison of what cannot be compared, no yes or no.
func Parse(code string) (*Condition, error) {
	program, err := compile(code)
	if err != nil {
		return nil, plainly(err)
	}
	tree, err := parser.Parse(code)
	if err != nil {
		return nil, plainly(err)
	}
	c := &Condition{Code: code, node: tree.Node, facts: narrowest(tree.Node, false), parts: map[ast.Node]*vm.Program{tree.Node: program}}
	return c, c.split(tree.Node)
}

func compile(code string) (*vm.Program, error) {
	return expr.Compile(code, expr.Env(known{}), expr.AsBool())
}

// split makes the parts that Holds asks for when it says why.
func (c *Condition) split(n ast.Node) error {
	if inner, ok := negated(n); ok {
		return c.split(inner)
	}
	b, op := joint(n)
	if op == "" {
		return nil
	}
	program, err := compile(b.Left.String())
	if err != nil {
		return plainly(err)
	}
	c.parts[b.Left] = program
	return errors.Join(c.split(b.Left), c.split(b.Right))
}

func plainly(err error) error {
	text, _, _ := strings.Cut(err.Error(), "\n")
	if strings.Contains(text, "unknown name ") {
		text += "; there are " + strings.Join(Names(), ", ")
	}
	return errors.New(text)
}

// Facts are the names that have to be right for it to hold, sorted. A label
// counts by itself ("labels.team").
func (c *Condition) Facts() []string { return slices.Clone(c.facts) }

// Names reports whether the condition says anything about a fact.
func (c *Condition) Names(fact string) bool { return slices.Contains(named(c.node), fact) }

// Holds answers the question, and says why in a phrase: the facts that decide
// it ("severity is SEV2"). One that fails on this question does not hold.
func (c *Condition) Holds(q Question) (ok bool, why string) {
	ok, err := c.part(c.node, q)
	if err != nil {
		return false, "it cannot be told: " + plainly(err).Error()
	}
	var phrases []string
	for _, name := range c.decides(c.node, q, ok) {
		if p := q.tell(name); !slices.Contains(phrases, p) {
			phrases = append(phrases, p)
		}
	}
	if len(phrases) == 0 {
		return ok, "it says so of every incident"
	}
	return ok, strings.Join(phrases, " and ")
}

// part answers the question by a part of the condition alone.
func (c *Condition) part(n ast.Node, q Question) (bool, error) {
	v, err := expr.Run(c.parts[n], q.known())
	ok, _ := v.(bool)
	return ok, err
}

// decides are the facts on account of which a part of the condition is as it is.
func (c *Condition) decides(n ast.Node, q Question, is bool) []string {
	if inner, ok := negated(n); ok {
		return c.decides(inner, q, !is)
	}
	b, op := joint(n)
	switch {
	case op == "":
		return named(n)
	case (op == "and") == is: // both sides had to be so
		return append(c.decides(b.Left, q, is), c.decides(b.Right, q, is)...)
	}
	if left, err := c.part(b.Left, q); err == nil && left == is {
		return c.decides(b.Left, q, is)
	}
	return c.decides(b.Right, q, is)
}

// narrowest are the facts that it takes for a part of a condition to hold, or
// not to.
func narrowest(n ast.Node, not bool) []string {
	if inner, ok := negated(n); ok {
		return narrowest(inner, !not)
	}
	b, op := joint(n)
	if op == "" {
		return named(n)
	}
	left, right := narrowest(b.Left, not), narrowest(b.Right, not)
	switch {
	case (op == "and") != not:
		return slices.Compact(slices.Sorted(slices.Values(append(left, right...))))
	case len(right) < len(left):
		return right
	}
	return left
}

func negated(n ast.Node) (ast.Node, bool) {
	u, ok := n.(*ast.UnaryNode)
	if !ok || u.Operator != "!" && u.Operator != "not" {
		return nil, false
	}
	return u.Node, true
}

// joint gives an "and" or "or" of two conditions.
func joint(n ast.Node) (*ast.BinaryNode, string) {
	b, ok := n.(*ast.BinaryNode)
	if !ok {
		return nil, ""
	}
	return b, map[string]string{"&&": "and", "and": "and", "||": "or", "or": "or"}[b.Operator]
}

// named are the facts that a part of a condition names, sorted.
func named(n ast.Node) []string {
	v := &names{seen: map[string]bool{}}
	ast.Walk(&n, v)
	if v.labels > 0 { // labels themselves are one only where none is picked
		delete(v.seen, "labels")
	}
	return slices.Sorted(maps.Keys(v.seen))
}

type names struct {
	seen   map[string]bool
	labels int
}

func (v *names) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		if slices.Contains(Names(), n.Value) {
			v.seen[n.Value] = true
		}
	case *ast.MemberNode:
		of, ok := n.Node.(*ast.IdentifierNode)
		key, known := n.Property.(*ast.StringNode)
		if ok && known && of.Value == "labels" {
			v.seen["labels."+key.Value] = true
			v.labels++
		}
	}
}
