package main_test

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("update", false, "write what check prints into docs/check.md")

// The output that the documentation shows is that of the binary, for a bot in
// the town with its troubles. The address of Redis alone is put right.
func TestCheckIsDocumented(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the real binary")
	}
	redis := redisServer.database(t)
	r := settle(t, redis, edit{`, phone: "+14155550102"`, ""}, edit{"{Mail view: 8kbf7d35c070}", "{Mail view: 8kbf7d35c07o}"}, edit{"mode: live", "mode: shadow"})
	stdout, _, code := typedIn(t, r.dir, "check")
	if code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	stdout = strings.ReplaceAll(stdout, redisServer.addr, "redis.internal:6379")
	const page, begin, end = "docs/check.md", "-update -->\n```\n", "```\n"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(text), begin)
	shown, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the output", page)
	}
	if *rewrite {
		if err := os.WriteFile(page, []byte(head+begin+stdout+end+tail), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(stdout, shown); diff != "" {
		t.Errorf("%s shows another output; -update rewrites it (-printed +shown):\n%s", page, diff)
	}
}

// What is not well with a store in Redis is told with what to do about it; the
// rest of check is in testdata/script/check*.txtar.
func TestCheckOfRedis(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the real binary")
	}
	for name, c := range map[string]struct {
		settings []string // of the server; nil for the one that loses nothing
		url      string   // in place of the server's
		code     int
		want     []string
	}{
		"well": {nil, "", 0, []string{`ok    store .*every commit is on the disk before its answer`, `ok    store .*no replica follows it`}},
		"its defaults": {[]string{"--maxmemory-policy", "allkeys-lru"}, "", 0, []string{
			`warn  store .*appendonly is "no": a restart forgets .*\n +→ CONFIG SET appendonly yes`, `warn  store .*appendfsync is "everysec"`, `warn  store .*maxmemory-policy is "allkeys-lru"`}},
		"too few replicas": {[]string{"--min-replicas-to-write", "1"}, "", 2, []string{`FAIL  store .*0 replicas are connected, and it refuses writes below 1.*\n +→ Start the replicas`}},
		"a replica":        {[]string{"--replicaof", "127.0.0.1 1"}, "", 2, []string{`FAIL  store .*it is a replica .*\n +→ Name the server`}},
		"settings hidden":  {[]string{"--rename-command", "CONFIG", ""}, "", 0, []string{`warn  store .*its settings cannot be seen.*\n +→ Allow this user CONFIG GET`}},
		"nobody there":     {nil, "redis://:s3cret@127.0.0.1:1/0", 2, []string{`FAIL  store .*connection refused\.\n +→ Start it`, `ok    twitter `}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := c.url
			if url == "" {
				url = redisOf(t, c.settings)
			}
			r := settle(t, url)
			stdout, stderr, code := typedIn(t, r.dir, "check") // the client of Redis writes to stderr by itself
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			for _, want := range c.want {
				if !regexp.MustCompile(`(?m)^` + want).MatchString(stdout) {
					t.Errorf("no %s in\n%s", want, stdout)
				}
			}
			if strings.Contains(stdout+stderr, "s3cret") {
				t.Errorf("the password is told:\n%s", stdout)
			}
			if _, err := os.Stat(filepath.Join(r.dir, "drumbeat.db")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a file was made: %v", err)
			}
		})
	}
}

// redisOf gives the shared server, or one of its own with these settings.
func redisOf(t *testing.T, settings []string) string {
	t.Helper()
	if settings == nil {
		return redisServer.database(t)
	}
	own := new(redisProcess)
	t.Cleanup(own.stop)
	if own.start(settings...); errors.Is(own.err, exec.ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skip("needs redis-server")
	}
	if own.err != nil {
		t.Fatal(own.err)
	}
	return "redis://" + own.addr + "/0"
}
