package slack

import (
	"slices"

	"drumbeat/integrations/sandbox/slack/ledger"
	"drumbeat/integrations/sandbox/slack/webapi"
)

// The ledger, as package ledger describes it.
type (
	Ledger    = ledger.Ledger
	Channel   = ledger.Channel
	Ephemeral = ledger.Ephemeral
	View      = ledger.View
	Invite    = ledger.Invite
	Calls     = ledger.Calls
	Warning   = ledger.Warning
	Message   = ledger.Message
	Reaction  = ledger.Reaction
	Bookmark  = ledger.Bookmark
)

// keepWarnings bounds what a long run remembers.
const keepWarnings = 200

// note counts a call and keeps its warnings.
func (w *Workspace) note(c *call, code string) {
	name := c.Name
	if _, known := webapi.Lookup(name); !known {
		name = "unknown"
	}
	for _, text := range c.Warnings {
		next := Warning{Method: name, Text: text}
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
		l.Ephemerals[e.user] = append(l.Ephemerals[e.user], Ephemeral{Channel: e.channel, Message: e.Message.Copy()})
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
		c.Messages = append(c.Messages, m.Copy())
	}
	for _, p := range ch.pins {
		c.Pins = append(c.Pins, p.ts)
	}
	for _, b := range ch.bookmarks {
		c.Bookmarks = append(c.Bookmarks, *b)
	}
	return c
}
