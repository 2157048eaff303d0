package slack

import (
	"cmp"
	"slices"
	"time"

	"drumbeat/integrations/sandbox/slack/blockkit"
	"drumbeat/integrations/sandbox/slack/webapi"
)

// triggerLife is how long a trigger_id opens a view.
const triggerLife = 3 * time.Second

// trigger is a person's act that may open one view.
type trigger struct {
	user string
	at   time.Time
	used bool
	over *view // the view that it was clicked or submitted in
}

func (w *Workspace) newTrigger(user string, over *view) string {
	id := w.newID("") + ".1234567890.abcdef"
	w.triggers[id] = &trigger{user: user, at: w.now(), over: over}
	return id
}

// view is one that a person has open, or the person's App Home.
type view struct {
	blockkit.View
	id, user, hash, root, previous string
	problems                       map[string]string // shown since the last submit
}

func (w *Workspace) view(id string) *view {
	i := slices.IndexFunc(w.views, func(v *view) bool { return v.id == id })
	if i < 0 {
		return nil
	}
	return w.views[i]
}

// closeAll removes views that the test holds for.
func (w *Workspace) closeAll(gone func(*view) bool) { w.views = slices.DeleteFunc(w.views, gone) }

// shape checks the argument view. replaced may keep its external_id.
func (c *call) shape(raw string, replaced *view) (blockkit.View, error) {
	kind := "modal"
	switch {
	case replaced != nil:
		kind = replaced.Type
	case c.Name == "views.publish":
		kind = "home"
	}
	s, problems := blockkit.CheckView(raw, kind, c.blockID)
	switch {
	case len(raw) > maxViewBytes:
		return s, webapi.Refuse("view_too_large")
	case len(problems) > 0:
		return s, webapi.Refusal{Code: "invalid_arguments", Messages: problems}
	}
	for _, v := range c.views {
		if s.ExternalID != "" && v.ExternalID == s.ExternalID && v != replaced {
			return s, webapi.Refuse("duplicate_external_id")
		}
	}
	return s, nil
}

const maxViewBytes = 250_000

// exchange uses up the trigger_id.
func (c *call) exchange() (*trigger, error) {
	t := c.triggers[c.Values["trigger_id"]]
	switch {
	case c.Values["trigger_id"] == "":
		return nil, webapi.Invalid("missing required field: trigger_id")
	case t == nil:
		return nil, webapi.Refuse("invalid_trigger_id")
	case t.used:
		return nil, webapi.Refuse("exchanged_trigger_id")
	case c.now().Sub(t.at) > triggerLife:
		return nil, webapi.Refuse("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

// show adds a view; previous is the one that it lies on.
func (w *Workspace) show(s blockkit.View, user string, previous *view) *view {
	v := &view{View: s, id: w.newID("V"), user: user, hash: w.ts()}
	v.root = v.id
	if previous != nil {
		v.root, v.previous = previous.root, previous.id
	}
	w.views = append(w.views, v)
	return v
}

func (c *call) viewsOpen() (reply, error) {
	s, err := c.shape(c.Values["view"], nil)
	if err != nil {
		return nil, err
	}
	t, err := c.exchange()
	if err != nil {
		return nil, err
	}
	c.closeAll(func(v *view) bool { return v.user == t.user && v.Type == "modal" })
	return reply{"view": c.drawView(c.show(s, t.user, nil), nil)}, nil
}

// maxStack is how many views may lie on each other.
const maxStack = 3

func (c *call) viewsPush() (reply, error) {
	s, err := c.shape(c.Values["view"], nil)
	if err != nil {
		return nil, err
	}
	t, err := c.exchange()
	if err != nil {
		return nil, err
	}
	if t.over == nil || c.view(t.over.id) == nil {
		return nil, webapi.Refuse("not_found")
	}
	depth := 0
	for _, v := range c.views {
		if v.root == t.over.root {
			depth++
		}
	}
	if depth >= maxStack {
		return nil, webapi.Refuse("push_limit_reached")
	}
	return reply{"view": c.drawView(c.show(s, t.user, t.over), nil)}, nil
}

func (c *call) viewsUpdate() (reply, error) {
	id, external := c.Values["view_id"], c.Values["external_id"]
	i := slices.IndexFunc(c.views, func(v *view) bool {
		return v.id == id || id == "" && external != "" && v.ExternalID == external
	})
	if i < 0 {
		return nil, webapi.Refuse("not_found")
	}
	v := c.views[i]
	s, err := c.shape(c.Values["view"], v)
	if err != nil {
		return nil, err
	}
	if h := c.Values["hash"]; h != "" && h != v.hash {
		return nil, webapi.Refuse("hash_conflict")
	}
	c.replace(v, s)
	return reply{"view": c.drawView(v, nil)}, nil
}

func (w *Workspace) replace(v *view, s blockkit.View) {
	s.ExternalID = cmp.Or(s.ExternalID, v.ExternalID)
	v.View, v.hash, v.problems = s, w.ts(), nil
}

func (c *call) viewsPublish() (reply, error) {
	user := c.Values["user_id"]
	if p, ok := c.person(user); !ok || p.ID != user {
		return nil, webapi.Invalid("user_id is invalid [json-pointer:/user_id]")
	}
	i := slices.IndexFunc(c.views, func(v *view) bool { return v.user == user && v.Type == "home" })
	var home *view
	if i >= 0 {
		home = c.views[i]
	}
	s, err := c.shape(c.Values["view"], home)
	switch {
	case err != nil:
		return nil, err
	case home == nil:
		home = c.show(s, user, nil)
	case c.Values["hash"] != "" && c.Values["hash"] != home.hash:
		return nil, webapi.Refuse("hash_conflict")
	default:
		c.replace(home, s)
	}
	return reply{"view": c.drawView(home, nil)}, nil
}

// drawView gives a view as the API and the payloads do; values is what the
// person filled in.
func (w *Workspace) drawView(v *view, values any) reply {
	if values == nil {
		values = reply{}
	}
	var previous any
	if v.previous != "" {
		previous = v.previous
	}
	return reply{"id": v.id, "team_id": w.config.TeamID, "type": v.Type, "title": v.Title, "submit": v.Submit,
		"close": v.Close, "blocks": v.Blocks, "private_metadata": v.PrivateMetadata, "callback_id": v.CallbackID,
		"external_id": v.ExternalID, "clear_on_close": v.ClearOnClose, "notify_on_close": v.NotifyOnClose,
		"hash": v.hash, "root_view_id": v.root, "previous_view_id": previous, "app_id": w.config.AppID,
		"bot_id": w.config.BotID, "state": reply{"values": values}}
}
