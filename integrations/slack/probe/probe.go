// Package probe looks whether a bot would work in its workspace: its token, what
// it was granted, and the channels that its configuration names.
package probe

import (
	"context"
	"errors"
	"fmt"
	"strings"

	api "github.com/slack-go/slack"

	"drumbeat/integrations"
	"drumbeat/integrations/slack/manifest"
)

// Bot is whom to look at.
type Bot struct {
	Client *api.Client
	URL    string // of the Web API
	// Resolve gives the ID of a channel that is configured by its name.
	Resolve func(ctx context.Context, channel string) (string, error)
	// Connect asks for a connection of Socket Mode and does not open it; nil when
	// Slack calls the bot.
	Connect func(ctx context.Context) error
	// Failure says what a method's error means, without a secret.
	Failure func(method string, err error) error
}

// Channel is one of the configuration: its key, its name or ID, and what comes
// of its not being there.
type Channel struct{ Key, Name, Without string }

// name gives Slack's own name of an error, or nothing.
func name(err error) string {
	var e api.SlackErrorResponse
	errors.As(err, &e)
	return e.Err
}

// Run looks.
func (b Bot) Run(ctx context.Context, channels ...Channel) []integrations.Finding {
	const subject = "slack.bot_token"
	r, err := b.Client.AuthTestContext(ctx)
	if err != nil {
		remedy := "Let this machine reach " + b.URL + " over HTTPS."
		if name(err) != "" {
			remedy = "Install the app again at https://api.slack.com/apps, Install App, and copy the Bot User OAuth Token."
		}
		return []integrations.Finding{{Level: integrations.Failure, Subject: subject, Text: b.Failure("auth.test", err).Error(), Remedy: remedy}}
	}
	all := []integrations.Finding{{Level: integrations.OK, Subject: subject, Text: fmt.Sprintf("@%s in the workspace %s", r.User, r.Team)}}
	all = append(all, manifest.Findings(strings.Split(r.Header.Get("X-OAuth-Scopes"), ","))...)
	if b.Connect != nil {
		all = append(all, b.socket(ctx))
	}
	for _, c := range channels {
		if c.Name != "" {
			all = append(all, b.channel(ctx, c, r.User))
		}
	}
	return all
}

// socket looks at the app-level token.
func (b Bot) socket(ctx context.Context) integrations.Finding {
	const subject = "slack.app_token"
	if err := b.Connect(ctx); err != nil {
		return integrations.Finding{Level: integrations.Failure, Subject: subject, Text: err.Error(),
			Remedy: "At https://api.slack.com/apps: Socket Mode on, and Basic Information, App-Level Tokens, scope connections:write."}
	}
	return integrations.Finding{Level: integrations.OK, Subject: subject, Text: "Socket Mode is open to it"}
}

// channel looks whether the bot can write there.
func (b Bot) channel(ctx context.Context, at Channel, bot string) integrations.Finding {
	id, err := b.Resolve(ctx, at.Name)
	var c *api.Channel
	if err == nil {
		c, err = b.Client.GetConversationInfoContext(ctx, &api.GetConversationInfoInput{ChannelID: id})
	}
	f := integrations.Finding{Level: integrations.Failure, Subject: "slack." + at.Key,
		Remedy: fmt.Sprintf("In Slack, open the channel and type /invite @%s, or name another channel here.", bot)}
	switch {
	case name(err) == "missing_scope": // the scope's own finding says so
		return integrations.Finding{Level: integrations.OK, Subject: f.Subject, Text: at.Name + "; it cannot be looked at"}
	case err != nil:
		f.Text = fmt.Sprintf("%s, so %s", b.Failure("conversations.info", err), at.Without)
	case c.IsArchived:
		f.Text = fmt.Sprintf("#%s is archived, so %s", c.Name, at.Without)
	case !c.IsMember:
		f.Text = fmt.Sprintf("@%s is not in #%s, so %s", bot, c.Name, at.Without)
	default:
		return integrations.Finding{Level: integrations.OK, Subject: f.Subject, Text: "#" + c.Name}
	}
	return f
}
