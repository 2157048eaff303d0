package main_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReport feeds .ci/report.go what the go command writes: the build must fail when it should.
func TestReport(t *testing.T) {
	t.Parallel()
	exe := filepath.Join(t.TempDir(), "report")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", exe, ".ci/report.go").CombinedOutput(); err != nil {
		t.Fatalf("building the report: %v\n%s", err, out)
	}
	const (
		pass    = `{"Action":"pass","Package":"drumbeat/bot","Test":"TestA","Elapsed":0.1}` + "\n"
		quiet   = `{"Action":"output","Package":"drumbeat/bot","Test":"TestA","Output":"chatter\n"}` + "\n"
		said    = `{"Action":"output","Package":"drumbeat/bot","Test":"TestB","Output":"got 1\n"}` + "\n"
		okLine  = `{"Action":"output","Package":"drumbeat/bot","Output":"ok  \tdrumbeat/bot\t1.5s\n"}` + "\n"
		ok      = `{"Action":"pass","Package":"drumbeat/bot","Elapsed":1.5}` + "\n"
		fail    = `{"Action":"fail","Package":"drumbeat/bot","Test":"TestB"}` + "\n"
		skip    = `{"Action":"skip","Package":"drumbeat/bot","Test":"TestB"}` + "\n"
		pkgFail = `{"Action":"fail","Package":"drumbeat/bot","Elapsed":2}` + "\n"
		noTests = `{"Action":"skip","Package":"drumbeat/page","Elapsed":0}` + "\n"
		compile = `{"ImportPath":"drumbeat/bot","Action":"build-output","Output":"x.go:1: undefined: y\n"}` + "\n"
	)
	for _, c := range []struct {
		name, in string
		good     bool
		want     []string
		never    string
	}{
		{"all pass", "make says\n" + quiet + pass + okLine + ok, true,
			[]string{"make says", "ok  \tdrumbeat/bot\t1.5s\n", "1.5  drumbeat/bot", "1 passed, 0 failed, 0 skipped"}, "chatter"},
		{"a package without tests", pass + ok + noTests, true, []string{"1 passed"}, ""},
		{"a failure", pass + said + fail + pkgFail, false, []string{"got 1", "1 passed, 1 failed"}, ""},
		{"a panic", pass + said + pkgFail, false, []string{"got 1"}, ""},
		{"a skip", pass + said + skip + ok, false, []string{"Skipped, which is a failure here: drumbeat/bot TestB"}, ""},
		{"does not compile", pass + compile + pkgFail, false, []string{"undefined: y"}, ""},
		{"no test at all", ok, false, []string{"0 passed"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), exe)
			cmd.Stdin = strings.NewReader(c.in)
			out, err := cmd.Output()
			if good := err == nil; good != c.good {
				t.Errorf("succeeded: got %t, want %t", good, c.good)
			}
			for _, want := range c.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
			if c.never != "" && strings.Contains(string(out), c.never) {
				t.Errorf("%q is in\n%s", c.never, out)
			}
		})
	}
}
