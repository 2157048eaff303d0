package main_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"drumbeat/incident/score"
	"drumbeat/integrations/sandbox"
)

// typedIn runs the binary and gives what it wrote and its exit code.
func typedIn(t *testing.T, dir string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the real binary")
	}
	cmd := exec.CommandContext(t.Context(), built(t), args...)
	var out, errs strings.Builder
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		args           []string
		stdout, stderr string // parts of them
		code           int
	}{
		{"nothing typed", nil, "serve", "", 0},
		{"help", []string{"--help"}, "healthcheck", "", 0},
		{"help of a command", []string{"serve", "--help"}, "--config", "", 0},
		{"version", []string{"version"}, "drumbeat ", "", 0},
		{"no such command", []string{"srve"}, "", "drumbeat --help", 2},
		{"no such flag", []string{"serve", "--conf=x"}, "", "drumbeat --help", 2},
		{"no such file", []string{"serve", "--config", "none.yaml"}, "", "none.yaml", 1},
		{"nobody answers", []string{"healthcheck", "--url", "http://127.0.0.1:1"}, "", "does not answer", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := typedIn(t, t.TempDir(), c.args...)
			if code != c.code || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) || (code == 0) != (stderr == "") {
				t.Errorf("exit code %d, stdout %q, stderr %q; want %d, %q, %q", code, stdout, stderr, c.code, c.stdout, c.stderr)
			}
		})
	}
}

// Every mistake of a configuration is told at once, where it stands, and no
// secret with it.
func TestMistakesAreToldAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config := `listen: nowhere
timezone: Mars/Olympus
slak:
  bot_token: xoxb-very-secret
slack:
  bot_token: very-secret-and-wrong
  signing_secret: also-very-secret
people:
  - {handle: maya, phone: "0171 234"}
oncall:
  - {people: [mya]}
api: {token: "${NOT_SET_ANYWHERE}"}
`
	if err := os.WriteFile(filepath.Join(dir, "drumbeat.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := typedIn(t, dir, "serve", "--config", "drumbeat.yaml")
	if code != 2 || stdout != "" {
		t.Errorf("exit code %d, stdout %q, want 2 and nothing", code, stdout)
	}
	for _, want := range []string{
		`drumbeat\.yaml:1:\d+: .*nowhere`, `drumbeat\.yaml:2:\d+: .*Mars/Olympus`, `drumbeat\.yaml:3:\d+: .*slak`,
		`drumbeat\.yaml:6:\d+: `, `drumbeat\.yaml:9:\d+: .*\+15551234567`, `drumbeat\.yaml:11:\d+: .*mya`, `drumbeat\.yaml:12:\d+: .*NOT_SET_ANYWHERE`,
	} {
		if !regexp.MustCompile(want).MatchString(stderr) {
			t.Errorf("no %s in\n%s", want, stderr)
		}
	}
	if strings.Contains(stderr, "very-secret") {
		t.Errorf("a secret is told:\n%s", stderr)
	}
}

func TestOperatorsLookIn(t *testing.T) {
	onBothStores(t, func(t *testing.T, store string) {
		r := live(t, store)
		r.command("maya", "declare sev1 people cannot save Mail view")
		r.await(soon, "the page", func() bool { return len(r.town.PagerDuty.Alerts()) == 1 })
		for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready"} {
			if status, text := r.fetch(path); status != http.StatusOK || strings.TrimSpace(text) != want {
				t.Errorf("%s: got %d %q, want 200 %q", path, status, text, want)
			}
		}
		r.await(soon, "the page is counted", func() bool {
			_, text := r.fetch("/metrics")
			return strings.Contains(text, `drumbeat_deliveries_total{far_end="pagerduty",outcome="delivered"} 1`)
		})
		if _, _, code := typedIn(t, r.dir, "healthcheck", "--url", r.app); code != 0 {
			t.Errorf("healthcheck: exit code %d, want 0", code)
		}
		for path, want := range map[string]int{"/v1/command": http.StatusUnauthorized, "/v1/changes": http.StatusUnauthorized, "/hooks/alertmanager/guessed": http.StatusUnauthorized} {
			if status, text := r.request(http.MethodPost, path, `{}`, http.Header{"Authorization": {"Bearer guessed"}}); status != want {
				t.Errorf("%s with a guessed token: got %d %q, want %d", path, status, text, want)
			}
		}
		if status, text := r.post("/v1/command", `{"line": "list", "by": "maya"}`); status != http.StatusOK || !strings.Contains(text, "INC-1") {
			t.Errorf("list over HTTP: got %d %q", status, text)
		}
		operator := http.Header{"Authorization": {"Bearer sandbox-api"}}
		if status, text := r.request(http.MethodGet, "/v1/incidents", "", operator); status != http.StatusOK || !strings.Contains(text, "people cannot save Mail view") {
			t.Errorf("the incidents over HTTP: got %d %q", status, text)
		}
		var s score.Score
		status, text := r.request(http.MethodGet, "/v1/incidents/1/score", "", operator)
		if err := json.Unmarshal([]byte(text), &s); err != nil || status != http.StatusOK || s.FirstPage == nil || s.Promises.Open == 0 {
			t.Errorf("the score over HTTP: got %d %v %s", status, err, text)
		}
		if status, text := r.post("/v1/command", `{"line": "approve #1", "by": "maya", "sure": true}`); status != http.StatusBadRequest {
			t.Errorf("an unknown field: got %d %q, want 400", status, text)
		}
	})
}

// A second process is kept off a store that belongs to one.
func TestSecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the real binary")
	}
	r := live(t, "sqlite:drumbeat.db")
	_, stderr, code := typedIn(t, r.dir, "serve", "--config", "drumbeat.yaml")
	if code != 1 || !strings.Contains(stderr, "drumbeat.db") {
		t.Errorf("exit code %d, stderr %q, want 1 and the file's name", code, stderr)
	}
}

// TestIncidentFromAShell works on an incident while chat is down.
func TestIncidentFromAShell(t *testing.T) {
	onBothStores(t, func(t *testing.T, store string) {
		r := live(t, store)
		r.breakSlack(sandbox.Fault{Status: http.StatusServiceUnavailable})
		for _, c := range []struct {
			as, token string
			line      []string
			code      int
			out       string // a part of what is printed
		}{
			{"maya", "sandbox-api", []string{"declare", "sev1", "people", "cannot", "save"}, 0, "INC-1 SEV1: people cannot save"},
			{"maya", "sandbox-api", []string{"ack #1"}, 0, "INC-1 is yours"},
			{"maya", "sandbox-api", []string{"update public #1 Saving fails for some people."}, 0, "  [Withdraw] drumbeat incident 'reject "},
			{"maya", "sandbox-api", []string{"approve #1"}, 1, "somebody else"},
			{"omar", "sandbox-api", []string{"approve #1"}, 0, "Published INC-1"},
			{"omar", "sandbox-api", []string{"--json", "list"}, 0, `{"text":`},
			{"maya", "sandbox-api", nil, 2, "line"},
			{"maya", "guessed", []string{"list"}, 1, "the bearer token is missing or wrong"},
		} {
			stdout, stderr, code := typedIn(t, r.dir, append([]string{"incident", "--as", c.as, "--token", c.token, "--url", r.app}, c.line...)...)
			if code != c.code || !strings.Contains(stdout+stderr, c.out) || (code == 0) != (stderr == "") {
				t.Errorf("%s: %s: exit code %d, printed %q and %q, want %d and %q", c.as, c.line, code, stdout, stderr, c.code, c.out)
			}
		}
	})
}

// TestCompletionInBash has a real bash complete command lines, by the script
// that is printed.
func TestCompletionInBash(t *testing.T) {
	t.Parallel()
	script, _, code := typedIn(t, t.TempDir(), "completion", "bash")
	if code != 0 {
		t.Fatalf("exit code %d", code)
	}
	for _, c := range []struct{ line, want string }{
		{"inc", "incident"},
		{"incident dec", "declare decline"},
		{"incident --as maya dec", "declare decline"},
		{"completion ''", "bash zsh fish"},
		{"serve --conf", "--config"},
		{"incident declare 'a b'", ""},
	} {
		words := "COMP_WORDS=('" + built(t) + "' " + c.line + "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _drumbeat; echo ${COMPREPLY[*]}"
		out, err := exec.CommandContext(t.Context(), "bash", "-c", "set -u\n"+script+words).CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != c.want {
			t.Errorf("%s: got %q and %v, want %q", c.line, got, err, c.want)
		}
	}
}
