// Package ledger is what the stand-in of Slack holds, as it shows it.
package ledger

import (
	"encoding/json"
	"slices"

	"drumbeat/integrations/sandbox/slack/webapi"
)

// Ledger is what the workspace holds.
type Ledger struct {
	Channels []Channel `json:"channels"`
	// Ephemerals by the ID of the person who sees them.
	Ephemerals map[string][]Ephemeral `json:"ephemerals"`
	Views      []View                 `json:"views"`
	Invites    []Invite               `json:"invites"`
	Calls      map[string]Calls       `json:"calls"`
	Warnings   []Warning              `json:"warnings"`
	Queued     int                    `json:"queued"` // events that wait
}

// Channel is a conversation with all that stands in it. Kind is as in the API's
// argument types.
type Channel struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Kind      string     `json:"kind"`
	Creator   string     `json:"creator"`
	Archived  bool       `json:"archived"`
	Topic     string     `json:"topic"`
	Purpose   string     `json:"purpose"`
	Previous  []string   `json:"previous_names,omitempty"`
	Members   []string   `json:"members"`
	Messages  []Message  `json:"messages"`
	Pins      []string   `json:"pins"` // ts
	Bookmarks []Bookmark `json:"bookmarks"`
}

// Bookmark is a link at the top of a channel.
type Bookmark struct {
	ID      string `json:"id"`
	Channel string `json:"channel_id"`
	Title   string `json:"title"`
	Link    string `json:"link"`
	Emoji   string `json:"emoji"`
	Type    string `json:"type"`
	Created int64  `json:"date_created"`
	Updated int64  `json:"date_updated"`
	By      string `json:"last_updated_by_user_id"`
	AppID   string `json:"app_id"`
}

// Ephemeral is a message that one person sees.
type Ephemeral struct {
	Channel string `json:"channel"`
	Message
}

// View is a modal that is open, or an App Home.
type View struct {
	ID              string            `json:"id"`
	User            string            `json:"user"`
	Type            string            `json:"type"`
	Title           string            `json:"title,omitempty"`
	CallbackID      string            `json:"callback_id,omitempty"`
	PrivateMetadata string            `json:"private_metadata,omitempty"`
	Hash            string            `json:"hash"`
	Blocks          json.RawMessage   `json:"blocks"`
	Errors          map[string]string `json:"errors,omitempty"` // by block_id, since the last submit
}

// Invite is one call of conversations.invite that did something.
type Invite struct {
	Channel string   `json:"channel"`
	Users   []string `json:"users"`
}

// Calls counts a method's calls, and its errors by name.
type Calls struct {
	Count  int            `json:"count"`
	Errors map[string]int `json:"errors,omitempty"`
}

// Warning is what Slack lets pass and a caller should not do.
type Warning struct {
	Method string `json:"method"`
	Text   string `json:"text"`
}

// Message is a message as the ledger shows it.
type Message struct {
	TS        string `json:"ts"`
	User      string `json:"user"`
	BotID     string `json:"bot_id,omitempty"`
	Subtype   string `json:"subtype,omitempty"`
	ThreadTS  string `json:"thread_ts,omitempty"`
	Broadcast bool   `json:"reply_broadcast,omitempty"`
	webapi.Content
	Inviter   string     `json:"inviter,omitempty"`
	Edited    int        `json:"edited,omitempty"` // how often
	EditedTS  string     `json:"edited_ts,omitempty"`
	Reactions []Reaction `json:"reactions,omitempty"`
}

// Reaction is an emoji on a message and who gave it.
type Reaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
	Count int      `json:"count"`
}

// Copy shares the raw JSON, which is never written to.
func (m *Message) Copy() Message {
	c := *m
	c.Reactions = nil
	for _, r := range m.Reactions {
		r.Users = slices.Clone(r.Users)
		c.Reactions = append(c.Reactions, r)
	}
	return c
}

// Channel gives one of the ledger's conversations by name or ID.
func (l Ledger) Channel(name string) (Channel, bool) {
	i := slices.IndexFunc(l.Channels, func(c Channel) bool { return c.Name == name || c.ID == name })
	if i < 0 {
		return Channel{}, false
	}
	return l.Channels[i], true
}
