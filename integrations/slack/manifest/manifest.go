// Package manifest is what the bot asks of a Slack workspace: the one table of
// scopes and events, and the app's manifest made of it. A test holds the table
// to what the code calls. Source of the form:
// docs.slack.dev/reference/app-manifest.
package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/goccy/go-yaml"
)

// App is what a manifest depends on.
type App struct {
	Profile Profile
	// Command is the slash command's name, with its slash.
	Command string
	// URL is where Slack reaches the bot: https://drumbeat.example.com. When
	// empty, the bot calls Slack (Socket Mode).
	URL string
}

// Manifest is an app as Slack's pages take it.
type Manifest struct {
	Display  Display  `json:"display_information" yaml:"display_information"`
	Features Features `json:"features" yaml:"features"`
	OAuth    OAuth    `json:"oauth_config" yaml:"oauth_config"`
	Settings Settings `json:"settings" yaml:"settings"`
}

// Display is how the app is shown.
type Display struct {
	Name        string `json:"name" yaml:"name"`
	Description string `json:"description" yaml:"description"`
	Color       string `json:"background_color" yaml:"background_color"`
}

// Features are what people see of it.
type Features struct {
	Home     Home      `json:"app_home" yaml:"app_home"`
	Bot      Bot       `json:"bot_user" yaml:"bot_user"`
	Commands []Command `json:"slash_commands" yaml:"slash_commands"`
}

// Home switches the App Home's tabs.
type Home struct {
	Tab      bool `json:"home_tab_enabled" yaml:"home_tab_enabled"`
	Messages bool `json:"messages_tab_enabled" yaml:"messages_tab_enabled"`
	ReadOnly bool `json:"messages_tab_read_only_enabled" yaml:"messages_tab_read_only_enabled"`
}

// Bot is the bot's user.
type Bot struct {
	Name   string `json:"display_name" yaml:"display_name"`
	Online bool   `json:"always_online" yaml:"always_online"`
}

// Command is a slash command. Escape has Slack send a member for @maya, and
// not the text.
type Command struct {
	Name        string `json:"command" yaml:"command"`
	URL         string `json:"url,omitempty" yaml:"url,omitempty"`
	Description string `json:"description" yaml:"description"`
	Hint        string `json:"usage_hint" yaml:"usage_hint"`
	Escape      bool   `json:"should_escape" yaml:"should_escape"`
}

// OAuth is what the app may do.
type OAuth struct {
	Scopes struct {
		Bot []string `json:"bot" yaml:"bot"`
	} `json:"scopes" yaml:"scopes"`
}

// Settings are how Slack and the app talk.
type Settings struct {
	Events        Subscriptions `json:"event_subscriptions" yaml:"event_subscriptions"`
	Interactivity Interactivity `json:"interactivity" yaml:"interactivity"`
	OrgDeploy     bool          `json:"org_deploy_enabled" yaml:"org_deploy_enabled"`
	SocketMode    bool          `json:"socket_mode_enabled" yaml:"socket_mode_enabled"`
	TokenRotation bool          `json:"token_rotation_enabled" yaml:"token_rotation_enabled"`
}

// Subscriptions are the events that Slack tells of.
type Subscriptions struct {
	URL    string   `json:"request_url,omitempty" yaml:"request_url,omitempty"`
	Events []string `json:"bot_events" yaml:"bot_events"`
}

// Interactivity is where buttons and forms lead.
type Interactivity struct {
	Enabled bool   `json:"is_enabled" yaml:"is_enabled"`
	URL     string `json:"request_url,omitempty" yaml:"request_url,omitempty"`
}

// New gives the manifest of an app.
func New(a App) Manifest {
	at := func(path string) string {
		if a.URL == "" {
			return ""
		}
		return strings.TrimRight(a.URL, "/") + path
	}
	m := Manifest{
		Display: Display{"Drumbeat", "Coordinates incidents and keeps every promise made to customers", "#1f2933"},
		Features: Features{Home: Home{Tab: true, Messages: true}, Bot: Bot{"drumbeat", true},
			Commands: []Command{{Name: a.Command, URL: at("/slack/commands"), Description: "Declare an incident and work on it",
				Hint: "declare sev1 people cannot save", Escape: true}}},
		Settings: Settings{Events: Subscriptions{at("/slack/events"), Events(a.Profile)},
			Interactivity: Interactivity{true, at("/slack/interactions")}, SocketMode: a.URL == ""},
	}
	m.OAuth.Scopes.Bot = Names(a.Profile)
	return m
}

// JSON is the manifest as text.
func (m Manifest) JSON() (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return "", fmt.Errorf("writing the manifest: %w", err)
	}
	return b.String(), nil
}

// YAML is the manifest as text.
func (m Manifest) YAML() (string, error) {
	text, err := yaml.MarshalWithOptions(m, yaml.IndentSequence(true))
	if err != nil {
		return "", fmt.Errorf("writing the manifest: %w", err)
	}
	return string(text), nil
}

// Link is the page at which Slack creates the app, filled in. Source:
// docs.slack.dev/app-manifests/configuring-apps-with-app-manifests.
func (m Manifest) Link() (string, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("writing the manifest: %w", err)
	}
	// A plus is a space to forms alone, and whoever reads this may be no form.
	return "https://api.slack.com/apps?new_app=1&manifest_json=" + strings.ReplaceAll(url.QueryEscape(string(text)), "+", "%20"), nil
}
