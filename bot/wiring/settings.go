// Package wiring is drumbeat.yaml as a whole, and the bot that it describes:
// beside main the one package that knows every store and every far end.
package wiring

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"drumbeat/bot/cli"
	"drumbeat/bot/config"
	"drumbeat/bot/serve"
	"drumbeat/integrations"
	"drumbeat/integrations/email"
	"drumbeat/integrations/page"
	"drumbeat/integrations/pagerduty"
	"drumbeat/integrations/slack"
	"drumbeat/integrations/statuspage"
	"drumbeat/integrations/twilio"
	"drumbeat/integrations/twitter"
)

// Settings is drumbeat.yaml: each part belongs to the package that it
// configures, and a far end without a part does not exist.
type Settings struct {
	serve.Config `yaml:",inline"`
	// Slack is where the team works.
	Slack *slack.Config `yaml:"slack"`
	// StatusPage is our own status page, at `/` of the public listener.
	StatusPage *page.Config `yaml:"status_page"`
	// Twitter is an account at X.
	Twitter *twitter.Config `yaml:"twitter"`
	// Statuspage is a page at Atlassian Statuspage.
	Statuspage *statuspage.Config `yaml:"atlassian_statuspage"`
	// PagerDuty calls the first person of the first rung.
	PagerDuty *pagerduty.Config `yaml:"pagerduty"`
	// Twilio sends SMS that are answered by a digit (1 = I'm on it, 2 = I
	// can't, 3 = I join). Enter `public_url` + `/hooks/twilio` as the number's
	// webhook for messages.
	Twilio *twilio.Config `yaml:"twilio"`
	// Email sends the words for customers to a list, and wakes people who have
	// no better way.
	Email *email.Config `yaml:"email"`

	hold bool // DRUMBEAT_HOLD
}

// Read reads a file and the environment of Environment. Its error tells every
// mistake with line and column; what could be read is given beside it, for whoever
// goes on all the same, and nil when nothing could. Where drumbeat.yaml is absent and the environment
// has Slack's two tokens, they are enough.
func Read(file string, env func(string) (string, bool)) (*Settings, error) {
	src, err := source(file, env)
	if err != nil {
		return nil, err
	}
	return (&Settings{hold: config.IsSet(src.Env, "DRUMBEAT_HOLD")}).load(src)
}

// source is where a configuration is read from.
func source(file string, env func(string) (string, bool)) (config.Source, error) {
	env, err := Environment(file, env)
	if err != nil {
		return config.Source{}, err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		err = fmt.Errorf("the configuration cannot be read: %w", err)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return absent(file, env, err)
	}
	return config.Source{Name: file, Data: data, Env: env, File: os.ReadFile}, err
}

// Local tells what a configuration file says of the bot on this machine. The
// file may ask for what only the bot's own environment has.
func Local(file string, env func(string) (string, bool)) (l cli.Local) {
	s := new(Settings)
	if src, err := source(file, env); err == nil {
		_ = config.Load(src, s, s.Problems) // what is wrong with it is the bot's to say
	}
	s.Defaults()
	for _, p := range s.People {
		l.Handles = append(l.Handles, p.Handle)
	}
	l.Socket = s.SocketPath()
	return l
}

// Parse reads a text that names no environment variable and no other file.
func Parse(text string) (*Settings, error) {
	return new(Settings).load(config.Source{Name: Default, Data: []byte(text)})
}

func (s *Settings) load(src config.Source) (*Settings, error) {
	err := config.Load(src, s, s.Problems)
	s.Defaults()
	return s, err
}

// Problems tells every mistake of every part.
func (s *Settings) Problems() []integrations.Problem {
	return slices.Concat(s.Config.Problems(), config.Problems(s.Slack), config.Problems(s.StatusPage), config.Problems(s.Twitter),
		config.Problems(s.Statuspage), config.Problems(s.PagerDuty), config.Problems(s.Twilio), config.Problems(s.Email))
}
