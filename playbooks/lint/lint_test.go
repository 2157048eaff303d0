package lint_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"drumbeat/playbooks"
	"drumbeat/playbooks/lint"

	"github.com/google/go-cmp/cmp"
)

// twin is a playbook in which a rule finds something, and the same put right.
type twin struct {
	rule       string
	bad, fixed string // from line 3 on
	want       string // "LINE:COLUMN: TEXT", the beginning of the findings
	config     *lint.Config
}

func TestRules(t *testing.T) {
	t.Parallel()
	all, tested := twins(), map[string]bool{}
	found := look(t, all)
	for i, test := range all {
		tested[test.rule] = true
		var got []string
		for _, f := range found[i].bad {
			if f.Rule != test.rule || f.Text == "" {
				t.Errorf("%s also finds: %s\n%s", test.rule, f, test.bad)
			}
			got = append(got, fmt.Sprintf("%d:%d: %s", f.Line, f.Column, f.Text))
		}
		if len(got) == 0 || !strings.HasPrefix(got[0], test.want) {
			t.Errorf("%s: got %q, want %q…\n%s", test.rule, got, test.want, test.bad)
		}
		for _, f := range found[i].fixed {
			t.Errorf("%s, the fixed twin: %s\n%s", test.rule, f, test.fixed)
		}
	}
	for _, r := range lint.Rules() {
		if !tested[r.ID] {
			t.Errorf("no playbook of the test breaks %s", r.ID)
		}
		if !strings.HasSuffix(r.About, ".") || r.Level != lint.Error && r.Level != lint.Warning {
			t.Errorf("%+v: it needs a sentence and a level", r)
		}
	}
	documented(t, all, found)
}

type both struct{ bad, fixed []lint.Finding }

// look has every rule look at what is put right, and at what is wrong the one
// that is to find it: to play whole incidents takes the longest.
func look(t *testing.T, all []twin) []both {
	t.Helper()
	out := make([]both, len(all))
	bad, broken, fixed := small(), small(), map[*lint.Config]fstest.MapFS{}
	for i, test := range all {
		if fixed[test.config] == nil {
			fixed[test.config] = small()
		}
		put(fixed[test.config], i, test.fixed)
		if test.rule == "load" {
			put(broken, i, test.bad)
		} else {
			put(bad, i, test.bad)
		}
	}
	var each sync.WaitGroup
	each.Go(func() {
		for i, f := range dir(t, broken, nil) {
			out[i].bad = f
		}
		set, err := playbooks.Load(bad)
		if err != nil {
			t.Error(err)
		}
		for i, test := range all {
			if src, ok := set[fmt.Sprintf("twin-%d", i)]; ok {
				out[i].bad = lint.Set(playbooks.Set{"base": set["base"], src.Name: src}, test.config, test.rule)
			}
		}
	})
	for config, fixed := range fixed {
		each.Go(func() {
			for i, f := range dir(t, fixed, config) {
				out[i].fixed = f
			}
		})
	}
	each.Wait()
	return out
}

// small is a folder with a parent for all twins, and put puts one beside it.
func small() fstest.MapFS {
	return fstest.MapFS{"small.yaml": {Data: []byte("extends: default\nseverities: [SEV1]\n")}}
}

func put(dir fstest.MapFS, i int, text string) {
	dir[fmt.Sprintf("twin-%d.yaml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "name: twin-%d\nextends: small\n%s", i, text)}
}

// dir looks at a folder of twins.
func dir(t *testing.T, fsys fstest.MapFS, c *lint.Config) map[int][]lint.Finding {
	t.Helper()
	found, err := lint.Dir(fsys, c)
	if err != nil {
		t.Error(err)
	}
	out := map[int][]lint.Finding{}
	for _, f := range found {
		var i int
		if _, err := fmt.Sscanf(f.File, "twin-%d.yaml", &i); err != nil && f.File != "small.yaml" { // all of asleep's wake nobody
			t.Errorf("%s: %v", f, err)
		}
		if f.File != "small.yaml" {
			out[i] = append(out[i], f)
		}
	}
	return out
}

func TestBuiltinPlaybooksAreClean(t *testing.T) {
	t.Parallel()
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range lint.Set(set, harbor()) {
		t.Error(f)
	}
}

func TestFindingReads(t *testing.T) {
	t.Parallel()
	f := lint.Finding{Rule: "loop", Level: lint.Error, File: "acme.yaml", Line: 12, Column: 5, Text: "step “x” answers itself", Remedy: "Bound it"}
	if diff := cmp.Diff("acme.yaml:12:5: error: step “x” answers itself. Bound it (loop)", f.String()); diff != "" {
		t.Error(diff)
	}
}

func TestFolderThatIsNotThere(t *testing.T) {
	t.Parallel()
	empty, err := fstest.MapFS{"x/acme.yaml": {}}.Sub("y")
	if err != nil {
		t.Fatal(err)
	}
	if found, err := lint.Dir(empty, nil); err == nil {
		t.Errorf("got %v, want an error", found)
	}
}
