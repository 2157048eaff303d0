package slack

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/slack/webapi"
)

// A response_url takes five messages in half an hour.
const (
	responseUses = 5
	responseLife = 30 * time.Minute
)

// response is a response_url: where it answers, and the message that it may
// replace (the one clicked, or the first one that it gave).
type response struct {
	channel, user, ts string
	hidden            bool // that message is an ephemeral
	until             time.Time
	uses              int
}

func (w *Workspace) newResponse(ch *channel, user, ts string, hidden bool) string {
	id := w.newID("R")
	w.responses[id] = &response{channel: ch.id, user: user, ts: ts, hidden: hidden, until: w.now().Add(responseLife)}
	return id
}

func (w *Workspace) responseURL(kind, id string) string {
	return w.config.URL + "/" + kind + "/" + w.config.TeamID + "/" + id
}

func (w *Workspace) serveResponseURL(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var said map[string]json.RawMessage
	if err != nil || json.Unmarshal(body, &said) != nil {
		sandbox.JSON(rw, http.StatusBadRequest, reply{"ok": false, "error": "invalid_payload"})
		return
	}
	w.mu.Lock()
	code := w.useResponse(r.PathValue("id"), said)
	w.mu.Unlock()
	w.drain()
	switch code {
	case "":
		sandbox.JSON(rw, http.StatusOK, reply{"ok": true})
	case "used_url", "expired_url":
		sandbox.JSON(rw, http.StatusNotFound, reply{"ok": false, "error": code})
	default:
		sandbox.JSON(rw, http.StatusInternalServerError, reply{"ok": false, "error": code})
	}
}

func (w *Workspace) useResponse(id string, said map[string]json.RawMessage) string {
	u := w.responses[id]
	switch {
	case u == nil || w.now().After(u.until):
		return "expired_url"
	case u.uses == responseUses:
		return "used_url"
	}
	if err := w.respond(id, said); err != nil {
		return err.Error()
	}
	u.uses++
	return ""
}

// respond shows an answer to the person or the channel, or changes the message
// that it answers.
func (w *Workspace) respond(id string, said map[string]json.RawMessage) error {
	u := w.responses[id]
	row, _ := webapi.Lookup("chat.postEphemeral")
	c := &call{w, &webapi.Call{Name: "response_url", Method: row, Values: webapi.Texts(said)}}
	ch := w.channel(u.channel)
	if c.Is("delete_original") {
		return w.withdraw(ch, u)
	}
	m, err := c.compose()
	if err != nil {
		return err
	}
	if c.Is("replace_original") && u.ts != "" {
		return w.swap(ch, u, m, c.Values)
	}
	m.ThreadTS = c.Values["thread_ts"]
	hidden := c.Values["response_type"] != "in_channel"
	if hidden {
		w.whisper(ch.id, u.user, m)
	} else {
		w.post(ch, m)
	}
	if u.ts == "" {
		u.ts, u.hidden = m.TS, hidden
	}
	return nil
}

func (w *Workspace) withdraw(ch *channel, u *response) error {
	if u.hidden {
		w.ephemerals = slices.DeleteFunc(w.ephemerals, func(e *ephemeral) bool { return e.TS == u.ts })
		return nil
	}
	m := ch.message(u.ts)
	if m == nil {
		return errors.New("message_not_found")
	}
	w.remove(ch, m)
	return nil
}

// swap replaces the whole message, not only what is given.
func (w *Workspace) swap(ch *channel, u *response, m *Message, given map[string]string) error {
	if u.hidden {
		for _, e := range w.ephemerals {
			if e.TS == u.ts {
				m.TS, m.Edited = e.TS, e.Edited+1
				e.Message = m
				return nil
			}
		}
		return errors.New("message_not_found")
	}
	original := ch.message(u.ts)
	if original == nil {
		return errors.New("message_not_found")
	}
	all := map[string]string{"text": "", "blocks": "", "attachments": ""}
	if _, ok := given["metadata"]; ok {
		all["metadata"] = ""
	}
	w.edit(ch, original, m, all)
	return nil
}
