package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/slack/markup"
)

// message is what we read of a message. Source:
// docs.slack.dev/reference/events/message.
type message struct {
	Type        string `json:"type"`
	Subtype     string `json:"subtype"`
	User        string `json:"user"`
	BotID       string `json:"bot_id"`
	Text        string `json:"text"`
	TS          string `json:"ts"`
	Thread      string `json:"thread_ts"`
	Channel     string `json:"channel"`
	ChannelType string `json:"channel_type"`
	Tab         string `json:"tab"` // of app_home_opened: "home" or "messages"
	Metadata    struct {
		EventType string `json:"event_type"`
		Payload   struct {
			ID string `json:"id"`
		} `json:"event_payload"`
	} `json:"metadata"`
}

// envelope is what an event comes in. Source: docs.slack.dev/apis/events-api.
type envelope struct {
	Type           string          `json:"type"`
	Challenge      string          `json:"challenge"`
	EventID        string          `json:"event_id"`
	Event          json.RawMessage `json:"event"`
	Authorizations []struct {
		UserID string `json:"user_id"`
		IsBot  bool   `json:"is_bot"`
	} `json:"authorizations"`
}

func (f face) event(ctx context.Context, body []byte) answer {
	var e envelope
	if json.Unmarshal(body, &e) != nil {
		return answer{wrong: "not an event"}
	}
	if e.Type == "url_verification" {
		return encoded(map[string]string{"challenge": e.Challenge})
	}
	var m message
	if e.Type != "event_callback" || json.Unmarshal(e.Event, &m) != nil {
		return answer{} // an event of a shape that is nothing to us: again would be the same
	}
	own := f.known().user
	for _, a := range e.Authorizations {
		if own == "" && a.IsBot {
			own = a.UserID
		}
	}
	if m.Metadata.EventType == eventType && m.Metadata.Payload.ID != "" && own != "" && m.User == own {
		f.posted(ctx, m.Metadata.Payload.ID, m.Channel, m.TS, m.Thread)
	}
	person := m.User != "" && m.User != own && m.BotID == "" && (m.Subtype == "" || m.Subtype == "file_share")
	switch {
	case person && (m.Type == "app_mention" || m.Type == "message" && m.ChannelType == "im"):
		return f.hear(ctx, m, own)
	case person && m.Type == "app_home_opened" && m.Tab == "home":
		return f.visited(ctx, m.User)
	case person && m.Type == "message" && f.Heard != nil:
		if err := f.Heard(ctx, stream.Actor{ID: m.User}, instant(m.TS), m.Channel, m.Thread); err != nil {
			f.log.Warn("slack: a sign of life was not written down", "person", m.User, "error", f.redact(err.Error()))
		}
	}
	return answer{}
}

// instant is the time that a message's ts names: seconds, and what makes it
// unique. The bot's own now, zero, when it names none.
func instant(ts string) time.Time {
	seconds, _, _ := strings.Cut(ts, ".")
	if n, err := strconv.ParseInt(seconds, 10, 64); err == nil {
		return time.Unix(n, 0)
	}
	return time.Time{}
}

// hear hands over what a person said to the bot.
func (f face) hear(ctx context.Context, m message, own string) answer {
	name, _ := f.names.look(m.User)
	reply, failed := f.ask(ctx, integrations.Request{
		// Not the event's ID: an edited message comes as another event.
		Key:     "slack:message:" + m.Channel + ":" + m.TS,
		By:      stream.Actor{ID: m.User, Name: name},
		Line:    addressed(m, own),
		Channel: m.Channel,
		Thread:  m.Thread,
	})
	return answer{failed: failed, then: func(ctx context.Context) {
		if reply.Words != nil {
			f.say(ctx, said{person: m.User, at: place{Channel: m.Channel, Thread: m.Thread}, words: reply.Words})
		}
		if name == "" {
			f.learnName(ctx, m.User)
		}
	}}
}

// learnName asks who a person is, for the next time.
func (s *Slack) learnName(ctx context.Context, user string) {
	u, err := s.client.GetUserInfoContext(ctx, user)
	if err != nil {
		s.log.Debug("slack: a person's name is not known", "person", user, "error", s.failure("users.info", err))
		return
	}
	s.learn(user, cmp.Or(u.Profile.DisplayName, u.RealName, u.Name))
}

// learn keeps a person's name.
func (s *Slack) learn(user, name string) {
	if name != "" {
		s.names.add(user, name)
	}
}

// addressed gives what was said to the bot: what follows its mention, at the
// start or, in a channel, anywhere; or what stands before a mention at the end.
// Without a mention all of it is.
func addressed(m message, own string) string {
	text := strings.TrimSpace(m.Text)
	mention := "<@" + own // before we know who we are, any mention at the start is taken for ours
	before, rest, found := strings.Cut(text, mention)
	if found && (before == "" || own != "" && m.ChannelType != "im") {
		_, after, closed := strings.Cut(rest, ">")
		switch {
		case closed && (before == "" || strings.TrimSpace(after) != ""):
			text = strings.TrimLeft(after, " :,")
		case closed:
			text = before
		}
	}
	return strings.TrimSpace(markup.Plain(text))
}
