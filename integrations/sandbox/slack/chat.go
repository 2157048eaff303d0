package slack

import (
	"cmp"
	"slices"
	"strings"

	"drumbeat/integrations/sandbox/slack/webapi"
)

// compose gives the bot's message as the arguments say it, without place and ts.
func (c *call) compose() (*Message, error) {
	content, err := c.Content(c.blockID)
	return &Message{User: c.config.BotUser, BotID: c.config.BotID, Content: content}, err
}

// place finds where to post: an ID, a channel's name, or a person's ID for the
// direct messages with that one.
func (c *call) place() (*channel, error) {
	where := c.Values["channel"]
	if p, ok := c.person(where); ok && p.ID == where {
		ch, _ := c.directWith(where, c.config.BotUser)
		return ch, nil
	}
	if ch := c.named(strings.TrimPrefix(where, "#")); ch != nil {
		c.Values["channel"] = ch.id
	}
	ch, err := c.seen("channel")
	if err == nil && !ch.has(c.config.BotUser) && !slices.Contains(c.config.Scopes, "chat:write.public") {
		err = webapi.Refuse("not_in_channel")
	}
	if err == nil && ch.archived {
		err = webapi.Refuse("is_archived")
	}
	return ch, err
}

// thread gives the root that thread_ts belongs to. Slack lets an unknown root
// pass; here it is an error, since the answer would stand nowhere.
func (c *call) thread(ch *channel) (string, error) {
	ts := c.Values["thread_ts"]
	if ts == "" {
		return "", nil
	}
	root := ch.message(ts)
	switch {
	case root == nil:
		return "", webapi.Refuse("cannot_reply_to_message")
	case root.ThreadTS != "" && root.ThreadTS != ts:
		c.Warn("thread_ts names an answer in place of its root")
		return root.ThreadTS, nil
	}
	return ts, nil
}

func (c *call) chatPostMessage() (reply, error) {
	ch, err := c.place()
	if err != nil {
		return nil, err
	}
	m, err := c.compose()
	if err != nil {
		return nil, err
	}
	if m.ThreadTS, err = c.thread(ch); err != nil {
		return nil, err
	}
	m.Broadcast = m.ThreadTS != "" && c.Is("reply_broadcast")
	c.post(ch, m)
	return reply{"channel": ch.id, "ts": m.TS, "message": c.draw(ch, m, true)}, nil
}

// post appends a message and tells the app, also of its own.
func (w *Workspace) post(ch *channel, m *Message) {
	m.TS = w.ts()
	ch.messages = append(ch.messages, m)
	w.tellMessage(ch, m)
}

// ephemeral is a message that one person sees.
type ephemeral struct {
	*Message
	channel, user string
}

func (c *call) chatPostEphemeral() (reply, error) {
	ch, err := c.place()
	if err != nil {
		return nil, err
	}
	if !ch.has(c.Values["user"]) {
		return nil, webapi.Refuse("user_not_in_channel")
	}
	m, err := c.compose()
	if err != nil {
		return nil, err
	}
	if m.ThreadTS, err = c.thread(ch); err != nil {
		return nil, err
	}
	c.whisper(ch.id, c.Values["user"], m)
	return reply{"message_ts": m.TS}, nil
}

// whisper shows a message to one person.
func (w *Workspace) whisper(channel, user string, m *Message) {
	m.TS = w.ts()
	w.ephemerals = append(w.ephemerals, &ephemeral{Message: m, channel: channel, user: user})
}

// own gives the bot's message that ts names, in the channel.
func (c *call) own(otherwise string) (*channel, *Message, error) {
	ch, err := c.seen("channel")
	if err != nil {
		return nil, nil, err
	}
	m := ch.message(c.Values["ts"])
	switch {
	case m == nil || m.Subtype == "tombstone":
		return nil, nil, webapi.Refuse("message_not_found")
	case m.BotID != c.config.BotID:
		return nil, nil, webapi.Refuse(otherwise)
	}
	return ch, m, nil
}

// chatUpdate keeps the blocks, the attachments and the metadata that it is not
// given; an empty list or object removes them.
func (c *call) chatUpdate() (reply, error) {
	ch, m, err := c.own("cant_update_message")
	if err != nil {
		return nil, err
	}
	if ch.archived {
		return nil, webapi.Refuse("is_inactive")
	}
	said, err := c.compose()
	if err != nil {
		return nil, err
	}
	c.edit(ch, m, said, c.Values)
	return reply{"channel": ch.id, "ts": m.TS, "text": m.Text, "message": c.draw(ch, m, true)}, nil
}

// edit replaces what given holds.
func (w *Workspace) edit(ch *channel, m, said *Message, given map[string]string) {
	before := w.draw(ch, m, true)
	_, text := given["text"]
	_, markdown := given["markdown_text"]
	if text || markdown {
		m.Text = said.Text
	}
	if _, ok := given["blocks"]; ok {
		m.Blocks = said.Blocks
	}
	if _, ok := given["attachments"]; ok {
		m.Attachments = said.Attachments
	}
	if _, ok := given["metadata"]; ok {
		m.Metadata = said.Metadata
	}
	m.Edited, m.EditedTS = m.Edited+1, w.ts()
	w.tell(ch, reply{"type": "message", "subtype": "message_changed", "hidden": true, "channel": ch.id,
		"channel_type": letter(ch), "ts": m.EditedTS, "message": w.draw(ch, m, true), "previous_message": before})
}

func (c *call) chatDelete() (reply, error) {
	ch, m, err := c.own("cant_delete_message")
	if err != nil {
		return nil, err
	}
	ts := m.TS
	c.remove(ch, m)
	return reply{"channel": ch.id, "ts": ts}, nil
}

// remove deletes a message; of a thread's root a tombstone stays.
func (w *Workspace) remove(ch *channel, m *Message) {
	before := w.draw(ch, m, true)
	ch.pins = slices.DeleteFunc(ch.pins, func(p pin) bool { return p.ts == m.TS })
	if n, _, _ := ch.replies(m.TS); n > 0 {
		*m = Message{TS: m.TS, User: "USLACKBOT", Subtype: "tombstone", Content: webapi.Content{Text: "This message was deleted."}}
	} else {
		ch.messages = slices.DeleteFunc(ch.messages, func(other *Message) bool { return other == m })
	}
	w.tell(ch, reply{"type": "message", "subtype": "message_deleted", "hidden": true, "channel": ch.id,
		"channel_type": letter(ch), "ts": w.ts(), "deleted_ts": m.TS, "previous_message": before})
}

func (c *call) chatGetPermalink() (reply, error) {
	ch, err := c.seen("channel")
	if err != nil {
		return nil, err
	}
	m := ch.message(c.Values["message_ts"])
	if m == nil {
		return nil, webapi.Refuse("message_not_found")
	}
	return reply{"channel": ch.id, "permalink": c.permalink(ch, m)}, nil
}

func (w *Workspace) permalink(ch *channel, m *Message) string {
	at := w.home() + "archives/" + ch.id + "/p" + strings.Replace(m.TS, ".", "", 1)
	if root := cmp.Or(m.ThreadTS, m.TS); root != m.TS {
		at += "?thread_ts=" + root + "&cid=" + ch.id
	}
	return at
}
