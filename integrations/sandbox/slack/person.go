package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"drumbeat/integrations/sandbox/slack/blockkit"
	"drumbeat/integrations/sandbox/slack/outbox"
	"drumbeat/integrations/sandbox/slack/webapi"
)

// Click is a press on a button, or a choice, in a message or a view.
type Click struct {
	Channel string `json:"channel"`
	TS      string `json:"ts"`
	View    string `json:"view_id"`
	blockkit.Press
}

// who and where find what a person's act names. They are called locked.
func (w *Workspace) who(person string) (Person, error) {
	p, ok := w.person(strings.TrimPrefix(person, "@"))
	if !ok {
		return p, fmt.Errorf("nobody here is called %q", person)
	}
	return p, nil
}

func (w *Workspace) where(p Person, name string) (*channel, error) {
	if other, ok := strings.CutPrefix(name, "@"); ok {
		o, err := w.who(other)
		if err != nil {
			return nil, err
		}
		ch, _ := w.directWith(p.ID, o.ID)
		return ch, nil
	}
	ch := w.channel(name)
	if ch == nil {
		ch = w.named(strings.TrimPrefix(name, "#"))
	}
	if ch == nil || ch.kind != public && !ch.has(p.ID) {
		return nil, fmt.Errorf("%s sees no channel %q", p.Name, name)
	}
	return ch, nil
}

// Command types a slash command ("/incident") with its text. What the app
// answers at once is shown to the person, or to the channel if it says so.
func (w *Workspace) Command(ctx context.Context, person, channel, command, text string) (outbox.Answer, error) {
	w.mu.Lock()
	p, err := w.who(person)
	if err != nil {
		w.mu.Unlock()
		return outbox.Answer{}, err
	}
	ch, err := w.where(p, channel)
	if err != nil {
		w.mu.Unlock()
		return outbox.Answer{}, err
	}
	name := map[string]string{direct: "directmessage", private: "privategroup"}[ch.kind]
	responseID := w.newResponse(ch, p.ID, "", false)
	form := url.Values{
		"token": {"legacy"}, "team_id": {w.config.TeamID}, "team_domain": {w.config.Domain},
		"channel_id": {ch.id}, "channel_name": {cmp.Or(name, ch.name)}, "user_id": {p.ID}, "user_name": {p.Name},
		"command": {command}, "text": {text}, "api_app_id": {w.config.AppID}, "is_enterprise_install": {"false"},
		"response_url": {w.responseURL("commands", responseID)}, "trigger_id": {w.newTrigger(p.ID, nil)},
	}
	w.mu.Unlock()
	a := w.out.Command(ctx, form)
	if a.Status == 200 && strings.TrimSpace(a.Body) != "" {
		w.mu.Lock()
		if err := w.respond(responseID, commandAnswer(a.Body)); err != nil {
			a.Error = "invalid_command_response"
		}
		w.mu.Unlock()
	}
	w.drain()
	return a, nil
}

// commandAnswer turns plain text into what JSON would have said.
func commandAnswer(body string) map[string]json.RawMessage {
	var said map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &said) == nil && said != nil {
		return said
	}
	text, _ := json.Marshal(body) // a string always encodes
	return map[string]json.RawMessage{"text": text}
}

// payload begins an interaction's payload.
func (w *Workspace) payload(kind string, p Person) reply {
	return reply{"type": kind, "token": "legacy", "api_app_id": w.config.AppID, "enterprise": nil,
		"is_enterprise_install": false, "team": reply{"id": w.config.TeamID, "domain": w.config.Domain},
		"user": reply{"id": p.ID, "username": p.Name, "name": p.Name, "team_id": w.config.TeamID}}
}

// Click presses what the person sees: a message of a channel, an ephemeral of
// theirs, or a view that they have open.
func (w *Workspace) Click(ctx context.Context, person string, k Click) (outbox.Answer, error) {
	w.mu.Lock()
	payload, err := w.clickPayload(person, k)
	w.mu.Unlock()
	if err != nil {
		return outbox.Answer{}, err
	}
	a := w.out.Interaction(ctx, payload)
	w.drain()
	return a, nil
}

func (w *Workspace) clickPayload(person string, k Click) ([]byte, error) {
	p, err := w.who(person)
	if err != nil {
		return nil, err
	}
	payload := w.payload("block_actions", p)
	var blocks json.RawMessage
	if k.View != "" {
		v := w.view(k.View)
		if v == nil || v.user != p.ID {
			return nil, fmt.Errorf("%s has no view %q open", p.Name, k.View)
		}
		blocks = v.Blocks
		payload["view"] = w.drawView(v, blockkit.Initial(v.Blocks))
		payload["container"] = reply{"type": "view", "view_id": v.id}
		payload["trigger_id"] = w.newTrigger(p.ID, v)
	} else if blocks, err = w.clickMessage(payload, p, k); err != nil {
		return nil, err
	}
	action, err := blockkit.Find(blocks, k.Press)
	if err != nil {
		return nil, err
	}
	action["action_ts"] = w.ts()
	payload["actions"] = []reply{action}
	return json.Marshal(payload)
}

// clickMessage fills in the message that is clicked.
func (w *Workspace) clickMessage(payload reply, p Person, k Click) (json.RawMessage, error) {
	ch, err := w.where(p, k.Channel)
	if err != nil {
		return nil, err
	}
	m, hidden := ch.message(k.TS), false
	for _, e := range w.ephemerals {
		if e.channel == ch.id && e.user == p.ID && e.TS == k.TS {
			m, hidden = e.Message, true
		}
	}
	if m == nil {
		return nil, fmt.Errorf("%s sees no message %q", p.Name, k.TS)
	}
	container := reply{"type": "message", "message_ts": m.TS, "channel_id": ch.id, "is_ephemeral": hidden}
	if m.ThreadTS != "" {
		container["thread_ts"] = m.ThreadTS
	}
	payload["container"], payload["channel"] = container, reply{"id": ch.id, "name": ch.name}
	if !hidden { // Slack does not send an ephemeral's content
		payload["message"] = w.draw(ch, m, true)
	}
	payload["state"] = reply{"values": reply{}}
	payload["trigger_id"] = w.newTrigger(p.ID, nil)
	payload["response_url"] = w.responseURL("actions", w.newResponse(ch, p.ID, m.TS, hidden))
	return m.Blocks, nil
}

// Say writes a message as the person, who joins a public channel for it. "@name"
// of the bot becomes a mention, as the client makes it.
func (w *Workspace) Say(person, channel, thread, text string) (ts string, err error) {
	defer w.drain()
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.who(person)
	if err != nil {
		return "", err
	}
	ch, err := w.where(p, channel)
	switch {
	case err != nil:
		return "", err
	case ch.archived:
		return "", fmt.Errorf("#%s is archived", ch.name)
	case thread != "" && ch.message(thread) == nil:
		return "", fmt.Errorf("#%s has no message %q", ch.name, thread)
	case text == "":
		return "", fmt.Errorf("a message needs text")
	case !ch.has(p.ID):
		w.enter(ch, p.ID, "")
	}
	text = strings.ReplaceAll(text, "@"+w.config.BotName, "<@"+w.config.BotUser+">")
	m := &Message{User: p.ID, Content: webapi.Content{Text: text}, ThreadTS: thread}
	w.post(ch, m)
	return m.TS, nil
}

// Home opens the person's App Home.
func (w *Workspace) Home(person string) error {
	defer w.drain()
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.who(person)
	if err != nil {
		return err
	}
	ch, _ := w.directWith(p.ID, w.config.BotUser)
	event := reply{"type": "app_home_opened", "user": p.ID, "channel": ch.id, "tab": "home"}
	if i := slices.IndexFunc(w.views, func(v *view) bool { return v.user == p.ID && v.Type == "home" }); i >= 0 {
		event["view"] = w.drawView(w.views[i], nil)
	}
	w.announce(event)
	return nil
}

// Arrange lets a person archive, unarchive or leave a channel.
func (w *Workspace) Arrange(person, channel, act string) error {
	defer w.drain()
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.who(person)
	if err != nil {
		return err
	}
	ch, err := w.where(p, channel)
	if err != nil {
		return err
	}
	switch {
	case act == "archive" && !ch.archived:
		w.archive(ch, p.ID)
	case act == "unarchive" && ch.archived:
		ch.archived = false
		w.line(ch, p.ID, "channel_unarchive", "<@"+p.ID+"> un-archived the channel", "")
		w.tell(ch, reply{"type": "channel_unarchive", "channel": ch.id, "user": p.ID})
	case act == "leave" && ch.has(p.ID):
		w.leave(ch, p.ID)
	default:
		return fmt.Errorf("%s cannot %s #%s now", p.Name, act, ch.name)
	}
	return nil
}
