package slack

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"

	api "github.com/slack-go/slack"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// interaction is what we read of Slack's payload. Source:
// docs.slack.dev/reference/interaction-payloads.
type interaction struct {
	Type        string `json:"type"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	User        struct {
		ID       string `json:"id"`
		Username string `json:"username"`
		Name     string `json:"name"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Message   message `json:"message"`
	Container struct {
		Channel string `json:"channel_id"`
		TS      string `json:"message_ts"`
		Thread  string `json:"thread_ts"`
		View    string `json:"view_id"`
	} `json:"container"`
	Actions []input `json:"actions"`
	View    view    `json:"view"`
}

// input is what a person clicked, chose or wrote.
type input struct {
	Type     string   `json:"type"`
	ActionID string   `json:"action_id"`
	ActionTS string   `json:"action_ts"`
	Value    string   `json:"value"`
	Selected *choice  `json:"selected_option"`
	Checked  []choice `json:"selected_options"`
}

type choice struct {
	Value string `json:"value"`
}

func (f face) interaction(w http.ResponseWriter, r *http.Request, body []byte) {
	v, err := url.ParseQuery(string(body))
	var p interaction
	if err != nil || json.Unmarshal([]byte(v.Get("payload")), &p) != nil {
		http.Error(w, "no payload", http.StatusBadRequest)
		return
	}
	if p.User.ID != "" {
		switch p.Type {
		case "block_actions":
			f.click(w, r, p)
			return
		case "view_submission":
			f.submit(w, r, p)
			return
		}
	}
	// A form that was closed, or a shortcut that is not ours.
	w.WriteHeader(http.StatusOK)
}

func (p interaction) by() stream.Actor {
	return stream.Actor{ID: p.User.ID, Name: cmp.Or(p.User.Name, p.User.Username)}
}

// click hands over the line that a button stands for. A button that only leads
// somewhere has none.
func (f face) click(w http.ResponseWriter, r *http.Request, p interaction) {
	if len(p.Actions) == 0 || p.Actions[0].Type != "button" || p.Actions[0].Value == "" {
		w.WriteHeader(http.StatusOK)
		return
	}
	by, a := p.by(), p.Actions[0]
	f.learn(by.ID, by.Name)
	at := place{
		Channel: cmp.Or(p.Channel.ID, p.Container.Channel),
		Thread:  cmp.Or(p.Container.Thread, p.Message.Thread),
	}
	home := p.View.Type == string(api.VTHomeTab)
	switch {
	case home:
		at = place{Home: true}
	case p.View.ID != "":
		at = readMetadata(p.View.PrivateMetadata).place
	}
	reply := f.ask(r.Context(), integrations.Request{
		By:      by,
		Line:    a.Value,
		Channel: at.Channel,
		Thread:  at.Thread,
		CanOpen: p.TriggerID != "",
	})
	// A form can open another only on top of itself, so its buttons are answered
	// with words.
	opened := reply.Open != nil && (p.View.ID == "" || home) && f.open(r.Context(), p.TriggerID, reply.Open, at)
	ctx, cancel := acknowledge(w, r)
	defer cancel()
	switch {
	case opened:
	case home:
		f.redraw(ctx, by, reply)
	case reply.Words != nil:
		f.say(ctx, said{person: by.ID, at: at, url: p.ResponseURL, words: reply.Words})
	}
}

// submit hands over a form. What is wrong with it is shown in it, and nothing
// that a person wrote is lost.
func (f face) submit(w http.ResponseWriter, r *http.Request, p interaction) {
	by := p.by()
	f.learn(by.ID, by.Name)
	m := readMetadata(p.View.PrivateMetadata)
	reply := f.ask(r.Context(), integrations.Request{
		Key:     "slack:form:" + p.View.ID,
		By:      by,
		Line:    m.Line,
		Channel: m.Channel,
		Thread:  m.Thread,
		Form:    p.View.CallbackID,
		Version: m.Version,
		Values:  p.View.values(),
	})
	switch {
	case len(reply.Problems) > 0:
		respond(w, p.View.wrong(reply.Problems, reply.Words))
	case reply.Refused && reply.Words != nil:
		respond(w, p.View.wrong(nil, reply.Words))
	case reply.Open != nil:
		respond(w, map[string]any{"response_action": "update", "view": modal(reply.Open, m.place)})
	case reply.Words != nil:
		respond(w, map[string]any{"response_action": "update", "view": p.View.done(reply.Words)})
	default:
		respond(w, map[string]any{"response_action": "clear"})
	}
	if m.Home && reply.Open == nil && !reply.Refused && len(reply.Problems) == 0 {
		ctx, cancel := afterwards(w, r)
		defer cancel()
		f.redraw(ctx, by, integrations.Reply{})
	}
}
