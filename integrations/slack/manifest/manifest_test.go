package manifest_test

import (
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	api "github.com/slack-go/slack"

	"drumbeat/integrations/sandbox/slack/webapi"
	"drumbeat/integrations/slack/manifest"
)

// sources parses the far end's own Go files.
func sources(t *testing.T) []*ast.File {
	t.Helper()
	var all []*ast.File
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		all = append(all, f)
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("reading the sources: %d files, %v", len(all), err)
	}
	return all
}

// text is a string literal's value.
func text(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value) // it was parsed
	return s
}

// said is a client of nobody that keeps the method it was asked for.
type said struct{ method string }

func (s *said) Do(r *http.Request) (*http.Response, error) {
	s.method = path.Base(r.URL.Path)
	return nil, errors.New("nobody is there")
}

// asks gives the Web API method that a method of the client library calls, by
// calling it with something in every argument.
func asks(t *testing.T, name string) string {
	t.Helper()
	var ear said
	m := reflect.ValueOf(api.New("xoxb-1", api.OptionHTTPClient(&ear), api.OptionAppLevelToken("xapp-1"))).MethodByName(name)
	if !m.IsValid() {
		return ""
	}
	args := []reflect.Value{reflect.ValueOf(context.Background())}
	for i := 1; i < m.Type().NumIn() && (!m.Type().IsVariadic() || i < m.Type().NumIn()-1); i++ {
		args = append(args, something(m.Type().In(i)))
	}
	m.Call(args)
	if ear.method == "" {
		t.Errorf("%s asks Slack for nothing that could be seen", name)
	}
	return ear.method
}

// something is a value that is not empty.
func something(typ reflect.Type) reflect.Value {
	v := reflect.New(typ).Elem()
	switch typ.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Slice:
		v = reflect.Append(v, something(typ.Elem()))
	case reflect.Pointer:
		v.Set(reflect.New(typ.Elem()))
		v.Elem().Set(something(typ.Elem()))
	case reflect.Struct:
		for i := range typ.NumField() {
			if f := typ.Field(i); f.IsExported() && f.Type.Kind() == reflect.String {
				v.Field(i).SetString("x")
			}
		}
	}
	return v
}

// methods are the Web API methods that the code calls, through the client
// library or by their names.
func methods(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	for _, f := range sources(t) {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && strings.HasSuffix(sel.Sel.Name, "Context") {
					found[asks(t, sel.Sel.Name)] = true
				}
			case *ast.BinaryExpr:
				if sel, ok := n.X.(*ast.SelectorExpr); ok && n.Op == token.ADD && sel.Sel.Name == "BaseURL" {
					found[text(n.Y)] = true
				}
			}
			return true
		})
	}
	delete(found, "")
	return slices.Sorted(maps.Keys(found))
}

// TestScopesAreThoseOfTheCalls holds the table to the code and to Slack's
// reference, both ways.
func TestScopesAreThoseOfTheCalls(t *testing.T) {
	t.Parallel()
	opened := map[string][]string{} // scopes, by method
	for _, s := range manifest.Scopes(manifest.Full) {
		for _, m := range s.Methods {
			opened[m] = append(opened[m], s.Name)
		}
		if len(s.Methods)+len(s.Events) == 0 && s.Name != "commands" {
			t.Errorf("%s serves nothing", s.Name)
		}
	}
	called := methods(t)
	for _, m := range called {
		row, known := webapi.Lookup(m)
		switch {
		case !known:
			t.Errorf("%s is called, and the reference has no such method", m)
		case len(row.Scopes) > 0 && len(opened[m]) == 0:
			t.Errorf("%s is called, and no scope of the manifest opens it: one of %v", m, row.Scopes)
		}
		for _, s := range opened[m] {
			if !slices.Contains(row.Scopes, s) {
				t.Errorf("%s is said to open %s, which wants one of %v", s, m, row.Scopes)
			}
		}
	}
	for m, scopes := range opened {
		if !slices.Contains(called, m) {
			t.Errorf("%v for %s, which nothing calls", scopes, m)
		}
	}
	if len(called) < 15 {
		t.Errorf("only %v were found in the code", called)
	}
}

// TestEventsAreThoseOfTheFace holds the events to those that the face tells
// apart.
func TestEventsAreThoseOfTheFace(t *testing.T) {
	t.Parallel()
	handled := map[string]bool{}
	for _, f := range sources(t) {
		if f.Name.Name != "slack" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if cond, ok := n.(*ast.BinaryExpr); ok && cond.Op == token.EQL {
				if sel, ok := cond.X.(*ast.SelectorExpr); ok && sel.Sel.Name == "Type" {
					if x, ok := sel.X.(*ast.Ident); ok && x.Name == "m" {
						handled[text(cond.Y)] = true
					}
				}
			}
			return true
		})
	}
	subscribed := map[string]bool{}
	for _, e := range manifest.Events(manifest.Full) {
		kind, _, _ := strings.Cut(e, ".")
		subscribed[kind] = true
	}
	if diff := cmp.Diff(handled, subscribed); diff != "" {
		t.Errorf("handled by the face (-) and subscribed to (+):\n%s", diff)
	}
	// What a conversation's messages are called follows its scope.
	for _, s := range manifest.Scopes(manifest.Full) {
		for _, e := range s.Events {
			if _, kind, ok := strings.Cut(e, "."); ok && s.Name != kind+":history" {
				t.Errorf("%s needs %s:history, not %s", e, kind, s.Name)
			}
		}
	}
}

func TestScopesAreTold(t *testing.T) {
	t.Parallel()
	names := manifest.Names(manifest.Full)
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("not in order, or twice: %v", names)
	}
	for _, s := range manifest.Scopes(manifest.Full) {
		if why, whole := strings.CutSuffix(s.Why, "."); !whole || strings.Contains(why, ". ") || len(why) > 140 || strings.ToLower(why[:1]) == why[:1] {
			t.Errorf("%s: not one short sentence: %s", s.Name, s.Why)
		}
		if s.Without == "" || strings.Contains(s.Without, ".") || len(s.Without) > 140 || strings.ToUpper(s.Without[:1]) == s.Without[:1] {
			t.Errorf("%s: does not go on after \"without it\": %s", s.Name, s.Without)
		}
		if manifest.Without(s.Name) != s.Without {
			t.Errorf("without %s: got %q", s.Name, manifest.Without(s.Name))
		}
	}
	if got := manifest.Without("admin"); got != "" {
		t.Errorf("without a scope that is nobody's: got %q", got)
	}
	core := manifest.Names(manifest.Core)
	if len(core) == 0 || len(core) == len(names) || slices.Contains(core, "groups:write") || !slices.Contains(core, "chat:write") {
		t.Errorf("core is %v", core)
	}
	for _, s := range manifest.Missing(manifest.Full, core) {
		if s.Profile != manifest.Full {
			t.Errorf("core lacks %s of core", s.Name)
		}
	}
	if got := manifest.Missing(manifest.Core, names); len(got) > 0 {
		t.Errorf("full lacks %v of core", got)
	}
}

func TestManifest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		app     manifest.App
		socket  bool
		command string
		urls    [3]string
	}{
		"socket": {manifest.App{Profile: manifest.Full, Command: "/incident"}, true, "/incident", [3]string{}},
		"HTTP": {manifest.App{Profile: manifest.Core, Command: "/inc", URL: "https://bot.example/"}, false, "/inc",
			[3]string{"https://bot.example/slack/commands", "https://bot.example/slack/events", "https://bot.example/slack/interactions"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := manifest.New(c.app)
			command := want.Features.Commands[0]
			if got := [3]string{command.URL, want.Settings.Events.URL, want.Settings.Interactivity.URL}; got != c.urls {
				t.Errorf("addresses: got %q, want %q", got, c.urls)
			}
			if want.Settings.SocketMode != c.socket || !command.Escape || command.Name != c.command || !want.Features.Home.Tab {
				t.Errorf("got %+v", want)
			}
			if diff := cmp.Diff(manifest.Names(c.app.Profile), want.OAuth.Scopes.Bot); diff != "" {
				t.Errorf("scopes (-want +got):\n%s", diff)
			}
			link, err := want.Link()
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(link)
			if err != nil || u.Host != "api.slack.com" || u.Query().Get("new_app") != "1" || strings.ContainsAny(link, " +\"{") {
				t.Errorf("the link is %s", link)
			}
			asJSON, err := want.JSON()
			if err != nil {
				t.Fatal(err)
			}
			asYAML, err := want.YAML()
			if err != nil {
				t.Fatal(err)
			}
			for form, read := range map[string]func(*manifest.Manifest) error{
				"link": func(m *manifest.Manifest) error {
					return json.Unmarshal([]byte(u.Query().Get("manifest_json")), m)
				},
				"JSON": func(m *manifest.Manifest) error { return json.Unmarshal([]byte(asJSON), m) },
				"YAML": func(m *manifest.Manifest) error { return yaml.UnmarshalWithOptions([]byte(asYAML), m, yaml.Strict()) },
			} {
				var got manifest.Manifest
				if err := read(&got); err != nil {
					t.Errorf("%s: %v", form, err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s reads as (-want +got):\n%s", form, diff)
				}
			}
		})
	}
}
