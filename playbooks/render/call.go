package render

import (
	"fmt"
	"reflect"
	"text/template"
	"text/template/parse"
)

// call is a function of the engine that we know, or one of our own.
func (t types) call(name string, nodes []parse.Node) (getter, reflect.Type) {
	args, typed := make([]getter, len(nodes)), make([]reflect.Type, len(nodes))
	for i, n := range nodes {
		if args[i], typed[i] = t.arg(n); args[i] == nil || typed[i] == nil {
			return nil, nil
		}
	}
	if fn, ok := t.funcs[name]; ok {
		return own(reflect.ValueOf(fn), args, typed)
	}
	boolean := reflect.TypeFor[bool]()
	switch {
	case name == "and" || name == "or":
		return logic(name == "or", args, typed)
	case name == "not" && len(args) == 1:
		return func(f *frame) (reflect.Value, bool) {
			v, ok := args[0](f)
			if !ok {
				return v, false
			}
			holds, ok := template.IsTrue(anyOf(v))
			return reflect.ValueOf(!holds), ok
		}, boolean
	case (name == "eq" || name == "ne") && len(args) == 2 && alike(typed[0], typed[1]):
		return func(f *frame) (reflect.Value, bool) {
			a, ok := args[0](f)
			b, ok2 := args[1](f)
			return reflect.ValueOf(ok && ok2 && same(a, b) == (name == "eq")), ok && ok2
		}, boolean
	case name == "len" && len(args) == 1 && typed[0].Kind() == reflect.Slice:
		return func(f *frame) (reflect.Value, bool) {
			v, ok := args[0](f)
			if !ok {
				return v, false
			}
			return reflect.ValueOf(v.Len()), true
		}, reflect.TypeFor[int]()
	case name == "print" && len(args) == 1:
		return func(f *frame) (reflect.Value, bool) {
			v, ok := args[0](f)
			if !ok {
				return v, false
			}
			return reflect.ValueOf(fmt.Sprint(anyOf(v))), true
		}, reflect.TypeFor[string]()
	}
	return nil, nil
}

// logic is and, or: the first value that decides, else the last. Only where all
// are of one type, so that what comes out has one.
func logic(or bool, args []getter, typed []reflect.Type) (getter, reflect.Type) {
	if len(args) == 0 {
		return nil, nil
	}
	one := typed[0]
	for _, t := range typed {
		if t != one {
			one = reflect.TypeFor[any]() // good for a condition alone
		}
	}
	return func(f *frame) (v reflect.Value, ok bool) {
		for _, get := range args {
			if v, ok = get(f); !ok {
				return v, false
			}
			if holds, ok := template.IsTrue(anyOf(v)); !ok || holds == or {
				return v, ok
			}
		}
		return v, true
	}, one
}

// alike: both are text, whole numbers or booleans.
func alike(a, b reflect.Type) bool {
	return a.Kind() == b.Kind() && (a.Kind() == reflect.String || a.Kind() == reflect.Int || a.Kind() == reflect.Bool)
}

func same(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.String:
		return a.String() == b.String()
	case reflect.Int:
		return a.Int() == b.Int()
	}
	return a.Bool() == b.Bool()
}

// own calls one of our functions, whose parameters fit exactly.
func own(fn reflect.Value, args []getter, typed []reflect.Type) (getter, reflect.Type) {
	t := fn.Type()
	if t.IsVariadic() || t.NumIn() != len(args) || t.NumOut() != 1 {
		return nil, nil
	}
	for i := range typed {
		if !typed[i].AssignableTo(t.In(i)) {
			return nil, nil
		}
	}
	return func(f *frame) (reflect.Value, bool) {
		in := make([]reflect.Value, len(args))
		for i, get := range args {
			v, ok := get(f)
			if !ok {
				return v, false
			}
			in[i] = v
		}
		return fn.Call(in)[0], true
	}, t.Out(0)
}
