package setup

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strings"

	"drumbeat/integrations/slack/manifest"

	"github.com/goccy/go-yaml"
)

// Manifest is `drumbeat manifest`.
type Manifest struct {
	Profile string `enum:"core,full" default:"full" help:"How much the app asks of the workspace: ${enum}."`
	HTTP    string `name:"http" placeholder:"URL" help:"Slack calls the bot at this address (https://drumbeat.example.com) in place of Socket Mode."`
	JSON    bool   `name:"json" xor:"form" help:"Print it as JSON."`
	Link    bool   `xor:"form" help:"Print the link that creates the app."`
	Config  string `help:"The configuration file, which names the slash command." default:"drumbeat.yaml" type:"path" env:"DRUMBEAT_CONFIG"`
}

// Run prints the manifest.
func (m Manifest) Run(w World) error {
	if u, err := url.Parse(m.HTTP); m.HTTP != "" && (err != nil || u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "") {
		return fmt.Errorf("--http: write the address that Slack reaches, such as https://drumbeat.example.com")
	}
	command, err := slashCommand(m.Config)
	if err != nil {
		return err
	}
	app := manifest.New(manifest.App{Profile: manifest.Profile(m.Profile), Command: command, URL: m.HTTP})
	var text string
	switch {
	case m.JSON:
		text, err = app.JSON()
	case m.Link:
		text, err = app.Link()
		text += "\n"
	default:
		text, err = app.YAML()
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(w.Stdout, text)
	return err
}

// slashCommand reads one key alone: the manifest is wanted before there are
// tokens to read the whole with.
func slashCommand(file string) (string, error) {
	const usual = "/incident"
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return usual, nil
	}
	if err != nil {
		return "", fmt.Errorf("the configuration cannot be read: %w", err)
	}
	var c struct {
		Command string `yaml:"command"`
	}
	if err := yaml.Unmarshal(text, &c); err != nil {
		return "", fmt.Errorf("%s: it is no YAML, so that the slash command's name is not known", file)
	}
	if c.Command == "" {
		return usual, nil
	}
	if !strings.HasPrefix(c.Command, "/") {
		return "", fmt.Errorf("%s: command: a slash command begins with a slash: /%s", file, c.Command)
	}
	return c.Command, nil
}
