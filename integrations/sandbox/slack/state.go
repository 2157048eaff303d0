package slack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/integrations/sandbox/slack/webapi"
)

// state is everything that Reset empties.
type state struct {
	lastTS   int64 // microseconds
	serial   int64
	people   []Person
	groups   []Group
	channels []*channel
	// ephemerals in order of their sending.
	ephemerals []*ephemeral
	views      []*view
	triggers   map[string]*trigger
	responses  map[string]*response
	limits     webapi.Limits
	calls      map[string]*Calls
	warnings   []Warning
	invites    []Invite
}

// Kinds of conversations, as in the argument "types".
const (
	public  = "public_channel"
	private = "private_channel"
	direct  = "im"
	several = "mpim"
)

type channel struct {
	id, name, kind, creator string
	created                 time.Time
	archived                bool
	topic, purpose          note
	previous                []string
	members                 []string
	messages                []*Message
	pins                    []pin
	bookmarks               []*Bookmark
}

// note is a topic or a purpose.
type note struct {
	Value   string `json:"value"`
	Creator string `json:"creator"`
	LastSet int64  `json:"last_set"`
}

// newState begins after old: no ts and no ID comes twice, not even after Reset
// or in a new process, since an app may remember them.
func newState(cfg *Config, old state) state {
	s := state{lastTS: old.lastTS, serial: max(old.serial, cfg.Now().UnixMicro()),
		triggers: map[string]*trigger{}, responses: map[string]*response{},
		calls: map[string]*Calls{}, groups: slices.Clone(cfg.Groups), limits: webapi.Limits{PerMinute: cfg.Limits}}
	s.people = append([]Person{{ID: cfg.BotUser, Name: cfg.BotName, RealName: cfg.BotName, Bot: true}}, cfg.People...)
	for _, seed := range cfg.Channels {
		ch := &channel{id: seed.ID, name: seed.Name, kind: public, created: cfg.Now(), members: slices.Clone(seed.Members)}
		ch.topic.Value = seed.Topic
		if ch.id == "" {
			ch.id = s.newID("C")
		}
		if seed.Private {
			ch.kind = private
		}
		s.channels = append(s.channels, ch)
	}
	return s
}

func (s *state) newID(prefix string) string {
	s.serial++
	return prefix + strings.ToUpper(strconv.FormatInt(s.serial, 36))
}

// blockID names a block or an element that the app did not.
func (s *state) blockID() string { return s.newID("b") }

func (w *Workspace) now() time.Time { return w.config.Now() }

// ts gives the next message's ts.
func (w *Workspace) ts() string {
	w.lastTS = max(w.now().UnixMicro(), w.lastTS+1)
	return fmt.Sprintf("%d.%06d", w.lastTS/1e6, w.lastTS%1e6)
}

// person finds by ID or name.
func (s *state) person(who string) (Person, bool) {
	i := slices.IndexFunc(s.people, func(p Person) bool { return p.ID == who || p.Name == who })
	if i < 0 {
		return Person{}, false
	}
	return s.people[i], true
}

// channel finds by ID.
func (s *state) channel(id string) *channel {
	i := slices.IndexFunc(s.channels, func(ch *channel) bool { return ch.id == id })
	if i < 0 {
		return nil
	}
	return s.channels[i]
}

// named finds a channel by name; archived channels keep theirs.
func (s *state) named(name string) *channel {
	i := slices.IndexFunc(s.channels, func(ch *channel) bool { return ch.name == name && ch.name != "" })
	if i < 0 {
		return nil
	}
	return s.channels[i]
}

// directWith gives the conversation of exactly these people, made when it is new.
func (w *Workspace) directWith(users ...string) (ch *channel, isNew bool) {
	slices.Sort(users)
	users = slices.Compact(users)
	for _, ch := range w.channels {
		if (ch.kind == direct || ch.kind == several) && slices.Equal(ch.members, users) {
			return ch, false
		}
	}
	ch = &channel{id: w.newID("D"), kind: direct, created: w.now(), creator: w.config.BotUser, members: users}
	if len(users) > 2 {
		ch.id, ch.kind = w.newID("G"), several
		ch.name = "mpdm-" + strings.ToLower(strings.Join(users, "--")) + "-1"
	}
	w.channels = append(w.channels, ch)
	return ch, true
}

func (ch *channel) has(user string) bool { return slices.Contains(ch.members, user) }

func (ch *channel) message(ts string) *Message {
	i := slices.IndexFunc(ch.messages, func(m *Message) bool { return m.TS == ts })
	if i < 0 {
		return nil
	}
	return ch.messages[i]
}

// replies counts the answers in a message's thread and who wrote them.
func (ch *channel) replies(ts string) (n int, users []string, latest string) {
	for _, m := range ch.messages {
		if m.ThreadTS == ts && m.TS != ts {
			n, latest = n+1, m.TS
			if !slices.Contains(users, m.User) {
				users = append(users, m.User)
			}
		}
	}
	return n, users, latest
}

// wire draws a channel as the bot sees it.
func (w *Workspace) wire(ch *channel) reply {
	if ch.kind == direct {
		other := ch.members[0]
		if other == w.config.BotUser && len(ch.members) > 1 {
			other = ch.members[1]
		}
		return reply{"id": ch.id, "is_im": true, "user": other, "created": ch.created.Unix(), "is_org_shared": false}
	}
	return reply{
		"id": ch.id, "name": ch.name, "name_normalized": ch.name, "creator": ch.creator,
		"created": ch.created.Unix(), "is_archived": ch.archived, "is_channel": ch.kind == public,
		"is_group": ch.kind == private, "is_im": false, "is_mpim": ch.kind == several,
		"is_private": ch.kind != public, "is_member": ch.has(w.config.BotUser), "is_general": false,
		"topic": ch.topic, "purpose": ch.purpose, "previous_names": ch.previous,
		"context_team_id": w.config.TeamID, "is_shared": false,
	}
}

// draw gives a message as the API and the events do.
func (w *Workspace) draw(ch *channel, m *Message, metadata bool) reply {
	r := reply{"type": "message", "ts": m.TS, "user": m.User, "text": m.Text, "team": w.config.TeamID}
	set := func(name string, value any, given bool) {
		if given {
			r[name] = value
		}
	}
	set("subtype", m.Subtype, m.Subtype != "")
	set("bot_id", m.BotID, m.BotID != "")
	set("app_id", w.config.AppID, m.BotID != "")
	set("username", m.Username, m.Username != "")
	set("inviter", m.Inviter, m.Inviter != "")
	set("blocks", m.Blocks, m.Blocks != nil)
	set("attachments", m.Attachments, m.Attachments != nil)
	set("metadata", m.Metadata, m.Metadata != nil && metadata)
	set("reactions", m.Reactions, len(m.Reactions) > 0)
	if m.Edited > 0 {
		r["edited"] = reply{"user": m.User, "ts": m.EditedTS}
	}
	if n, users, latest := ch.replies(m.TS); n > 0 {
		r["thread_ts"], r["reply_count"], r["reply_users"] = m.TS, n, users
		r["reply_users_count"], r["latest_reply"] = len(users), latest
	} else if m.ThreadTS != "" {
		r["thread_ts"] = m.ThreadTS
	}
	if root := ch.message(m.ThreadTS); root != nil && root != m {
		r["parent_user_id"] = root.User
	}
	if slices.ContainsFunc(ch.pins, func(p pin) bool { return p.ts == m.TS }) {
		r["pinned_to"] = []string{ch.id}
	}
	return r
}
