package slack

import (
	"context"
	"encoding/json"
	"strings"

	"drumbeat/integrations/sandbox/slack/webapi"
)

// letter is a conversation's kind as events name it.
func letter(ch *channel) string {
	return map[string]string{public: "channel", private: "group", direct: "im", several: "mpim"}[ch.kind]
}

// tell queues an event of a channel that the bot is in, if it may hear it.
func (w *Workspace) tell(ch *channel, payload reply) {
	if ch.has(w.config.BotUser) && webapi.Hears(w.config.Scopes, payload) {
		w.announce(payload)
	}
}

// tellMessage tells of a message, and of a mention in it; direct messages have
// no mentions.
func (w *Workspace) tellMessage(ch *channel, m *Message) {
	payload := w.draw(ch, m, true)
	payload["channel"], payload["channel_type"], payload["event_ts"] = ch.id, letter(ch), m.TS
	w.tell(ch, payload)
	if m.Subtype == "" && m.BotID == "" && ch.kind != direct && strings.Contains(m.Text, "<@"+w.config.BotUser+">") {
		mention := w.draw(ch, m, true)
		mention["type"], mention["channel"], mention["event_ts"] = "app_mention", ch.id, m.TS
		w.tell(ch, mention)
	}
}

func (w *Workspace) announce(payload reply) {
	if payload["event_ts"] == nil {
		payload["event_ts"] = w.ts()
	}
	body, _ := json.Marshal(reply{ // maps and strings always encode
		"token": "legacy", "team_id": w.config.TeamID, "api_app_id": w.config.AppID, "type": "event_callback",
		"event_id": w.newID("Ev"), "event_time": w.now().Unix(), "event": payload,
		"authorizations": []reply{{"enterprise_id": nil, "team_id": w.config.TeamID,
			"user_id": w.config.BotUser, "is_bot": true, "is_enterprise_install": false}},
	})
	w.out.Add(body)
}

// drain lets the queued events go. It is called unlocked.
func (w *Workspace) drain() { w.out.Start() }

// Flush sends, with Config.Queue, the events that are due and what they bring
// about; it returns how many requests that were.
func (w *Workspace) Flush(ctx context.Context) int { return w.out.Flush(ctx) }
