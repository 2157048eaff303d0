package slack

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"drumbeat/integrations/sandbox/slack/blockkit"
	"drumbeat/integrations/sandbox/slack/webapi"
)

// Slack cuts longer texts, and refuses longer markdown and metadata. The
// metadata's limit is not published; this one is what is safe to assume.
const (
	maxText     = 40_000
	maxMarkdown = 12_000
	maxMetadata = 16_000
)

// compose checks what a message says and gives it, without a place or a ts.
func (c *call) compose() (*Message, error) {
	m := &Message{User: c.config.BotUser, BotID: c.config.BotID, Text: c.Values["text"], Username: c.Values["username"]}
	if markdown := c.Values["markdown_text"]; markdown != "" {
		switch {
		case m.Text != "" || c.Values["blocks"] != "":
			return nil, webapi.Refuse("markdown_text_conflict")
		case utf8.RuneCountInString(markdown) > maxMarkdown:
			return nil, c.OneListed("msg_too_long", "msg_blocks_too_long")
		}
		m.Text = markdown
	}
	if runes := []rune(m.Text); len(runes) > maxText {
		if slices.Contains(c.Errors, "msg_too_long") {
			return nil, webapi.Refuse("msg_too_long")
		}
		c.Warn("the text was cut to 40000 characters")
		m.Text = string(runes[:maxText])
	}
	var err error
	if m.Blocks, err = c.blocks(); err != nil {
		return nil, err
	}
	if raw := c.Values["attachments"]; raw != "" && raw != "[]" {
		if m.Attachments, err = c.attachments(raw); err != nil {
			return nil, err
		}
	}
	if m.Metadata, err = c.metadata(); err != nil {
		return nil, err
	}
	m.Unfurl = strings.Contains(m.Text, "http") && c.Values["unfurl_links"] == "true"
	return m, nil
}

func (c *call) blocks() (json.RawMessage, error) {
	raw := c.Values["blocks"]
	if raw == "" || raw == "[]" {
		return nil, nil
	}
	blocks, problems, ok := blockkit.Check(raw, "/blocks", blockkit.MaxMessage, c.blockID)
	if !ok {
		return nil, webapi.Refuse("invalid_blocks_format")
	}
	if len(problems) > 0 {
		return nil, webapi.Refusal{Code: "invalid_blocks", Messages: problems}
	}
	return blocks, nil
}

func (c *call) attachments(raw string) (json.RawMessage, error) {
	var all []struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	if json.Unmarshal([]byte(raw), &all) != nil {
		return nil, c.OneListed("invalid_attachments", "invalid_blocks_format")
	}
	if len(all) > 100 {
		return nil, webapi.Refuse("too_many_attachments")
	}
	for _, a := range all {
		if a.Blocks == nil {
			continue
		}
		if _, problems, ok := blockkit.Check(string(a.Blocks), "/attachments/blocks", blockkit.MaxMessage, c.blockID); !ok || len(problems) > 0 {
			return nil, webapi.Refusal{Code: "invalid_blocks", Messages: problems}
		}
	}
	return json.RawMessage(raw), nil
}

// metadata wants an event_type and an object event_payload. {} is none.
func (c *call) metadata() (json.RawMessage, error) {
	raw := c.Values["metadata"]
	if raw == "" || raw == "{}" {
		return nil, nil
	}
	var m struct {
		Type    string         `json:"event_type"`
		Payload map[string]any `json:"event_payload"`
	}
	if json.Unmarshal([]byte(raw), &m) != nil || m.Type == "" || m.Payload == nil {
		return nil, c.OneListed("invalid_metadata_format", "invalid_blocks_format")
	}
	if len(raw) > maxMetadata {
		return nil, c.OneListed("metadata_too_large", "msg_too_long")
	}
	return json.RawMessage(raw), nil
}

func (m *Message) empty() bool { return m.Text == "" && m.Blocks == nil && m.Attachments == nil }

// place finds where to post: an ID, a channel's name, or a person's ID for the
// direct messages with that one.
func (c *call) place() (*channel, error) {
	where := c.Values["channel"]
	if p, ok := c.person(where); ok && p.ID == where {
		ch, _ := c.directWith(where, c.config.BotUser)
		return ch, nil
	}
	if ch := c.Named(strings.TrimPrefix(where, "#")); ch != nil {
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
	if m.empty() {
		return nil, webapi.Refuse("no_text")
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
	if m.empty() {
		return nil, webapi.Refuse("no_text")
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
	if said.empty() {
		return nil, webapi.Refuse("no_text")
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
		*m = Message{TS: m.TS, User: "USLACKBOT", Subtype: "tombstone", Text: "This message was deleted."}
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
