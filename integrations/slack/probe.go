package slack

import (
	"context"

	"drumbeat/integrations"
	"drumbeat/integrations/slack/probe"
)

// Probe looks at the tokens, at what they were granted and at the channels of
// the configuration.
func (s *Slack) Probe(ctx context.Context) []integrations.Finding {
	c := s.config
	b := probe.Bot{Client: s.client, URL: c.BaseURL, Resolve: s.resolve, Failure: s.failure}
	if c.AppToken != "" {
		b.Connect = func(ctx context.Context) error {
			n, err := s.Connected()
			if n == 0 && err == nil { // not running
				_, err = s.connection(ctx)
			}
			if n > 0 {
				return nil // a replacement is on its way
			}
			return err
		}
	}
	return b.Run(ctx,
		probe.Channel{Key: "announce_channel", Name: c.AnnounceChannel, Without: "incidents are announced nowhere"},
		probe.Channel{Key: "shadow_channel", Name: c.ShadowChannel, Without: "words of far ends in shadow are shown nowhere"},
		probe.Channel{Key: "support_channel", Name: c.SupportChannel, Without: "support is not told"})
}
