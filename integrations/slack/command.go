package slack

import (
	"net/http"
	"net/url"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// command answers a slash command. Its answer is the HTTP response, so that it
// needs nothing of Slack; only a form is opened beside it.
func (f face) command(w http.ResponseWriter, r *http.Request, body []byte) {
	v, err := url.ParseQuery(string(body))
	if err != nil {
		http.Error(w, "not a form", http.StatusBadRequest)
		return
	}
	if v.Get("ssl_check") == "1" { // Slack tries the address
		return
	}
	user := v.Get("user_id")
	if user == "" {
		http.Error(w, "no user_id", http.StatusBadRequest)
		return
	}
	f.learn(user, v.Get("user_name"))
	trigger := v.Get("trigger_id")
	at := place{Channel: v.Get("channel_id"), Thread: v.Get("thread_ts")}
	// No Key: Slack repeats no command, and the same words typed again by a
	// nervous hand are the bot's to recognise.
	reply := f.ask(r.Context(), integrations.Request{
		By:      stream.Actor{ID: user, Name: v.Get("user_name")},
		Line:    plain(v.Get("text")),
		Channel: at.Channel,
		Thread:  at.Thread,
		CanOpen: trigger != "",
	})
	if reply.Open != nil && f.open(r.Context(), trigger, reply.Open, at) || reply.Words == nil {
		return
	}
	respond(w, ephemeral(reply.Words, ""))
}
