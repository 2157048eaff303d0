package cli_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot/cli"
	"drumbeat/bot/config"
	"drumbeat/bot/serve"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// result is what one command line came to.
type result struct {
	Code           int
	Stdout, Stderr string
	Called         string // "serve FILE", "sandbox LISTEN APP"
}

// run types a command line into a world whose commands end with err.
func run(t *testing.T, err error, args ...string) result {
	t.Helper()
	var r result
	var out, errs bytes.Buffer
	r.Code = cli.Run(t.Context(), args, cli.World{Stdout: &out, Stderr: &errs, Env: os.LookupEnv,
		Stdin: strings.NewReader("1570019400000000000 1570019400000000000 0\n"),
		Serve: func(_ context.Context, file string, clock serve.Clock, w cli.World) error {
			if w.Env == nil || w.Stderr == nil {
				t.Error("serve lacks the environment or stderr")
			}
			r.Called = "serve " + filepath.Base(file)
			if clock.Now != nil {
				r.Called += " at " + clock.Now().UTC().Format(time.DateTime)
			}
			return err
		},
		Sandbox: func(_ context.Context, listen, app string, _ bool, stdout io.Writer) error {
			if stdout == nil {
				t.Error("sandbox lacks stdout")
			}
			r.Called = "sandbox " + listen + " " + app
			return err
		}})
	r.Stdout, r.Stderr = out.String(), errs.String()
	return r
}

func TestRun(t *testing.T) {
	t.Parallel()
	wrong := errors.Join(config.Mistake{File: "drumbeat.yaml", Line: 3, Column: 7, Text: "no such key"},
		config.Mistake{File: "drumbeat.yaml", Line: 9, Column: 1, Text: "not a number"})
	for name, c := range map[string]struct {
		args []string
		err  error
		want result
	}{
		"serve":             {[]string{"serve"}, nil, result{Called: "serve drumbeat.yaml"}},
		"serve a file":      {[]string{"serve", "--config", "/etc/own.yaml"}, nil, result{Called: "serve own.yaml"}},
		"it does not work":  {[]string{"serve"}, errors.New("listening: address in use"), result{Code: 1, Stderr: "drumbeat: listening: address in use\n", Called: "serve drumbeat.yaml"}},
		"configuration":     {[]string{"serve"}, wrong, result{Code: 2, Stderr: "drumbeat: drumbeat.yaml:3:7: no such key\ndrumbeat.yaml:9:1: not a number\n", Called: "serve drumbeat.yaml"}},
		"a demo's bot":      {[]string{"demo-bot", "--config=/tmp/demo.yaml", "--lease=30m"}, nil, result{Called: "serve demo.yaml at 2019-10-02 12:30:00"}},
		"a demo too fast":   {[]string{"demo", "--speed=10000"}, nil, result{Code: 1, Stderr: "drumbeat: --speed is between 1 and 600, not 10000\n"}},
		"sandbox":           {[]string{"sandbox"}, nil, result{Called: "sandbox 127.0.0.1:9090 http://127.0.0.1:8080"}},
		"sandbox elsewhere": {[]string{"sandbox", "--listen=:1", "--app=http://bot:2"}, nil, result{Called: "sandbox :1 http://bot:2"}},
		"sandbox fails":     {[]string{"sandbox"}, errors.New("address in use"), result{Code: 1, Stderr: "drumbeat: address in use\n", Called: "sandbox 127.0.0.1:9090 http://127.0.0.1:8080"}},
		"version":           {[]string{"version"}, nil, result{Stdout: "drumbeat " + cli.Version() + "\n"}},
		"unknown flag":      {[]string{"serve", "--port=1"}, nil, result{Code: 2, Stderr: "drumbeat: unknown flag --port\nTry: drumbeat --help\n"}},
		"unknown command":   {[]string{"server"}, nil, result{Code: 2, Stderr: "drumbeat: unexpected argument server, did you mean \"serve\"?\nTry: drumbeat --help\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, run(t, c.err, c.args...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestServeReadsTheFileThatTheEnvironmentNames(t *testing.T) {
	t.Setenv("DRUMBEAT_CONFIG", "/etc/other.yaml")
	if got := run(t, nil, "serve").Called; got != "serve other.yaml" {
		t.Errorf("got %q", got)
	}
}

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/readyz":
			_, _ = io.WriteString(w, "ready\n")
		case "/cut/readyz":
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(bot.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for name, c := range map[string]struct {
		url  string
		code int
		says string
	}{
		"ready":       {bot.URL, 0, ""},
		"a slash":     {bot.URL + "/", 0, ""},
		"not ready":   {bot.URL + "/down", 1, "drumbeat: not ready: the store does not answer\n"},
		"cut off":     {bot.URL + "/cut", 1, "drumbeat: not ready: unexpected EOF\n"},
		"nobody":      {gone.URL, 1, "drumbeat: the bot does not answer: "},
		"no address":  {"http://%", 1, "drumbeat: --url: "},
		"no protocol": {"bot:8080", 1, "drumbeat: the bot does not answer: "},
	} {
		r := run(t, nil, "healthcheck", "--url", c.url)
		if r.Code != c.code || !strings.HasPrefix(r.Stderr, c.says) || (c.says == "") != (r.Stderr == "") || r.Stdout != "" {
			t.Errorf("%s: got %+v, want %d %q", name, r, c.code, c.says)
		}
	}
}
