package slack

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"drumbeat/integrations/sandbox/slack/webapi"
)

// seen gives the conversation that an argument names, if the bot may know of it.
func (c *call) seen(arg string) (*channel, error) {
	ch := c.channel(c.Values[arg])
	if ch == nil || ch.kind != public && !ch.has(c.config.BotUser) {
		return nil, webapi.Refuse("channel_not_found")
	}
	return ch, c.checkKind(ch.kind)
}

// joined is seen for what only members may do.
func (c *call) joined(arg string) (*channel, error) {
	ch, err := c.seen(arg)
	if err == nil && !ch.has(c.config.BotUser) {
		err = c.OneListed("not_in_channel", "access_denied", "restricted_action", "channel_not_found")
	}
	return ch, err
}

// open is joined for what an archived channel refuses.
func (c *call) open(arg string) (*channel, error) {
	ch, err := c.joined(arg)
	if err == nil && ch.archived {
		err = c.OneListed("is_archived", "already_archived", "restricted_action", "permission_denied", "channel_not_found")
	}
	return ch, err
}

// channelOnly is open for what direct messages do not have.
func (c *call) channelOnly(arg string) (*channel, error) {
	ch, err := c.open(arg)
	if err == nil && (ch.kind == direct || ch.kind == several) {
		err = webapi.Refuse("method_not_supported_for_channel_type")
	}
	return ch, err
}

// newName gives the argument name when a channel may be called so.
func (c *call) newName() (string, error) {
	name, err := c.ChannelName()
	if err == nil && c.named(name) != nil {
		err = webapi.Refuse("name_taken")
	}
	return name, err
}

func (c *call) conversationsCreate() (reply, error) {
	kind := public
	if c.Is("is_private") {
		kind = private
	}
	if err := c.checkKind(kind); err != nil {
		return nil, err
	}
	name, err := c.newName()
	if err != nil {
		return nil, err
	}
	ch := &channel{id: c.newID("C"), name: name, kind: kind, creator: c.config.BotUser, created: c.now()}
	c.channels = append(c.channels, ch)
	c.enter(ch, c.config.BotUser, "")
	return reply{"channel": c.wire(ch)}, nil
}

// enter makes a person a member; Slack prints a line.
func (w *Workspace) enter(ch *channel, user, inviter string) {
	ch.members = append(ch.members, user)
	w.line(ch, user, "channel_join", "<@"+user+"> has joined the channel", inviter)
	w.tell(ch, reply{"type": "member_joined_channel", "user": user, "channel": ch.id,
		"channel_type": letter(ch), "team": w.config.TeamID, "inviter": inviter})
}

// line prints one of Slack's own lines into a channel.
func (w *Workspace) line(ch *channel, user, subtype, text, inviter string) {
	if ch.kind == private {
		subtype = strings.Replace(subtype, "channel_", "group_", 1)
	}
	m := &Message{TS: w.ts(), User: user, Subtype: subtype, Content: webapi.Content{Text: text}, Inviter: inviter}
	ch.messages = append(ch.messages, m)
	w.tellMessage(ch, m)
}

func (c *call) conversationsInvite() (reply, error) {
	ch, err := c.channelOnly("channel")
	if err != nil {
		return nil, err
	}
	users := c.List("users")
	if len(users) > 100 {
		return nil, webapi.Invalid("must be at most 100 users [json-pointer:/users]")
	}
	var bad []reply
	var good []string
	for _, user := range users {
		if code := c.cannotInvite(ch, user); code != "" {
			bad = append(bad, reply{"ok": false, "error": code, "user": user})
		} else if !slices.Contains(good, user) {
			good = append(good, user)
		}
	}
	if len(bad) > 0 && (!c.Is("force") || len(good) == 0) {
		code, _ := bad[0]["error"].(string)
		return nil, webapi.Refusal{Code: code, More: reply{"errors": bad}}
	}
	for _, user := range good {
		c.enter(ch, user, c.config.BotUser)
	}
	c.invites = append(c.invites, Invite{Channel: ch.id, Users: good})
	answer := reply{"channel": c.wire(ch)}
	if len(bad) > 0 {
		answer["errors"] = bad
	}
	return answer, nil
}

func (c *call) cannotInvite(ch *channel, user string) string {
	p, ok := c.person(user)
	switch {
	case !ok || p.ID != user || p.Deleted:
		return "user_not_found"
	case user == c.config.BotUser:
		return "cant_invite_self"
	case ch.has(user):
		return "already_in_channel"
	}
	return ""
}

func (c *call) conversationsJoin() (reply, error) {
	ch, err := c.seen("channel")
	switch {
	case err != nil:
		return nil, err
	case ch.kind != public:
		return nil, webapi.Refuse("method_not_supported_for_channel_type")
	case ch.archived:
		return nil, webapi.Refuse("is_archived")
	case ch.has(c.config.BotUser):
		return reply{"channel": c.wire(ch), "warning": "already_in_channel"}, nil
	}
	c.enter(ch, c.config.BotUser, "")
	return reply{"channel": c.wire(ch)}, nil
}

func (c *call) conversationsKick() (reply, error) {
	ch, err := c.channelOnly("channel")
	user := c.Values["user"]
	switch {
	case err != nil:
		return nil, err
	case user == c.config.BotUser:
		return nil, webapi.Refuse("cant_kick_self")
	case !ch.has(user):
		return nil, webapi.Refuse("not_in_channel")
	}
	c.leave(ch, user)
	return nil, nil
}

func (w *Workspace) leave(ch *channel, user string) {
	ch.members = slices.DeleteFunc(ch.members, func(m string) bool { return m == user })
	w.line(ch, user, "channel_leave", "<@"+user+"> has left the channel", "")
}

func (c *call) conversationsSetTopic() (reply, error) { return c.setNote("topic") }

func (c *call) conversationsSetPurpose() (reply, error) { return c.setNote("purpose") }

// setNote sets the topic or the purpose; Slack prints a line for each.
func (c *call) setNote(which string) (reply, error) {
	ch, err := c.open("channel")
	if err != nil {
		return nil, err
	}
	text := c.Values[which]
	if utf8.RuneCountInString(text) > 250 {
		return nil, webapi.Refuse("too_long")
	}
	n := note{Value: text, Creator: c.config.BotUser, LastSet: c.now().Unix()}
	said := fmt.Sprintf("<@%s> set the channel %s: %s", c.config.BotUser, which, text)
	if which == "topic" {
		ch.topic = n
	} else {
		ch.purpose = n
	}
	c.line(ch, c.config.BotUser, "channel_"+which, said, "")
	return reply{"channel": c.wire(ch), which: text}, nil
}

func (c *call) conversationsRename() (reply, error) {
	ch, err := c.channelOnly("channel")
	if err != nil {
		return nil, err
	}
	if ch.creator != c.config.BotUser { // a bot may rename what it made
		return nil, webapi.Refuse("not_authorized")
	}
	name, err := c.newName()
	if err != nil {
		return nil, err
	}
	old := ch.name
	ch.previous, ch.name = append(ch.previous, old), name
	c.line(ch, c.config.BotUser, "channel_name",
		fmt.Sprintf("<@%s> has renamed the channel from %q to %q", c.config.BotUser, old, name), "")
	return reply{"channel": c.wire(ch)}, nil
}

func (c *call) conversationsArchive() (reply, error) {
	ch, err := c.channelOnly("channel")
	if err != nil {
		return nil, err
	}
	c.archive(ch, c.config.BotUser)
	return nil, nil
}

func (w *Workspace) archive(ch *channel, user string) {
	w.line(ch, user, "channel_archive", "<@"+user+"> archived the channel", "")
	ch.archived = true
	w.tell(ch, reply{"type": "channel_archive", "channel": ch.id, "user": user})
}

// conversationsUnarchive is refused to a bot: archiving took it out of the channel.
func (c *call) conversationsUnarchive() (reply, error) {
	ch, err := c.seen("channel")
	switch {
	case err != nil:
		return nil, err
	case !ch.archived:
		return nil, webapi.Refuse("not_archived")
	}
	return nil, webapi.Refuse("not_in_channel")
}

func (c *call) conversationsInfo() (reply, error) {
	ch, err := c.seen("channel")
	if err != nil {
		return nil, err
	}
	drawn := c.wire(ch)
	if c.Is("include_num_members") {
		drawn["num_members"] = len(ch.members)
	}
	return reply{"channel": drawn}, nil
}

// conversationsOpen opens the direct messages with one person, or a group of
// up to eight. Opening twice gives the same conversation.
func (c *call) conversationsOpen() (reply, error) {
	if c.Values["channel"] != "" {
		ch, err := c.seen("channel")
		if err != nil {
			return nil, err
		}
		return reply{"channel": reply{"id": ch.id}, "no_op": true, "already_open": true}, nil
	}
	users := c.List("users")
	switch {
	case len(users) == 0:
		return nil, webapi.Refuse("users_list_not_supplied")
	case len(users) > 8:
		return nil, webapi.Refuse("too_many_users")
	}
	for _, user := range users {
		switch p, ok := c.person(user); {
		case !ok || p.ID != user:
			return nil, webapi.Refuse("user_not_found")
		case p.Deleted:
			return nil, webapi.Refuse("user_disabled")
		}
	}
	kind := direct
	if len(users) > 1 {
		kind = several
	}
	if err := c.checkKind(kind); err != nil {
		return nil, err
	}
	ch, isNew := c.directWith(append(users, c.config.BotUser)...)
	answer := reply{"channel": reply{"id": ch.id}}
	if c.Is("return_im") {
		answer["channel"] = c.wire(ch)
	}
	if !isNew {
		answer["no_op"], answer["already_open"] = true, true
	}
	return answer, nil
}
