package blockkit

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Press names what a person clicks or chooses.
type Press struct {
	// Action or Text names the element: its action_id, or what it reads.
	Action string `json:"action_id"`
	Text   string `json:"text"`
	// Value is the chosen option's value, or a person's or a channel's ID. Of
	// buttons with one action_id it names the one.
	Value string `json:"value"`
}

// Find gives the action of a press, as an interaction's payload holds it.
func Find(blocks json.RawMessage, k Press) (map[string]any, error) {
	var seen []string
	for _, b := range Decode(blocks) {
		for _, e := range interactive(b) {
			label, _ := e["text"].(object)
			text, _ := label["text"].(string)
			seen = append(seen, fmt.Sprintf("%v %q", e["action_id"], text))
			if !k.meets(e, text) {
				continue
			}
			action := object{"type": e["type"], "action_id": e["action_id"], "block_id": b["block_id"]}
			if e["type"] != "button" {
				state, err := fill(e, k.Value)
				for name, v := range state {
					action[name] = v
				}
				return action, err
			}
			for _, name := range []string{"text", "value", "style", "url"} {
				if e[name] != nil {
					action[name] = e[name]
				}
			}
			return action, nil
		}
	}
	return nil, fmt.Errorf("nothing to click is %q %q; there is %s", k.Action, k.Text, strings.Join(seen, ", "))
}

func (k Press) meets(e object, text string) bool {
	named := k.Action != "" || k.Text != ""
	same := (k.Action == "" || e["action_id"] == k.Action) && (k.Text == "" || text == k.Text)
	return named && same && (e["type"] != "button" || k.Value == "" || e["value"] == k.Value)
}

// interactive lists a block's elements that can be clicked or filled in.
func interactive(b object) (all []object) {
	list, _ := b["elements"].([]any)
	for _, e := range append(list, b["accessory"], b["element"]) {
		if o, ok := e.(object); ok && o["action_id"] != nil {
			all = append(all, o)
		}
	}
	return all
}

// IsInput reports whether the blocks have an input block of that ID.
func IsInput(blocks json.RawMessage, id string) bool {
	return slices.ContainsFunc(Decode(blocks), func(b object) bool { return b["block_id"] == id && b["type"] == "input" })
}

// Initial is the state of a view that nobody touched.
func Initial(blocks json.RawMessage) map[string]map[string]any {
	state, _ := fillAll(blocks, nil)
	return state
}

// Fill gives a view's state ({block: {action: value}}) with a person's values, by
// block_id or action_id: a text, an option's value or its text, an ID; a list is
// joined by commas. What is not given is as the view opened it. The error says
// why the person's client would not submit.
func Fill(blocks json.RawMessage, values map[string]string) (map[string]map[string]any, error) {
	for name := range values {
		known := slices.ContainsFunc(Decode(blocks), func(b object) bool {
			return b["block_id"] == name || slices.ContainsFunc(interactive(b), func(e object) bool { return e["action_id"] == name })
		})
		if !known {
			return nil, fmt.Errorf("the form asks nothing called %q", name)
		}
	}
	return fillAll(blocks, values)
}

func fillAll(blocks json.RawMessage, values map[string]string) (map[string]map[string]any, error) {
	state := map[string]map[string]any{}
	var wrong []string
	for _, b := range Decode(blocks) {
		blockID, _ := b["block_id"].(string)
		for _, e := range interactive(b) {
			if e["type"] == "button" {
				continue
			}
			actionID, _ := e["action_id"].(string)
			value, given := values[actionID]
			if !given {
				value, given = values[blockID]
			}
			if !given {
				value = opened(e)
			}
			filled, err := fill(e, value)
			if err == nil && value == "" && b["type"] == "input" && b["optional"] != true {
				err = fmt.Errorf("%s is required", blockID)
			}
			if err != nil {
				wrong = append(wrong, err.Error())
			}
			if state[blockID] == nil {
				state[blockID] = object{}
			}
			state[blockID][actionID] = filled
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
func fill(e object, value string) (object, error) {
	kind, _ := e["type"].(string)
	state := object{"type": kind}
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
