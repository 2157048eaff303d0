package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"drumbeat/bot/cli"
	"drumbeat/bot/web"
)

// speaks is a bot that answers what it was asked, and by whom.
func speaks(w http.ResponseWriter, r *http.Request) {
	var c web.Command
	body, _ := io.ReadAll(r.Body)
	if err := json.Unmarshal(body, &c); err != nil || r.URL.Path != "/v1/command" {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	a := web.Answer{Text: c.By + " says " + c.Line + " with " + strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")}
	if strings.Contains(c.Line, "refuse") {
		w.WriteHeader(http.StatusUnprocessableEntity)
		a.Refused = true
	}
	_ = json.NewEncoder(w).Encode(a)
}

// asks types a command line on a machine where somebody is logged in, with a
// configuration that knows maya.
func asks(t *testing.T, user, socket string, args ...string) (out string, code int) {
	t.Helper()
	var b bytes.Buffer
	code = cli.Run(context.Background(), args, cli.World{Stdout: &b, Stderr: &b, User: user,
		Local: func(string) cli.Local { return cli.Local{Socket: socket, Handles: []string{"maya"}} }})
	return b.String(), code
}

func TestHowACommandReachesTheBot(t *testing.T) {
	t.Parallel()
	far := httptest.NewServer(http.HandlerFunc(speaks))
	t.Cleanup(far.Close)
	dir, err := os.MkdirTemp("", "s") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "b.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	near := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(speaks)}}
	near.Start()
	t.Cleanup(near.Close)
	none := filepath.Join(dir, "none.sock")
	for _, c := range []struct {
		name, user, socket, line string
		code                     int
		out                      string
	}{
		{"the machine's name", "maya", socket, "incident ack #1", 0, "maya says ack #1 with \n"},
		{"another one's name", "root", socket, "incident --as omar list", 0, "omar says list with \n"},
		{"nobody's name", "root", socket, "incident list", 2, `drumbeat: say who asks, with --as HANDLE or DRUMBEAT_AS: "root" is no handle in `},
		{"resume", "maya", socket, "resume", 0, "maya says resume with \n"},
		{"refused", "maya", socket, "incident refuse", 1, "drumbeat: maya says refuse with \n"},
		{"json", "maya", socket, "incident --json list", 0, `{"text":"maya says list with "}`},
		{"elsewhere", "maya", socket, "incident --token s --url " + far.URL + " list", 0, "maya says list with s\n"},
		{"elsewhere without a token", "maya", socket, "incident --url " + far.URL + " list", 2, "drumbeat: --url needs --token"},
		{"no address", "maya", socket, "incident --token s --url http://% list", 2, "drumbeat: --url: "},
		{"no bot", "maya", none, "incident list", 1, "drumbeat: no bot runs here (" + none + "); one elsewhere is reached with --url and --token\n"},
		{"no socket", "maya", "", "resume", 1, "drumbeat: no bot runs here (a bot whose store is in Redis"},
	} {
		if out, code := asks(t, c.user, c.socket, strings.Fields(c.line)...); code != c.code || !strings.HasPrefix(out, c.out) {
			t.Errorf("%s: got %d %q, want %d %q", c.name, code, out, c.code, c.out)
		}
	}
}
