package playbooks

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"drumbeat/playbooks/layer"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Show prints a playbook as it holds: its parts, every step that they and its
// parents come to, and the words. Behind each line stands the file and line
// that says so. It is YAML.
func (s Source) Show(w io.Writer) error {
	p := &printer{w: w, tree: s.tree}
	root, _ := s.tree.Root.(*ast.MappingNode)
	if root == nil {
		return nil
	}
	p.line(0, "name: "+s.Name, nil)
	for _, v := range root.Values {
		if !slices.Contains([]string{"name", "steps", "words", "tasks", "roles"}, layer.Key(v)) {
			p.value(0, layer.Key(v), v.Value)
		}
	}
	p.line(0, "steps:", nil)
	for _, step := range s.Steps {
		p.step(step)
	}
	p.line(0, "words:", nil)
	for _, name := range slices.Sorted(maps.Keys(s.Words)) {
		if node := s.tree.At("words", name); node != nil {
			p.value(1, name, node)
		} else {
			p.made(1, map[string]Text{name: s.Words[name]})
		}
	}
	return p.err
}

type printer struct {
	w    io.Writer
	tree *layer.Tree
	err  error
}

// line prints a line, and where the node that it shows is written.
func (p *printer) line(indent int, text string, shown ast.Node) {
	text = strings.Repeat("  ", indent) + text
	if d := p.tree.From(shown); shown != nil && d != nil {
		text = fmt.Sprintf("%-72s # %s:%d", text, d.Name, shown.GetToken().Position.Line)
	}
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, text)
	}
}

// value prints a key: maps line by line, lists too when they are long.
func (p *printer) value(indent int, name string, node ast.Node) {
	const long = 60
	text := p.flow(node)
	m, isMap := node.(*ast.MappingNode)
	list, isList := node.(*ast.SequenceNode)
	switch {
	case isMap && len(m.Values) > 0 && (len(text) > long || indent == 0):
		p.line(indent, name+":", nil)
		for _, v := range m.Values {
			p.value(indent+1, layer.Key(v), v.Value)
		}
	case isList && len(text) > long:
		p.line(indent, name+":", nil)
		for _, v := range list.Values {
			p.line(indent+1, "- "+p.flow(v), v)
		}
	default:
		p.line(indent, name+": "+text, node)
	}
}

// step prints a step as it is written, or as its part of the playbook has it.
func (p *printer) step(s Step) {
	node, _ := p.tree.At(s.at...).(*ast.MappingNode)
	if s.at[0] != "steps" || node == nil {
		p.line(1, fmt.Sprintf("# from %s", s.at[0]), p.tree.At(s.at...))
		p.made(1, []Step{s})
		return
	}
	for i, v := range node.Values {
		if i == 0 {
			p.line(1, "- "+layer.Key(v)+": "+p.flow(v.Value), v.Value)
			continue
		}
		p.value(2, layer.Key(v), v.Value)
	}
}

// made prints what is not written anywhere.
func (p *printer) made(indent int, v any) {
	text, err := yaml.MarshalWithOptions(v, yaml.IndentSequence(false))
	if err != nil && p.err == nil {
		p.err = err
	}
	for l := range strings.Lines(string(text)) {
		p.line(indent, strings.TrimRight(l, "\n"), nil)
	}
}

// flow is a value in one line.
func (p *printer) flow(node ast.Node) string {
	var v any
	err := yaml.NodeToValue(node, &v, yaml.UseOrderedMap())
	text, err2 := yaml.MarshalWithOptions(v, yaml.Flow(true))
	if p.err == nil && (err != nil || err2 != nil) {
		p.err = fmt.Errorf("a value cannot be shown: %v %v", err, err2)
	}
	return strings.TrimRight(string(text), "\n")
}
