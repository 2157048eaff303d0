// Package render fills in templates: those of text/template, and with its text in
// every case, but several times as fast where it knows what they are given. Most
// of what a reaction took was the engine's reflection.
//
// Parse translates a template for facts whose types it is shown: each field is
// found once, not at every filling. What the translation does not cover, and
// facts that turn out to be of other types, are left to text/template: it begins
// anew. So an error is always text/template's.
package render

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"text/template"
	"time"
)

// Template is a template that was translated. It is safe for concurrent use.
type Template struct {
	Names  []string // of the facts in it
	engine *template.Template
	strict bool         // a value that is not there is an error
	roots  []root       // the facts that it names
	body   func(*Frame) // nil: the engine does it
	single *operand     // all of it is this string
	text   *string      // all of it is text
}

// root is a fact and its type.
type root struct {
	name string
	typ  reflect.Type
}

// Frame holds the facts that templates are filled with. One after the other may
// use it.
type Frame struct {
	Facts map[string]any
	// Zone is that of the one person who reads it; nil: the team's.
	Zone  *time.Location
	roots []reflect.Value // of the template at hand
	vars  [mostVariables]reflect.Value
	dot   reflect.Value
	out   []byte
}

// Parse reads a template. samples holds a value of every fact, for its type, and
// then a value that is missing, or nil, is an error; without samples all facts are taken
// for strings, and a missing one is printed as "<no value>".
func (p Parser) Parse(text string, samples map[string]any) (*Template, error) {
	t, err := template.New("").Funcs(p.funcs).Parse(text)
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "template: :1: "))
	}
	if samples != nil {
		t.Option("missingkey=error")
	}
	out := &Template{engine: t, strict: samples != nil, Names: namesIn(t, samples)}
	if t.Tree == nil {
		return out, nil
	}
	tr := &translator{funcs: p.funcs, samples: samples}
	if body := tr.list(t.Root); !tr.beyond {
		out.roots, out.body = tr.roots, body
		out.text, out.single = tr.whole(t.Root)
	}
	return out, nil
}

// Quick reports whether the template needs no engine, as long as the facts are of
// the types that were shown.
func (t *Template) Quick() bool { return t.body != nil }

// ByEngine is the same template, filled by the engine alone.
func (t *Template) ByEngine() *Template {
	return &Template{Names: t.Names, engine: t.engine, strict: t.strict}
}

// Fill gives the text, without space around it.
func (t *Template) Fill(f *Frame) (text string, err error) {
	if t.text != nil {
		return *t.text, nil
	}
	if t.body == nil || !t.fits(f) {
		return t.execute(f)
	}
	defer func() { // a function that panics is an error of the template
		if recover() != nil {
			text, err = t.execute(f)
		}
	}()
	if t.single != nil {
		return strings.TrimSpace(t.single.eval(f).String()), nil
	}
	f.out = f.out[:0]
	t.body(f)
	return string(bytes.TrimSpace(f.out)), nil
}

// fits looks the facts up, and reports whether they are of the types that the
// template was translated for.
func (t *Template) fits(f *Frame) bool {
	f.roots = f.roots[:0]
	for _, r := range t.roots {
		v := reflect.ValueOf(f.Facts[r.name])
		if !v.IsValid() || v.Type() != r.typ {
			return false
		}
		f.roots = append(f.roots, v)
	}
	return true
}

func (t *Template) execute(f *Frame) (string, error) {
	engine := t.engine
	if f.Zone != nil {
		own, err := engine.Clone()
		if err != nil {
			return "", err
		}
		engine = own.Funcs(in(reader{f.Zone, true}))
	}
	b := printed{strict: t.strict}
	if err := engine.Execute(&b, f.Facts); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}

// printed is what the engine writes: each value at once.
type printed struct {
	strings.Builder
	strict bool
}

var errNoValue = errors.New("a value is not there")

func (p *printed) Write(b []byte) (int, error) {
	if p.strict && (string(b) == "<no value>" || string(b) == "<nil>") {
		return 0, errNoValue
	}
	return p.Builder.Write(b)
}
