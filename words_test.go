package main_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"regexp"
	"strings"
	"testing"
)

// Words that stay out of every file. Each is written in pieces, so that this file keeps the rule too.
var (
	// The folders of one person's machine. Addresses such as example.com/work/ are something else.
	machinePath = regexp.MustCompile(`(?:^|[^\w.-])/(?:work|root|(?:home|Users)/\w+)` + `/`)
	// Where packages come from is the business of whoever builds.
	registryHost = regexp.MustCompile(`\b(?:(?:proxy|sum)\.golang|registry\.npmjs|(?:deb|security)\.debian|(?:files\.)?pypi)` + `\.org\b`)
	unfinished   = regexp.MustCompile(`\b(?:TO` + `DO|FIX` + `ME)\b`)
)

func TestWords(t *testing.T) {
	t.Parallel()
	for name, text := range files(t) {
		report(t, words(name, text))
	}
}

func TestCodeIsFinishedAndCalm(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		report(t, calm(s))
	}
}

// words gives the lines of a text file that name a machine's folder or a registry's host.
func words(name string, text []byte) []string {
	if bytes.IndexByte(text, 0) >= 0 {
		return nil
	}
	var findings []string
	n := 0
	for line := range bytes.Lines(text) {
		n++
		if m := machinePath.Find(line); m != nil {
			findings = append(findings, fmt.Sprintf("%s:%d: names a folder of one machine: %s", name, n, bytes.TrimSpace(m)))
		}
		if m := registryHost.Find(line); m != nil {
			findings = append(findings, fmt.Sprintf("%s:%d: names a package registry: %s", name, n, m))
		}
	}
	return findings
}

// calm gives the init functions, panics and notes to self of one file; a program's main package may panic.
func calm(s source) []string {
	if s.isTest() {
		return nil
	}
	var findings []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				findings = append(findings, s.found(n, "init function: let the caller say when"))
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "panic" && s.file.Name.Name != "main" {
				findings = append(findings, s.found(n, "panics: return an error"))
			}
		}
		return true
	})
	for _, group := range s.file.Comments {
		for _, c := range group.List {
			if m := unfinished.FindString(c.Text); m != "" {
				findings = append(findings, s.found(c, "%s: finish it or open an issue", m))
			}
		}
	}
	return findings
}

func TestWordsFindsEachWord(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line string
		want string // part of the one finding; "" means none
	}{
		{"see /wor" + "k/notes", "folder of one machine"},
		{`"/hom` + `e/ann/src"`, "folder of one machine"},
		{"=/roo" + "t/.cache", "folder of one machine"},
		{"https://example.com/work/1", ""},
		{"./work/", ""},
		{"GOPROXY=https://proxy.golang" + ".org", "package registry"},
		{"https://registry.npmjs" + ".org/x", "package registry"},
		{"https://golang.org/doc", ""},
		{"bin\x00 /wor" + "k/x", ""},
	} {
		got := strings.Join(words("x.md", []byte("first\n"+c.line+"\n")), "\n")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) || got != "" && !strings.HasPrefix(got, "x.md:2: ") {
			t.Errorf("%q: got %q, want %q", c.line, got, c.want)
		}
	}
}

func TestCalmFindsEachUnrest(t *testing.T) {
	t.Parallel()
	tryRule(t, calm, []broken{
		{"init", "bot/x.go", "package bot; func init() {}", []string{"init function"}},
		{"a method named init", "bot/x.go", "package bot; func (t T) init() {}", nil},
		{"panic", "bot/x.go", `package bot; func f() { panic("x") }`, []string{"panics"}},
		{"panic in main", "main.go", `package main; func f() { panic("x") }`, nil},
		{"panic in a test", "bot/x_test.go", `package bot; func f() { panic("x") }`, nil},
		{"note", "bot/x.go", "package bot // TO" + "DO: more", []string{"finish it"}},
		{"note in a doc", "bot/x.go", "// f is nice.\n// FIX" + "ME\npackage bot", []string{"finish it"}},
		{"a status of that name", "bot/x.go", `package bot; var s = "TO` + `DO"`, nil},
	})
}
