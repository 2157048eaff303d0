package main_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"drumbeat/integrations/sandbox/slack/outbox"
	"drumbeat/integrations/sandbox/town"
	"drumbeat/integrations/slack/manifest"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts types what testdata/script/*.txtar say, each in a folder of its
// own, with the real binary as drumbeat. Beside the usual commands of testscript
// a script has:
//
//	exits CODE PROGRAM ARGS…    as exec, with that exit code
//	mode BITS FILE              the file's permissions, in octal
//	town [FILE]                 start the stand-ins; write a configuration that lives in them (drumbeat.yaml)
//	                            and set TOWN (their address), MAIL, and LISTEN and APP (a free one of the bot's);
//	                            Slack has granted the scopes of PROFILE (full) but WITHOUT, and
//	                            hears over Socket Mode where SOCKET is set
//	serves                      wait until a bot at $APP is ready: exec drumbeat serve &bot&
//	say PERSON CHANNEL LINE     type /incident LINE; the answer is stdout. A script takes # for a comment: '#1'
//	await CHANNEL TEXT          wait until the channel shows the text; @ID: the direct messages with that person;
//	                            or a web address
//	edit FILE OLD NEW           replace what must be there; \n is a new line
//	http METHOD URL [BODY]      call; the answer is stdout; without ! its status is below 300
func TestScripts(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the real binary")
	}
	path := filepath.Dir(built(t)) + string(os.PathListSeparator) + os.Getenv("PATH")
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"), RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", path)
			env.Values[stageKey] = new(stage)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "mode": mode, "town": startTown, "serves": serves, "say": say, "await": await, "edit": replace, "http": call,
		},
	})
}

// stage is where a script plays; stageKey is where a script keeps it.
type stage struct{ *town.Town }

const stageKey = "stage"

// usage fails the script unless the command was written as it must be.
func usage(ts *testscript.TestScript, ok bool, form string) {
	if !ok {
		ts.Fatalf("usage: %s", form)
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) >= 2, "exits CODE PROGRAM ARGS…")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func mode(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 2, "mode BITS FILE")
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
	}
}

func startTown(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) <= 1, "town [FILE]")
	profile := manifest.Profile(cmp.Or(ts.Getenv("PROFILE"), string(manifest.Full)))
	scopes := slices.DeleteFunc(manifest.Names(profile), func(s string) bool { return s == ts.Getenv("WITHOUT") })
	addr, err := ownAddress()
	ts.Check(err)
	p, err := found(town.Options{App: "http://" + addr, Scopes: scopes, SocketMode: ts.Getenv("SOCKET") != ""})
	ts.Check(err)
	ts.Defer(p.close)
	ts.Value(stageKey).(*stage).Town = p.Town
	for key, v := range map[string]string{"TOWN": p.url, "MAIL": p.mail, "LISTEN": addr, "APP": "http://" + addr} {
		ts.Setenv(key, v)
	}
	name := "drumbeat.yaml"
	if len(args) == 1 {
		name = args[0]
	}
	ts.Check(os.WriteFile(ts.MkAbs(name), []byte(p.config), 0o600))
}

// soonEnough looks again and again, for nothing tells of another process.
func soonEnough(ts *testscript.TestScript, what string, holds func() bool) {
	deadline, tick := time.NewTimer(soon), time.NewTicker(10*time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline.C:
			ts.Fatalf("not within %s: %s", soon, what)
		}
	}
}

func serves(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 0, "serves")
	soonEnough(ts, "a bot at "+ts.Getenv("APP"), func() bool {
		resp, err := http.Get(ts.Getenv("APP") + "/readyz")
		if err != nil {
			return false
		}
		_ = resp.Body.Close() // only the status is read
		return resp.StatusCode == http.StatusOK
	})
}

func say(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) >= 3, "say PERSON CHANNEL LINE")
	var a outbox.Answer
	soonEnough(ts, "a bot that hears "+args[0], func() bool { // over Socket Mode, once it has called
		var err error
		a, err = ts.Value(stageKey).(*stage).Slack.Command(context.Background(), args[0], args[1], "/incident", strings.Join(args[2:], " "))
		ts.Check(err)
		return a.Error != "dispatch_failed"
	})
	if a.Error != "" || a.Status != http.StatusOK {
		ts.Fatalf("status %d, error %q", a.Status, a.Error)
	}
	_, err := io.WriteString(ts.Stdout(), a.Body)
	ts.Check(err)
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 2, "await CHANNEL TEXT")
	soonEnough(ts, args[1]+" in "+args[0], func() bool {
		if strings.HasPrefix(args[0], "http") {
			return strings.Contains(page(ts, args[0]), args[1])
		}
		all := ts.Value(stageKey).(*stage).Slack.Snapshot()
		for _, c := range all.Channels {
			direct := c.Kind == "im" && slices.Contains(c.Members, strings.TrimPrefix(args[0], "@"))
			if (direct || c.Name == args[0]) && slices.ContainsFunc(c.Messages, func(m message) bool { return strings.Contains(full(m), args[1]) }) {
				return true
			}
		}
		return false
	})
}

func page(ts *testscript.TestScript, url string) string {
	resp, err := http.Get(url)
	ts.Check(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	ts.Check(err)
	return string(text)
}

func replace(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 3, "edit FILE OLD NEW")
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	text = strings.ReplaceAll(text, args[1], strings.ReplaceAll(args[2], `\n`, "\n"))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

func call(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, len(args) == 2 || len(args) == 3, "http METHOD URL [BODY]")
	body := strings.Join(args[2:], "")
	req, err := http.NewRequestWithContext(context.Background(), args[0], args[1], strings.NewReader(body))
	ts.Check(err)
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	_, err = io.Copy(ts.Stdout(), resp.Body)
	ts.Check(err)
	if bad := resp.StatusCode >= 300; bad != neg {
		ts.Fatalf("%s %s: %s", args[0], args[1], resp.Status)
	}
}
