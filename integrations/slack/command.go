package slack

import (
	"context"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/slack/markup"
)

// command answers a slash command, of which field gives what Slack says. Its
// answer needs nothing of Slack; only a form is opened beside it.
func (f face) command(ctx context.Context, field func(name string) string) answer {
	user := field("user_id")
	if user == "" {
		return answer{wrong: "no user_id"}
	}
	f.learn(user, field("user_name"))
	trigger := field("trigger_id")
	at := place{Channel: field("channel_id"), Thread: field("thread_ts")}
	// No Key: the same words typed again by a nervous hand are the bot's to
	// recognise.
	reply, failed := f.ask(ctx, integrations.Request{
		By:      stream.Actor{ID: user, Name: field("user_name")},
		Line:    markup.Plain(field("text")),
		Channel: at.Channel,
		Thread:  at.Thread,
		CanOpen: trigger != "",
	})
	if reply.Open != nil && f.open(ctx, trigger, reply.Open, at) || reply.Words == nil {
		return answer{failed: failed}
	}
	a := encoded(ephemeral(reply.Words, ""))
	a.failed = failed
	return a
}
