package guard_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"drumbeat/playbooks/guard"
)

// sentence is a line of the measured set.
type sentence struct {
	text       string
	verified   bool
	must, may  []string // rules
	kind, line string
}

func (s sentence) known() guard.Known {
	k := known()
	k.Verified = s.verified
	return k
}

var labelled = regexp.MustCompile(`^(identified \| )?([a-z][a-z ]*(?:, [a-z ]+)*)(?: \(([a-z ,]+)\))?: (.+)$`)

// measured reads a half of the measured set: developing.txt tells its form.
func measured(t testing.TB, half string) []sentence {
	t.Helper()
	data, err := os.ReadFile("testdata/" + half)
	if err != nil {
		t.Fatal(err)
	}
	var all []sentence
	kind, seen := "", map[string]bool{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if about, ok := strings.CutPrefix(line, "//"); ok || line == "" {
			kind = strings.TrimSpace(about)
			continue
		}
		m := labelled.FindStringSubmatch(line)
		if m == nil || seen[m[4]] {
			t.Fatalf("%s: not labelled, or there twice: %s", half, line)
		}
		s := sentence{text: m[4], verified: m[1] != "", kind: kind, line: line}
		seen[s.text] = true
		if m[2] != "good" {
			s.must = strings.Split(m[2], ", ")
		}
		if m[3] != "" {
			s.may = strings.Split(m[3], ", ")
		}
		for _, rule := range append(slices.Clone(s.must), s.may...) {
			if _, problems := guard.New(guard.Config{Builtin: map[string]string{rule: "block"}}); len(problems) > 0 {
				t.Fatalf("%s: no rule is called %q: %s", half, rule, line)
			}
		}
		all = append(all, s)
	}
	return all
}

// score counts sentences that a rule found rightly, found wrongly, and missed.
type score struct{ right, wrong, missed int }

func (s score) precision() float64 { return share(s.right, s.right+s.wrong) }
func (s score) recall() float64    { return share(s.right, s.right+s.missed) }

// share of nothing is all of it.
func share(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

// count takes note of what should have been found, and what was.
func (s *score) count(must, found bool) {
	switch {
	case must && found:
		s.right++
	case found:
		s.wrong++
	case must:
		s.missed++
	}
}

func (s score) String() string {
	return fmt.Sprintf("precision %.3f  recall %.3f  (right %d, wrong %d, missed %d)", s.precision(), s.recall(), s.right, s.wrong, s.missed)
}

// measure reads a half and says what came of it: each error, then the scores of
// each rule, of all rules together, and of sentences, in which anything is found
// or nothing.
func measure(t *testing.T, half string) (all, held score, report string) {
	var b strings.Builder
	rules, good := map[string]*score{}, 0
	sentences := measured(t, half)
	for _, s := range sentences {
		found := guard.Check(s.text, s.known())
		names := guard.Names(found)
		held.count(len(s.must) > 0, len(names) > 0)
		if len(s.must) == 0 {
			good++
		}
		both := append(slices.Clone(s.must), names...)
		slices.Sort(both)
		for _, rule := range slices.Compact(both) {
			must, is := slices.Contains(s.must, rule), slices.Contains(names, rule)
			if slices.Contains(s.may, rule) {
				continue
			}
			if rules[rule] == nil {
				rules[rule] = &score{}
			}
			rules[rule].count(must, is)
			all.count(must, is)
			if must && !is {
				fmt.Fprintf(&b, "  missed %s: %s\n", rule, s.line)
			} else if !must {
				fmt.Fprintf(&b, "  wrong %s: %s\n    found %s\n", rule, s.line, tell(found))
			}
		}
	}
	fmt.Fprintf(&b, "  %-12s %s\n", "sentences", held)
	fmt.Fprintf(&b, "  %-12s %s\n", "all rules", all)
	for _, rule := range slices.Sorted(maps.Keys(rules)) {
		fmt.Fprintf(&b, "  %-12s %s\n", rule, rules[rule])
	}
	return all, held, fmt.Sprintf("%s: %d sentences, %d of them good\n%s", half, len(sentences), good, b.String())
}

// The half that only measures is printed and never fails: a test that did would
// have its sentences learned by heart.
func TestMeasure(t *testing.T) {
	for _, half := range []string{"developing", "held-out"} {
		t.Run(half, func(t *testing.T) {
			all, held, report := measure(t, half+".txt")
			t.Log(report)
			if half == "developing" && min(all.precision(), all.recall(), held.precision(), held.recall()) < 0.95 {
				t.Error("precision or recall under 0.95")
			}
		})
	}
}
