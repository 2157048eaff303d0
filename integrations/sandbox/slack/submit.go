package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Submit fills in a view and submits it. values are by block_id or action_id: a
// text, an option's value or its text, an ID; a list is joined by commas. What
// is not given stays as the view opened it. The person's client refuses what is
// required and empty or too long: then nothing is sent.
func (w *Workspace) Submit(ctx context.Context, person, viewID string, values map[string]string) (Answer, error) {
	w.mu.Lock()
	v, payload, err := w.submitPayload(person, viewID, values)
	w.mu.Unlock()
	if err != nil {
		return Answer{}, err
	}
	a := w.interact(ctx, payload)
	w.mu.Lock()
	if a.Status == 200 && !w.submitted(v, a.Body) {
		a.Error = "invalid_response"
	}
	w.mu.Unlock()
	w.drain()
	return a, nil
}

func (w *Workspace) submitPayload(person, viewID string, values map[string]string) (*view, []byte, error) {
	p, err := w.who(person)
	if err != nil {
		return nil, nil, err
	}
	v := w.view(viewID)
	if v == nil || v.user != p.ID || v.Type != "modal" {
		return nil, nil, fmt.Errorf("%s has no modal %q open", p.Name, viewID)
	}
	state, err := filled(v, values)
	if err != nil {
		return nil, nil, err
	}
	payload := w.payload("view_submission", p)
	payload["view"], payload["response_urls"] = w.drawView(v, state), []any{}
	payload["trigger_id"] = w.newTrigger(p.ID, v)
	text, err := json.Marshal(payload)
	return v, text, err
}

// initial is the state of a view that nobody touched.
func initial(v *view) map[string]reply {
	state, _ := fillAll(v, nil)
	return state
}

// filled is the state with the person's values, if the client lets it pass.
func filled(v *view, values map[string]string) (map[string]reply, error) {
	for name := range values {
		known := slices.ContainsFunc(decode(v.Blocks), func(b object) bool {
			return b["block_id"] == name || slices.ContainsFunc(interactive(b), func(e object) bool { return e["action_id"] == name })
		})
		if !known {
			return nil, fmt.Errorf("the form asks nothing called %q", name)
		}
	}
	return fillAll(v, values)
}

func fillAll(v *view, values map[string]string) (map[string]reply, error) {
	state := map[string]reply{}
	var wrong []string
	for _, b := range decode(v.Blocks) {
		blockID, _ := b["block_id"].(string)
		for _, e := range interactive(b) {
			actionID, _ := e["action_id"].(string)
			if e["type"] == "button" {
				continue
			}
			value, given := values[blockID]
			if own, ok := values[actionID]; ok {
				value, given = own, true
			}
			if !given {
				value = opened(e)
			}
			chosen, err := fill(e, value)
			if err == nil && value == "" && b["type"] == "input" && b["optional"] != true && e["type"] != "checkboxes" {
				err = fmt.Errorf("%s is required", blockID)
			}
			if err != nil {
				wrong = append(wrong, err.Error())
			}
			if state[blockID] == nil {
				state[blockID] = reply{}
			}
			state[blockID][actionID] = chosen
		}
	}
	if len(wrong) > 0 {
		return state, fmt.Errorf("the client does not submit: %s", strings.Join(wrong, "; "))
	}
	return state, nil
}

// opened is the value that an element shows at first.
func opened(e object) string {
	for name, v := range e {
		if !strings.HasPrefix(name, "initial_") {
			continue
		}
		switch v := v.(type) {
		case string:
			return v
		case float64:
			return strconv.FormatFloat(v, 'f', -1, 64)
		case object:
			text, _ := v["value"].(string)
			return text
		case []any:
			var all []string
			for _, one := range v {
				if o, ok := one.(object); ok {
					one = o["value"]
				}
				all = append(all, fmt.Sprint(one))
			}
			return strings.Join(all, ",")
		}
	}
	return ""
}

// fields name what each kind of element gives: one value, or a list.
var fields = map[string]string{
	"users_select": "selected_user", "conversations_select": "selected_conversation", "channels_select": "selected_channel",
	"multi_users_select": "selected_users", "multi_conversations_select": "selected_conversations",
	"multi_channels_select": "selected_channels", "datepicker": "selected_date", "timepicker": "selected_time",
	"static_select": "selected_option", "radio_buttons": "selected_option", "overflow": "selected_option",
	"multi_static_select": "selected_options", "checkboxes": "selected_options",
	"datetimepicker": "selected_date_time",
}

// fill gives an element's state with a value.
func fill(e object, value string) (reply, error) {
	kind, _ := e["type"].(string)
	state := reply{"type": kind}
	field := fields[kind]
	var parts []string
	if value != "" {
		parts = strings.Split(value, ",")
	}
	switch {
	case field == "":
		state["value"] = nil
		if value != "" {
			state["value"] = value
		}
		if most, ok := e["max_length"].(float64); ok && utf8.RuneCountInString(value) > int(most) {
			return state, fmt.Errorf("%v is longer than %v characters", e["action_id"], most)
		}
	case field == "selected_options":
		options := []any{}
		for _, part := range parts {
			o, err := option(e, part)
			if err != nil {
				return state, err
			}
			options = append(options, o)
		}
		state[field] = options
	case field == "selected_option":
		state[field] = nil
		if value != "" {
			o, err := option(e, value)
			state[field] = o
			return state, err
		}
	case strings.HasPrefix(kind, "multi_"):
		state[field] = append([]string{}, parts...)
	case field == "selected_date_time":
		n, err := strconv.ParseInt(value, 10, 64)
		if state[field] = n; value == "" {
			state[field], err = nil, nil
		}
		return state, err
	default:
		state[field] = nil
		if value != "" {
			state[field] = value
		}
	}
	return state, nil
}

// option finds a choice by its value or its text.
func option(e object, value string) (object, error) {
	lists := []any{e["options"]}
	groups, _ := e["option_groups"].([]any)
	for _, g := range groups {
		if o, ok := g.(object); ok {
			lists = append(lists, o["options"])
		}
	}
	for _, list := range lists {
		all, _ := list.([]any)
		for _, one := range all {
			o, _ := one.(object)
			text, _ := o["text"].(object)
			if o["value"] == value || text["text"] == value {
				return o, nil
			}
		}
	}
	return nil, fmt.Errorf("%v has no choice %q", e["action_id"], value)
}

// submitted does what the app answered to a submit; false when it makes no sense.
func (w *Workspace) submitted(v *view, body string) bool {
	var answer struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if strings.TrimSpace(body) != "" && json.Unmarshal([]byte(body), &answer) != nil {
		return false
	}
	c := &call{Workspace: w, name: "views.open"}
	switch answer.Action {
	case "":
		w.closeAll(func(o *view) bool { return o == v })
	case "clear":
		w.closeAll(func(o *view) bool { return o.root == v.root })
	case "errors":
		v.problems = answer.Errors
		for block := range answer.Errors {
			if !slices.ContainsFunc(decode(v.Blocks), func(b object) bool { return b["block_id"] == block && b["type"] == "input" }) {
				return false
			}
		}
		return len(answer.Errors) > 0
	case "update":
		s, err := c.shape(string(answer.View), v)
		if err != nil {
			return false
		}
		w.replace(v, s)
	case "push":
		s, err := c.shape(string(answer.View), nil)
		if err != nil {
			return false
		}
		w.show(s, v.user, v)
	default:
		return false
	}
	return true
}

// Dismiss closes a view without submitting it; the app hears of it only when
// the view asks for that.
func (w *Workspace) Dismiss(ctx context.Context, person, viewID string) (Answer, error) {
	w.mu.Lock()
	p, err := w.who(person)
	v := w.view(viewID)
	if err == nil && (v == nil || v.user != p.ID) {
		err = fmt.Errorf("%s has no view %q open", person, viewID)
	}
	if err != nil {
		w.mu.Unlock()
		return Answer{}, err
	}
	w.closeAll(func(o *view) bool { return o == v || v.ClearOnClose && o.root == v.root })
	payload := w.payload("view_closed", p)
	payload["view"], payload["is_cleared"] = w.drawView(v, initial(v)), v.ClearOnClose
	text, err := json.Marshal(payload)
	w.mu.Unlock()
	if err != nil || !v.NotifyOnClose {
		return Answer{}, err
	}
	return w.interact(ctx, text), nil
}
