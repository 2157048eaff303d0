package main_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// rewrite edits the bot's configuration.
func (r *rig) rewrite(edits ...edit) {
	r.Helper()
	path := filepath.Join(r.dir, "drumbeat.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		r.Fatal(err)
	}
	config := string(text)
	for _, e := range edits {
		if !strings.Contains(config, e.from) {
			r.Fatalf("the configuration has no %q", e.from)
		}
		config = strings.ReplaceAll(config, e.from, e.to)
	}
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		r.Fatal(err)
	}
}

// reload sends SIGHUP and waits until the log says it once more.
func (r *rig) reload(says string) {
	r.Helper()
	before := strings.Count(r.bot.log(), says)
	if err := r.bot.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		r.Fatal(err)
	}
	r.await(soon, "the log says: "+says, func() bool { return strings.Count(r.bot.log(), says) > before })
}

// TestReload changes the configuration under a running bot, for good and for bad.
func TestReload(t *testing.T) {
	t.Parallel()
	r := live(t, "sqlite:drumbeat.db")
	r.write("bad/acme.yaml", "about: ours\nextends: nobody\n")
	asked := func(token string) int {
		status, _ := r.request(http.MethodPost, "/v1/command", `{"by": "maya", "line": "list"}`, http.Header{"Authorization": {"Bearer " + token}})
		return status
	}
	r.rewrite(edit{"sandbox-api", "other-token"})
	if got := asked("sandbox-api"); got != 200 {
		t.Errorf("before it was reloaded: got %d", got)
	}
	r.reload(`"reloaded"`)
	if old, fresh := asked("sandbox-api"), asked("other-token"); old != 401 || fresh != 200 {
		t.Errorf("after it was reloaded: the old token gets %d, the new one %d", old, fresh)
	}
	for _, c := range []struct {
		name  string
		edits edit
		want  string
	}{
		{"a key that nobody knows", edit{"timezone:", "time_zone:"}, "timezone"},
		{"another address", edit{strings.TrimPrefix(r.app, "http://"), "127.0.0.1:1"}, "`listen:` has changed: that needs a restart"},
		{"another store", edit{"sqlite:drumbeat.db", "sqlite:other.db"}, "`store:` has changed: that needs a restart"},
		{"playbooks that are not there", edit{"store: ", "playbooks: none\nstore: "}, "none"},
		{"a bad playbook", edit{"store: ", "playbooks: bad\nstore: "}, "acme.yaml:2:10: there is no playbook nobody to extend"},
	} {
		r.rewrite(c.edits, edit{"other-token", "third-token"})
		r.reload("the reload failed, and everything stays as it was")
		log := strings.Split(strings.TrimSpace(r.bot.log()), "\n")
		if last := log[len(log)-1]; !strings.Contains(last, c.want) {
			t.Errorf("%s: the log says %s, want %q in it", c.name, last, c.want)
		}
		if got := asked("other-token"); got != 200 {
			t.Errorf("%s: got %d, want everything as it was", c.name, got)
		}
		r.rewrite(edit{c.edits.to, c.edits.from}, edit{"third-token", "other-token"})
	}
	r.await(soon, "the operator is told, once", func() bool { return r.wrote("U0000MAYA", "the last good one is in force") == 1 })
	r.reload(`"reloaded"`)
}

// TestABadPlaybookStopsNoStart begins with a folder in which somebody made a
// mistake: the incident is declared by what holds, and the operator hears of
// it once. Mended, it is in force without a restart.
func TestABadPlaybookStopsNoStart(t *testing.T) {
	t.Parallel()
	r := settle(t, "sqlite:drumbeat.db")
	r.write("own/default.yaml", "extends: base\nseverities: [sev1]\n")
	r.write("own/acme.yaml", "extends: default\nwords: {internal update: {lines: ['{{.nobody}}']}}\n")
	r.rewrite(edit{"store: ", "playbooks: own\nstore: "})
	r.start()
	r.await(soon, "the operator is told", func() bool {
		return r.wrote("U0000MAYA", `default.yaml:2:14: severity "sev1"`) == 1 && r.wrote("U0000MAYA", "nothing is called .nobody") == 1
	})
	if got := r.command("maya", "declare sev1 people cannot save"); !strings.Contains(got, "INC-1") {
		t.Errorf("declaring by what holds: got %s", got)
	}
	r.write("own/default.yaml", "extends: base\nseverities: [SEV7]\nroom: {place: thread}\nwords: {}\naudiences: {public: {words: {first: \"{what} "+strings.Repeat("does not work ", 30)+"\"}}}\n")
	r.write("own/acme.yaml", "extends: default\n")
	r.reload(`"reloaded"`)
	r.await(soon, "the operator is told of words that are too long", func() bool {
		return r.wrote("U0000MAYA", "default.yaml:5:37: 4") == 1 && r.wrote("U0000MAYA", "and X takes 280: they go in 2 posts") == 1
	})
	if got := r.command("maya", "declare sev7 the printer is on fire"); !strings.Contains(got, "SEV7") {
		t.Errorf("declaring by the mended one: got %s", got)
	}
	if got := r.wrote("U0000MAYA", "nothing is called .nobody"); got != 1 {
		t.Errorf("the operator was told %d times, want once", got)
	}
	r.stop()
}

// write puts a file beside the configuration.
func (r *rig) write(name, text string) {
	r.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.Fatal(err)
	}
}

// TestReloadUnderLoad reloads again and again while people work: nobody is
// turned away, and everything is sent once.
func TestReloadUnderLoad(t *testing.T) {
	t.Parallel()
	r := live(t, "sqlite:drumbeat.db")
	r.command("maya", "declare sev1 people cannot save")
	r.await(soon, "the channel", func() bool { return len(r.rooms()) == 1 && len(r.rooms()[0].Pins) == 1 })
	room := r.rooms()[0].ID
	var group sync.WaitGroup
	var over atomic.Bool
	var told atomic.Int64
	again := func(what func() (int, string)) {
		group.Go(func() {
			for !over.Load() {
				if status, text := what(); status != 200 {
					t.Errorf("a request during a reload: got %d %s", status, text)
					return
				}
			}
		})
	}
	again(func() (int, string) { return r.fetch("/") })
	again(func() (int, string) { return r.fetch("/readyz") })
	again(func() (int, string) { return r.post("/v1/command", `{"by": "maya", "line": "show #1"}`) })
	pace := time.NewTicker(50 * time.Millisecond) // Slack takes one post a second, and bursts
	defer pace.Stop()
	again(func() (int, string) {
		<-pace.C
		if told.Load() >= 20 {
			return 200, ""
		}
		return r.post("/v1/command", fmt.Sprintf(`{"by": "maya", "line": "update word-%03d-end #1"}`, told.Add(1)))
	})
	for range 20 {
		r.reload(`"reloaded"`)
	}
	over.Store(true)
	group.Wait()
	if told.Load() == 0 {
		t.Fatal("nobody said anything meanwhile")
	}
	last := fmt.Sprintf("word-%03d-end", told.Load())
	r.await(time.Minute, last+" is told", func() bool { return r.saw(room, last) > 0 })
	for i := range told.Load() {
		if word := fmt.Sprintf("word-%03d-end", i+1); r.saw(room, word) != 1 {
			t.Errorf("%s: told %d times, want once", word, r.saw(room, word))
		}
	}
	if got := r.town.PagerDuty.Alerts(); len(got) != 1 {
		t.Errorf("pages: got %d, want 1", len(got))
	}
}

// TestSystemdIsTold listens where systemd does: the bot is ready, alive while it
// works, reloading and stopping.
func TestSystemdIsTold(t *testing.T) {
	t.Parallel()
	if testing.Short() || runtime.GOOS != "linux" {
		return // systemd is Linux'
	}
	r := settle(t, "sqlite:drumbeat.db")
	at := filepath.Join(r.dir, "notify")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: at, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	hears := func(want string) {
		t.Helper()
		for said := ""; !strings.HasPrefix(said, want); {
			buffer := make([]byte, 200)
			n, err := l.Read(buffer)
			if err != nil {
				t.Fatalf("waiting for %s: %v", want, err)
			}
			if said = string(buffer[:n]); said != "WATCHDOG=1" && !strings.HasPrefix(said, want) {
				t.Errorf("got %q, want %q", said, want)
			}
		}
	}
	r.env = []string{"NOTIFY_SOCKET=" + at, "WATCHDOG_USEC=4000000"}
	r.start()
	hears("READY=1")
	hears("WATCHDOG=1")
	r.reload(`"reloaded"`)
	hears("RELOADING=1\nMONOTONIC_USEC=")
	hears("READY=1")
	hears("WATCHDOG=1")
	r.stop()
	hears("STOPPING=1")
}
