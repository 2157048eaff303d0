package slack

import (
	"cmp"
	"slices"

	"drumbeat/integrations/sandbox/slack/webapi"
)

func cursor(next string) reply { return reply{"next_cursor": next} }

// between keeps the messages that oldest and latest enclose.
func (c *call) between(all []*Message) ([]*Message, error) {
	within, err := c.Within()
	return slices.DeleteFunc(slices.Clone(all), func(m *Message) bool { return err != nil || !within(m.TS) }), err
}

// conversationsHistory gives the newest first, without the answers in threads.
func (c *call) conversationsHistory() (reply, error) {
	ch, err := c.joined("channel")
	if err != nil {
		return nil, err
	}
	top := slices.DeleteFunc(slices.Clone(ch.messages), func(m *Message) bool {
		return m.ThreadTS != "" && m.ThreadTS != m.TS && !m.Broadcast
	})
	top, err = c.between(top)
	if err != nil {
		return nil, err
	}
	slices.Reverse(top)
	return c.messagesPage(ch, top, 100)
}

// conversationsReplies gives a thread, its root first.
func (c *call) conversationsReplies() (reply, error) {
	ch, err := c.joined("channel")
	if err != nil {
		return nil, err
	}
	root := ch.message(c.Values["ts"])
	if root == nil {
		return nil, webapi.Refuse("thread_not_found")
	}
	ts := cmp.Or(root.ThreadTS, root.TS)
	thread := slices.DeleteFunc(slices.Clone(ch.messages), func(m *Message) bool { return m.ThreadTS != ts && m.TS != ts })
	thread, err = c.between(thread)
	if err != nil {
		return nil, err
	}
	return c.messagesPage(ch, thread, 1000)
}

func (c *call) messagesPage(ch *channel, all []*Message, usual int) (reply, error) {
	part, next, err := webapi.Page(c.Call, all, usual, 999)
	if err != nil {
		return nil, err
	}
	drawn := []reply{}
	for _, m := range part {
		drawn = append(drawn, c.draw(ch, m, c.Is("include_all_metadata")))
	}
	answer := reply{"messages": drawn, "has_more": next != "", "pin_count": len(ch.pins)}
	if next != "" {
		answer["response_metadata"] = cursor(next)
	}
	return answer, nil
}

func (c *call) conversationsMembers() (reply, error) {
	ch, err := c.seen("channel")
	if err != nil {
		return nil, err
	}
	part, next, err := webapi.Page(c.Call, ch.members, 100, 1000)
	if err != nil {
		return nil, err
	}
	return reply{"members": part, "response_metadata": cursor(next)}, nil
}

func (c *call) conversationsList() (reply, error) {
	return c.listChannels(func(ch *channel) bool { return ch.kind == public || ch.has(c.config.BotUser) })
}

// usersConversations lists where somebody is; of others only what the bot sees too.
func (c *call) usersConversations() (reply, error) {
	user := cmp.Or(c.Values["user"], c.config.BotUser)
	return c.listChannels(func(ch *channel) bool {
		return ch.has(user) && (ch.kind == public || ch.has(c.config.BotUser))
	})
}

func (c *call) listChannels(keep func(*channel) bool) (reply, error) {
	kinds := c.List("types")
	if len(kinds) == 0 {
		kinds = []string{public}
	}
	for _, kind := range kinds {
		if !slices.Contains([]string{public, private, direct, several}, kind) {
			return nil, webapi.Refuse("invalid_types")
		}
		if err := c.checkKind(kind); err != nil {
			return nil, err
		}
	}
	var all []*channel
	for _, ch := range c.channels {
		if slices.Contains(kinds, ch.kind) && keep(ch) && !(ch.archived && c.Is("exclude_archived")) {
			all = append(all, ch)
		}
	}
	part, next, err := webapi.Page(c.Call, all, 100, 1000)
	if err != nil {
		return nil, err
	}
	drawn := []reply{}
	for _, ch := range part {
		drawn = append(drawn, c.wire(ch))
	}
	return reply{"channels": drawn, "response_metadata": cursor(next)}, nil
}
