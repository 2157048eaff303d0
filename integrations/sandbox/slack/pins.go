package slack

import (
	"cmp"
	"slices"
	"strings"

	"drumbeat/integrations/sandbox/slack/webapi"
)

// pin is a message kept at the top of a channel.
type pin struct {
	ts, by  string
	created int64
}

// A channel holds at most 100 pins and 100 bookmarks.
const maxPins, maxBookmarks = 100, 100

// item gives the message that timestamp names.
func (c *call) item() (*channel, *Message, error) {
	ch, err := c.joined("channel")
	if err != nil {
		return nil, nil, err
	}
	ts := c.Values["timestamp"]
	switch {
	case ts == "":
		return nil, nil, webapi.Refuse("no_item_specified")
	case !webapi.IsTS(ts):
		return nil, nil, webapi.Refuse("bad_timestamp")
	}
	m := ch.message(ts)
	if m == nil {
		return nil, nil, webapi.Refuse("message_not_found")
	}
	return ch, m, nil
}

func (c *call) pinsAdd() (reply, error) {
	ch, m, err := c.item()
	if err != nil {
		return nil, err
	}
	switch {
	case ch.archived:
		return nil, webapi.Refuse("restricted_action")
	case slices.ContainsFunc(ch.pins, func(p pin) bool { return p.ts == m.TS }):
		return nil, webapi.Refuse("already_pinned")
	case len(ch.pins) == maxPins:
		return nil, webapi.Refuse("too_many_pins")
	}
	ch.pins = append(ch.pins, pin{ts: m.TS, by: c.config.BotUser, created: c.now().Unix()})
	return nil, nil
}

func (c *call) pinsRemove() (reply, error) {
	ch, m, err := c.item()
	if err != nil {
		return nil, err
	}
	before := len(ch.pins)
	ch.pins = slices.DeleteFunc(ch.pins, func(p pin) bool { return p.ts == m.TS })
	if len(ch.pins) == before {
		return nil, webapi.Refuse("no_pin")
	}
	return nil, nil
}

func (c *call) pinsList() (reply, error) {
	ch, err := c.joined("channel")
	if err != nil {
		return nil, err
	}
	items := []reply{}
	for _, p := range slices.Backward(ch.pins) {
		if m := ch.message(p.ts); m != nil {
			drawn := c.draw(ch, m, false)
			drawn["permalink"] = c.permalink(ch, m)
			items = append(items, reply{"type": "message", "channel": ch.id, "created": p.created, "created_by": p.by, "message": drawn})
		}
	}
	return reply{"items": items}, nil
}

func (c *call) reactionsAdd() (reply, error) {
	ch, m, err := c.item()
	if err != nil {
		return nil, err
	}
	name := strings.Trim(c.Values["name"], ":")
	switch {
	case ch.archived:
		return nil, webapi.Refuse("is_archived")
	case !webapi.IsEmoji(":" + name + ":"):
		return nil, webapi.Refuse("invalid_name")
	}
	user := c.config.BotUser
	i := slices.IndexFunc(m.Reactions, func(r Reaction) bool { return r.Name == name })
	if i < 0 {
		m.Reactions, i = append(m.Reactions, Reaction{Name: name}), len(m.Reactions)
	}
	r := &m.Reactions[i]
	if slices.Contains(r.Users, user) {
		return nil, webapi.Refuse("already_reacted")
	}
	r.Users, r.Count = append(r.Users, user), r.Count+1
	return nil, nil
}

// bookmarked gives the channel of a bookmark method; bookmarks are no member's
// business alone, but a bot needs to be one.
func (c *call) bookmarked() (*channel, error) {
	if c.Values["channel_id"] == "" {
		return nil, webapi.Invalid("missing required field: channel_id")
	}
	ch, err := c.seen("channel_id")
	if err == nil && (!ch.has(c.config.BotUser) || ch.archived && c.Name != "bookmarks.list") {
		err = c.OneListed("permission_denied", "access_denied")
	}
	return ch, err
}

func (c *call) bookmarksAdd() (reply, error) {
	ch, err := c.bookmarked()
	switch {
	case err != nil:
		return nil, err
	case c.Values["type"] != "link":
		return nil, webapi.Refuse("invalid_bookmark_type")
	case c.Values["link"] == "":
		return nil, webapi.Refuse("invalid_link")
	case len(ch.bookmarks) == maxBookmarks:
		return nil, webapi.Refuse("too_many_bookmarks")
	}
	if err := c.CheckBookmark(); err != nil {
		return nil, err
	}
	b := &Bookmark{ID: c.newID("Bk"), Channel: ch.id, Title: c.Values["title"], Link: c.Values["link"],
		Emoji: c.Values["emoji"], Type: "link", Created: c.now().Unix(), By: c.config.BotUser, AppID: c.config.AppID}
	ch.bookmarks = append(ch.bookmarks, b)
	return reply{"bookmark": *b}, nil
}

// bookmark gives the one that bookmark_id names.
func (c *call) bookmark() (*channel, int, error) {
	ch, err := c.bookmarked()
	if err != nil {
		return nil, 0, err
	}
	i := slices.IndexFunc(ch.bookmarks, func(b *Bookmark) bool { return b.ID == c.Values["bookmark_id"] })
	if i < 0 {
		return nil, 0, webapi.Refuse("not_found")
	}
	return ch, i, nil
}

func (c *call) bookmarksEdit() (reply, error) {
	ch, i, err := c.bookmark()
	if err != nil {
		return nil, err
	}
	if err := c.CheckBookmark(); err != nil {
		return nil, err
	}
	b := ch.bookmarks[i]
	b.Title = cmp.Or(c.Values["title"], b.Title)
	b.Link = cmp.Or(c.Values["link"], b.Link)
	b.Emoji = cmp.Or(c.Values["emoji"], b.Emoji)
	b.Updated = c.now().Unix()
	return reply{"bookmark": *b}, nil
}

func (c *call) bookmarksList() (reply, error) {
	ch, err := c.bookmarked()
	if err != nil {
		return nil, err
	}
	all := []Bookmark{}
	for _, b := range ch.bookmarks {
		all = append(all, *b)
	}
	return reply{"bookmarks": all}, nil
}

func (c *call) bookmarksRemove() (reply, error) {
	ch, i, err := c.bookmark()
	if err != nil {
		return nil, err
	}
	ch.bookmarks = slices.Delete(ch.bookmarks, i, i+1)
	return nil, nil
}
