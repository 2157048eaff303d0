package main_test

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What the core may not import: a decision depends on its arguments alone. "os" and "net" are in the table of rooms.
var impure = []string{"context", "crypto/rand", "math/rand/...", "sync/atomic", "runtime/...", "unsafe", "os/..."}

// What the core may not call from packages that it may import: the clock, the machine's zone files and
// everything that waits for, or starts, another goroutine.
var impureNames = map[string][]string{
	"time": {
		"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker",
		"LoadLocation", "Local",
	},
	"sync":                           {"WaitGroup", "Mutex", "RWMutex", "Cond", "Map", "Pool"},
	"golang.org/x/sync/errgroup":     {"Group", "WithContext"},
	"golang.org/x/sync/singleflight": {"Group"},
}

func TestCoreIsPure(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.within("incident", "playbooks") && !s.isTest() {
			report(t, purity(s))
		}
	}
}

// purity gives every reach of one file for the clock, chance, the machine or another goroutine.
func purity(s source) []string {
	var findings []string
	imported := map[string]string{} // name in this file → import path
	for _, spec := range s.file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if slices.ContainsFunc(impure, func(pattern string) bool { return match(pattern, p) }) {
			findings = append(findings, s.found(spec, "imports %s", p))
		}
		name := path.Base(p)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "." {
			findings = append(findings, s.found(spec, "imports %s with a dot, which hides what is used", p))
		}
		imported[name] = p
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if what := reach(n, imported); what != "" {
			findings = append(findings, s.found(n, "%s", what))
		}
		return true
	})
	return findings
}

// reach says what is impure about one node, or nothing.
func reach(n ast.Node, imported map[string]string) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "starts a goroutine"
	case *ast.ChanType:
		return "has a channel"
	case *ast.SendStmt:
		return "sends on a channel"
	case *ast.SelectStmt:
		return "selects"
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			return "receives from a channel"
		}
	case *ast.SelectorExpr:
		pkg, ok := n.X.(*ast.Ident)
		if ok && slices.Contains(impureNames[imported[pkg.Name]], n.Sel.Name) {
			return "uses " + strings.Join([]string{imported[pkg.Name], n.Sel.Name}, ".")
		}
	}
	return ""
}

func TestPurityFindsEachReach(t *testing.T) {
	t.Parallel()
	at := "incident/x.go"
	tryRule(t, purity, []broken{
		{"clock", at, `package p; import "time"; var t = time.Now()`, []string{"uses time.Now"}},
		{"clock under another name", at, `package p; import c "time"; var d = c.Since`, []string{"uses time.Since"}},
		{"dot", at, `package p; import . "time"; var t = Now()`, []string{"with a dot"}},
		{"zone", at, `package p; import "time"; var l, _ = time.LoadLocation("UTC")`, []string{"uses time.LoadLocation"}},
		{"zone as an argument", at, `package p; import "time"; func f(*time.Location) time.Time { return time.Time{} }`, nil},
		{"chance", at, `package p; import "math/rand/v2"; var n = rand.Int()`, []string{"imports math/rand/v2"}},
		{"secret chance", at, `package p; import "crypto/rand"; var r = rand.Reader`, []string{"imports crypto/rand"}},
		{"machine", at, `package p; import "os"; var e = os.Getenv("X")`, []string{"imports os"}},
		{"context", at, `package p; import "context"; func f(context.Context) {}`, []string{"imports context"}},
		{"goroutine", at, `package p; func f() { go f() }`, []string{"starts a goroutine"}},
		{"waiting", at, `package p; import "sync"; var w sync.WaitGroup`, []string{"uses sync.WaitGroup"}},
		{"once", at, `package p; import "sync"; var f = sync.OnceValue(func() int { return 1 })`, nil},
		{"channel", at, `package p; func f(c chan int) { c <- 1; <-c; select {} }`,
			[]string{"has a channel", "sends", "receives", "selects"}},
		{"a variable named time", at, `package p; func f(time T) { time.Now() }`, nil},
	})
}
