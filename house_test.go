// Package main_test holds the rules of the house: which folder may import which, what is pure, how large a
// thing may grow, and which words stay out. Each rule is a function from a parsed source to its findings,
// so that every rule is also tried on a source that breaks it.
package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// source is one parsed Go file. Its path is relative to the root, with slashes.
type source struct {
	path string
	text []byte
	fset *token.FileSet
	file *ast.File
}

func parse(name string, text []byte) (source, error) {
	s := source{path: name, text: text, fset: token.NewFileSet()}
	var err error
	s.file, err = parser.ParseFile(s.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	return s, err
}

// folder is the package's folder relative to the root; "." is the root.
func (s source) folder() string { return path.Dir(s.path) }

func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// within reports whether s lies in one of the folders or below.
func (s source) within(folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return strings.HasPrefix(s.path, f+"/") })
}

func (s source) line(p token.Pos) int { return s.fset.Position(p).Line }

// lines counts what a node spans, first and last line included.
func (s source) lines(n ast.Node) int { return s.line(n.End()-1) - s.line(n.Pos()) + 1 }

func (s source) found(n ast.Node, format string, args ...any) string {
	return fmt.Sprintf("%s:%d: %s", s.path, s.line(n.Pos()), fmt.Sprintf(format, args...))
}

// sources parses every Go file of the house that the go tool would build, and the programs in .ci.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	for name, text := range files(t) {
		if path.Ext(name) != ".go" || strings.Contains("/"+name, "/testdata/") {
			continue
		}
		s, err := parse(name, text)
		if err != nil {
			t.Errorf("%s does not parse, so no rule was tried on it: %v", name, err)
			continue
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b source) int { return strings.Compare(a.path, b.path) })
	return all
}

// files reads what belongs to the repository: tracked, or about to be. It walks the tree rather than trust
// git's list alone, because the go command re-runs a cached test only when something it opened has changed.
func files(t *testing.T) map[string][]byte {
	t.Helper()
	kept := listed()
	all := map[string][]byte{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // deleted while we walked
			return nil
		}
		if err != nil {
			return err
		}
		if d.IsDir() && (name == ".git" || name == "bin") {
			return fs.SkipDir
		}
		name = filepath.ToSlash(name)
		if !d.Type().IsRegular() || kept != nil && !kept[name] {
			return nil
		}
		text, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		all[name] = text
		return err
	})
	if err != nil {
		t.Fatalf("walking the tree: %v", err)
	}
	return all
}

// listed asks git which files are not ignored; nil means there is no git to ask, as in a source archive.
func listed() map[string]bool {
	out, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		return nil
	}
	kept := map[string]bool{}
	for name := range bytes.SplitSeq(out, []byte{0}) {
		kept[string(name)] = true
	}
	return kept
}

// report fails the test once for each finding.
func report(t *testing.T, findings []string) {
	t.Helper()
	for _, f := range findings {
		t.Error(f)
	}
}

// broken is a source that breaks a rule, and a part of each finding it must give, in order.
type broken struct {
	name, path, text string
	want             []string
}

// tryRule feeds each source to the rule. A case without wants must pass the rule.
func tryRule(t *testing.T, rule func(source) []string, cases []broken) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := parse(c.path, []byte(c.text))
			if err != nil {
				t.Fatalf("the case does not parse: %v", err)
			}
			got := rule(s)
			same := slices.EqualFunc(got, c.want, strings.Contains)
			if !same {
				t.Errorf("findings:\n got %q\nwant %q", got, c.want)
			}
		})
	}
}
