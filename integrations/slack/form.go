package slack

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	api "github.com/slack-go/slack"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/slack/kit"
	"drumbeat/integrations/slack/markup"
)

// Slack's limits of a view. Source: docs.slack.dev/reference/views and
// …/block-kit/block-elements.
const (
	maxTitle       = 24
	maxLabel       = 2000
	maxInput       = 3000
	maxOptions     = 100
	maxOptionText  = 75
	maxOptionValue = 150
	maxViewBlocks  = 100
)

// fieldAction is the action_id of every field; its block_id is the field's name.
const fieldAction = "value"

// metadata is what a view carries from its opening to its submit.
type metadata struct {
	Line    string `json:"line,omitempty"`
	Version int    `json:"version,omitempty"`
	place
}

// readMetadata reads what modal wrote; anything else reads as nothing.
func readMetadata(text string) metadata {
	var m metadata
	if json.Unmarshal([]byte(text), &m) != nil {
		return metadata{}
	}
	return m
}

// modal draws a form.
func modal(f *integrations.Form, at place) api.ModalViewRequest {
	carried, _ := json.Marshal(metadata{Line: f.Line, Version: f.Version, place: at}) // strings and a number always encode
	v := api.ModalViewRequest{
		Type:            api.VTModal,
		Title:           kit.Label(f.Title, maxTitle),
		Close:           kit.Label("Cancel", maxTitle),
		CallbackID:      f.ID,
		PrivateMetadata: string(carried),
	}
	for _, field := range f.Fields[:min(len(f.Fields), maxViewBlocks)] {
		b := question(field)
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, b)
		if b.BlockType() == api.MBTInput {
			v.Submit = kit.Label(cmp.Or(f.Submit, "Send"), maxTitle)
		}
	}
	return v
}

// question draws one field.
func question(f integrations.FormField) api.Block {
	var element api.BlockElement
	switch f.Kind {
	case "note":
		return kit.Section(cmp.Or(markup.Clip(f.Label, kit.MaxSection), "…"))
	case "check":
		option := api.NewOptionBlockObject("true", kit.Label("Yes", maxOptionText), nil)
		box := api.NewCheckboxGroupsBlockElement(fieldAction, option)
		if f.Value == "true" {
			box.InitialOptions = []*api.OptionBlockObject{option}
		}
		element = box
	case "choice":
		if choices := choicesOf(f.Choices); choices != nil {
			list := api.NewOptionsSelectBlockElement(api.OptTypeStatic, nil, fieldAction, choices...)
			for _, c := range choices {
				if c.Value == f.Value {
					list.InitialOption = c
				}
			}
			element = list
			break
		}
		element = writing(f) // nothing to choose from: it is written
	default:
		element = writing(f)
	}
	b := api.NewInputBlock(f.Name, kit.Label(f.Label, maxLabel), nil, element)
	if f.Hint != "" {
		b.Hint = kit.Label(f.Hint, maxLabel)
	}
	b.Optional = !f.Required
	return b
}

// writing is a field to write into.
func writing(f integrations.FormField) api.BlockElement {
	in := api.NewPlainTextInputBlockElement(nil, fieldAction)
	in.Multiline = f.Kind == "multiline"
	in.MaxLength = maxInput
	if f.Max > 0 {
		in.MaxLength = min(f.Max, maxInput)
	}
	in.InitialValue = markup.ClipPlain(f.Value, in.MaxLength)
	return in
}

// choicesOf draws the choices that Slack can carry.
func choicesOf(all []integrations.Choice) []*api.OptionBlockObject {
	var drawn []*api.OptionBlockObject
	seen := map[string]bool{}
	for _, c := range all {
		if c.Value != "" && !seen[c.Value] && markup.Width(c.Value) <= maxOptionValue && len(drawn) < maxOptions {
			seen[c.Value] = true
			drawn = append(drawn, api.NewOptionBlockObject(c.Value, kit.Label(c.Label, maxOptionText), nil))
		}
	}
	return drawn
}

// view is what we read of a view that a person acted in.
type view struct {
	ID              string          `json:"id"`
	Type            string          `json:"type"` // "modal" or "home"
	CallbackID      string          `json:"callback_id"`
	PrivateMetadata string          `json:"private_metadata"`
	Title           json.RawMessage `json:"title"`
	Blocks          []struct {
		Type    string `json:"type"`
		BlockID string `json:"block_id"`
	} `json:"blocks"`
	State struct {
		Values map[string]map[string]input `json:"values"`
	} `json:"state"`
}

// values are the fields' values by name.
func (v view) values() map[string]string {
	all := map[string]string{}
	for field, actions := range v.State.Values {
		for _, in := range actions {
			switch {
			case in.Selected != nil:
				all[field] = in.Selected.Value
			case in.Type == "checkboxes" && len(in.Checked) > 0:
				all[field] = in.Checked[0].Value
			default:
				all[field] = in.Value
			}
		}
	}
	return all
}

// wrong keeps the view open and shows what is wrong. Slack shows a text only
// beside a question, so whatever is about none stands at the first. A view
// without questions is replaced by the words.
func (v view) wrong(problems map[string]string, words *stream.Message) any {
	var questions []string
	for _, b := range v.Blocks {
		if b.Type == "input" {
			questions = append(questions, b.BlockID)
		}
	}
	beside := map[string]string{}
	var general []string
	for name, problem := range problems {
		if slices.Contains(questions, name) {
			beside[name] = problem
		} else {
			general = append(general, problem)
		}
	}
	slices.Sort(general)
	if words != nil && len(beside) == 0 {
		general = append([]string{words.Plain()}, general...)
	}
	if len(questions) == 0 {
		return map[string]any{"response_action": "update", "view": v.done(stream.Say(general...))}
	}
	if len(general) > 0 {
		first := questions[0]
		beside[first] = strings.TrimSpace(beside[first] + "\n" + strings.Join(general, "\n"))
	}
	for name, text := range beside {
		beside[name] = markup.ClipPlain(text, maxLabel)
	}
	return map[string]any{"response_action": "errors", "errors": beside}
}

// done replaces the view by words; it carries its place on, for the buttons.
func (v view) done(words *stream.Message) api.ModalViewRequest {
	m := readMetadata(v.PrivateMetadata)
	carried, _ := json.Marshal(metadata{place: m.place})
	all := kit.Blocks(words)
	if len(all) == 0 {
		all = []api.Block{kit.Section("…")}
	}
	return api.ModalViewRequest{Type: api.VTModal, Title: v.title(), Close: kit.Label("Close", maxTitle),
		Blocks: api.Blocks{BlockSet: all}, PrivateMetadata: string(carried)}
}

func (v view) title() *api.TextBlockObject {
	var t struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal(v.Title, &t) // a view without a title gets "…"
	return kit.Label(t.Text, maxTitle)
}
