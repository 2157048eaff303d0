package render

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"text/template/parse"
)

// printing are the functions of text/template that are package fmt's.
var printing = map[string]any{"print": fmt.Sprint, "printf": fmt.Sprintf, "println": fmt.Sprintln}

// function is a call of a function by its name.
func (t *translator) function(name string, args []parse.Node, final []operand) operand {
	f, ok := t.funcs[name]
	if !ok {
		f, ok = printing[name]
	}
	switch {
	case ok:
		return t.ours(name, reflect.ValueOf(f), t.operands(args, final))
	case name == "not" && len(args) == 1 && len(final) == 0:
		cond := t.cond(args[0])
		return operand{bools, func(f *Frame) reflect.Value { return reflect.ValueOf(!cond(f)) }}
	}
	all := t.operands(args, final)
	switch {
	case len(all) == 0:
	case name == "and", name == "or":
		return t.either(name == "or", all)
	case name == "len" && len(all) == 1 && slices.Contains([]reflect.Kind{reflect.String, reflect.Slice, reflect.Map}, all[0].typ.Kind()):
		return operand{ints, func(f *Frame) reflect.Value { return reflect.ValueOf(all[0].eval(f).Len()) }}
	case len(all) == 2:
		return t.compare(name, all[0], all[1])
	}
	return t.leave()
}

// ours is a call of one of Functions, or of fmt's. What it gives may depend on
// the reader.
func (t *translator) ours(name string, f reflect.Value, args []operand) operand {
	out := t.call(f, args)
	i := slices.IndexFunc(Functions, func(f Function) bool { return f.Name == name && f.local })
	if i < 0 || t.beyond {
		return out
	}
	return operand{out.typ, func(fr *Frame) reflect.Value {
		if fr.Zone == nil {
			return out.eval(fr)
		}
		return new(translator).call(reflect.ValueOf(Functions[i].of(reader{fr.Zone, true})), args).eval(fr)
	}}
}

// call calls a function or a method.
func (t *translator) call(f reflect.Value, args []operand) operand {
	typ := f.Type()
	if typ.NumOut() != 1 || loose(typ.Out(0)) || len(args) != typ.NumIn() && !typ.IsVariadic() || len(args) < typ.NumIn()-1 {
		return t.leave()
	}
	for i, a := range args {
		if typ.IsVariadic() && i >= typ.NumIn()-1 {
			if a.typ.AssignableTo(typ.In(typ.NumIn() - 1).Elem()) {
				continue
			}
		} else if a.typ == typ.In(i) {
			continue
		}
		return t.leave()
	}
	return operand{typ.Out(0), func(fr *Frame) reflect.Value {
		in := make([]reflect.Value, len(args))
		for i, a := range args {
			in[i] = a.eval(fr)
		}
		return f.Call(in)[0]
	}}
}

// either is the first operand that holds, or the first that does not; else the
// last.
func (t *translator) either(holds bool, all []operand) operand {
	var truths []func(*Frame) bool
	for _, o := range all {
		if truths = append(truths, t.truth(o)); o.typ != all[0].typ {
			return t.leave()
		}
	}
	return operand{all[0].typ, func(f *Frame) reflect.Value {
		for i, o := range all {
			if i == len(all)-1 || truths[i](f) == holds {
				return o.eval(f)
			}
		}
		return reflect.Value{}
	}}
}

// compare is eq, ne, lt, le, gt or ge of two texts or two whole numbers.
func (t *translator) compare(name string, a, b operand) operand {
	is, ok := map[string]func(int) bool{
		"eq": func(n int) bool { return n == 0 }, "ne": func(n int) bool { return n != 0 },
		"lt": func(n int) bool { return n < 0 }, "le": func(n int) bool { return n <= 0 },
		"gt": func(n int) bool { return n > 0 }, "ge": func(n int) bool { return n >= 0 },
	}[name]
	switch {
	case !ok:
	case a.typ.Kind() == reflect.String && b.typ.Kind() == reflect.String:
		return operand{bools, func(f *Frame) reflect.Value {
			return reflect.ValueOf(is(cmp.Compare(a.eval(f).String(), b.eval(f).String())))
		}}
	case reflect.Zero(a.typ).CanInt() && reflect.Zero(b.typ).CanInt():
		return operand{bools, func(f *Frame) reflect.Value {
			return reflect.ValueOf(is(cmp.Compare(a.eval(f).Int(), b.eval(f).Int())))
		}}
	}
	return t.leave()
}

// cond reports whether a part of a template is true. Unlike values, what and and
// or choose from need not be of one type.
func (t *translator) cond(n parse.Node) func(*Frame) bool {
	p, ok := n.(*parse.PipeNode)
	if !ok {
		return t.truth(t.command(n, nil, nil))
	}
	if len(p.Cmds) == 1 && len(p.Decl) == 0 {
		args := p.Cmds[0].Args
		if len(args) == 1 {
			if inner, ok := args[0].(*parse.PipeNode); ok {
				return t.cond(inner)
			}
		}
		if name, ok := args[0].(*parse.IdentifierNode); ok && len(args) > 1 && (name.Ident == "and" || name.Ident == "or") {
			return t.conds(name.Ident == "or", args[1:])
		}
	}
	return t.truth(t.pipe(p))
}

func (t *translator) conds(holds bool, nodes []parse.Node) func(*Frame) bool {
	var all []func(*Frame) bool
	for _, n := range nodes {
		all = append(all, t.cond(n))
	}
	return func(f *Frame) bool {
		for _, c := range all {
			if c(f) == holds {
				return holds
			}
		}
		return !holds
	}
}

// truth is what text/template takes for true: what is not empty.
func (t *translator) truth(o operand) func(*Frame) bool {
	switch k := o.typ.Kind(); {
	case k == reflect.Bool:
		return func(f *Frame) bool { return o.eval(f).Bool() }
	case k == reflect.String, k == reflect.Slice, k == reflect.Map:
		return func(f *Frame) bool { return o.eval(f).Len() > 0 }
	case reflect.Zero(o.typ).CanInt():
		return func(f *Frame) bool { return o.eval(f).Int() != 0 }
	case k == reflect.Struct:
		return func(*Frame) bool { return true }
	}
	t.leave()
	return nil
}
