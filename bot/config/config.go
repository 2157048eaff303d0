// Package config reads a YAML configuration into Go structs and tells every
// mistake at once, each with its line and column: unknown keys (with the key
// that was meant), values of the wrong kind, environment variables that are not
// set, and what the owners of the values find wrong with them.
//
// ${NAME} anywhere in a value is the environment variable of that name, and
// ${file:/path} the content of a file, for secrets.
package config

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"drumbeat/integrations"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Source is where a configuration comes from.
type Source struct {
	Name string // of the file, for messages
	Data []byte
	// Env looks up environment variables, File reads a secret's file.
	Env  func(string) (string, bool)
	File func(string) ([]byte, error)
}

// Mistake is one thing that is wrong.
type Mistake struct {
	File         string
	Line, Column int // 0 when it has no place
	Text         string
}

// Error gives "drumbeat.yaml:12:7: …".
func (m Mistake) Error() string {
	if m.Line == 0 {
		return m.File + ": " + m.Text
	}
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Text)
}

// Problems asks a part of a configuration what is wrong with it; one that was
// left out has none.
func Problems[C interface{ Problems() []integrations.Problem }](part *C) []integrations.Problem {
	if part == nil {
		return nil
	}
	return (*part).Problems()
}

// IsSet reports whether an environment variable is switched on: neither absent
// nor empty nor 0.
func IsSet(env func(string) (string, bool), name string) bool {
	v, _ := env(name)
	return v != "" && v != "0"
}

// Load reads src into the struct that into points to, then asks check for what
// else is wrong. Its error joins every Mistake, in the order of the file.
func Load(src Source, into any, check func() []integrations.Problem) error {
	file, err := parser.ParseBytes(src.Data, 0)
	if err != nil {
		return Mistake{File: src.Name, Text: strings.TrimSpace(yaml.FormatError(err, false, true))}
	}
	l := &loader{src: src, places: map[string]place{}}
	if len(file.Docs) > 0 && file.Docs[0].Body != nil {
		l.value("$", file.Docs[0].Body, reflect.ValueOf(into).Elem())
	}
	read := l.mistakes
	for _, p := range check() {
		at := l.at(p.Path)
		if slices.ContainsFunc(read, func(m Mistake) bool { return m.Line == at.line }) {
			continue // what could not be read there is told already
		}
		l.wrong(at, "%s: %s", strings.TrimPrefix(p.Path, "$."), p.Text)
	}
	slices.SortStableFunc(l.mistakes, func(a, b Mistake) int { return a.Line*1e6 + a.Column - b.Line*1e6 - b.Column })
	var all []error
	for _, m := range l.mistakes {
		all = append(all, m)
	}
	return errors.Join(all...)
}

type place struct{ line, column int }

type loader struct {
	src      Source
	places   map[string]place // by path
	mistakes []Mistake
}

func (l *loader) wrong(at place, format string, args ...any) {
	l.mistakes = append(l.mistakes, Mistake{l.src.Name, at.line, at.column, fmt.Sprintf(format, args...)})
}

// at is the place of a path, or of the nearest part of it that is there.
func (l *loader) at(path string) place {
	for {
		if p, ok := l.places[path]; ok {
			return p
		}
		i := strings.LastIndexAny(path, ".[")
		if i <= 0 {
			return place{}
		}
		path = path[:i]
	}
}

// value reads one node into one Go value.
func (l *loader) value(path string, n ast.Node, v reflect.Value) {
	if _, seen := l.places[path]; !seen {
		l.places[path] = placeOf(n)
	}
	n = l.expand(n, v.Kind() == reflect.String)
	switch {
	case n.Type() == ast.NullType:
	case v.Kind() == reflect.Pointer: // a part that may be left out
		v.Set(reflect.New(v.Type().Elem()))
		l.value(path, n, v.Elem())
	case leaf(v):
		l.scalar(path, n, v)
	case v.Kind() == reflect.Struct:
		l.object(path, n, v)
	case v.Kind() == reflect.Slice:
		seq, ok := n.(*ast.SequenceNode)
		if !ok {
			l.wrong(placeOf(n), "%s is a list: write its entries with a dash", name(path))
			return
		}
		out := reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values))
		for i, item := range seq.Values {
			l.value(fmt.Sprintf("%s[%d]", path, i), item, out.Index(i))
		}
		v.Set(out)
	case v.Kind() == reflect.Map:
		out := reflect.MakeMap(v.Type())
		for _, kv := range l.entries(path, n) {
			item := reflect.New(v.Type().Elem()).Elem()
			key := l.key(path, kv)
			l.value(path+"."+key, kv.Value, item)
			out.SetMapIndex(reflect.ValueOf(key), item)
		}
		v.Set(out)
	default:
		l.scalar(path, n, v)
	}
}

func leaf(v reflect.Value) bool {
	_, ok := v.Addr().Interface().(encoding.TextUnmarshaler)
	if _, custom := v.Addr().Interface().(yaml.NodeUnmarshaler); custom {
		return true
	}
	return ok
}

func (l *loader) scalar(path string, n ast.Node, v reflect.Value) {
	err := yaml.NodeToValue(n, v.Addr().Interface())
	if err == nil {
		return
	}
	text := err.Error()
	var y yaml.Error
	if errors.As(err, &y) {
		text = y.GetMessage()
	}
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		if !leaf(v) {
			text = "must be a whole number"
		}
	case reflect.Bool:
		text = "must be true or false"
	case reflect.String:
		text = "must be one text"
	}
	l.wrong(placeOf(n), "%s: %s", name(path), text)
}

func (l *loader) object(path string, n ast.Node, v reflect.Value) {
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		key, opts, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if opts == "inline" {
			for j := range v.Field(i).NumField() {
				k, _, _ := strings.Cut(v.Field(i).Type().Field(j).Tag.Get("yaml"), ",")
				fields[k] = v.Field(i).Field(j)
			}
		} else if key != "" && key != "-" {
			fields[key] = v.Field(i)
		}
	}
	for _, kv := range l.entries(path, n) {
		key := l.key(path, kv)
		field, ok := fields[key]
		if !ok {
			l.wrong(placeOf(kv.Key), "%s has no key %q%s", name(path), key, meant(key, fields))
			continue
		}
		l.value(path+"."+key, kv.Value, field)
	}
}

func (l *loader) entries(path string, n ast.Node) []*ast.MappingValueNode {
	switch m := n.(type) {
	case *ast.MappingNode:
		return m.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}
	}
	l.wrong(placeOf(n), "%s has keys of its own: write them below it, indented", name(path))
	return nil
}

func (l *loader) key(path string, kv *ast.MappingValueNode) string {
	key := kv.Key.GetToken().Value
	l.places[path+"."+key] = placeOf(kv.Key)
	return key
}

var variable = regexp.MustCompile(`\$\{([^}]*)\}`)

// expand fills in ${NAME} and ${file:PATH} in a string. Where a text is wanted,
// what was filled in is one: a phone number, or a password of digits.
func (l *loader) expand(n ast.Node, text bool) ast.Node {
	s, ok := n.(*ast.StringNode)
	if !ok || !strings.Contains(s.Value, "${") {
		return n
	}
	out := variable.ReplaceAllStringFunc(s.Value, func(ref string) string {
		name := ref[2 : len(ref)-1]
		if path, isFile := strings.CutPrefix(name, "file:"); isFile {
			data, err := l.src.File(path)
			if err != nil {
				l.wrong(placeOf(n), "the file %s cannot be read", path)
			}
			return strings.TrimSpace(string(data))
		}
		v, set := l.src.Env(name)
		if !set {
			l.wrong(placeOf(n), "the environment variable %s is not set", name)
		}
		return v
	})
	if expanded, err := parser.ParseBytes([]byte(out), 0); !text && err == nil && len(expanded.Docs) == 1 {
		switch body := expanded.Docs[0].Body.(type) {
		case *ast.IntegerNode, *ast.BoolNode:
			return body // a number or a yes stays one
		}
	}
	copied := *s
	copied.Value = out
	return &copied
}

func placeOf(n ast.Node) place {
	t := n.GetToken()
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		t = m.Values[0].Key.GetToken()
	}
	if t == nil || t.Position == nil {
		return place{}
	}
	return place{t.Position.Line, t.Position.Column}
}

func name(path string) string {
	if path == "$" {
		return "the configuration"
	}
	return strings.TrimPrefix(path, "$.")
}

// meant offers the key that looks most like a wrong one.
func meant(key string, fields map[string]reflect.Value) string {
	best, most := "", 0
	for k := range fields {
		n := 0
		for n < len(k) && n < len(key) && k[n] == key[n] {
			n++
		}
		for i := 1; i <= len(k)-n && i <= len(key)-n && k[len(k)-i] == key[len(key)-i]; i++ {
			n++
		}
		if n > most || n == most && k < best {
			best, most = k, n
		}
	}
	if most*2 < len(key) || best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}
