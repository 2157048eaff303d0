package slack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// seen gives the conversation that an argument names, if the bot may know of it.
func (c *call) seen(arg string) (*channel, error) {
	ch := c.channel(c.values[arg])
	if ch == nil || ch.kind != public && !ch.has(c.config.BotUser) {
		return nil, refuse("channel_not_found")
	}
	return ch, c.checkKind(ch.kind)
}

// joined is seen for what only members may do.
func (c *call) joined(arg string) (*channel, error) {
	ch, err := c.seen(arg)
	if err == nil && !ch.has(c.config.BotUser) {
		err = c.oneListed("not_in_channel", "access_denied", "restricted_action", "channel_not_found")
	}
	return ch, err
}

// open is joined for what an archived channel refuses.
func (c *call) open(arg string) (*channel, error) {
	ch, err := c.joined(arg)
	if err == nil && ch.archived {
		err = c.oneListed("is_archived", "already_archived", "restricted_action", "permission_denied", "channel_not_found")
	}
	return ch, err
}

// named is open for what direct messages do not have.
func (c *call) channelOnly(arg string) (*channel, error) {
	ch, err := c.open(arg)
	if err == nil && (ch.kind == direct || ch.kind == several) {
		err = refuse("method_not_supported_for_channel_type")
	}
	return ch, err
}

var (
	channelName = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{N}_-]+$`)
	punctuation = regexp.MustCompile(`^[_-]+$`)
)

// checkName holds Slack's rules for a new channel name.
func (c *call) checkName() (string, error) {
	name := c.values["name"]
	switch {
	case utf8.RuneCountInString(name) > 80:
		return "", refuse("invalid_name_maxlength")
	case !channelName.MatchString(name):
		return "", refuse("invalid_name_specials")
	case punctuation.MatchString(name):
		return "", refuse("invalid_name_punctuation")
	case c.named(name) != nil:
		return "", refuse("name_taken")
	}
	return name, nil
}

func (c *call) conversationsCreate() (reply, error) {
	kind := public
	if c.is("is_private") {
		kind = private
	}
	if err := c.checkKind(kind); err != nil {
		return nil, err
	}
	name, err := c.checkName()
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
	m := &Message{TS: w.ts(), User: user, Subtype: subtype, Text: text, Inviter: inviter}
	ch.messages = append(ch.messages, m)
	w.tellMessage(ch, m)
}

func (c *call) conversationsInvite() (reply, error) {
	ch, err := c.channelOnly("channel")
	if err != nil {
		return nil, err
	}
	users := c.list("users")
	if len(users) > 100 {
		return nil, invalid("must be at most 100 users [json-pointer:/users]")
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
	if len(bad) > 0 && (!c.is("force") || len(good) == 0) {
		code, _ := bad[0]["error"].(string)
		return nil, refusal{code: code, more: reply{"errors": bad}}
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
		return nil, refuse("method_not_supported_for_channel_type")
	case ch.archived:
		return nil, refuse("is_archived")
	case ch.has(c.config.BotUser):
		return reply{"channel": c.wire(ch), "warning": "already_in_channel"}, nil
	}
	c.enter(ch, c.config.BotUser, "")
	return reply{"channel": c.wire(ch)}, nil
}

func (c *call) conversationsKick() (reply, error) {
	ch, err := c.channelOnly("channel")
	user := c.values["user"]
	switch {
	case err != nil:
		return nil, err
	case user == c.config.BotUser:
		return nil, refuse("cant_kick_self")
	case !ch.has(user):
		return nil, refuse("not_in_channel")
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
	text := c.values[which]
	if utf8.RuneCountInString(text) > 250 {
		return nil, refuse("too_long")
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
		return nil, refuse("not_authorized")
	}
	name, err := c.checkName()
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
		return nil, refuse("not_archived")
	}
	return nil, refuse("not_in_channel")
}

func (c *call) conversationsInfo() (reply, error) {
	ch, err := c.seen("channel")
	if err != nil {
		return nil, err
	}
	drawn := c.wire(ch)
	if c.is("include_num_members") {
		drawn["num_members"] = len(ch.members)
	}
	return reply{"channel": drawn}, nil
}

// conversationsOpen opens the direct messages with one person, or a group of
// up to eight. Opening twice gives the same conversation.
func (c *call) conversationsOpen() (reply, error) {
	if c.values["channel"] != "" {
		ch, err := c.seen("channel")
		if err != nil {
			return nil, err
		}
		return reply{"channel": reply{"id": ch.id}, "no_op": true, "already_open": true}, nil
	}
	users := c.list("users")
	switch {
	case len(users) == 0:
		return nil, refuse("users_list_not_supplied")
	case len(users) > 8:
		return nil, refuse("too_many_users")
	}
	for _, user := range users {
		switch p, ok := c.person(user); {
		case !ok || p.ID != user:
			return nil, refuse("user_not_found")
		case p.Deleted:
			return nil, refuse("user_disabled")
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
	if c.is("return_im") {
		answer["channel"] = c.wire(ch)
	}
	if !isNew {
		answer["no_op"], answer["already_open"] = true, true
	}
	return answer, nil
}
