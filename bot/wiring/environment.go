package wiring

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"drumbeat/bot/config"
)

// Default is the configuration's name. It alone may be absent, where the
// environment has Slack's tokens.
const Default = "drumbeat.yaml"

// Environment is env, and behind it the file .env beside the configuration,
// where secrets are kept. What is set in env wins.
func Environment(file string, env func(string) (string, bool)) (func(string) (string, bool), error) {
	name := filepath.Join(filepath.Dir(file), ".env")
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return env, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the secrets cannot be read: %w", err)
	}
	secrets, err := Secrets(name, string(text))
	if err != nil {
		return nil, err
	}
	return func(key string) (string, bool) {
		if v, ok := env(key); ok {
			return v, true
		}
		v, ok := secrets[key]
		return v, ok
	}, nil
}

var variable = regexp.MustCompile(`^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$`)

// Secrets reads NAME=value lines, with an optional export before and a comment
// behind a space and #. A value in quotes is what stands between them: nothing
// in it is filled in or taken for a sign, since passwords hold anything. An
// error names the line and never what stands there.
func Secrets(name, text string) (map[string]string, error) {
	all := map[string]string{}
	var wrong []error
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		m := variable.FindStringSubmatch(line)
		v, ok := "", m != nil
		if ok {
			v, ok = unquote(m[2])
		}
		if !ok {
			wrong = append(wrong, config.Mistake{File: name, Line: i + 1, Column: 1, Text: "write NAME=value, or NAME='value' in quotes that end"})
			continue
		}
		all[m[1]] = v
	}
	return all, errors.Join(wrong...)
}

// unquote gives the value without its quotes, or without the comment behind it.
func unquote(v string) (string, bool) {
	if v != "" && (v[0] == '\'' || v[0] == '"') {
		inner, rest, closed := strings.Cut(v[1:], v[:1])
		rest = strings.TrimSpace(rest)
		return inner, closed && (rest == "" || rest[0] == '#')
	}
	v, _, _ = strings.Cut(v, " #")
	return strings.TrimSpace(v), true
}

// bare is the configuration of a bot that has none but its environment: chat,
// and nothing that the public would see. The public ends are in shadow.
const bare = `
listen: ${DRUMBEAT_LISTEN}
store: ${DRUMBEAT_STORE}
slack:
  base_url: ${SLACK_BASE_URL}
  bot_token: ${SLACK_BOT_TOKEN}
  app_token: ${SLACK_APP_TOKEN}
  signing_secret: ${SLACK_SIGNING_SECRET}
  announce_channel: "${DRUMBEAT_ANNOUNCE_CHANNEL}"
  shadow_channel: "${DRUMBEAT_ANNOUNCE_CHANNEL}"
status_page:
  name: Drumbeat
  url: http://${DRUMBEAT_LISTEN}
  mode: shadow
`

// usual is what bare says where the environment is silent.
var usual = map[string]string{
	"DRUMBEAT_LISTEN":           "127.0.0.1:8080",
	"DRUMBEAT_STORE":            "sqlite:drumbeat.db",
	"DRUMBEAT_ANNOUNCE_CHANNEL": "incidents",
	"SLACK_BASE_URL":            "https://slack.com/api/",
	"SLACK_SIGNING_SECRET":      "",
}

// absent gives the configuration where there is no file, or the error that says
// what to do.
func absent(file string, env func(string) (string, bool), missing error) (config.Source, error) {
	if here, err := filepath.Abs(Default); err != nil || filepath.Clean(file) != here && file != Default {
		return config.Source{}, missing
	}
	for _, token := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"} {
		if v, _ := env(token); v == "" {
			return config.Source{}, fmt.Errorf("there is no %s here, and %s is not set: run drumbeat init", Default, token)
		}
	}
	return config.Source{Name: "environment", Data: []byte(strings.TrimSpace(bare)), File: os.ReadFile, Env: func(key string) (string, bool) {
		if v, _ := env(key); v != "" {
			return v, true
		}
		v, ok := usual[key]
		return v, ok
	}}, nil
}

// Zone is the machine's, an IANA name; UTC where it cannot be told.
func Zone(env func(string) (string, bool)) string {
	name, ok := env("TZ")
	if !ok {
		link, _ := os.Readlink("/etc/localtime") // absent, it is UTC
		_, name, _ = strings.Cut(link, "zoneinfo/")
	}
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		return "UTC"
	}
	return name
}
