package playbooks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// document is one file.
type document struct {
	file    string
	bundled bool
	tree    *tree
}

func (d *document) isBase() bool { return d.bundled && d.file == base+".yaml" }

// tree is a playbook as one YAML tree, laid over its parents'. Its nodes know
// the file that they come from, so that whatever is wrong with the whole has a
// place.
type tree struct {
	root ast.Node
	doc  *document // that says this, and not its parents
	from map[ast.Node]*document
}

// own reports whether a node is written in this playbook itself.
func (t *tree) own(n ast.Node) bool { return t.from[n] == t.doc }

// parse reads a file's tree. What an alias stands for takes its place.
func (d *document) parse(data []byte) error {
	d.tree = &tree{doc: d, from: map[ast.Node]*document{}}
	file, err := parser.ParseBytes(data, 0)
	if err != nil || len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return err
	}
	anchors := anchors{named: map[string]ast.Node{}}
	root := anchors.plainly(file.Docs[0].Body)
	if anchors.wrong != nil {
		return anchors.wrong
	}
	if weigh(root, map[ast.Node]int{}) > mostNodes {
		return fmt.Errorf("it stands for more than %d values: aliases of aliases multiply", mostNodes)
	}
	d.tree.root = root
	ast.Walk(owner{d}, d.tree.root)
	return nil
}

// mostNodes bounds what a file stands for; base has some 3,000.
const mostNodes = 100_000

// weigh counts the nodes below one, those of an alias as often as it stands
// there. known are those that were counted.
func weigh(node ast.Node, known map[ast.Node]int) int {
	if n, ok := known[node]; ok {
		return n
	}
	total := 1
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			total += weigh(v.Value, known)
		}
	case *ast.MappingValueNode:
		total += weigh(n.Value, known)
	case *ast.SequenceNode:
		for _, v := range n.Values {
			total += weigh(v, known)
		}
	}
	known[node] = min(total, mostNodes+1)
	return known[node]
}

type owner struct{ *document }

func (o owner) Visit(node ast.Node) ast.Visitor {
	if _, seen := o.tree.from[node]; seen { // an alias
		return nil
	}
	o.tree.from[node] = o.document
	return o
}

// anchors are those that stand above in a file, by name.
type anchors struct {
	named map[string]ast.Node
	wrong error
}

// plainly gives a node without anchors and aliases.
func (a *anchors) plainly(node ast.Node) ast.Node {
	switch n := node.(type) {
	case *ast.AnchorNode:
		v := a.plainly(n.Value)
		a.named[n.Name.String()] = v
		return v
	case *ast.AliasNode:
		v, ok := a.named[n.Value.String()]
		if !ok {
			a.wrong = cmp.Or(a.wrong, error(&yaml.SyntaxError{Message: "no anchor above is called " + n.Value.String(), Token: n.GetToken()}))
		}
		return v
	case *ast.MappingNode:
		for _, v := range n.Values {
			v.Value = a.plainly(v.Value)
		}
	case *ast.SequenceNode:
		for i, v := range n.Values {
			n.Values[i] = a.plainly(v)
		}
	}
	return node
}

// over lays a tree over its parent's: maps merge key by key, lists and single
// values stand for the parent's, and ~ takes out. Steps merge by their names;
// schedules are not inherited.
func (t *tree) over(parent *tree) *tree {
	out := &tree{doc: t.doc, from: maps.Clone(parent.from)}
	maps.Copy(out.from, t.from)
	root, ok := parent.root.(*ast.MappingNode)
	if ok {
		bare := *root
		bare.Values = slices.DeleteFunc(slices.Clone(root.Values), func(v *ast.MappingValueNode) bool {
			return slices.Contains([]string{"name", "about", "when", "schedules"}, key(v))
		})
		root = &bare
	}
	out.root = out.merge(root, t.root, true)
	return out
}

func (t *tree) merge(parent, child ast.Node, top bool) ast.Node {
	p, ok := parent.(*ast.MappingNode)
	c, both := child.(*ast.MappingNode)
	if !ok || !both {
		if child == nil {
			return parent
		}
		return child
	}
	out := *c
	out.Values = slices.Clone(p.Values)
	for _, v := range c.Values {
		i := slices.IndexFunc(out.Values, func(x *ast.MappingValueNode) bool { return key(x) == key(v) })
		_, gone := v.Value.(*ast.NullNode)
		switch {
		case gone && i >= 0:
			out.Values = slices.Delete(out.Values, i, i+1)
		case gone:
		case i < 0:
			out.Values = append(out.Values, v)
		default:
			both := *v
			if both.Value = t.merge(out.Values[i].Value, v.Value, false); top && key(v) == "steps" {
				both.Value = t.steps(out.Values[i].Value, v.Value)
			}
			t.from[&both] = t.from[v]
			out.Values[i] = &both
		}
	}
	t.from[&out] = t.from[c]
	return &out
}

// steps merges two lists of steps by name.
func (t *tree) steps(parent, child ast.Node) ast.Node {
	p, ok := parent.(*ast.SequenceNode)
	c, both := child.(*ast.SequenceNode)
	if !ok || !both {
		return child
	}
	out := *c
	out.Values = slices.Clone(p.Values)
	for _, s := range c.Values {
		if i := slices.IndexFunc(out.Values, func(x ast.Node) bool { return nameOf(x) == nameOf(s) }); i >= 0 && nameOf(s) != "" {
			out.Values[i] = t.merge(out.Values[i], s, false)
		} else {
			out.Values = append(out.Values, s)
		}
	}
	t.from[&out] = t.from[c]
	return &out
}

func key(v *ast.MappingValueNode) string { return strings.Trim(v.Key.String(), `"'`) }

// nameOf is a step's name, empty where it has none.
func nameOf(step ast.Node) string {
	s, _ := child(step, "name").(ast.ScalarNode)
	if s == nil {
		return ""
	}
	name, _ := s.GetValue().(string)
	return name
}

// place finds a key's file, line and column; the nearest that exists.
func (t *tree) place(path []any) (file string, line, column int) {
	line, column = 1, 1
	for i, node := 0, t.root; node != nil; i++ {
		if d := t.from[node]; d != nil {
			file = d.file
		}
		if token := node.GetToken(); token != nil && token.Position != nil {
			if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 {
				first := m.Values[max(0, slices.IndexFunc(m.Values, func(v *ast.MappingValueNode) bool { return t.own(v) }))]
				token, file = first.Key.GetToken(), t.from[first].file
			}
			line, column = token.Position.Line, token.Position.Column
		}
		if i == len(path) {
			break
		}
		node = child(node, path[i])
	}
	return file, line, column
}

// at finds the node of a key, nil if there is none.
func (t *tree) at(path ...any) ast.Node {
	node := t.root
	for _, k := range path {
		node = child(node, k)
	}
	return node
}

func child(node ast.Node, k any) ast.Node {
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			if key(v) == k {
				return v.Value
			}
		}
	case *ast.SequenceNode:
		if i, ok := k.(int); ok && i < len(n.Values) {
			return n.Values[i]
		}
	}
	return nil
}
