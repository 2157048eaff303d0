package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const module = "drumbeat"

// room is a folder and what its packages may import. In patterns "x" is the package x alone, "x/..." is x and
// all below it, and "own/..." is the importing package's own second-level folder: store/redis/… for store/redis.
type room struct {
	folder  string   // this one and all below it, unless a longer row matches
	own     []string // our packages that it may import
	never   []string // std packages that it may not
	stdOnly bool     // no library at all
}

// Rooms that are absent from this table may not exist, and what a row does not allow is forbidden. So a backend
// never meets its sibling, and none but the root and bot/wiring meets a concrete backend or far end.
var rooms = []room{
	{folder: "incident/stream", never: outside, stdOnly: true},
	{folder: "incident/policy", own: []string{"incident/stream"}, never: outside, stdOnly: true},
	{folder: "incident/choice", own: []string{"incident/stream", "incident/policy", "incident/paging"}, never: outside, stdOnly: true},
	{folder: "incident/paging", own: []string{"incident/stream"}, never: outside, stdOnly: true},
	{folder: "incident/place", own: []string{"incident/stream"}, never: outside, stdOnly: true},
	{folder: "incident/opening", own: []string{"incident/stream", "incident/card", "incident/choice", "incident/paging", "incident/policy", "incident/words"}, never: outside, stdOnly: true},
	{folder: "incident/watch", own: []string{"incident/stream"}, never: outside, stdOnly: true},
	{folder: "incident/todo", own: []string{"incident/stream"}, never: outside, stdOnly: true},
	{folder: "incident/promises", own: []string{"incident/stream", "incident/policy", "incident/words"}, never: outside, stdOnly: true},
	{folder: "incident/card", own: []string{"incident/stream", "incident/words"}, never: outside, stdOnly: true},
	{folder: "incident/words", own: []string{"incident/stream"}, never: outside, stdOnly: true},
	{folder: "incident/approval", own: []string{"incident/stream", "incident/policy", "incident/words"}, never: outside, stdOnly: true},
	{folder: "incident/score", own: []string{"incident", "incident/promises", "incident/words", "incident/paging", "incident/stream"}, never: outside, stdOnly: true},
	{folder: "incident", own: []string{"incident/stream", "incident/policy", "incident/words", "incident/approval", "incident/card", "incident/choice", "incident/opening", "incident/paging", "incident/place", "incident/promises", "incident/todo", "incident/watch", "own/..."}, never: outside, stdOnly: true},
	{folder: "playbooks", own: []string{"incident/...", "playbooks/..."}, never: outside},
	{folder: "store", own: []string{"store", "incident/stream", "own/..."}},
	{folder: "integrations", own: []string{"integrations", "incident/...", "own/..."}},
	{folder: "bot/wiring", own: []string{"..."}},                                                                  // all that main may: it is main, where tests reach it
	{folder: "bot/demo", own: []string{"bot/...", "incident/...", "playbooks/facts", "integrations/sandbox/..."}}, // it plays in the town
	{folder: "bot/setup", own: []string{"bot/...", "integrations", "integrations/slack/manifest"}},                // it asks for the Slack app
	{folder: "bot", own: []string{"bot/...", "playbooks/...", "store", "integrations", "incident/..."}},
	{folder: ".", own: []string{"..."}},
}

var outside = []string{"os/...", "net", "net/http/...", "net/rpc/...", "net/smtp", "log/syslog", "syscall/...", "plugin"}

func TestImportsFollowTheTable(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if p.Error != nil {
			t.Errorf("%s does not load, so its imports were not checked: %s", p.ImportPath, p.Error.Err)
			continue
		}
		report(t, direction(p.ImportPath, p.Imports))
	}
}

// direction gives what is wrong with a package's imports.
func direction(pkg string, imports []string) []string {
	r, ok := roomOf(pkg)
	if !ok {
		return []string{fmt.Sprintf("%s: its folder has no row in the table of rooms", pkg)}
	}
	var findings []string
	for _, imp := range imports {
		first, _, _ := strings.Cut(imp, "/")
		switch {
		case first == module:
			if !slices.ContainsFunc(r.own, func(p string) bool { return match(resolve(p, pkg), inside(imp)) }) {
				findings = append(findings, fmt.Sprintf("%s may not import %s", pkg, imp))
			}
		case strings.Contains(first, "."):
			if r.stdOnly {
				findings = append(findings, fmt.Sprintf("%s may import no library, but imports %s", pkg, imp))
			}
		case slices.ContainsFunc(r.never, func(p string) bool { return match(p, imp) }):
			findings = append(findings, fmt.Sprintf("%s may not reach outside, but imports %s", pkg, imp))
		}
	}
	return findings
}

// roomOf finds the longest row that covers the package; the root's row covers the root alone.
func roomOf(pkg string) (best room, ok bool) {
	for _, r := range rooms {
		covers := r.folder == inside(pkg) || r.folder != "." && match(r.folder+"/...", inside(pkg))
		if covers && (!ok || len(r.folder) > len(best.folder)) {
			best, ok = r, true
		}
	}
	return best, ok
}

// inside turns an import path of ours into a folder.
func inside(pkg string) string {
	if pkg == module {
		return "."
	}
	return strings.TrimPrefix(pkg, module+"/")
}

// resolve puts the package's own folder in the place of "own". A contract's package has none: were store's own
// folder store, it could import its backends.
func resolve(pattern, pkg string) string {
	if pattern != "own/..." {
		return pattern
	}
	parts := strings.Split(inside(pkg), "/")
	if len(parts) < 2 {
		return inside(pkg)
	}
	return parts[0] + "/" + parts[1] + "/..."
}

func match(pattern, name string) bool {
	base, tree := strings.CutSuffix(pattern, "...")
	if !tree {
		return pattern == name
	}
	base = strings.TrimSuffix(base, "/")
	return base == "" || name == base || strings.HasPrefix(name, base+"/")
}

type listedPackage struct {
	ImportPath string
	Imports    []string
	Error      *struct{ Err string }
}

// packages asks the go command, which reads import clauses only: a package that does not compile is still listed.
func packages(t *testing.T) []listedPackage {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports,Error", "./...")
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list ./... fails, so no import was checked: %v\n%s", err, stderr.Bytes())
	}
	var all []listedPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("reading go list: %v", err)
		}
		all = append(all, p)
	}
}

func TestDirectionFindsWhatTheTableForbids(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pkg, imp string
		ok       bool
	}{
		{"drumbeat", "drumbeat/store/sqlite", true},
		{"drumbeat", "drumbeat/integrations/slack", true},
		{"drumbeat/incident", "drumbeat/incident/stream", true},
		{"drumbeat/incident", "drumbeat/incident/alert", false},
		{"drumbeat/incident", "github.com/google/uuid", false},
		{"drumbeat/incident", "os/exec", false},
		{"drumbeat/incident/stream", "drumbeat/incident", false},
		{"drumbeat/incident/alert", "drumbeat/incident/stream", true},
		{"drumbeat/incident/alert", "drumbeat/incident", false},
		{"drumbeat/playbooks", "drumbeat/incident/alert", true},
		{"drumbeat/playbooks", "github.com/robfig/cron/v3", true},
		{"drumbeat/playbooks", "drumbeat/bot", false},
		{"drumbeat/playbooks", "os", false},
		{"drumbeat/playbooks", "net/http", false},
		{"drumbeat/playbooks", "net/url", true},
		{"drumbeat/store", "drumbeat/store/redis", false},
		{"drumbeat/store/sqlite", "drumbeat/store", true},
		{"drumbeat/store/sqlite", "drumbeat/store/sqlite/schema", true},
		{"drumbeat/store/sqlite", "drumbeat/store/redis", false},
		{"drumbeat/store/sqlite", "drumbeat/incident", false},
		{"drumbeat/integrations", "drumbeat/integrations/slack", false},
		{"drumbeat/integrations/slack", "drumbeat/integrations", true},
		{"drumbeat/integrations/slack", "drumbeat/integrations/twilio", false},
		{"drumbeat/integrations/slack", "drumbeat/playbooks", false},
		{"drumbeat/integrations/slack", "drumbeat/store", false},
		{"drumbeat/integrations/sandbox/slack", "drumbeat/integrations/sandbox", true},
		{"drumbeat/integrations/sandbox/slack", "drumbeat/integrations/slack", false},
		{"drumbeat/bot", "drumbeat/store", true},
		{"drumbeat/bot", "drumbeat/store/sqlite", false},
		{"drumbeat/bot", "drumbeat/integrations/slack", false},
		{"drumbeat/bot", "drumbeat", false},
		{"drumbeat/util", "fmt", false},
	} {
		got := len(direction(c.pkg, []string{c.imp})) == 0
		if diff := cmp.Diff(c.ok, got); diff != "" {
			t.Errorf("%s imports %s: allowed (-want +got)\n%s", c.pkg, c.imp, diff)
		}
	}
}
