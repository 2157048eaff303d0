package playbooks

import (
	"text/template"
	"text/template/parse"

	"drumbeat/playbooks/facts"

	"github.com/expr-lang/expr/ast"
)

// namesIn are the facts that an expression names.
func namesIn(node ast.Node) []string {
	v := &identifiers{}
	ast.Walk(&node, v)
	return v.names
}

type identifiers struct{ names []string }

func (v *identifiers) Visit(node *ast.Node) {
	if id, ok := (*node).(*ast.IdentifierNode); ok && (facts.Known[id.Value] != nil || id.Value == "it") {
		v.names = append(v.names, id.Value)
	}
}

// fieldsIn are the facts that a template names: the first parts of its fields.
// Inside range and with, where the dot is something else, a field that is no
// fact is that thing's.
func fieldsIn(t *template.Template) []string {
	var out []string
	for _, part := range t.Templates() {
		if part.Tree != nil {
			fields(part.Root, true, &out)
		}
	}
	return out
}

func fields(node parse.Node, root bool, out *[]string) {
	add := func(name string, sure bool) {
		if sure || facts.Known[name] != nil {
			*out = append(*out, name)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, x := range n.Nodes {
				fields(x, root, out)
			}
		}
	case *parse.ActionNode:
		fields(n.Pipe, root, out)
	case *parse.PipeNode:
		if n != nil {
			for _, cmd := range n.Cmds {
				for _, arg := range cmd.Args {
					fields(arg, root, out)
				}
			}
		}
	case *parse.FieldNode:
		add(n.Ident[0], root)
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			add(n.Ident[1], true)
		}
	case *parse.ChainNode:
		fields(n.Node, root, out)
	case *parse.TemplateNode:
		fields(n.Pipe, root, out)
	case *parse.IfNode:
		branch(&n.BranchNode, root, root, out)
	case *parse.RangeNode:
		branch(&n.BranchNode, root, false, out)
	case *parse.WithNode:
		branch(&n.BranchNode, root, false, out)
	}
}

func branch(n *parse.BranchNode, root, inside bool, out *[]string) {
	fields(n.Pipe, root, out)
	fields(n.List, inside, out)
	fields(n.ElseList, root, out)
}
