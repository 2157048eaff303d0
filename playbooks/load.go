package playbooks

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"drumbeat/playbooks/layer"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
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
// same, and the tests check and rehearse them: a start need not.
func Builtin() (Set, error) { return Load() }

// Load reads every *.yaml of the folders, over the built-in ones, resolves
// `extends`, and rehearses each playbook on sample incidents of every phase
// and event. Its error joins every Mistake; the set holds what has none.
func Load(dirs ...fs.FS) (Set, error) {
	return load(func(l *loader, src Source) {
		if !src.tree.File.Bundled {
			l.check(src)
		}
	}, dirs...)
}

// shipped are the playbooks that come with the binary, each over its parents.
var shipped = sync.OnceValues(func() (*loader, error) {
	l := newLoader(func(*loader, Source) {})
	err := l.folder(builtin)
	for name := range l.raw {
		l.book(name)
	}
	return l, err
})

func load(look func(*loader, Source), dirs ...fs.FS) (Set, error) {
	own, err := shipped()
	if err != nil {
		return nil, err
	}
	l := newLoader(look)
	l.raw, l.bundled, l.shipped = maps.Clone(own.raw), own.raw, own.books
	for _, err := range own.mistakes {
		l.tell(err)
	}
	for _, dir := range dirs {
		if err := l.folder(dir); err != nil {
			return nil, err
		}
	}
	set := Set{}
	for _, name := range slices.Sorted(maps.Keys(l.raw)) {
		if b := l.book(name); b.ok {
			set[name] = b.Source
		}
	}
	var all []error
	for _, m := range l.mistakes {
		all = append(all, m)
	}
	return set, errors.Join(all...)
}

// folder reads each file.
func (l *loader) folder(dir fs.FS) error {
	files, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return err
	}
	for _, file := range files {
		data, err := fs.ReadFile(dir, file)
		if err != nil {
			return err
		}
		l.read(&layer.File{Name: file, Bundled: dir == builtin}, data)
	}
	return nil
}

type loader struct {
	look     func(*loader, Source)
	raw      map[string]Source // as written
	bundled  map[string]Source // those that come with the binary
	shipped  map[string]*book  // and over their parents
	books    map[string]*book
	mistakes []Mistake
	seen     map[Mistake]bool // one in base is everybody's: it is told once
	found    int              // mistakes so far, told before or not
}

func newLoader(look func(*loader, Source)) *loader {
	return &loader{look: look, raw: map[string]Source{}, books: map[string]*book{}, seen: map[Mistake]bool{}}
}

// book is a playbook that was laid over its parents.
type book struct {
	Source
	ok     bool
	within bool // it is being laid over them
}

// book gives a playbook once it is known to be good. In the place of a bad one
// the one of that name that comes with the binary holds.
func (l *loader) book(name string) *book {
	b, known := l.books[name]
	if known {
		return b
	}
	b = &book{within: true}
	l.books[name] = b
	src, ok := l.resolve(l.raw[name])
	before := l.found
	if ok {
		l.look(l, src)
	}
	b.Source, b.ok = src, ok && l.found == before
	if own, has := l.bundled[name]; !b.ok && has && own.tree != l.raw[name].tree {
		b.Source, b.ok = l.resolve(own)
	}
	b.within = false
	return b
}

func (l *loader) wrong(t *layer.Tree, key []any, format string, args ...any) {
	file, line, column := t.Place(key)
	l.tell(Mistake{file, line, column, fmt.Sprintf(format, args...)})
}

func (l *loader) tell(m Mistake) {
	l.found++
	if !l.seen[m] {
		l.seen[m] = true
		l.mistakes = append(l.mistakes, m)
	}
}

// read reads one file. Once it is not YAML of our form, that is its mistake.
func (l *loader) read(file *layer.File, data []byte) {
	src := Source{Name: strings.TrimSuffix(path.Base(file.Name), ".yaml")}
	err := src.read(file, data)
	if old, ok := l.raw[src.Name]; ok && (src.Name == base || old.tree.File.Bundled == file.Bundled) {
		l.wrong(src.tree, []any{"name"}, "there is a playbook %s already, in %s", src.Name, old.tree.File.Name)
		return
	}
	if err != nil {
		l.unreadable(src.tree, err)
		return
	}
	l.raw[src.Name] = src
}

// read takes a file's bytes apart. The library fails on some that are no YAML.
func (s *Source) read(file *layer.File, data []byte) (err error) {
	s.tree = &layer.Tree{File: file}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it is no YAML that can be read: %v", p)
		}
	}()
	if s.tree, err = layer.Parse(file, data); err != nil || s.tree.Root == nil {
		return err
	}
	return yaml.NodeToValue(s.tree.Root, s, yaml.Strict())
}

// unreadable tells why a file, or what it makes of its parents', was not understood.
func (l *loader) unreadable(t *layer.Tree, err error) {
	m := Mistake{t.File.Name, 1, 1, err.Error()}
	var at yaml.Error
	if errors.As(err, &at) {
		m.Text = at.GetMessage()
		if t := at.GetToken(); t != nil && t.Position != nil {
			m.Line, m.Column = t.Position.Line, t.Position.Column
		}
	} else if t.Root != nil { // a value that its own type refuses: the error quotes it
		ast.Walk(quoted{&m}, t.Root)
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

// resolve lays a playbook over its parents.
func (l *loader) resolve(src Source) (Source, bool) {
	if b := l.shipped[src.Name]; b != nil && l.comesAlone(src) {
		return b.Source, b.ok
	}
	if src.Name == base {
		return src.plain(), true
	}
	if src.Extends == "" {
		src.Extends = base
	}
	extends := []any{"extends"}
	if _, ok := l.raw[src.Extends]; !ok {
		l.wrong(src.tree, extends, "there is no playbook %s to extend", src.Extends)
		return src, false
	}
	parent := l.parent(src)
	switch {
	case parent.within:
		l.wrong(src.tree, extends, "%s extends itself, by way of %s", src.Name, src.Extends)
		return src, false
	case !parent.ok:
		l.wrong(src.tree, extends, "%s, which it extends, has mistakes", src.Extends)
		return src, false
	case !l.respects(src.tree):
		return src, false
	}
	whole := Source{tree: src.tree.Over(parent.tree)}
	if err := yaml.NodeToValue(whole.tree.Root, &whole, yaml.Strict()); err != nil {
		l.unreadable(src.tree, err)
		return src, false
	}
	whole.Name, whole.Extends = src.Name, src.Extends
	return whole.plain(), true
}

// comesAlone: neither it nor a parent is anybody's but the binary's.
func (l *loader) comesAlone(src Source) bool {
	for src.Name != base && src.tree.File.Bundled {
		src = l.raw[cmp.Or(src.Extends, base)]
	}
	return src.tree.File.Bundled
}

// parent is the playbook that one extends. One that took the place of a built-in
// one may extend just that, by its own name.
func (l *loader) parent(src Source) *book {
	own, has := l.bundled[src.Name]
	if src.Extends != src.Name || !has || own.tree == src.tree {
		return l.book(src.Extends)
	}
	b := new(book)
	b.Source, b.ok = l.resolve(own)
	return b
}

// fixed are the keys of a step of base that no child changes: whether and when
// it is done, and for whom.
var fixed = []string{"on", "when", "each", "at", "command", "public"}

// respects tells where a child takes away from base.
func (l *loader) respects(t *layer.Tree) bool {
	before := len(l.mistakes)
	for _, part := range []string{"steps", "words"} {
		if _, gone := t.At(part).(*ast.NullNode); gone {
			l.wrong(t, []any{part}, "the %s of base may be reworded and redirected, never removed", part)
		}
	}
	steps, _ := t.At("steps").(*ast.SequenceNode)
	if steps == nil {
		return len(l.mistakes) == before
	}
	for i, s := range steps.Values {
		if !slices.ContainsFunc(l.raw[base].Steps, func(b Step) bool { return b.Name == layer.NameOf(s) }) {
			continue
		}
		for _, k := range fixed {
			if layer.Child(s, k) != nil {
				l.wrong(t, []any{"steps", i, k}, "step “%s” of base may be reworded and redirected, never removed: its `%s` stays", layer.NameOf(s), k)
			}
		}
	}
	return len(l.mistakes) == before
}
