package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/playbooks/facts"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// unreachable tells of steps that never ask for anything: those whose condition
// cannot hold, or whose list is empty wherever it was tried.
func unreachable(b *book) {
	tried := b.tried()
	for _, s := range b.mine() {
		if len(tried.asked[s.Name]) > 0 {
			continue
		}
		switch {
		case b.never(s.When, s.On):
			b.tell(s.Key("when"), fmt.Sprintf("step “%s” is never done: its condition holds at no severity, in no phase, for nothing that is said: %s", s.Name, s.When),
				"Change `when`, or take the step out")
		case s.Each != "" && !strings.ContainsAny(s.Each, `"'`):
			b.tell(s.Key("each"), fmt.Sprintf("step “%s” was never done: its list was empty on every sample incident: %s", s.Name, s.Each),
				"Take another list, or take the step out")
		}
	}
}

// never reports whether a condition cannot hold. What depends on more than
// severity, phase and the playbook itself may always be.
func (b *book) never(when string, on []string) bool {
	if when == "" {
		return false
	}
	tree, err := parser.Parse(when)
	if err != nil {
		return false
	}
	for _, w := range b.policy.Severities {
		for _, phase := range phases {
			for i := range 4 {
				s := incident.State{Severity: w.Name, Phase: phase, Private: i&1 > 0, Policy: b.policy}
				if i&2 > 0 {
					s.Confirmed = s.Confirmed.AddDate(2000, 0, 0)
				}
				for _, kind := range on {
					c := cond{b, &facts.Facts{State: s, Record: stream.Record{Kind: kind}}}
					if c.holds(tree.Node) != no {
						return false
					}
				}
			}
		}
	}
	return true
}

var phases = []incident.Phase{incident.Triage, incident.Investigating, incident.Identified, incident.Monitoring, incident.Resolved,
	incident.Closed, incident.Cancelled, incident.Merged}

// answer is yes, no or perhaps.
type answer int

const (
	perhaps answer = iota
	yes
	no
)

// cond is a condition that is looked at in one situation.
type cond struct {
	*book
	facts *facts.Facts
}

// known are the facts that a situation settles.
var known = []string{"severity", "phase", "done", "over", "private", "confirmed", "kind", "policy", "weight", "first_words"}

func (c cond) holds(n ast.Node) answer {
	switch n := n.(type) {
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			return map[answer]answer{yes: no, no: yes}[c.holds(n.Node)]
		}
	case *ast.BinaryNode:
		switch n.Operator {
		case "&&", "and":
			return least(c.holds(n.Left), c.holds(n.Right), no, yes)
		case "||", "or":
			return least(c.holds(n.Left), c.holds(n.Right), yes, no)
		case "==":
			if c.nobodySays(n.Left, n.Right) || c.nobodySays(n.Right, n.Left) {
				return no
			}
		}
	}
	return c.value(n)
}

// least is strong when either is, weak when both are.
func least(a, b, strong, weak answer) answer {
	switch {
	case a == strong || b == strong:
		return strong
	case a == weak && b == weak:
		return weak
	}
	return perhaps
}

// nobodySays: an event is compared with what no step's delivery is about, or
// with a role that does not exist.
func (c cond) nobodySays(name, literal ast.Node) bool {
	text, ok := literal.(*ast.StringNode)
	if !ok {
		return false
	}
	switch name.String() {
	case "event.About", "event_about":
		return text.Value != "" && !slices.ContainsFunc(c.Steps, func(s playbooks.Step) bool {
			return s.Public && strings.HasPrefix(text.Value, "update/") || !s.Public && could(s.About, text.Value)
		})
	case "event.Role", "event_role":
		_, named := c.Roles[text.Value]
		return !named && !slices.Contains([]string{"", incident.RoleCommander, incident.RoleComms, incident.RoleScribe, incident.RoleLiaison}, text.Value)
	}
	return false
}

var filled = regexp.MustCompile(`\{\{.*?\}\}`)

// could: a template may come out as this text.
func could(template, text string) bool {
	parts := filled.Split(template, -1)
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	ok, err := regexp.MatchString("^"+strings.Join(parts, ".*")+"$", text)
	return ok || err != nil
}

// value works out a part of a condition, if the situation settles it.
func (c cond) value(n ast.Node) answer {
	env := map[string]any{}
	v := &names{}
	ast.Walk(&n, v)
	for _, name := range v.found {
		if !slices.Contains(known, name) {
			return perhaps
		}
		env[name] = facts.Known[name](c.facts)
	}
	prog, err := expr.Compile(n.String(), expr.Env(env), expr.AsBool())
	if err != nil {
		return perhaps
	}
	switch out, err := expr.Run(prog, env); {
	case err != nil:
		return perhaps
	case out == true:
		return yes
	}
	return no
}

type names struct{ found []string }

func (v *names) Visit(n *ast.Node) {
	if id, ok := (*n).(*ast.IdentifierNode); ok {
		v.found = append(v.found, id.Value)
	}
}

// shadowed tells of steps whose deliveries never leave.
func shadowed(b *book) {
	tried := b.tried()
	for _, s := range b.mine() {
		for by, n := range tried.lost[s.Name] {
			if n == len(tried.asked[s.Name]) && s.To != "" {
				b.tell(s.Key("slot"), fmt.Sprintf("step “%s” never sends anything: step “%s” takes its place in the slot each time", s.Name, by),
					"Give one of them another slot, or other conditions")
			}
		}
	}
}
