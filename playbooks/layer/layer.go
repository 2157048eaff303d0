// Package layer lays one YAML file over another. The whole still knows where
// each of its parts is written.
package layer

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

// File is one that trees come from. Bundled: it comes with the binary.
type File struct {
	Name    string
	Bundled bool
}

// Tree is a playbook as one YAML tree, laid over its parents'. Its nodes know
// the file that they come from, so that whatever is wrong with the whole has a
// place. It is never changed.
type Tree struct {
	Root ast.Node
	File *File // that says this, and not its parents
	from map[ast.Node]*File
}

// Own reports whether a node is written in this playbook itself.
func (t *Tree) Own(n ast.Node) bool { return t.from[n] == t.File }

// From is the file in which a node is written, nil if that is not known.
func (t *Tree) From(n ast.Node) *File { return t.from[n] }

// Parse reads a file's tree. What an alias stands for takes its place. With an
// error the tree is empty: it has a file alone.
func Parse(f *File, data []byte) (*Tree, error) {
	t := &Tree{File: f, from: map[ast.Node]*File{}}
	file, err := parser.ParseBytes(data, 0)
	if err != nil || len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return t, err
	}
	anchors := anchors{named: map[string]ast.Node{}}
	root := anchors.plainly(file.Docs[0].Body)
	if anchors.wrong != nil {
		return t, anchors.wrong
	}
	if weigh(root, map[ast.Node]int{}) > mostNodes {
		return t, fmt.Errorf("it stands for more than %d values: aliases of aliases multiply", mostNodes)
	}
	t.Root = root
	ast.Walk(owner{t}, root)
	return t, nil
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
	case *ast.TagNode:
		total += weigh(n.Value, known)
	case *ast.SequenceNode:
		for _, v := range n.Values {
			total += weigh(v, known)
		}
	}
	known[node] = min(total, mostNodes+1)
	return known[node]
}

type owner struct{ *Tree }

func (o owner) Visit(node ast.Node) ast.Visitor {
	if _, seen := o.from[node]; seen { // an alias
		return nil
	}
	o.from[node] = o.File
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
	case *ast.TagNode:
		n.Value = a.plainly(n.Value)
	case *ast.SequenceNode:
		for i, v := range n.Values {
			n.Values[i] = a.plainly(v)
		}
	}
	return node
}

// Over lays a tree over its parent's: maps merge key by key, lists and single
// values stand for the parent's, and ~ takes out. Steps merge by their names;
// schedules are not inherited.
func (t *Tree) Over(parent *Tree) *Tree {
	out := &Tree{File: t.File, from: maps.Clone(parent.from)}
	maps.Copy(out.from, t.from)
	root, ok := parent.Root.(*ast.MappingNode)
	if ok {
		bare := *root
		bare.Values = slices.DeleteFunc(slices.Clone(root.Values), func(v *ast.MappingValueNode) bool {
			return slices.Contains([]string{"name", "about", "when", "schedules"}, Key(v))
		})
		root = &bare
	}
	out.Root = out.merge(root, t.Root, true)
	return out
}

func (t *Tree) merge(parent, child ast.Node, top bool) ast.Node {
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
		i := slices.IndexFunc(out.Values, func(x *ast.MappingValueNode) bool { return Key(x) == Key(v) })
		_, gone := v.Value.(*ast.NullNode)
		switch {
		case gone && i >= 0:
			out.Values = slices.Delete(out.Values, i, i+1)
		case gone:
		case i < 0:
			out.Values = append(out.Values, v)
		default:
			both := *v
			if both.Value = t.merge(out.Values[i].Value, v.Value, false); top && Key(v) == "steps" {
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
func (t *Tree) steps(parent, child ast.Node) ast.Node {
	p, ok := parent.(*ast.SequenceNode)
	c, both := child.(*ast.SequenceNode)
	if !ok || !both {
		return child
	}
	out := *c
	out.Values = slices.Clone(p.Values)
	for _, s := range c.Values {
		if i := slices.IndexFunc(out.Values, func(x ast.Node) bool { return NameOf(x) == NameOf(s) }); i >= 0 && NameOf(s) != "" {
			out.Values[i] = t.merge(out.Values[i], s, false)
		} else {
			out.Values = append(out.Values, s)
		}
	}
	t.from[&out] = t.from[c]
	return &out
}

// Key is the key of an entry, without its quotes.
func Key(v *ast.MappingValueNode) string { return strings.Trim(v.Key.String(), `"'`) }

// NameOf is a step's name, empty where it has none.
func NameOf(step ast.Node) string {
	s, _ := Child(step, "name").(ast.ScalarNode)
	if s == nil {
		return ""
	}
	name, _ := s.GetValue().(string)
	return name
}

// Place finds a key's file, line and column; the nearest that exists.
func (t *Tree) Place(path []any) (file string, line, column int) {
	file, line, column = t.File.Name, 1, 1
	for i, node := 0, t.Root; node != nil; i++ {
		if d := t.from[node]; d != nil {
			file = d.Name
		}
		if token := node.GetToken(); token != nil && token.Position != nil {
			if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 {
				first := m.Values[max(0, slices.IndexFunc(m.Values, func(v *ast.MappingValueNode) bool { return t.Own(v) }))]
				token, file = first.Key.GetToken(), t.from[first].Name
			}
			line, column = token.Position.Line, token.Position.Column
		}
		if i == len(path) {
			break
		}
		node = Child(node, path[i])
	}
	return file, line, column
}

// At finds the node of a key, nil if there is none.
func (t *Tree) At(path ...any) ast.Node {
	node := t.Root
	for _, k := range path {
		node = Child(node, k)
	}
	return node
}

// Child is the node below a key, or an index; nil if there is none.
func Child(node ast.Node, k any) ast.Node {
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			if Key(v) == k {
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
