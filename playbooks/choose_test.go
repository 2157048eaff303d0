package playbooks_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"drumbeat/playbooks"
	"drumbeat/playbooks/choose"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// chosen are three of the built-in playbooks, and some that differ from default by their
// `when` alone; one that extends another says so before a bar.
func chosen(t testing.TB, whens map[string]string) playbooks.Set {
	t.Helper()
	builtin, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set := playbooks.Set{"base": builtin["base"], "default": builtin["default"], "drill": builtin["drill"]}
	for name, when := range whens {
		book := set["default"]
		book.Name, book.Extends, book.When = name, "default", when
		if parent, cond, extends := strings.Cut(when, " | "); extends {
			book.Extends, book.When = parent, cond
		}
		set[name] = book
	}
	return set
}

func TestChoose(t *testing.T) {
	t.Parallel()
	set := chosen(t, map[string]string{
		"outage":   `severity == "SEV1"`,
		"checkout": `severity in ["SEV1", "SEV2"] && "checkout" in components`,
		"security": `private`,
		"leak":     `security | private`,
		"acute":    `severity == "SEV1"`,
		"pager":    `drill && weekend`,
		"foreign":  ``,
	})
	for _, c := range []struct {
		name string
		q    playbooks.Question
		want []string // the lines, the chosen one first
	}{
		{"nothing fits", playbooks.Question{Severity: "SEV3"}, []string{
			"default: no other fits", "acute: severity is SEV3", "checkout: severity is SEV3",
			"drill: it has no `when`: it is taken by its name alone", "foreign: it has no `when`: it is taken by its name alone",
			"leak: it is not private", "outage: severity is SEV3", "pager: it is not a drill", "security: it is not private"}},
		{"the narrower one, then by name", playbooks.Question{Severity: "SEV1", Components: []string{"checkout"}}, []string{
			"checkout: severity is SEV1 and the component is checkout",
			"acute: fits too (severity is SEV1), and checkout is narrower: 2 facts have to be right for it, here 1",
			"outage: fits too (severity is SEV1), and checkout is narrower: 2 facts have to be right for it, here 1",
			"default: it is taken where no other fits"}},
		{"a tie", playbooks.Question{Severity: "SEV1"}, []string{"acute: severity is SEV1",
			"outage: fits too (severity is SEV1), and acute is as narrow and comes first by name"}},
		{"a child before its parent", playbooks.Question{Severity: "SEV2", Private: true}, []string{"leak: it is private",
			"security: fits too (it is private), and leak is as narrow and has more parents"}},
		{"a severity that a playbook has not", playbooks.Question{Severity: "P1", Private: true}, []string{"default: no other fits",
			"acute: it has no severity P1"}},
		{"a drill", playbooks.Question{Severity: "DRILL", Drill: true, Private: true}, []string{"drill: no other fits"}},
		{"a drill of its own", playbooks.Question{Severity: "SEV1", Drill: true, Private: true, At: time.Date(2026, 10, 3, 2, 0, 0, 0, time.UTC)}, []string{
			"pager: it is a drill and it is the weekend", "drill: it is taken where no other fits", "acute: it is a drill, and its `when` does not speak of drills"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			choice, err := set.Choose(c.q)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i, r := range choice.Reasons {
				got = append(got, r.Playbook+": "+r.Why)
				if r.Chosen != (i == 0) || r.Chosen != (r.Playbook == choice.Name) {
					t.Errorf("%s is chosen: got %v, and the choice is %s", r.Playbook, r.Chosen, choice.Name)
				}
			}
			if diff := gocmp.Diff(c.want, got[:min(len(got), len(c.want))]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestChooseWithoutDefault(t *testing.T) {
	t.Parallel()
	set := chosen(t, map[string]string{"outage": `severity == "SEV1"`})
	delete(set, "default")
	if c, err := set.Choose(playbooks.Question{Severity: "SEV1"}); err != nil || c.Name != "outage" {
		t.Errorf("what fits: got %q, %v, want outage", c.Name, err)
	}
	if c, err := set.Choose(playbooks.Question{Severity: "SEV2"}); err == nil || !strings.Contains(err.Error(), "default") {
		t.Errorf("what does not: got %q, %v, want an error that names default", c.Name, err)
	}
}

func TestWhenHasMistakes(t *testing.T) {
	t.Parallel()
	for yaml, want := range map[string]string{
		"extends: default\nwhen: colour == 'red'\n": "acme.yaml:2:7: unknown name colour",
		"extends: default\nwhen: severity\n":        "acme.yaml:2:7: expected bool",
		"extends: default\nchange: never\n":         "acme.yaml:2:9: when another playbook fits better, ask or follow",
	} {
		_, err := playbooks.Load(fstest.MapFS{"acme.yaml": {Data: []byte(yaml)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", yaml, err, want)
		}
	}
}

// Whatever the playbooks and whatever is asked: there is one answer, it does
// not depend on the order of the set, and it is never one whose `when` fails.
func TestChooseAlwaysGivesOne(t *testing.T) {
	t.Parallel()
	conds := []string{`severity == "SEV1"`, `severity in ["SEV1", "SEV2"]`, `private`, `!private`, `"checkout" in components`, `weekend`, `hour < 7`, `labels.team == "payments"`, `drill`}
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		books := maps.Clone(set)
		for i := range rapid.IntRange(0, 6).Draw(t, "playbooks") {
			book := books["default"]
			book.Extends = rapid.SampledFrom(slices.Sorted(maps.Keys(books))).Draw(t, "extends")
			book.When = strings.Join(rapid.SliceOfN(rapid.SampledFrom(conds), 0, 3).Draw(t, "when"), rapid.SampledFrom([]string{" && ", " || "}).Draw(t, "op"))
			books[fmt.Sprintf("p%d", i)] = book
		}
		q := playbooks.Question{Severity: rapid.SampledFrom([]string{"SEV1", "SEV2", "SEV9", ""}).Draw(t, "severity"), Private: rapid.Bool().Draw(t, "private"),
			Drill: rapid.Bool().Draw(t, "drill"), Components: rapid.SliceOf(rapid.SampledFrom([]string{"checkout", "mail"})).Draw(t, "components"),
			At: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour)}
		want, err := books.Choose(q)
		if err != nil {
			t.Fatalf("nothing was chosen: %v", err)
		}
		if first := want.Reasons[0]; first.Playbook != want.Name || !first.Fits && want.Name != "default" && want.Name != "drill" {
			t.Errorf("chosen is %s, with %+v, want what fits, or default, or drill", want.Name, first)
		}
		other := playbooks.Set{}
		for _, name := range rapid.Permutation(slices.Sorted(maps.Keys(books))).Draw(t, "order") {
			other[name] = books[name]
		}
		got, err := other.Choose(q)
		if diff := gocmp.Diff(want, got, gocmp.AllowUnexported(choose.Reason{})); err != nil || diff != "" {
			t.Errorf("in another order (-want +got, %v):\n%s", err, diff)
		}
	})
}

// BenchmarkChoose is a declaration's share with ten playbooks.
func BenchmarkChoose(b *testing.B) {
	files := fstest.MapFS{}
	for i := range 10 {
		files[fmt.Sprintf("book%d.yaml", i)] = &fstest.MapFile{Data: []byte(fmt.Sprintf("extends: default\nwhen: severity in ['SEV1', 'SEV2'] && 'part%d' in components && !private\n", i))}
	}
	set, err := playbooks.Load(files)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := set.Choose(playbooks.Question{Severity: "SEV1", Components: []string{"part3"}}); err != nil {
			b.Fatal(err)
		}
	}
}
