// Package rulestest holds what every kind of stream is tried against: that its
// records are read for ever.
package rulestest

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"drumbeat/incident/stream"
)

// Wire tries the golden lines of a kind, each a record's Kind and its Data:
// they decode, and encode to the same again. A line stays for ever; a new kind
// or form gets another one. Every kind of the table must have one.
func Wire[T any](t *testing.T, golden string, table stream.Table[T]) {
	t.Helper()
	seen := map[string]bool{}
	for line := range strings.Lines(golden) {
		kind, data, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok {
			t.Errorf("a golden line is KIND DATA, got %q", line)
			continue
		}
		if table[kind] == nil {
			t.Errorf("%s: records of this kind are not read any more", kind)
			continue
		}
		seen[kind] = true
		e, err := table.Event(stream.Record{Kind: kind, Data: json.RawMessage(data)})
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if got := string(stream.JSON(e)); got != data {
			t.Errorf("%s reads otherwise than it was written:\n got %s\nwant %s", kind, got, data)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(table)) {
		if !seen[kind] {
			t.Errorf("no golden line has the kind %q; add\n%s %s", kind, kind, sample(table, kind))
		}
	}
}

// sample is an event of that kind with all its fields set.
func sample[T any](table stream.Table[T], kind string) []byte {
	e, err := table[kind]([]byte("{}"))
	if err != nil {
		return nil
	}
	v := reflect.New(reflect.TypeOf(e))
	fill(v.Elem(), "x")
	return stream.JSON(v.Interface())
}

var when = time.Date(2019, 10, 2, 5, 30, 0, 0, time.UTC)

// fill sets every field that JSON writes.
func fill(v reflect.Value, name string) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(when))
		return
	case stream.ID:
		v.Set(reflect.ValueOf(stream.ID{Workspace: "main", Kind: "incident", Name: "42"}))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" {
				fill(v.Field(i), strings.ToLower(f.Name))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), name)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, "key")
		fill(value, name)
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(name)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
		if v.Type() == reflect.TypeFor[stream.Duration]() {
			v.SetInt(int64(time.Minute))
		}
	}
}
