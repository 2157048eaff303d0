package wiring_test

import (
	"encoding"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"drumbeat/bot/config"
	"drumbeat/bot/wiring"
	"drumbeat/incident/stream"
)

var rewrite = flag.Bool("update", false, "write the tables of keys into docs/configuration.md")

// page is where operators read of the keys. Each table stands between marks that
// name its part of the configuration.
const page = "../../docs/configuration.md"

var region = regexp.MustCompile(`(?s)(<!-- keys of (\w+): go test ./bot/wiring -run KeysAreTold -update -->\n)(.*?)(<!-- the keys end -->)`)

// key is one key of drumbeat.yaml as its Go field tells it.
type key struct{ path, kind, left, about string }

// TestKeysAreTold makes the tables of docs/configuration.md of the comments on
// the configuration's fields.
func TestKeysAreTold(t *testing.T) {
	t.Parallel()
	told := tell(t)
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	missing := slices.Sorted(maps.Keys(told))
	want := region.ReplaceAllFunc(text, func(b []byte) []byte {
		m := region.FindSubmatch(b)
		part := string(m[2])
		if _, ok := told[part]; !ok {
			t.Errorf("%s has a table for %s, which is no part of the configuration", page, part)
		}
		missing = slices.DeleteFunc(missing, func(s string) bool { return s == part })
		return slices.Concat(m[1], []byte(told[part]), m[4])
	})
	for _, part := range missing {
		t.Errorf("%s has no table for %s: add\n<!-- keys of %s: go test ./bot/wiring -run KeysAreTold -update -->\n<!-- the keys end -->", page, part, part)
	}
	if *rewrite {
		if err := os.WriteFile(page, want, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(text)); diff != "" {
		t.Errorf("%s tells other keys than there are; rewrite it with -update (-want +got):\n%s", page, diff)
	}
}

// tell gives the table of each part; "main" is what belongs to none.
func tell(t *testing.T) map[string]string {
	s := reflect.TypeFor[wiring.Settings]()
	d := newDescriber(t)
	d.keys(s, "")
	parts := map[string][]key{}
	about := map[string]string{}
	for _, k := range d.all {
		part, _, below := strings.Cut(k.path, ".")
		field, isPart := fieldOf(s, part)
		switch {
		case !isPart || field.Kind() != reflect.Pointer:
			parts["main"] = append(parts["main"], k)
		case below:
			k.path = strings.TrimPrefix(k.path, part+".")
			parts[part] = append(parts[part], k)
		default:
			about[part] = k.about
		}
	}
	out := map[string]string{}
	for part, keys := range parts {
		var b strings.Builder
		if about[part] != "" {
			b.WriteString("\n" + about[part] + "\n")
		}
		b.WriteString("\n| key | value | left out | what it is |\n|---|---|---|---|\n")
		for _, k := range keys {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", k.path, k.kind, k.left, strings.ReplaceAll(k.about, "|", `\|`))
		}
		out[part] = b.String() + "\n"
	}
	return out
}

// fieldOf finds the type of a key at the top.
func fieldOf(t reflect.Type, key string) (reflect.Type, bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name == key && !f.Anonymous {
			return f.Type, true
		}
	}
	return nil, false
}

// describer walks through the types of the configuration.
type describer struct {
	*testing.T
	comments map[string]map[string]string // of fields, by package and type
	settings *wiring.Settings             // as when nothing is configured
	needed   map[string]bool              // paths that an empty part is scolded for
	all      []key
}

func newDescriber(t *testing.T) *describer {
	d := &describer{T: t, comments: map[string]map[string]string{}, settings: new(wiring.Settings), needed: map[string]bool{}}
	d.settings.Defaults()
	d.need()
	return d
}

// keys describes the keys of a struct.
func (d *describer) keys(t reflect.Type, at string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if options == "inline" {
			d.keys(f.Type, at)
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		about := d.comment(t, f.Name)
		if about == "" {
			d.Errorf("%s.%s (%s%s) has no comment of its own: say what it is, with an example, and what happens when it is left out", t, f.Name, at, name)
		}
		inner, kind, suffix := value(f.Type)
		k := key{path: at + name + suffix, kind: kind, about: about, left: d.left(at+name, f.Type)}
		if before, after, ok := strings.Cut(about, "Left out: "); ok {
			if k.left != "" {
				d.Errorf("%s says itself what it is when left out: %s", k.path, k.left)
			}
			after, more, _ := strings.Cut(after, ". ")
			k.left, k.about = strings.TrimSuffix(after, "."), strings.TrimSpace(before+more)
		} else if k.left == "" && inner == nil {
			d.Errorf("%s (%s.%s) does not say what happens when it is left out: add “Left out: …” to its comment", k.path, t, f.Name)
		}
		d.all = append(d.all, k)
		if inner != nil {
			d.keys(inner, at+name+suffix+".")
		}
	}
}

// need finds out which keys an otherwise empty configuration is scolded for.
func (d *describer) need() {
	s := new(wiring.Settings)
	empty(reflect.ValueOf(s).Elem())
	for _, p := range s.Problems() {
		d.needed[strings.ReplaceAll(strings.TrimPrefix(p.Path, "$."), "[0]", "[]")] = true
	}
}

// empty makes every part, and one entry of every list of parts.
func empty(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Struct:
			f.Set(reflect.New(f.Type().Elem()))
			empty(f.Elem())
		case f.Kind() == reflect.Struct:
			empty(f)
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			empty(f.Index(0))
		}
	}
}

// left is what a key is when it is left out, as far as code tells.
func (d *describer) left(path string, t reflect.Type) string {
	if d.needed[path] {
		return "*needed*"
	}
	v := reflect.ValueOf(d.settings).Elem().FieldByNameFunc(func(name string) bool {
		f, _ := reflect.TypeFor[wiring.Settings]().FieldByName(name)
		tag, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		return tag == path
	})
	if !v.IsValid() || v.IsZero() || t.Kind() != reflect.String {
		return ""
	}
	return "`" + v.String() + "`"
}

// value says how a value is written: the struct inside it, if any, its name, and
// what the path goes on with.
func value(t reflect.Type) (inner reflect.Type, kind, suffix string) {
	text := reflect.TypeFor[encoding.TextUnmarshaler]()
	node := reflect.TypeFor[yaml.NodeUnmarshaler]()
	switch {
	case t == reflect.TypeFor[stream.Duration]():
		return nil, "duration", ""
	case t.Kind() == reflect.Pointer:
		inner, _, _ = value(t.Elem())
		return inner, "keys", ""
	case t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(node):
		return t, "text or keys", ""
	case reflect.PointerTo(t).Implements(text):
		return nil, "text", ""
	case t.Kind() == reflect.Struct:
		return t, "keys", ""
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return t.Elem(), "list", "[]"
	case t.Kind() == reflect.Slice:
		return nil, "list", ""
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Struct:
		return t.Elem(), "by name", ".NAME"
	case t.Kind() == reflect.Map:
		return nil, "by name", ""
	case t.Kind() == reflect.Bool:
		return nil, "`true`, `false`", ""
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64, t.Kind() == reflect.Float64:
		return nil, "number", ""
	}
	return nil, "text", ""
}

// comment is what stands at a field, without the Go name that it begins with.
func (d *describer) comment(t reflect.Type, field string) string {
	id := t.PkgPath() + "." + t.Name()
	if d.comments[id] == nil {
		d.comments[id] = d.read(t)
	}
	text := strings.Join(strings.Fields(d.comments[id][field]), " ")
	for _, begin := range []string{field + " is ", field + " are ", field + " "} {
		if rest, ok := strings.CutPrefix(text, begin); ok {
			text = rest
			break
		}
	}
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}

// read parses the package of a type for the comments on its fields.
func (d *describer) read(t reflect.Type) map[string]string {
	out := map[string]string{}
	dir := filepath.Join("..", "..", filepath.FromSlash(strings.TrimPrefix(t.PkgPath(), "drumbeat/")))
	files, err := fs.Glob(os.DirFS(dir), "*.go")
	if err != nil || len(files) == 0 {
		d.Fatalf("no source of %s in %s: %v", t, dir, err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			d.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || spec.Name.Name != t.Name() {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok {
				for _, f := range s.Fields.List {
					if len(f.Names) == 1 {
						out[f.Names[0].Name] = f.Doc.Text()
					}
				}
			}
			return false
		})
	}
	return out
}

var example = regexp.MustCompile("(?s)<!-- a complete example -->\n\n```yaml\n(.*?)```")

// TestExampleIsComplete loads the example of docs/configuration.md: it is in
// order, and has every key but the addresses of stand-ins.
func TestExampleIsComplete(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	m := example.FindSubmatch(text)
	if m == nil {
		t.Fatalf("%s has no complete example", page)
	}
	s := new(wiring.Settings)
	secret := func(string) ([]byte, error) { return []byte("of-a-file"), nil }
	if err := config.Load(config.Source{Name: page, Data: m[1], File: secret, Env: variable}, s, s.Problems); err != nil {
		t.Fatalf("the example is not in order:\n%v", err)
	}
	var written any
	if err := yaml.Unmarshal(m[1], &written); err != nil {
		t.Fatal(err)
	}
	d := newDescriber(t)
	d.keys(reflect.TypeFor[wiring.Settings](), "")
	for _, k := range d.all {
		if !strings.HasSuffix(k.path, "base_url") && !has(written, strings.Split(k.path, ".")) {
			t.Errorf("the example has no %s", k.path)
		}
	}
}

// variable is where the example finds its secrets.
func variable(name string) (string, bool) {
	for end, v := range map[string]string{"_BOT_TOKEN": "xoxb-example", "_APP_TOKEN": "xapp-example", "_SID": "AC" + strings.Repeat("0", 32),
		"_URL": "https://example.com/secret"} {
		if strings.HasSuffix(name, end) {
			return v, true
		}
	}
	return "example", true
}

// has reports whether a document has a path such as people[], handle.
func has(doc any, path []string) bool {
	if len(path) == 0 {
		return true
	}
	m, ok := doc.(map[string]any)
	if !ok {
		return false
	}
	if path[0] == "NAME" {
		return slices.ContainsFunc(slices.Collect(maps.Values(m)), func(v any) bool { return has(v, path[1:]) })
	}
	name, isList := strings.CutSuffix(path[0], "[]")
	below, ok := m[name]
	if list, _ := below.([]any); isList {
		return slices.ContainsFunc(list, func(v any) bool { return has(v, path[1:]) })
	}
	return ok && has(below, path[1:])
}
