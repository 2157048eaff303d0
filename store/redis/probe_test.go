package redis_test

import (
	"os"
	"strings"
	"testing"

	"drumbeat/incident/stream"
	"drumbeat/store"
	"drumbeat/store/redis"
)

// lines draws findings: "ok text", "warn text → remedy", "FAIL text → remedy".
func lines(found []store.Finding) []string {
	var out []string
	for _, f := range found {
		switch {
		case f.Fails:
			out = append(out, "FAIL "+f.Text+" → "+f.Remedy)
		case f.Remedy != "":
			out = append(out, "warn "+f.Text+" → "+f.Remedy)
		default:
			out = append(out, "ok "+f.Text)
		}
	}
	return out
}

// tells looks for findings that begin so; the others may be anything.
func tells(t *testing.T, found []store.Finding, want ...string) {
	t.Helper()
	all := lines(found)
	for _, w := range want {
		there := false
		for _, l := range all {
			there = there || strings.HasPrefix(l, w)
		}
		if !there {
			t.Errorf("no finding %q in\n%s", w, strings.Join(all, "\n"))
		}
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	shared := running(t)
	c := redis.Config{URL: shared.url(), Prefix: fresh()}
	at := " redis at " + shared.addr + ": "
	found := c.Probe(t.Context())
	tells(t, found, "ok"+at+"every commit is on the disk", "ok"+at+"no replica follows it")
	if len(found) != 2 {
		t.Errorf("a server that is well: got %q", lines(found))
	}
	if n, err := client(t, shared.url()).Exists(t.Context(), c.Prefix+":about").Result(); n != 0 || err != nil {
		t.Errorf("the probe created the store: %d, %v", n, err)
	}

	r := own(t, "--maxmemory-policy", "allkeys-lru", "--min-replicas-to-write", "2", "--maxmemory", "1mb")
	at = " redis at " + r.addr + ": "
	tells(t, redis.Config{URL: r.url()}.Probe(t.Context()),
		"warn"+at+`appendonly is "no": a restart forgets what was committed since the last snapshot. → CONFIG SET appendonly yes`,
		"warn"+at+`appendfsync is "everysec": `, "warn"+at+`maxmemory-policy is "allkeys-lru": `,
		"FAIL"+at+"0 replicas are connected, and it refuses writes below 2 (min-replicas-to-write). → Start", "warn"+at)
}

func TestProbeOfAServerThatTellsLittle(t *testing.T) {
	t.Parallel()
	found := redis.Config{URL: mini(t)}.Probe(t.Context())
	tells(t, found, "warn redis at ")
	if all := strings.Join(lines(found), "\n"); !strings.Contains(all, "its settings cannot be seen") {
		t.Errorf("got %s", all)
	}
	tells(t, redis.Config{URL: "redis://:s3cret@127.0.0.1:1/0"}.Probe(t.Context()), "FAIL opening the redis store: dial tcp 127.0.0.1:1: ")
	tells(t, redis.Config{URL: "redis"}.Probe(t.Context()), "FAIL redis url: ")
}

func TestProbeOfARestrictedUser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	r := own(t, "--requirepass", "s3cret", "--user", "bot", "on", ">b0t", "~*", "+@all", "-config", "-info")
	found := redis.Config{URL: "redis://bot:b0t@" + r.addr}.Probe(t.Context())
	at := "warn redis at " + r.addr + ": "
	tells(t, found, at+"its settings cannot be seen (CONFIG is refused)", at+"INFO is refused")
	for _, url := range []string{r.url(), "redis://:s3kret@" + r.addr} {
		found := redis.Config{URL: url}.Probe(t.Context())
		if all := strings.Join(lines(found), "\n"); !strings.HasPrefix(all, "FAIL ") || !strings.Contains(all, "Correct user and password") || strings.Contains(all, "s3") {
			t.Errorf("%s: got %s", url, all)
		}
	}
}

func TestProbeOfAServerWhoseDiskIsGone(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	r := own(t)
	c := client(t, r.url())
	if err := os.RemoveAll(r.dir); err != nil {
		t.Fatal(err)
	}
	if err := c.BgSave(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if err := r.await("Background saving error"); err != nil {
		t.Fatal(err)
	}
	tells(t, redis.Config{URL: r.url()}.Probe(t.Context()), "FAIL redis at "+r.addr+": it could not write its snapshot. → See its log")
}

func TestLoadFromOutside(t *testing.T) {
	t.Parallel()
	c := redis.Config{URL: mini(t)}
	b := first("1", "k")
	if got, err := c.Load(t.Context(), b.Stream, 0); len(got) != 0 || err != nil {
		t.Errorf("a store that was never created: got %v, %v", got, err)
	}
	s := open(t, c)
	commit(t, s, b)
	got, err := c.Load(t.Context(), b.Stream, 0)
	if err != nil || len(got) != 1 {
		t.Errorf("got %v, %v, want what was committed", got, err)
	}
	if got, err := c.Load(t.Context(), stream.ID{Workspace: "main", Kind: "incident", Name: "none"}, 0); len(got) != 0 || err != nil {
		t.Errorf("no such stream: got %v, %v", got, err)
	}
}
