package setup_test

import (
	"bytes"
	stdcmp "cmp"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/bot/setup"
	"drumbeat/bot/wiring"
	"drumbeat/integrations/slack/manifest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// typed runs init with these answers, and gives what stands on the screen.
func typed(c setup.Command, answers string) (string, error) {
	if c.Profile == "" {
		c.Profile = "full"
	}
	var out bytes.Buffer
	err := c.Run(context.Background(), setup.World{Stdin: strings.NewReader(answers), Stdout: &out, User: "maya", Zone: "Europe/Berlin"})
	return out.String(), err
}

// all answers every question by a flag.
func all(dir string) setup.Command {
	return setup.Command{Workspace: "harbor", Operator: "maya=U024BE7LH", Announce: "incidents", StatusPage: "yes", Wake: "slack", Dir: dir}
}

// names are what lies in a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// secrets are an environment in which all that .env asks for is set.
var secrets = map[string]string{"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "PAGERDUTY_ROUTING_KEY": "0123",
	"TWILIO_ACCOUNT_SID": "AC5a0dbc0c5a0dbc0c5a0dbc0c5a0dbc0c", "TWILIO_AUTH_TOKEN": "x", "TWILIO_FROM": "+15551234567",
	"SMTP_HOST": "mail.example", "SMTP_USERNAME": "u", "SMTP_PASSWORD": "p", "SMTP_FROM": "Harbor <bot@harbor.example>"}

// Whatever is answered, the bot takes the file once the secrets are filled in,
// and .env names each of them.
func TestEveryAnswerIsAConfiguration(t *testing.T) {
	t.Parallel()
	n := 0
	for _, wake := range []string{"pagerduty", "twilio", "email", "slack"} {
		for _, page := range []string{"yes", "no"} {
			for _, operator := range []string{"later", "U024BE7LH", "leo=U024BE7LH", "no", "7"} {
				for _, channel := range []string{"incidents", "#true", "123", "C0123456789"} {
					n++
					c := setup.Command{Workspace: "0x1", Operator: operator, Announce: channel, StatusPage: page, Wake: wake, Dir: t.TempDir()}
					switch wake {
					case "twilio":
						c.Reach = "+1 (555) 123-4567"
					case "email":
						c.Reach = "leo@harbor.example"
					}
					if _, err := typed(c, ""); err != nil {
						t.Fatalf("%+v: %v", c, err)
					}
					asked, err := wiring.Secrets(".env", read(t, filepath.Join(c.Dir, ".env")))
					if err != nil {
						t.Fatalf("%+v: %v", c, err)
					}
					s, err := wiring.Read(filepath.Join(c.Dir, "drumbeat.yaml"), func(key string) (string, bool) {
						_, named := asked[key]
						return secrets[key], named
					})
					if err != nil {
						t.Fatalf("%+v: %v\n%s", c, err, read(t, filepath.Join(c.Dir, "drumbeat.yaml")))
					}
					if (s.StatusPage != nil) != (page == "yes") || (s.PagerDuty != nil) != (wake == "pagerduty") || (s.Twilio != nil) != (wake == "twilio") ||
						(s.Email != nil) != (wake == "email") || s.Slack.AnnounceChannel != strings.TrimPrefix(channel, "#") || s.Timezone != "Europe/Berlin" {
						t.Errorf("%+v: got %+v", c, s)
					}
					if known := strings.Contains(operator, "U024"); (s.Operator != "") != known || (len(s.OnCall) > 0) != (known || wake != "slack") {
						t.Errorf("%+v: operator %q, on call %v", c, s.Operator, s.OnCall)
					}
				}
			}
		}
	}
	if n != 160 {
		t.Errorf("%d variants were tried", n)
	}
}

func TestDialogue(t *testing.T) {
	t.Parallel()
	golden(t, "later.txt", setup.Command{}, "https://Harbor.slack.com/\nlater\n\nno\nslack\n")
	golden(t, "mistaken.txt", setup.Command{Profile: "core", Letter: "letter.txt"},
		"our place!\nharbor\nMaya Ring\nmaya=U024BE7LH\nthe incidents\n#ops\nmaybe\n\npager\ntwilio\n0171 234\n+49 171 2345678\n")
}

// golden compares the screen, and the files, with what they were.
func golden(t *testing.T, name string, c setup.Command, answers string) {
	t.Helper()
	c.Dir = t.TempDir()
	if c.Letter != "" {
		c.Letter = filepath.Join(c.Dir, c.Letter)
	}
	got, err := typed(c, answers)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range names(t, c.Dir) {
		got += "\n======== " + f + "\n" + read(t, filepath.Join(c.Dir, f))
	}
	link, err := manifest.New(manifest.App{Profile: manifest.Profile(stdcmp.Or(c.Profile, "full")), Command: "/incident"}).Link()
	if err != nil {
		t.Fatal(err)
	}
	got = strings.NewReplacer(c.Dir, "DIR", link, "LINK").Replace(got)
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(read(t, file), got); diff != "" {
		t.Errorf("%s (-want +got); -update rewrites it:\n%s", file, diff)
	}
	if !strings.Contains(got, "LINK") {
		t.Errorf("%s has no link", file)
	}
}

// Nothing is overwritten without a clear yes, and what was there is kept.
func TestNothingIsOverwritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers string
		force   bool
		done    bool
	}{
		"nobody answers": {"", false, false},
		"enter":          {"\n", false, false},
		"no":             {"no\n", false, false},
		"something else": {"sure\n", false, false},
		"yes":            {"yes\n", false, true},
		"force":          {"", true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			secret := filepath.Join(dir, ".env")
			if err := os.WriteFile(secret, []byte("SLACK_BOT_TOKEN=xoxb-mine\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := all(dir)
			cmd.Force = c.force
			_, err := typed(cmd, c.answers)
			if (err == nil) != c.done {
				t.Fatalf("got %v", err)
			}
			if err != nil && (!strings.Contains(err.Error(), "--force") || !strings.Contains(err.Error(), ".env: in ") || strings.Contains(err.Error(), "drumbeat.yaml")) {
				t.Errorf("got %v", err)
			}
			want, kept := []string{".env"}, secret
			if c.done {
				want, kept = []string{".env", ".env.old", "drumbeat.yaml"}, secret+".old"
			}
			if got := names(t, dir); !slices.Equal(got, want) {
				t.Errorf("there are %v, want %v", got, want)
			}
			if got := read(t, kept); got != "SLACK_BOT_TOKEN=xoxb-mine\n" {
				t.Errorf("the old secrets became %q", got)
			}
		})
	}
}

func TestWhatCannotBe(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*setup.Command){
		"--workspace: write the part before":     func(c *setup.Command) { c.Workspace = "a b" },
		"--operator: a member ID looks like":     func(c *setup.Command) { c.Operator = "Maya Ring" },
		"--announce: write a channel's name":     func(c *setup.Command) { c.Announce = "a b" },
		"--status-page: write yes or no":         func(c *setup.Command) { c.StatusPage = "perhaps" },
		"--wake: write pagerduty":                func(c *setup.Command) { c.Wake = "a bell" },
		"--reach: write it in international":     func(c *setup.Command) { c.Wake, c.Reach = "twilio", "12" },
		"--reach: write it as maya@":             func(c *setup.Command) { c.Wake, c.Reach = "email", "Maya <maya@example.com>" },
		"the answers ended, and nothing was":     func(c *setup.Command) { c.Wake = "" },
		"say --reach":                            func(c *setup.Command) { c.Wake = "twilio" },
		"exists, and is not overwritten: name a": func(c *setup.Command) { c.Letter = "setup_test.go" },
	} {
		c := all(t.TempDir())
		change(&c)
		if _, err := typed(c, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		if got := names(t, c.Dir); len(got) > 0 && c.Letter == "" {
			t.Errorf("%s: left %v", want, got)
		}
	}
}

// Whoever goes away in the middle leaves nothing.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	silent, typist := io.Pipe()
	t.Cleanup(func() { _ = typist.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	var out interrupter = func(text string) {
		if strings.HasPrefix(text, "1. ") {
			cancel()
		}
	}
	dir := t.TempDir()
	err := setup.Command{Profile: "full", Dir: dir}.Run(ctx, setup.World{Stdin: silent, Stdout: out})
	if err == nil || !strings.Contains(err.Error(), "nothing was written") || len(names(t, dir)) > 0 {
		t.Errorf("got %v, and there are %v", err, names(t, dir))
	}
}

// interrupter reads what is asked.
type interrupter func(string)

func (i interrupter) Write(text []byte) (int, error) { i(string(text)); return len(text), nil }

func TestManifest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "drumbeat.yaml")
	if err := os.WriteFile(file, []byte("command: /fire\nslack: {bot_token: \"${NOT_YET}\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	print := func(m setup.Manifest) (string, error) {
		var out bytes.Buffer
		err := m.Run(setup.World{Stdout: &out})
		return out.String(), err
	}
	for name, c := range map[string]struct {
		m    setup.Manifest
		want func() (string, error)
	}{
		"YAML, and the command of the configuration": {setup.Manifest{Profile: "core", Config: file}, manifest.New(manifest.App{Profile: manifest.Core, Command: "/fire"}).YAML},
		"JSON, without a configuration":              {setup.Manifest{Profile: "full", JSON: true, Config: "none"}, manifest.New(manifest.App{Profile: manifest.Full, Command: "/incident"}).JSON},
		"the link, over HTTP": {setup.Manifest{Profile: "full", Link: true, Config: "none", HTTP: "https://bot.example"}, func() (string, error) {
			text, err := manifest.New(manifest.App{Profile: manifest.Full, Command: "/incident", URL: "https://bot.example"}).Link()
			return text + "\n", err
		}},
	} {
		got, err := print(c.m)
		want, wrong := c.want()
		if diff := cmp.Diff(want, got); diff != "" || err != nil || wrong != nil {
			t.Errorf("%s: %v %v (-want +got):\n%s", name, err, wrong, diff)
		}
	}
	for want, m := range map[string]setup.Manifest{
		"--http: write the address": {Profile: "full", Config: "none", HTTP: "http://bot.example"},
		"no YAML":                   {Profile: "full", Config: "setup_test.go"},
	} {
		if got, err := print(m); err == nil || got != "" || !strings.Contains(err.Error(), want) {
			t.Errorf("got %q %v, want %q", got, err, want)
		}
	}
}
