package slack

import (
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/integrations/slack/kit"
	"drumbeat/integrations/slack/markup"
)

// Measure gives what of a delivery is longer than Slack takes.
func (s *Slack) Measure(d stream.Delivery) (out []words.Length) {
	if n := markup.Width(markup.Escape(d.Args["topic"])); n > maxTopic {
		out = append(out, words.Length{Part: "topic", Is: n, Most: maxTopic, Unit: "characters", Then: "it is cut"})
	}
	if n := markup.Width(d.Args["name"]); d.Action == "channel.create" && n > maxName {
		out = append(out, words.Length{Part: "name", Is: n, Most: maxName, Unit: "characters", Then: "it is cut"})
	}
	if d.Words != nil {
		out = append(out, kit.Measure(d.Words)...)
	}
	return out
}
