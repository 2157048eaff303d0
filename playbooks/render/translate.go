package render

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
)

// mostVariables is how many variables of a template are seen in one place.
const mostVariables = 8

// operand is a part of a template that has a value, always of the same type.
type operand struct {
	typ  reflect.Type
	eval func(*Frame) reflect.Value
}

var (
	texts = reflect.TypeFor[string]()
	bools = reflect.TypeFor[bool]()
	ints  = reflect.TypeFor[int]()
)

// translator makes functions of a template's nodes. Once it is beyond what it
// covers, what it made is of no use.
type translator struct {
	funcs   template.FuncMap
	samples map[string]any
	roots   []root
	dot     reflect.Type // nil: all facts
	vars    []variable
	beyond  bool
}

type variable struct {
	name string
	typ  reflect.Type
}

// loose is a type whose values may be nil, or of another type.
func loose(t reflect.Type) bool { return t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface }

// leave gives up: the engine has to do it.
func (t *translator) leave() operand {
	t.beyond = true
	return operand{texts, nil}
}

// whole is the text, or the one string, that a template consists of.
func (t *translator) whole(l *parse.ListNode) (*string, *operand) {
	if len(l.Nodes) == 1 {
		switch n := l.Nodes[0].(type) {
		case *parse.TextNode:
			text := strings.TrimSpace(string(n.Text))
			return &text, nil
		case *parse.ActionNode:
			if o := t.pipe(n.Pipe); o.typ == texts && !t.beyond {
				return nil, &o
			}
		}
	}
	return nil, nil
}

func (t *translator) list(l *parse.ListNode) func(*Frame) {
	if l == nil {
		return func(*Frame) {}
	}
	var all []func(*Frame)
	for _, n := range l.Nodes {
		all = append(all, t.node(n))
	}
	return func(f *Frame) {
		for _, do := range all {
			do(f)
		}
	}
}

func (t *translator) node(n parse.Node) func(*Frame) {
	switch n := n.(type) {
	case *parse.TextNode:
		return func(f *Frame) { f.out = append(f.out, n.Text...) }
	case *parse.CommentNode:
		return func(*Frame) {}
	case *parse.ActionNode:
		return t.print(t.pipe(n.Pipe))
	case *parse.IfNode:
		cond, yes, no := t.cond(n.Pipe), t.list(n.List), t.list(n.ElseList)
		return func(f *Frame) {
			if cond(f) {
				yes(f)
			} else {
				no(f)
			}
		}
	case *parse.WithNode:
		return t.with(n)
	case *parse.RangeNode:
		return t.each(n)
	}
	t.leave()
	return nil
}

// print writes a value as package fmt does.
func (t *translator) print(o operand) func(*Frame) {
	shown := reflect.TypeFor[fmt.Stringer]()
	switch special := reflect.PointerTo(o.typ); {
	case special.Implements(reflect.TypeFor[error]()), special.Implements(reflect.TypeFor[fmt.Formatter]()):
	case o.typ.Implements(shown):
		return func(f *Frame) { f.out = append(f.out, o.eval(f).Interface().(fmt.Stringer).String()...) }
	case special.Implements(shown):
	case o.typ.Kind() == reflect.String:
		return func(f *Frame) { f.out = append(f.out, o.eval(f).String()...) }
	case o.typ.Kind() == reflect.Bool:
		return func(f *Frame) { f.out = strconv.AppendBool(f.out, o.eval(f).Bool()) }
	case reflect.Zero(o.typ).CanInt():
		return func(f *Frame) { f.out = strconv.AppendInt(f.out, o.eval(f).Int(), 10) }
	}
	t.leave()
	return nil
}

func (t *translator) with(n *parse.WithNode) func(*Frame) {
	o := t.pipe(n.Pipe)
	holds, no := t.truth(o), t.list(n.ElseList)
	outer := t.dot
	t.dot = o.typ
	yes := t.list(n.List)
	t.dot = outer
	return func(f *Frame) {
		if !holds(f) {
			no(f)
			return
		}
		dot := f.dot
		f.dot = o.eval(f)
		yes(f)
		f.dot = dot
	}
}

func (t *translator) each(n *parse.RangeNode) func(*Frame) {
	pipe := *n.Pipe
	pipe.Decl = nil
	o := t.pipe(&pipe)
	if o.typ.Kind() != reflect.Slice || loose(o.typ.Elem()) || n.Pipe.IsAssign {
		t.leave()
		return nil
	}
	no, outer, vars := t.list(n.ElseList), t.dot, t.vars
	t.dot = o.typ.Elem()
	for i, v := range n.Pipe.Decl {
		typ := t.dot
		if i == 0 && len(n.Pipe.Decl) == 2 {
			typ = ints
		}
		t.vars = append(slices.Clip(t.vars), variable{v.Ident[0], typ})
	}
	at := t.vars[len(vars):]
	if len(t.vars) > mostVariables {
		t.leave()
	}
	yes := t.list(n.List)
	t.dot, t.vars = outer, vars
	return func(f *Frame) {
		all, dot := o.eval(f), f.dot
		if all.Len() == 0 {
			no(f)
		}
		for i := range all.Len() {
			f.dot = all.Index(i)
			for j, v := range at {
				f.vars[len(vars)+j] = f.dot
				if v.typ == ints && j == 0 && len(at) == 2 {
					f.vars[len(vars)] = reflect.ValueOf(i)
				}
			}
			yes(f)
		}
		f.dot = dot
	}
}

// pipe is a pipeline's value.
func (t *translator) pipe(p *parse.PipeNode) operand {
	if len(p.Decl) > 0 {
		return t.leave()
	}
	var final []operand
	for _, c := range p.Cmds {
		final = []operand{t.command(c.Args[0], c.Args[1:], final)}
	}
	return final[0]
}

// command is a field, a call or a constant. final is what the pipeline brought.
func (t *translator) command(first parse.Node, args []parse.Node, final []operand) operand {
	switch n := first.(type) {
	case *parse.FieldNode:
		if t.dot == nil {
			return t.chain(t.root(n.Ident[0]), n.Ident[1:], args, final)
		}
		return t.chain(t.this(), n.Ident, args, final)
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			return t.chain(t.root(n.Ident[1]), n.Ident[2:], args, final)
		}
		return t.chain(t.variable(n.Ident[0]), n.Ident[1:], args, final)
	case *parse.ChainNode:
		return t.chain(t.command(n.Node, nil, nil), n.Field, args, final)
	case *parse.IdentifierNode:
		return t.function(n.Ident, args, final)
	}
	if len(args)+len(final) > 0 {
		return t.leave()
	}
	switch n := first.(type) {
	case *parse.PipeNode:
		return t.pipe(n)
	case *parse.DotNode:
		return t.this()
	case *parse.StringNode:
		return constant(n.Text)
	case *parse.BoolNode:
		return constant(n.True)
	case *parse.NumberNode:
		if n.IsInt && n.Text == strconv.FormatInt(n.Int64, 10) {
			return constant(int(n.Int64))
		}
	}
	return t.leave()
}

func constant(v any) operand {
	value := reflect.ValueOf(v)
	return operand{value.Type(), func(*Frame) reflect.Value { return value }}
}

// root is a fact.
func (t *translator) root(name string) operand {
	i := slices.IndexFunc(t.roots, func(r root) bool { return r.name == name })
	if i < 0 {
		i = len(t.roots)
		typ := texts
		if sample, ok := t.samples[name]; ok {
			typ = reflect.TypeOf(sample)
		}
		t.roots = append(t.roots, root{name, typ})
	}
	if typ := t.roots[i].typ; typ == nil || loose(typ) {
		return t.leave()
	}
	return operand{t.roots[i].typ, func(f *Frame) reflect.Value { return f.roots[i] }}
}

func (t *translator) this() operand {
	if t.dot == nil {
		return t.leave()
	}
	return operand{t.dot, func(f *Frame) reflect.Value { return f.dot }}
}

func (t *translator) variable(name string) operand {
	for i, v := range slices.Backward(t.vars) {
		if v.name == name {
			return operand{v.typ, func(f *Frame) reflect.Value { return f.vars[i] }}
		}
	}
	return t.leave()
}

// chain follows the names of fields; the last may be a method.
func (t *translator) chain(o operand, names []string, args []parse.Node, final []operand) operand {
	for i, name := range names {
		field, ok := reflect.StructField{}, false
		if o.typ.Kind() == reflect.Struct {
			field, ok = o.typ.FieldByName(name)
		}
		_, hidden := reflect.PointerTo(o.typ).MethodByName(name)
		method, shown := o.typ.MethodByName(name)
		switch of := o.eval; {
		case shown && o.typ.Kind() != reflect.Interface && i == len(names)-1:
			return t.call(method.Func, append([]operand{o}, t.operands(args, final)...))
		case hidden || !ok || !field.IsExported():
			return t.leave()
		case len(field.Index) == 1:
			o = operand{field.Type, func(f *Frame) reflect.Value { return of(f).Field(field.Index[0]) }}
		default:
			o = operand{field.Type, func(f *Frame) reflect.Value { return of(f).FieldByIndex(field.Index) }}
		}
		if loose(o.typ) {
			return t.leave()
		}
	}
	if len(args)+len(final) > 0 {
		return t.leave()
	}
	return o
}

func (t *translator) operands(args []parse.Node, final []operand) (out []operand) {
	for _, a := range args {
		out = append(out, t.command(a, nil, nil))
	}
	return append(out, final...)
}
