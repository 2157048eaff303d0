package slack

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

// keepWarnings bounds what a long run remembers.
const keepWarnings = 200

// note counts a call and keeps its warnings.
func (w *Workspace) note(c *call, code string) {
	name := c.Name
	if _, known := webapi.Lookup(name); !known {
		name = "unknown"
	}
	for _, text := range c.Warnings {
		next := Warning{name, text}
		if len(w.warnings) < keepWarnings && !slices.Contains(w.warnings, next) {
			w.warnings = append(w.warnings, next)
		}
	}
	n := w.calls[name]
	if n == nil {
		n = &Calls{Errors: map[string]int{}}
		w.calls[name] = n
	}
	if n.Count++; code != "" {
		n.Errors[code]++
	}
}

// Ledger implements sandbox.Holder; Snapshot is the same with its type.
func (w *Workspace) Ledger() any { return w.Snapshot() }

// Snapshot copies what the workspace holds.
func (w *Workspace) Snapshot() Ledger {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := Ledger{Channels: []Channel{}, Ephemerals: map[string][]Ephemeral{}, Views: []View{},
		Invites: slices.Clone(w.invites), Calls: map[string]Calls{}, Warnings: slices.Clone(w.warnings), Queued: w.out.Waiting()}
	for _, ch := range w.channels {
		l.Channels = append(l.Channels, ch.copy())
	}
	for _, e := range w.ephemerals {
		l.Ephemerals[e.user] = append(l.Ephemerals[e.user], Ephemeral{e.channel, e.Message.copy()})
	}
	for _, v := range w.views {
		shown := View{ID: v.id, User: v.user, Type: v.Type, CallbackID: v.CallbackID,
			PrivateMetadata: v.PrivateMetadata, Hash: v.hash, Blocks: v.Blocks, Errors: v.problems}
		if v.Title != nil {
			shown.Title = v.Title.Text
		}
		l.Views = append(l.Views, shown)
	}
	for name, n := range w.calls {
		errs := map[string]int{}
		for code, times := range n.Errors {
			errs[code] = times
		}
		l.Calls[name] = Calls{Count: n.Count, Errors: errs}
	}
	return l
}

func (ch *channel) copy() Channel {
	c := Channel{ID: ch.id, Name: ch.name, Kind: ch.kind, Creator: ch.creator, Archived: ch.archived,
		Topic: ch.topic.Value, Purpose: ch.purpose.Value, Previous: slices.Clone(ch.previous),
		Members: slices.Clone(ch.members), Messages: []Message{}, Pins: []string{}, Bookmarks: []Bookmark{}}
	for _, m := range ch.messages {
		c.Messages = append(c.Messages, m.copy())
	}
	for _, p := range ch.pins {
		c.Pins = append(c.Pins, p.ts)
	}
	for _, b := range ch.bookmarks {
		c.Bookmarks = append(c.Bookmarks, *b)
	}
	return c
}

// copy shares the raw JSON, which is never written to.
func (m *Message) copy() Message {
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
