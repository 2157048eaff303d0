// Package render fills templates without text/template where that gives the
// same text: most of what a reaction took was the engine's reflection.
//
// What templates mostly do (facts and their fields, if, with, range,
// comparisons and our own functions) is resolved once, against the types of the
// facts. Whatever else a template does, or meets, is the engine's: rendering
// gives up then, and the engine begins anew. A test holds that both say the
// same.
package render

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
	"time"
)

// Template is one that was parsed, and how it is filled.
type Template struct {
	engine *template.Template
	render op // nil: the engine has to do it
}

// New resolves a parsed template against facts of the types that it will see,
// and the functions that it was parsed with. Without facts all is the engine's.
func New(t *template.Template, facts map[string]any, funcs template.FuncMap) *Template {
	out := &Template{engine: t}
	if t.Tree != nil && facts != nil {
		out.render = types{env: facts, funcs: funcs}.render(t.Root)
	}
	return out
}

// Fill gives the text, without the space around it. Its errors are
// text/template's.
func (t *Template) Fill(facts map[string]any) (string, error) {
	if t.render != nil {
		f := frame{env: facts}
		if t.render(&f) {
			return strings.TrimSpace(f.out.String()), nil
		}
	}
	var b strings.Builder
	if err := t.engine.Execute(&b, facts); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}

// Quick reports whether the template needs no engine, unless it meets what was
// not foreseen.
func (t *Template) Quick() bool { return t.render != nil }

// ByEngine is the same template, filled by the engine alone.
func (t *Template) ByEngine() *Template { return &Template{engine: t.engine} }

// frame is one rendering.
type frame struct {
	env  map[string]any
	dot  reflect.Value // inside range and with; else the facts
	vars []reflect.Value
	out  strings.Builder
}

// An op writes, a getter gives a value; false gives up.
type (
	op     func(*frame) bool
	getter func(*frame) (reflect.Value, bool)
)

// types are what is known of values when a template is compiled.
type types struct {
	env   map[string]any
	funcs template.FuncMap
	dot   reflect.Type // nil: the facts
	vars  []variable
}

type variable struct {
	name string
	typ  reflect.Type
}

// render compiles a list of nodes; nil where only the engine will do.
func (t types) render(list *parse.ListNode) op {
	if list == nil {
		return func(*frame) bool { return true }
	}
	var ops []op
	for _, n := range list.Nodes {
		var do op
		switch n := n.(type) {
		case *parse.TextNode:
			text := string(n.Text)
			do = func(f *frame) bool { f.out.WriteString(text); return true }
		case *parse.ActionNode:
			do = t.action(n)
		case *parse.IfNode:
			do = t.branch(n.BranchNode, t.dot)
		case *parse.WithNode:
			if get, typ := t.pipe(n.Pipe); get != nil && len(n.Pipe.Decl) == 0 && typ != nil {
				do = t.branch(n.BranchNode, typ)
			}
		case *parse.RangeNode:
			do = t.loop(n)
		}
		if do == nil {
			return nil
		}
		ops = append(ops, do)
	}
	return func(f *frame) bool {
		for _, do := range ops {
			if !do(f) {
				return false
			}
		}
		return true
	}
}

func (t types) action(n *parse.ActionNode) op {
	get, typ := t.pipe(n.Pipe)
	if get == nil || len(n.Pipe.Decl) > 0 || typ == nil {
		return nil
	}
	return func(f *frame) bool {
		v, ok := get(f)
		return ok && f.print(v)
	}
}

// branch is if, and with where the dot changes its type.
func (t types) branch(n parse.BranchNode, inside reflect.Type) op {
	get, _ := t.pipe(n.Pipe)
	then := t
	then.dot = inside
	with := n.NodeType == parse.NodeWith
	yes, no := then.render(n.List), t.render(n.ElseList)
	if get == nil || yes == nil || no == nil || len(n.Pipe.Decl) > 0 {
		return nil
	}
	return func(f *frame) bool {
		v, ok := get(f)
		if !ok {
			return false
		}
		if holds, ok := template.IsTrue(anyOf(v)); !ok || !holds {
			return ok && no(f)
		}
		if !with {
			return yes(f)
		}
		before := f.dot
		f.dot = v
		ok = yes(f)
		f.dot = before
		return ok
	}
}

// loop is range over a slice.
func (t types) loop(n *parse.RangeNode) op {
	bare := *n.Pipe
	bare.Decl = nil
	get, typ := t.pipe(&bare)
	if get == nil || typ == nil || typ.Kind() != reflect.Slice {
		return nil
	}
	in := t
	in.dot = typ.Elem()
	in.vars = append([]variable{}, t.vars...)
	index := len(n.Pipe.Decl) == 2
	if index {
		in.vars = append(in.vars, variable{n.Pipe.Decl[0].Ident[0], reflect.TypeFor[int]()})
	}
	if k := len(n.Pipe.Decl); k > 0 {
		in.vars = append(in.vars, variable{n.Pipe.Decl[k-1].Ident[0], typ.Elem()})
	}
	body, none := in.render(n.List), t.render(n.ElseList)
	if body == nil || none == nil {
		return nil
	}
	return func(f *frame) bool {
		list, ok := get(f)
		if !ok || list.Len() == 0 {
			return ok && none(f)
		}
		before, depth := f.dot, len(f.vars)
		for i := range list.Len() {
			f.dot, f.vars = list.Index(i), f.vars[:depth]
			if index {
				f.vars = append(f.vars, reflect.ValueOf(i))
			}
			if len(n.Pipe.Decl) > 0 {
				f.vars = append(f.vars, f.dot)
			}
			if !body(f) {
				return false
			}
		}
		f.dot, f.vars = before, f.vars[:depth]
		return true
	}
}

// pipe is a pipe of one command, and the type of what it gives.
func (t types) pipe(p *parse.PipeNode) (getter, reflect.Type) {
	if p == nil || len(p.Cmds) != 1 {
		return nil, nil
	}
	args := p.Cmds[0].Args
	if id, ok := args[0].(*parse.IdentifierNode); ok {
		return t.call(id.Ident, args[1:])
	}
	if len(args) > 1 {
		return nil, nil
	}
	return t.arg(args[0])
}

func (t types) arg(n parse.Node) (getter, reflect.Type) {
	constant := func(v any) (getter, reflect.Type) {
		x := reflect.ValueOf(v)
		return func(*frame) (reflect.Value, bool) { return x, true }, x.Type()
	}
	switch n := n.(type) {
	case *parse.StringNode:
		return constant(n.Text)
	case *parse.NumberNode:
		if n.IsInt {
			return constant(int(n.Int64))
		}
	case *parse.BoolNode:
		return constant(n.True)
	case *parse.PipeNode:
		if len(n.Decl) == 0 {
			return t.pipe(n)
		}
	case *parse.DotNode:
		if t.dot != nil {
			return func(f *frame) (reflect.Value, bool) { return f.dot, true }, t.dot
		}
	case *parse.FieldNode:
		if t.dot != nil {
			return chain(func(f *frame) (reflect.Value, bool) { return f.dot, true }, t.dot, n.Ident)
		}
		return t.fact(n.Ident)
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			return t.fact(n.Ident[1:])
		}
		for i := len(t.vars) - 1; i >= 0; i-- {
			if t.vars[i].name == n.Ident[0] {
				return chain(func(f *frame) (reflect.Value, bool) { return f.vars[i], true }, t.vars[i].typ, n.Ident[1:])
			}
		}
	}
	return nil, nil
}

// fact is one of the facts, or a field of it. What is of another type when it
// runs is the engine's.
func (t types) fact(path []string) (getter, reflect.Type) {
	name, typ := path[0], reflect.TypeOf(t.env[path[0]])
	if typ == nil {
		return nil, nil
	}
	return chain(func(f *frame) (reflect.Value, bool) {
		v := reflect.ValueOf(f.env[name])
		return v, v.IsValid() && v.Type() == typ
	}, typ, path[1:])
}

// chain follows fields of structs.
func chain(get getter, typ reflect.Type, path []string) (getter, reflect.Type) {
	for _, name := range path {
		from := get
		if typ == reflect.TypeFor[time.Time]() && name == "IsZero" {
			get, typ = func(f *frame) (reflect.Value, bool) {
				v, ok := from(f)
				return reflect.ValueOf(ok && v.Interface().(time.Time).IsZero()), ok
			}, reflect.TypeFor[bool]()
			continue
		}
		if typ.Kind() != reflect.Struct {
			return nil, nil
		}
		field, ok := typ.FieldByName(name)
		if _, method := typ.MethodByName(name); !ok || method || !field.IsExported() || field.Type.Kind() == reflect.Interface {
			return nil, nil
		}
		get, typ = func(f *frame) (reflect.Value, bool) {
			v, ok := from(f)
			if !ok {
				return v, false
			}
			return v.FieldByIndex(field.Index), true
		}, field.Type
	}
	return get, typ
}

// print writes a value as the engine does.
func (f *frame) print(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Invalid, reflect.Map, reflect.Func, reflect.Chan:
		return false
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			f.out.WriteString(v.String())
			return true
		}
	case reflect.Int:
		if v.Type() == reflect.TypeFor[int]() {
			f.out.WriteString(strconv.FormatInt(v.Int(), 10))
			return true
		}
	}
	_, _ = fmt.Fprint(&f.out, v.Interface())
	return true
}

func anyOf(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	return v.Interface()
}
