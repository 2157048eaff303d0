package playbooks

import (
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
