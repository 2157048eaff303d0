package slack

import (
	"cmp"
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// page cuts one page out of all, by the arguments limit and cursor.
func page[T any](c *call, all []T, usual, most int) (part []T, next string, err error) {
	limit, err := c.number("limit", usual, most)
	if err != nil {
		return nil, "", c.oneOr("invalid_limit", err)
	}
	from := 0
	if cursor := c.values["cursor"]; cursor != "" {
		text, err := base64.StdEncoding.DecodeString(cursor)
		if from, err = strconv.Atoi(strings.TrimPrefix(string(text), "next:")); err != nil || from < 0 || from > len(all) {
			return nil, "", c.oneOr("invalid_cursor", invalid("invalid cursor"))
		}
	}
	to := min(len(all), from+limit)
	if to < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte("next:" + strconv.Itoa(to)))
	}
	return all[from:to:to], next, nil
}

// oneOr gives the named error where the method has it, else err.
func (c *call) oneOr(code string, err error) error {
	if slices.Contains(c.errors, code) {
		return refuse(code)
	}
	return err
}

func cursor(next string) reply { return reply{"next_cursor": next} }

var timestamp = regexp.MustCompile(`^\d{1,12}(\.\d{1,6})?$`)

// between keeps the messages inside oldest and latest, which count only with inclusive.
func (c *call) between(all []*Message) ([]*Message, error) {
	oldest, latest := c.values["oldest"], c.values["latest"]
	for name, ts := range map[string]string{"oldest": oldest, "latest": latest} {
		if ts != "" && !timestamp.MatchString(ts) {
			return nil, refuse("invalid_ts_" + name)
		}
	}
	within := func(m *Message) bool {
		low, high := 1, -1
		if oldest != "" {
			low = compareTS(m.TS, oldest)
		}
		if latest != "" {
			high = compareTS(m.TS, latest)
		}
		return low > 0 && high < 0 || c.is("inclusive") && low >= 0 && high <= 0
	}
	return slices.DeleteFunc(slices.Clone(all), func(m *Message) bool { return !within(m) }), nil
}

// compareTS orders two timestamps; "0" is before all.
func compareTS(a, b string) int {
	micros := func(ts string) int64 {
		seconds, rest, _ := strings.Cut(ts, ".")
		n, _ := strconv.ParseInt(seconds+(rest + "000000")[:6], 10, 64)
		return n
	}
	return cmp.Compare(micros(a), micros(b))
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
	root := ch.message(c.values["ts"])
	if root == nil {
		return nil, refuse("thread_not_found")
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
	part, next, err := page(c, all, usual, 999)
	if err != nil {
		return nil, err
	}
	drawn := []reply{}
	for _, m := range part {
		drawn = append(drawn, c.draw(ch, m, c.is("include_all_metadata")))
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
	part, next, err := page(c, ch.members, 100, 1000)
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
	user := cmp.Or(c.values["user"], c.config.BotUser)
	return c.listChannels(func(ch *channel) bool {
		return ch.has(user) && (ch.kind == public || ch.has(c.config.BotUser))
	})
}

func (c *call) listChannels(keep func(*channel) bool) (reply, error) {
	kinds := c.list("types")
	if len(kinds) == 0 {
		kinds = []string{public}
	}
	for _, kind := range kinds {
		if !slices.Contains([]string{public, private, direct, several}, kind) {
			return nil, refuse("invalid_types")
		}
		if err := c.checkKind(kind); err != nil {
			return nil, err
		}
	}
	var all []*channel
	for _, ch := range c.channels {
		if slices.Contains(kinds, ch.kind) && keep(ch) && !(ch.archived && c.is("exclude_archived")) {
			all = append(all, ch)
		}
	}
	part, next, err := page(c, all, 100, 1000)
	if err != nil {
		return nil, err
	}
	drawn := []reply{}
	for _, ch := range part {
		drawn = append(drawn, c.wire(ch))
	}
	return reply{"channels": drawn, "response_metadata": cursor(next)}, nil
}
