package slack

import (
	"context"
	"fmt"
	"strconv"

	api "github.com/slack-go/slack"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/slack/kit"
)

// eventType names our metadata; the delivery's ID is its payload.
const eventType = "drumbeat_delivery"

// How far Find reads: Slack gives at most 999 messages a page and recommends
// 200.
const (
	historyPage  = 200
	historyPages = 5
)

// place is the channel (for a person: the direct messages with him) and the
// thread that a delivery posts into.
func (s *Slack) place(ctx context.Context, d stream.Delivery) (channel, thread string, err error) {
	switch d.Action {
	case "post", "ephemeral":
		channel, err = s.resolve(ctx, d.Args["channel"])
		return channel, d.Args["thread"], err
	case "dm":
		channel, err = s.im(ctx, d.Args["person"])
		return channel, "", err
	}
	channel, err = s.im(ctx, d.Args["address"])
	return channel, "", err
}

// im opens the direct messages with a person; doing so again gives the same.
func (s *Slack) im(ctx context.Context, person string) (string, error) {
	if id, ok := s.ims.look(person); ok {
		return id, nil
	}
	c, _, _, err := s.client.OpenConversationContext(ctx, &api.OpenConversationParameters{Users: []string{person}})
	if err == nil && (c == nil || c.ID == "") {
		err = errUnclear
	}
	if err != nil {
		return "", unsent{err}
	}
	s.ims.add(person, c.ID)
	return c.ID, nil
}

// options are the words of a post: text always, blocks beside it, no unfurls.
func options(m *stream.Message, more ...api.MsgOption) []api.MsgOption {
	return append(more, api.MsgOptionText(kit.Fallback(m), false), api.MsgOptionBlocks(kit.Blocks(m)...),
		api.MsgOptionDisableLinkUnfurl(), api.MsgOptionDisableMediaUnfurl())
}

func (s *Slack) post(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	channel, thread, err := s.place(ctx, d)
	if err != nil {
		return integrations.Receipt{}, err
	}
	s.introduce(ctx) // the receipt's link needs it
	more := []api.MsgOption{api.MsgOptionMetadata(api.SlackMetadata{
		EventType: eventType, EventPayload: map[string]any{"id": d.ID}})}
	if thread != "" {
		more = append(more, api.MsgOptionTS(thread))
		if d.Args["broadcast"] == "true" {
			more = append(more, api.MsgOptionBroadcast())
		}
	}
	channel, ts, err := s.client.PostMessageContext(ctx, channel, options(d.Words, more...)...)
	if err != nil {
		return integrations.Receipt{}, err
	}
	if ts == "" || channel == "" {
		return integrations.Receipt{}, errUnclear
	}
	return s.posted(ctx, d.ID, channel, ts, thread), nil
}

// posted makes the receipt of a post and remembers it.
func (s *Slack) posted(ctx context.Context, delivery, channel, ts, thread string) integrations.Receipt {
	r := integrations.Receipt{Ref: ts, Link: s.link(ctx, channel, ts, thread), More: map[string]string{"channel": channel}}
	s.posts.add(delivery, r)
	return r
}

// findPost looks for the message that carries the delivery's ID.
func (s *Slack) findPost(ctx context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	if r, ok := s.posts.look(d.ID); ok {
		return r, true, nil
	}
	own, err := s.identify(ctx)
	if err != nil {
		return integrations.Receipt{}, false, err
	}
	channel, thread, err := s.place(ctx, d)
	if err != nil {
		return integrations.Receipt{}, false, err
	}
	oldest := ""
	if since, ok := s.attempts.look(d.ID); ok {
		oldest = strconv.FormatInt(since.Add(-skew).Unix(), 10) + ".000000"
	}
	cursor := ""
	for range historyPages {
		page, next, err := s.read(ctx, api.GetConversationHistoryParameters{ChannelID: channel, Cursor: cursor,
			Oldest: oldest, Limit: historyPage, IncludeAllMetadata: true}, thread)
		if err != nil {
			return integrations.Receipt{}, false, err
		}
		for _, m := range page {
			ours := m.User == own.user || m.BotID != "" && m.BotID == own.bot
			if ours && m.Metadata.EventType == eventType && m.Metadata.EventPayload["id"] == d.ID {
				return s.posted(ctx, d.ID, channel, m.Timestamp, thread), true, nil
			}
		}
		if next == "" {
			return integrations.Receipt{}, false, nil
		}
		cursor = next
	}
	return integrations.Receipt{}, false, fmt.Errorf("the post is not among the newest %d messages, and there are more", historyPage*historyPages)
}

// read gives a page of a channel's or a thread's messages and the next cursor.
func (s *Slack) read(ctx context.Context, p api.GetConversationHistoryParameters, thread string) ([]api.Message, string, error) {
	if thread != "" {
		page, more, next, err := s.client.GetConversationRepliesContext(ctx, &api.GetConversationRepliesParameters{
			ChannelID: p.ChannelID, Timestamp: thread, Cursor: p.Cursor, Oldest: p.Oldest, Limit: p.Limit, IncludeAllMetadata: true})
		if err == nil && more && next == "" {
			err = errUnclear
		}
		return page, next, err
	}
	h, err := s.client.GetConversationHistoryContext(ctx, &p)
	if err != nil {
		return nil, "", err
	}
	if h.HasMore && h.ResponseMetaData.NextCursor == "" {
		return nil, "", errUnclear
	}
	return h.Messages, h.ResponseMetaData.NextCursor, nil
}

func (s *Slack) edit(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	channel, err := s.resolve(ctx, d.Args["channel"])
	if err != nil {
		return integrations.Receipt{}, err
	}
	// Metadata that is not sent stays as it is.
	_, _, _, err = s.client.UpdateMessageContext(ctx, channel, d.Args["ts"], options(d.Words)...)
	if err != nil {
		return integrations.Receipt{}, err
	}
	return integrations.Receipt{Ref: d.Args["ts"], Link: s.link(ctx, channel, d.Args["ts"], ""),
		More: map[string]string{"channel": channel}}, nil
}

func (s *Slack) remove(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	channel, err := s.resolve(ctx, d.Args["channel"])
	if err != nil {
		return integrations.Receipt{}, err
	}
	_, _, err = s.client.DeleteMessageContext(ctx, channel, d.Args["ts"])
	if errName(err) == "message_not_found" {
		err = nil
	}
	return integrations.Receipt{Ref: d.Args["ts"], More: map[string]string{"channel": channel}}, err
}

func (s *Slack) pin(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	channel, err := s.resolve(ctx, d.Args["channel"])
	if err != nil {
		return integrations.Receipt{}, err
	}
	err = s.client.AddPinContext(ctx, channel, api.NewRefToMessage(channel, d.Args["ts"]))
	if errName(err) == "already_pinned" {
		err = nil
	}
	return integrations.Receipt{Ref: d.Args["ts"], More: map[string]string{"channel": channel}}, err
}

func (s *Slack) ephemeral(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	channel, thread, err := s.place(ctx, d)
	if err != nil {
		return integrations.Receipt{}, err
	}
	var more []api.MsgOption
	if thread != "" {
		more = append(more, api.MsgOptionTS(thread))
	}
	_, err = s.client.PostEphemeralContext(ctx, channel, d.Args["person"], options(d.Words, more...)...)
	return integrations.Receipt{More: map[string]string{"channel": channel}}, err
}
