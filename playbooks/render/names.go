package render

import (
	"text/template"
	"text/template/parse"
)

// namer finds the facts that a template names.
type namer struct {
	facts map[string]any
	names []string
}

// namesIn are the facts that a template names: the first parts of its fields.
// Inside range and with, where the dot is something else, a field that is no
// fact is that thing's.
func namesIn(t *template.Template, facts map[string]any) []string {
	n := &namer{facts: facts}
	for _, part := range t.Templates() {
		if part.Tree != nil {
			n.in(part.Root, true)
		}
	}
	return n.names
}

func (v *namer) add(name string, sure bool) {
	if _, known := v.facts[name]; sure || known {
		v.names = append(v.names, name)
	}
}

func (v *namer) in(node parse.Node, root bool) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, x := range n.Nodes {
				v.in(x, root)
			}
		}
	case *parse.ActionNode:
		v.in(n.Pipe, root)
	case *parse.PipeNode:
		if n != nil {
			for _, cmd := range n.Cmds {
				for _, arg := range cmd.Args {
					v.in(arg, root)
				}
			}
		}
	case *parse.FieldNode:
		v.add(n.Ident[0], root)
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			v.add(n.Ident[1], true)
		}
	case *parse.ChainNode:
		v.in(n.Node, root)
	case *parse.TemplateNode:
		v.in(n.Pipe, root)
	case *parse.IfNode:
		v.branch(&n.BranchNode, root, root)
	case *parse.RangeNode:
		v.branch(&n.BranchNode, root, false)
	case *parse.WithNode:
		v.branch(&n.BranchNode, root, false)
	}
}

func (v *namer) branch(n *parse.BranchNode, root, inside bool) {
	v.in(n.Pipe, root)
	v.in(n.List, inside)
	v.in(n.ElseList, root)
}
