package slack

import (
	"cmp"
	"context"
	"encoding/json"

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

func (f face) interaction(ctx context.Context, payload []byte) answer {
	var p interaction
	if json.Unmarshal(payload, &p) != nil {
		return answer{wrong: "no payload"}
	}
	switch {
	case p.User.ID != "" && p.Type == "block_actions":
		return f.click(ctx, p)
	case p.User.ID != "" && p.Type == "view_submission":
		return f.submit(ctx, p)
	}
	return answer{} // a form that was closed, or a shortcut that is not ours
}

func (p interaction) by() stream.Actor {
	return stream.Actor{ID: p.User.ID, Name: cmp.Or(p.User.Name, p.User.Username)}
}

// click hands over the line that a button stands for. A button that only leads
// somewhere has none.
func (f face) click(ctx context.Context, p interaction) answer {
	if len(p.Actions) == 0 || p.Actions[0].Type != "button" || p.Actions[0].Value == "" {
		return answer{}
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
	reply, failed := f.ask(ctx, integrations.Request{
		By:      by,
		Line:    a.Value,
		Channel: at.Channel,
		Thread:  at.Thread,
		CanOpen: p.TriggerID != "",
	})
	// A form can open another only on top of itself, so its buttons are answered
	// with words.
	opened := reply.Open != nil && (p.View.ID == "" || home) && f.open(ctx, p.TriggerID, reply.Open, at)
	return answer{failed: failed, then: func(ctx context.Context) {
		switch {
		case opened:
		case home:
			f.redraw(ctx, by, reply)
		case reply.Words != nil:
			f.say(ctx, said{person: by.ID, at: at, url: p.ResponseURL, words: reply.Words})
		}
	}}
}

// submit hands over a form. What is wrong with it is shown in it, and nothing
// that a person wrote is lost.
func (f face) submit(ctx context.Context, p interaction) answer {
	by := p.by()
	f.learn(by.ID, by.Name)
	m := readMetadata(p.View.PrivateMetadata)
	reply, failed := f.ask(ctx, integrations.Request{
		Key:     "slack:form:" + p.View.ID,
		By:      by,
		Line:    m.Line,
		Channel: m.Channel,
		Thread:  m.Thread,
		Form:    p.View.CallbackID,
		Version: m.Version,
		Values:  p.View.values(),
	})
	a := encoded(p.View.after(reply, m.place))
	a.failed = failed
	if m.Home && reply.Open == nil && !reply.Refused && len(reply.Problems) == 0 {
		a.then = func(ctx context.Context) { f.redraw(ctx, by, integrations.Reply{}) }
	}
	return a
}

// after says what becomes of a view that was submitted.
func (v view) after(reply integrations.Reply, at place) any {
	switch {
	case len(reply.Problems) > 0:
		return v.wrong(reply.Problems, reply.Words)
	case reply.Refused && reply.Words != nil:
		return v.wrong(nil, reply.Words)
	case reply.Open != nil:
		return map[string]any{"response_action": "update", "view": modal(reply.Open, at)}
	case reply.Words != nil:
		return map[string]any{"response_action": "update", "view": v.done(reply.Words)}
	default:
		return map[string]any{"response_action": "clear"}
	}
}
