// Report reads the output of "go test -json" and writes it as "go test" would have, followed by the seconds of
// each package. It fails when a test failed, when one was skipped, and when there was none.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() { os.Exit(run(os.Stdin, os.Stdout)) }

// event is what the go command writes on a line; see "go doc test2json" and "go help buildjson".
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

type took struct {
	pkg     string
	seconds float64
}

// tally is what has been read so far. Output is kept by package and test until the test has passed.
type tally struct {
	out     io.Writer
	kept    map[string]map[string]string
	times   []took
	skipped []string
	passed  int
	failed  int
	broken  int // packages that failed, or did not build
}

func run(in io.Reader, out io.Writer) int {
	t := tally{out: out, kept: map[string]map[string]string{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		if json.Unmarshal(line, &e) == nil && e.Action != "" {
			t.take(e)
		} else {
			out.Write(line) // make's and the installer's words
		}
		if err == io.EOF {
			return t.close()
		}
		if err != nil {
			fmt.Fprintln(out, "reading the test output:", err)
			return 1
		}
	}
}

func (t *tally) take(e event) {
	if e.Action == "build-output" {
		fmt.Fprint(t.out, e.Output)
		return
	}
	if t.kept[e.Package] == nil {
		t.kept[e.Package] = map[string]string{}
	}
	kept := t.kept[e.Package]
	switch e.Action {
	case "output":
		switch {
		case e.Test != "":
			kept[e.Test] += e.Output
		case e.Output != "PASS\n":
			fmt.Fprint(t.out, e.Output)
		}
	case "pass", "skip", "fail":
		if e.Test == "" {
			t.closePackage(e)
			return
		}
		t.count(e)
		if e.Action != "pass" {
			fmt.Fprint(t.out, kept[e.Test])
		}
		delete(kept, e.Test)
	}
}

func (t *tally) count(e event) {
	switch e.Action {
	case "pass":
		t.passed++
	case "fail":
		t.failed++
	case "skip":
		t.skipped = append(t.skipped, e.Package+" "+e.Test)
	}
}

// closePackage shows what the tests said that never ended: a panic or the time limit is among it.
func (t *tally) closePackage(e event) {
	if e.Action == "fail" {
		t.broken++
		for _, said := range t.kept[e.Package] {
			fmt.Fprint(t.out, said)
		}
	}
	delete(t.kept, e.Package)
	t.times = append(t.times, took{e.Package, e.Elapsed})
}

func (t *tally) close() int {
	slices.SortFunc(t.times, func(a, b took) int {
		return cmp.Or(cmp.Compare(b.seconds, a.seconds), strings.Compare(a.pkg, b.pkg))
	})
	var sum float64
	fmt.Fprintln(t.out, "\nSeconds per package:")
	for _, p := range t.times {
		fmt.Fprintf(t.out, "%8.1f  %s\n", p.seconds, p.pkg)
		sum += p.seconds
	}
	fmt.Fprintf(t.out, "%8.1f  together\n\n", sum)
	for _, s := range t.skipped {
		fmt.Fprintln(t.out, "Skipped, which is a failure here:", s)
	}
	fmt.Fprintf(t.out, "%d passed, %d failed, %d skipped\n", t.passed, t.failed, len(t.skipped))
	if t.failed+t.broken+len(t.skipped) > 0 || t.passed == 0 {
		return 1
	}
	return 0
}
