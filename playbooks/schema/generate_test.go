package schema_test

import (
	"encoding"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/playbooks"
)

// object is a JSON object.
type object map[string]any

// choice are the values of a key that has but a few. text is a playbook with one
// of them, for Load.
type choice struct {
	values []string
	text   string
}

// choices are by Go type and field.
func choices(t *testing.T) map[string]choice {
	events := map[string]bool{}
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range set["default"].Samples() {
		events[r.Kind] = true
	}
	var kinds []string
	for kind := range events {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return map[string]choice{
		"Step.On":            {kinds, `steps: [{name: x, on: [VALUE], slot: x}]`},
		"Task.On":            {kinds, `tasks: [{text: x, on: VALUE}]`},
		"Room.Place":         {[]string{"channel", "thread"}, `room: {place: VALUE}`},
		"Reminder.Who":       {[]string{"comms", "channel", "commander"}, `remind: [{at: 0s, who: VALUE}]`},
		"PublicWords.Takes":  {[]string{"first", "phase", "news", "no-news", "resolved", "correction", "retraction"}, `audiences: {public: {takes: {twitter: [VALUE]}}}`},
		"Duty.From":          {[]string{"declared", "confirmed"}, `duties: [{name: x, text: x, within: 1h, owner: comms, from: VALUE}]`},
		"Closing.Asks":       {[]string{"start", "alert", "review"}, `close: {asks: [VALUE]}`},
		"PublicWords.Impact": {[]string{"none", "minor", "major", "critical"}, `audiences: {public: {impact: VALUE}}`},
		"Schedule.Do":        {[]string{"digest", "handover", "noise", "drill"}, `schedules: [{name: VALUE, cron: "0 9 * * *", to: maya, do: VALUE}]`},
		"Source.Change":      {[]string{"ask", "follow"}, ""},
		"Button.Style":       {[]string{"primary", "danger"}, ""},
	}
}

const (
	severity = `^[A-Z][A-Z0-9]*$`
	duration = `^[-+]?([0-9]+d|0|([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+)$`
	clock    = `^[0-2][0-9]:[0-5][0-9]$`
)

// patterns are of texts that have a form, by Go type and field.
var patterns = map[string]string{"Hours.From": clock, "Hours.To": clock, "Parts.Severities": severity, "Reminder.Page": severity, "Role.Asked": severity}

// partial are fields without omitempty that a playbook may leave out all the
// same: it has a file's name, and a step may be one of the parent.
var partial = []string{"Source.Name", "Step.On"}

// kept are keys that no child can take out.
var kept = []string{"name", "steps", "words", "extends"}

// generator walks through the types of a playbook.
type generator struct {
	*testing.T
	comments map[string]map[string]string
	choices  map[string]choice
	defs     object
}

func generate(t *testing.T) string {
	g := &generator{T: t, comments: map[string]map[string]string{}, choices: choices(t), defs: object{}}
	root := g.structure(reflect.TypeFor[playbooks.Source]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "A playbook of Drumbeat"
	root["$defs"] = g.defs
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(root); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// structure describes a struct.
func (g *generator) structure(t reflect.Type) object {
	properties, required := object{}, []string{}
	g.fields(t, properties, &required)
	out := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	if about := g.comment(t, ""); about != "" {
		out["description"] = about
	}
	return out
}

func (g *generator) fields(t reflect.Type, properties object, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, ok := f.Tag.Lookup("yaml")
		if !ok {
			tag = f.Tag.Get("json")
		}
		name, options, _ := strings.Cut(tag, ",")
		if strings.Contains(options, "inline") {
			g.fields(f.Type, properties, required)
			continue
		}
		if !f.IsExported() || name == "" || name == "-" {
			continue
		}
		id := t.Name() + "." + f.Name
		s := g.value(f.Type, id)
		if !slices.Contains(kept, name) || t.Name() != "Source" && t.Name() != "Step" {
			s = orNull(s)
		}
		about := g.comment(t, f.Name)
		if about == "" && f.Type.Kind() == reflect.Struct {
			about = g.comment(f.Type, "")
		}
		if s["description"] = about; about == "" {
			g.Errorf("%s (%s) has no comment: say what it is", id, name)
		}
		properties[name] = s
		if !strings.Contains(options, "omit") && !slices.Contains(partial, id) {
			*required = append(*required, name)
		}
	}
}

// value describes a value of a type, at a field.
func (g *generator) value(t reflect.Type, at string) object {
	c, chosen := g.choices[at]
	switch {
	case t == reflect.TypeFor[stream.Duration]():
		return object{"type": "string", "pattern": duration}
	case t == reflect.TypeFor[playbooks.Rhythm]():
		one := object{"type": "string", "pattern": duration}
		byPhase := object{"type": "object", "properties": object{"investigating": orNull(one), "identified": orNull(one), "monitoring": orNull(one)}, "additionalProperties": false}
		return object{"anyOf": []object{one, byPhase, bySeverity(object{"anyOf": []object{one, byPhase}})}}
	case strings.HasPrefix(t.Name(), "By["):
		one := g.value(t.Elem(), at)
		return object{"anyOf": []object{one, bySeverity(one)}}
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		g.Errorf("%s: %s is a text of its own form", at, t)
	case t.Kind() == reflect.Struct:
		if g.defs[t.Name()] == nil {
			g.defs[t.Name()] = object{} // it may hold itself
			g.defs[t.Name()] = g.structure(t)
		}
		return object{"$ref": "#/$defs/" + t.Name()}
	case t.Kind() == reflect.Slice:
		return object{"type": "array", "items": g.value(t.Elem(), at)}
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.String && !chosen: // YAML's own scalars are read as texts
		return object{"type": "object", "additionalProperties": object{"type": []string{"string", "number", "boolean", "null"}}}
	case t.Kind() == reflect.Map:
		return object{"type": "object", "additionalProperties": orNull(g.value(t.Elem(), at))}
	case t.Kind() == reflect.Bool:
		return object{"type": "boolean"}
	case t.Kind() == reflect.Int:
		return object{"type": "integer"}
	case t.Kind() == reflect.String && chosen:
		return object{"enum": c.values}
	case t.Kind() == reflect.String && patterns[at] != "":
		return object{"type": "string", "pattern": patterns[at]}
	case t.Kind() == reflect.String:
		return object{"type": "string"}
	}
	g.Errorf("%s: nothing is known of a %s", at, t)
	return object{}
}

func bySeverity(one object) object {
	return object{"type": "object", "propertyNames": object{"pattern": severity}, "additionalProperties": orNull(one)}
}

// orNull lets ~ stand for a value: a child takes out what its parent has.
func orNull(s object) object {
	if any, ok := s["anyOf"].([]object); ok {
		return object{"anyOf": append(slices.Clone(any), object{"type": "null"})}
	}
	return object{"anyOf": []object{s, {"type": "null"}}}
}

var (
	word  = regexp.MustCompile(`\w+`)
	lines = regexp.MustCompile(`\s+`)
)

// comment is what a type's source says about a field: above it, behind it, or
// above the fields before it, where that names it too. Without a field, about the
// type.
func (g *generator) comment(t reflect.Type, field string) string {
	id := t.PkgPath() + "." + t.Name()
	if g.comments[id] == nil {
		g.comments[id] = g.read(t)
	}
	return g.comments[id][field]
}

func (g *generator) read(t reflect.Type) map[string]string {
	out := map[string]string{}
	dir := filepath.Join("..", "..", filepath.FromSlash(strings.TrimPrefix(t.PkgPath(), "drumbeat/")))
	files, err := fs.Glob(os.DirFS(dir), "*.go")
	if err != nil || len(files) == 0 {
		g.Fatalf("no source of %s in %s: %v", t, dir, err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			g.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			decl, ok := n.(*ast.GenDecl)
			if !ok || len(decl.Specs) != 1 {
				return true
			}
			spec, ok := decl.Specs[0].(*ast.TypeSpec)
			if !ok || spec.Name.Name != t.Name() {
				return true
			}
			out[""] = oneLine(decl.Doc.Text())
			if s, ok := spec.Type.(*ast.StructType); ok {
				told(s, out)
				asKeys(t, out)
			}
			return false
		})
	}
	return out
}

func told(s *ast.StructType, out map[string]string) {
	above := ""
	for _, f := range s.Fields.List {
		if f.Doc != nil {
			above = oneLine(f.Doc.Text())
		}
		for _, name := range f.Names {
			switch {
			case f.Doc != nil, slices.Contains(word.FindAllString(above, -1), name.Name):
				out[name.Name] = above
			default:
				out[name.Name] = oneLine(f.Comment.Text())
			}
		}
	}
}

// asKeys calls fields as YAML does.
func asKeys(t reflect.Type, out map[string]string) {
	for field, about := range out {
		out[field] = word.ReplaceAllStringFunc(about, func(name string) string {
			f, ok := t.FieldByName(name)
			if key := keyOf(f); ok && key != "" {
				return "`" + key + "`"
			}
			return name
		})
	}
}

// keyOf is what YAML calls a field.
func keyOf(f reflect.StructField) string {
	tag, ok := f.Tag.Lookup("yaml")
	if !ok {
		tag = f.Tag.Get("json")
	}
	key, _, _ := strings.Cut(tag, ",")
	return key
}

func oneLine(s string) string { return strings.TrimSpace(lines.ReplaceAllString(s, " ")) }
