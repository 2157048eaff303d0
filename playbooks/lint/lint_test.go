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
	also       string // a rule that finds what this leads to
}

func TestRules(t *testing.T) {
	t.Parallel()
	all, tested := twins(), map[string]bool{}
	found := look(t, all)
	for i, test := range all {
		tested[test.rule] = true
		var got []string
		for _, f := range found[i].bad {
			if f.Rule == test.also {
				continue
			}
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
}

type both struct{ bad, fixed []lint.Finding }

// look looks at all twins, those without a configuration at once: to load
// playbooks takes the longest.
func look(t *testing.T, all []twin) []both {
	t.Helper()
	out := make([]both, len(all))
	dirs := map[*lint.Config]fstest.MapFS{}
	for i, test := range all {
		if dirs[test.config] == nil {
			dirs[test.config] = fstest.MapFS{"small.yaml": {Data: []byte("extends: default\nseverities: [SEV1]\n")}}
		}
		for name, text := range map[string]string{"bad": test.bad, "fixed": test.fixed} {
			dirs[test.config][fmt.Sprintf("%s-%d.yaml", name, i)] = &fstest.MapFile{Data: []byte(fmt.Sprintf("name: %s-%d\nextends: small\n%s", name, i, text))}
		}
	}
	var each sync.WaitGroup
	var taken sync.Mutex
	for config, dir := range dirs {
		each.Go(func() {
			found, err := lint.Dir(dir, config)
			if err != nil {
				t.Error(err)
			}
			taken.Lock()
			defer taken.Unlock()
			for _, f := range found {
				take(t, out, f)
			}
		})
	}
	each.Wait()
	return out
}

// take puts a finding to the twin whose file it is in.
func take(t *testing.T, out []both, f lint.Finding) {
	if f.File == "small.yaml" {
		return // all of asleep's wake nobody
	}
	var name string
	var i int
	if _, err := fmt.Sscanf(strings.NewReplacer("-", " ", ".yaml", "").Replace(f.File), "%s %d", &name, &i); err != nil {
		t.Errorf("%s: %v", f, err)
		return
	}
	if name == "bad" {
		out[i].bad = append(out[i].bad, f)
	} else {
		out[i].fixed = append(out[i].fixed, f)
	}
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
