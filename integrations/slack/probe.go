package slack

import (
	"context"
	"fmt"
	"strings"

	api "github.com/slack-go/slack"

	"drumbeat/integrations"
	"drumbeat/integrations/slack/manifest"
)

// Probe looks at the token, at what it was granted and at the channels of the
// configuration.
func (s *Slack) Probe(ctx context.Context) []integrations.Finding {
	const token = "slack.bot_token"
	r, err := s.client.AuthTestContext(ctx)
	switch {
	case errName(err) != "":
		return []integrations.Finding{{Level: integrations.Failure, Subject: token, Text: s.failure("auth.test", err).Error(),
			Remedy: "Install the app again at https://api.slack.com/apps, Install App, and copy the Bot User OAuth Token."}}
	case err != nil:
		return []integrations.Finding{{Level: integrations.Failure, Subject: token, Text: s.failure("auth.test", err).Error(),
			Remedy: "Let this machine reach " + s.config.BaseURL + " over HTTPS."}}
	}
	all := []integrations.Finding{{Level: integrations.OK, Subject: token, Text: fmt.Sprintf("@%s in the workspace %s", r.User, r.Team)}}
	all = append(all, manifest.Findings(strings.Split(r.Header.Get("X-OAuth-Scopes"), ","))...)
	for _, c := range []struct{ key, channel, without string }{
		{"announce_channel", s.config.AnnounceChannel, "incidents are announced nowhere"},
		{"shadow_channel", s.config.ShadowChannel, "words of far ends in shadow are shown nowhere"},
		{"support_channel", s.config.SupportChannel, "support is not told"},
	} {
		if c.channel != "" {
			all = append(all, s.probeChannel(ctx, "slack."+c.key, c.channel, r.User, c.without))
		}
	}
	return all
}

// probeChannel looks whether the bot can write into a channel.
func (s *Slack) probeChannel(ctx context.Context, subject, channel, bot, without string) integrations.Finding {
	id, err := s.resolve(ctx, channel)
	var c *api.Channel
	if err == nil {
		c, err = s.client.GetConversationInfoContext(ctx, &api.GetConversationInfoInput{ChannelID: id})
	}
	f := integrations.Finding{Level: integrations.Failure, Subject: subject,
		Remedy: fmt.Sprintf("In Slack, open the channel and type /invite @%s, or name another channel here.", bot)}
	switch {
	case errName(err) == missingScope: // the scope's own finding says so
		return integrations.Finding{Level: integrations.OK, Subject: subject, Text: channel + "; it cannot be looked at"}
	case err != nil:
		f.Text = fmt.Sprintf("%s, so %s", s.failure("conversations.info", err), without)
	case c.IsArchived:
		f.Text = fmt.Sprintf("#%s is archived, so %s", c.Name, without)
	case !c.IsMember:
		f.Text = fmt.Sprintf("@%s is not in #%s, so %s", bot, c.Name, without)
	default:
		return integrations.Finding{Level: integrations.OK, Subject: subject, Text: fmt.Sprintf("#%s", c.Name)}
	}
	return f
}
