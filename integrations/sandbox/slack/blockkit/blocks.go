// Package blockkit checks blocks and views as Slack does, and does with them
// what a person's client does: finds what is clicked, fills in a form.
package blockkit

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of Block Kit, in characters where nothing else is said.
const (
	MaxMessage  = 50
	MaxView     = 100
	maxMarkdown = 12_000
)

// checker walks blocks and notes what is wrong, in Slack's own form: a sentence
// and the JSON pointer of the place.
type checker struct {
	problems []string
	newID    func() string
}

// object is one JSON object of blocks.
type object = map[string]any

// Decode reads blocks that were checked; others give none.
func Decode(raw json.RawMessage) (blocks []map[string]any) {
	_ = json.Unmarshal(raw, &blocks)
	return blocks
}

func (k *checker) add(at, format string, args ...any) {
	k.problems = append(k.problems, fmt.Sprintf("[ERROR] "+format+" [json-pointer:%s]", append(args, at)...))
}

// Check gives the blocks with the ids that Slack fills in, made by newID, and
// what is wrong in Slack's own form: a sentence and a JSON pointer that begins
// with at. ok is false when raw is no list of objects.
func Check(raw, at string, most int, newID func() string) (filled json.RawMessage, problems []string, ok bool) {
	k := &checker{newID: newID}
	filled, ok = k.blocks(raw, at, most)
	return filled, k.problems, ok
}

func (k *checker) blocks(raw, at string, most int) (json.RawMessage, bool) {
	var blocks []object
	if json.Unmarshal([]byte(raw), &blocks) != nil {
		return nil, false
	}
	if len(blocks) > most {
		k.add(at, "no more than %d items allowed", most)
	}
	ids := map[string]bool{}
	for i, b := range blocks {
		at := at + "/" + strconv.Itoa(i)
		if b == nil {
			k.add(at, "must be an object")
			continue
		}
		k.id(at, b, "block_id")
		id, _ := b["block_id"].(string)
		if ids[id] {
			k.add(at+"/block_id", "block_id %q already exists", id)
		}
		ids[id] = true
		k.block(at, b)
	}
	filled, err := json.Marshal(blocks)
	return filled, err == nil
}

// id fills in an id that is missing.
func (k *checker) id(at string, o object, name string) {
	id, _ := o[name].(string)
	if id == "" {
		o[name] = k.newID()
	}
	k.short(at+"/"+name, id, 255)
}

func (k *checker) short(at, text string, most int) {
	if utf8.RuneCountInString(text) > most {
		k.add(at, "must be less than %d characters", most+1)
	}
}

func (k *checker) block(at string, b object) {
	switch kind, _ := b["type"].(string); kind {
	case "section":
		k.section(at, b)
	case "header":
		k.text(at+"/text", b["text"], "plain_text", 150)
	case "divider", "rich_text", "video", "file", "table":
	case "markdown":
		k.bare(at+"/text", b["text"], maxMarkdown)
	case "image":
		k.image(at, b)
	case "context":
		for i, e := range k.list(at+"/elements", b["elements"], 10) {
			at := at + "/elements/" + strconv.Itoa(i)
			if e["type"] == "image" {
				k.image(at, e)
			} else {
				k.text(at, e, "", 3000)
			}
		}
	case "actions":
		ids := map[string]bool{}
		for i, e := range k.list(at+"/elements", b["elements"], 25) {
			k.element(at+"/elements/"+strconv.Itoa(i), e, ids)
		}
	case "input":
		k.text(at+"/label", b["label"], "plain_text", 2000)
		if b["hint"] != nil {
			k.text(at+"/hint", b["hint"], "plain_text", 2000)
		}
		k.element(at+"/element", b["element"], map[string]bool{})
	default:
		k.add(at+"/type", "unsupported type: %s", kind)
	}
}

func (k *checker) section(at string, b object) {
	if b["text"] == nil && b["fields"] == nil {
		k.add(at, "missing required field: text or fields")
	}
	if b["text"] != nil {
		k.text(at+"/text", b["text"], "", 3000)
	}
	if b["fields"] != nil {
		for i, f := range k.list(at+"/fields", b["fields"], 10) {
			k.text(at+"/fields/"+strconv.Itoa(i), f, "", 2000)
		}
	}
	if b["accessory"] != nil {
		k.element(at+"/accessory", b["accessory"], map[string]bool{})
	}
}

// list wants 1 to most objects.
func (k *checker) list(at string, v any, most int) []object {
	all, _ := v.([]any)
	switch {
	case len(all) == 0:
		k.add(at, "no less than 1 items allowed")
	case len(all) > most:
		k.add(at, "no more than %d items allowed", most)
	}
	var objects []object
	for i, e := range all {
		o, ok := e.(object)
		if !ok {
			k.add(at+"/"+strconv.Itoa(i), "must be an object")
			o = object{}
		}
		objects = append(objects, o)
	}
	return objects
}

// text wants a text object; kind "" takes either.
func (k *checker) text(at string, v any, kind string, most int) {
	o, _ := v.(object)
	if o == nil {
		k.add(at, "missing required field: text")
		return
	}
	switch got, _ := o["type"].(string); {
	case got != "plain_text" && got != "mrkdwn":
		k.add(at+"/type", "must be plain_text or mrkdwn")
	case kind != "" && got != kind:
		k.add(at+"/type", "must be %s", kind)
	}
	k.bare(at+"/text", o["text"], most)
}

func (k *checker) bare(at string, v any, most int) {
	text, _ := v.(string)
	if text == "" {
		k.add(at, "must be more than 0 characters")
	}
	k.short(at, text, most)
}

func (k *checker) image(at string, o object) {
	if o["image_url"] == nil && o["slack_file"] == nil {
		k.add(at, "missing required field: image_url")
	}
	k.bare(at+"/alt_text", o["alt_text"], 2000)
}

// Options that each element may have at most; what is not here has none.
var maxOptions = map[string]int{"static_select": 100, "multi_static_select": 100, "radio_buttons": 10, "checkboxes": 10, "overflow": 5}

var elements = strings.Fields("button static_select multi_static_select radio_buttons checkboxes overflow image " +
	"users_select multi_users_select conversations_select multi_conversations_select channels_select " +
	"multi_channels_select external_select multi_external_select datepicker timepicker datetimepicker " +
	"plain_text_input number_input email_text_input url_text_input rich_text_input file_input workflow_button icon_button feedback_buttons")

// element checks what can be clicked or filled in; an action_id is unique
// inside its block.
func (k *checker) element(at string, v any, ids map[string]bool) {
	e, _ := v.(object)
	kind, _ := e["type"].(string)
	if !slices.Contains(elements, kind) {
		k.add(at+"/type", "unsupported type: %s", kind)
		return
	}
	if kind == "image" {
		k.image(at, e)
		return
	}
	k.id(at, e, "action_id")
	id, _ := e["action_id"].(string)
	if ids[id] {
		k.add(at+"/action_id", "action_id %q already exists", id)
	}
	ids[id] = true
	if e["placeholder"] != nil {
		k.text(at+"/placeholder", e["placeholder"], "plain_text", 150)
	}
	if c, ok := e["confirm"].(object); ok {
		k.text(at+"/confirm/title", c["title"], "plain_text", 100)
		k.text(at+"/confirm/text", c["text"], "", 300)
		k.text(at+"/confirm/confirm", c["confirm"], "plain_text", 30)
		k.text(at+"/confirm/deny", c["deny"], "plain_text", 30)
	}
	if kind == "button" {
		k.button(at, e)
	}
	k.options(at, e, maxOptions[kind])
}

func (k *checker) button(at string, e object) {
	k.text(at+"/text", e["text"], "plain_text", 75)
	value, _ := e["value"].(string)
	k.short(at+"/value", value, 2000)
	url, _ := e["url"].(string)
	k.short(at+"/url", url, 3000)
	if style := e["style"]; style != nil && style != "primary" && style != "danger" {
		k.add(at+"/style", "must be primary or danger")
	}
}

func (k *checker) options(at string, e object, most int) {
	if most == 0 || e["option_groups"] != nil {
		return
	}
	values := map[string]bool{}
	for i, o := range k.list(at+"/options", e["options"], most) {
		at := at + "/options/" + strconv.Itoa(i)
		k.text(at+"/text", o["text"], "", 75)
		value, _ := o["value"].(string)
		k.bare(at+"/value", o["value"], 150)
		if values[value] {
			k.add(at+"/value", "value %q already exists", value)
		}
		values[value] = true
	}
	if initial, ok := e["initial_option"].(object); ok {
		if value, _ := initial["value"].(string); !values[value] {
			k.add(at+"/initial_option", "initial_option must match one of the options")
		}
	}
}
