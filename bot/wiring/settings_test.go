package wiring_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"drumbeat/bot/config"
	"drumbeat/bot/serve"
	"drumbeat/bot/wiring"

	"github.com/google/go-cmp/cmp"
)

// folder is one with these files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func environment(pairs ...string) func(string) (string, bool) {
	return func(key string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == key {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

const small = "store: \"${STORE}\"\nslack: {bot_token: \"${SLACK_BOT_TOKEN}\", signing_secret: \"${SECRET}\"}\n"

func TestReadLooksIntoTheFileOfSecrets(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"own.yaml": small, ".env": "# of Slack\nSLACK_BOT_TOKEN=xoxb-1\nexport SECRET='a b#$c'\nDRUMBEAT_HOLD=1\n"})
	s, err := wiring.Read(filepath.Join(dir, "own.yaml"), environment("SLACK_BOT_TOKEN", "xoxb-2", "STORE", "sqlite:"+filepath.Join(dir, "drumbeat.db")))
	if err != nil {
		t.Fatal(err)
	}
	if s.Slack.BotToken != "xoxb-2" || s.Slack.SigningSecret != "a b#$c" || s.Listen.Private != "127.0.0.1:8080" {
		t.Errorf("got %+v", s.Slack)
	}
	p, err := s.Parts(t.Context(), wiring.Tools{Client: serve.Client()})
	if err == nil {
		t.Cleanup(func() { _ = p.Store.Close() })
	}
	if err != nil || !p.Hold {
		t.Errorf("DRUMBEAT_HOLD of the file of secrets: got %t (%v)", p.Hold, err)
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"A=b":             "b",
		" export A = b ":  "b",
		"A=":              "",
		"A=b # a comment": "b",
		"A=b#c":           "b#c",
		"A='b # c'":       "b # c",
		`A="b'$c\n" # x`:  `b'$c\n`,
		"A=$b":            "$b",
		"A=b=c\r":         "b=c",
	} {
		got, err := wiring.Secrets(".env", "# all of them\n\n"+line+"\n")
		if diff := cmp.Diff(map[string]string{"A": want}, got); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", line, err, diff)
		}
	}
	_, err := wiring.Secrets(".env", "A=b\nSECRET xoxb-1\nB='xoxb-2\nC=\"x\" xoxb-3\n")
	want := ".env:2:1: write NAME=value, or NAME='value' in quotes that end\n"
	if got := fmt.Sprintln(err); got != want+strings.Replace(want, ":2:", ":3:", 1)+strings.Replace(want, ":2:", ":4:", 1) {
		t.Errorf("got %s", got)
	}
}

func FuzzSecrets(f *testing.F) {
	f.Add("A=b\nexport C='d'\n# e\nF=\"g\" # h")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := wiring.Secrets(".env", text)
		if err != nil && !errors.As(err, new(config.Mistake)) {
			t.Errorf("got %v", err)
		}
		for key, v := range all {
			if key == "" || strings.ContainsAny(v, "\n") || strings.ContainsAny(key, "= \t") {
				t.Errorf("got %q=%q", key, v)
			}
		}
	})
}

// The default name alone may be absent, and only where there are tokens.
func TestReadWithoutAFile(t *testing.T) {
	dir := folder(t, map[string]string{".env": "SLACK_APP_TOKEN=xapp-1\n"})
	t.Chdir(dir)
	tokens := []string{"SLACK_BOT_TOKEN", "xoxb-1", "SLACK_SIGNING_SECRET", "s"}
	for name, c := range map[string]struct {
		file string
		env  []string
		err  string
	}{
		"two tokens":                 {"drumbeat.yaml", tokens, ""},
		"two tokens, its whole path": {filepath.Join(dir, "drumbeat.yaml"), tokens, ""},
		"no bot token":               {"drumbeat.yaml", nil, "SLACK_BOT_TOKEN is not set: run drumbeat init"},
		"an empty bot token":         {"drumbeat.yaml", []string{"SLACK_BOT_TOKEN", ""}, "SLACK_BOT_TOKEN is not set: run drumbeat init"},
		"another name":               {"own.yaml", tokens, "own.yaml"},
		"another folder":             {filepath.Join(t.TempDir(), "drumbeat.yaml"), append(tokens, "SLACK_APP_TOKEN", "xapp-1"), "no such file"},
		"a token that is none":       {"drumbeat.yaml", []string{"SLACK_BOT_TOKEN", "xapp-1"}, "bot_token"},
	} {
		s, err := wiring.Read(c.file, environment(c.env...))
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: got %v, want %q", name, err, c.err)
		}
		if err == nil && (s.Slack.AnnounceChannel != "incidents" || s.StatusPage.Mode != "shadow" || s.Store != "sqlite:drumbeat.db" || s.Slack.AppToken != "xapp-1") {
			t.Errorf("%s: got %+v %+v %+v", name, s.Config, s.Slack, s.StatusPage)
		}
	}
	s, err := wiring.Read("drumbeat.yaml", environment(append(tokens, "DRUMBEAT_LISTEN", "127.0.0.1:1", "DRUMBEAT_ANNOUNCE_CHANNEL", "#ops", "DRUMBEAT_STORE", "redis://x/0")...))
	if err != nil || s.Listen.Private != "127.0.0.1:1" || s.Slack.AnnounceChannel != "#ops" || s.Store != "redis://x/0" {
		t.Errorf("with more in the environment: got %+v (%v)", s, err)
	}
}
