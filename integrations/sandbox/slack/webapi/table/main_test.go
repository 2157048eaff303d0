package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const described = `{"method": "pins.add", "scope": {"bot": ["pins:write"], "user": ["other"]}, "rate_limits": "t2",
	"json_input_supported": true, "args": {"required": ["token", "channel"],
	"properties": {"token": {}, "timestamp": {"desc": "left out"}, "channel": {}}}, "errors": {"no_item": {}, "already_pinned": {}}}`

const want = `var methods = map[string]Method{
	"pins.add": {Tier: 2, JSON: true,
		Args:     words("channel timestamp"),
		Required: words("channel"),
		Scopes:   words("pins:write"),
		Errors:   words("already_pinned no_item"),
	},
}
`

func TestTable(t *testing.T) {
	t.Parallel()
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "methods_gen.go")
	run := func() (string, error) {
		out, err := exec.CommandContext(t.Context(), "go", "run", ".", "-from", from, "-to", to).CombinedOutput()
		return string(out), err
	}
	if out, err := run(); err == nil || !strings.Contains(out, "-from") {
		t.Errorf("an empty folder: %v %s", err, out)
	}
	if err := os.WriteFile(filepath.Join(from, "pins.add.json"), []byte(described), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := run(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got, err := os.ReadFile(to)
	if err != nil || !strings.HasSuffix(string(got), want) || !strings.HasPrefix(string(got), "// Code generated ") {
		t.Errorf("the table (%v) reads\n%s\nwant at its end\n%s", err, got, want)
	}
}
