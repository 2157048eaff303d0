package playbooks

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"drumbeat/incident/policy"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

//go:embed *.yaml
var builtin embed.FS

//go:embed words/words.yaml
var builtinWords embed.FS

// base is the name of everybody's ancestor.
const base = "base"

// Mistake is something wrong in a playbook, and where it stands.
type Mistake struct {
	File         string
	Line, Column int // from 1
	Text         string
}

// Error gives "acme.yaml:12:5: no event is called “publish”".
func (m Mistake) Error() string { return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Text) }

// Builtin loads the playbooks that come with the binary. They are always the
// same, and the tests rehearse them: a start need not.
func Builtin() (Set, error) { return load(func(*loader, Source) {}, builtin) }

// Load reads every *.yaml of the folders, over the built-in ones, resolves
// `extends`, and rehearses each playbook on sample incidents of every phase
// and event. Its error joins every Mistake; the set holds what has none.
func Load(dirs ...fs.FS) (Set, error) {
	return load((*loader).check, append([]fs.FS{builtin}, dirs...)...)
}

func load(check func(*loader, Source), dirs ...fs.FS) (Set, error) {
	l := &loader{raw: map[string]Source{}, seen: map[Mistake]bool{}}
	for _, dir := range dirs {
		files, err := fs.Glob(dir, "*.yaml")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			data, err := fs.ReadFile(dir, file)
			if err != nil {
				return nil, err
			}
			l.read(&document{file: file, bundled: dir == builtin}, data)
		}
	}
	set := Set{}
	for _, name := range slices.Sorted(maps.Keys(l.raw)) {
		before := len(l.mistakes)
		if src, ok := l.resolve(name, nil); ok {
			check(l, src)
			if len(l.mistakes) == before {
				set[name] = src
			}
		}
	}
	return set, errors.Join(l.mistakes...)
}

type loader struct {
	raw      map[string]Source
	mistakes []error
	seen     map[Mistake]bool // one in base is everybody's: it is told once
}

func (l *loader) wrong(doc *document, key []any, format string, args ...any) {
	line, column := doc.place(key)
	l.tell(Mistake{doc.file, line, column, fmt.Sprintf(format, args...)})
}

func (l *loader) tell(m Mistake) {
	if !l.seen[m] {
		l.seen[m] = true
		l.mistakes = append(l.mistakes, m)
	}
}

// document is one file, for telling where something stands.
type document struct {
	file    string
	bundled bool
	root    ast.Node
}

// place finds a key's line and column; the nearest that exists.
func (d *document) place(key []any) (line, column int) {
	line, column = 1, 1
	node := d.root
	for i := 0; node != nil; i++ {
		if t := node.GetToken(); t != nil && t.Position != nil {
			if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 {
				t = m.Values[0].Key.GetToken()
			}
			line, column = t.Position.Line, t.Position.Column
		}
		if i == len(key) {
			break
		}
		node = child(node, key[i])
	}
	return line, column
}

func child(node ast.Node, key any) ast.Node {
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			if strings.Trim(v.Key.String(), `"'`) == key {
				return v.Value
			}
		}
	case *ast.SequenceNode:
		if i, ok := key.(int); ok && i < len(n.Values) {
			return n.Values[i]
		}
	}
	return nil
}

// read reads one file. Once it is not YAML of our form, that is its mistake.
func (l *loader) read(doc *document, data []byte) {
	src := Source{doc: doc, from: map[string]*document{}}
	name := strings.TrimSuffix(path.Base(doc.file), ".yaml")
	file, err := parser.ParseBytes(data, 0)
	if err == nil && len(file.Docs) > 0 && file.Docs[0].Body != nil {
		doc.root = file.Docs[0].Body
		err = yaml.NodeToValue(doc.root, &src, yaml.Strict())
	}
	if src.Name == "" {
		src.Name = name
	}
	if old, ok := l.raw[src.Name]; ok && (src.Name == base || old.doc.bundled == doc.bundled) {
		l.wrong(doc, []any{"name"}, "there is a playbook %s already, in %s", src.Name, old.doc.file)
		return
	}
	if err == nil {
		err = l.severities(doc, &src)
	}
	if err != nil {
		l.unreadable(doc, err)
		return
	}
	for i := range src.Steps {
		src.Steps[i].from = []origin{{doc, i}}
	}
	for text := range src.Words {
		src.from[text] = doc
	}
	l.raw[src.Name] = src
}

func (l *loader) unreadable(doc *document, err error) {
	m := Mistake{doc.file, 1, 1, err.Error()}
	var at yaml.Error
	if errors.As(err, &at) {
		m.Text = at.GetMessage()
		if t := at.GetToken(); t != nil && t.Position != nil {
			m.Line, m.Column = t.Position.Line, t.Position.Column
		}
	} else if doc.root != nil { // a value that its own type refuses: the error quotes it
		ast.Walk(quoted{&m}, doc.root)
	}
	l.tell(m)
}

// quoted places a mistake at the scalar that its text quotes.
type quoted struct{ *Mistake }

func (q quoted) Visit(node ast.Node) ast.Visitor {
	t := node.GetToken()
	if _, scalar := node.(ast.ScalarNode); scalar && t != nil && t.Position != nil && q.Line == 1 && strings.Contains(q.Text, strconv.Quote(t.Value)) {
		q.Line, q.Column = t.Position.Line, t.Position.Column
	}
	return q
}

func (l *loader) severities(doc *document, src *Source) error {
	node, ok := child(child(doc.root, "policy"), "severities").(*ast.MappingNode)
	if !ok {
		return nil
	}
	for _, v := range node.Values {
		w := policy.Weight{}
		if err := yaml.NodeToValue(v.Value, &w, yaml.Strict()); err != nil {
			return err
		}
		w.Name = strings.ToUpper(v.Key.String())
		src.Policy.weights = append(src.Policy.weights, w)
	}
	return nil
}

// resolve lays a playbook over its parents.
func (l *loader) resolve(name string, children []string) (Source, bool) {
	src := l.raw[name]
	if slices.Contains(children, name) {
		l.wrong(src.doc, []any{"extends"}, "%s extends itself: %s", name, strings.Join(append(children, name), " → "))
		return src, false
	}
	if name == base {
		return src, true
	}
	if src.Extends == "" {
		src.Extends = base
	}
	if _, ok := l.raw[src.Extends]; !ok {
		l.wrong(src.doc, []any{"extends"}, "there is no playbook %s to extend", src.Extends)
		return src, false
	}
	parent, ok := l.resolve(src.Extends, append(children, name))
	if !ok {
		return src, false
	}
	return src.over(parent), true
}
