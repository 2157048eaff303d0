package main_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

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
