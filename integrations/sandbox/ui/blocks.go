package ui

import (
	"encoding/json"
	"html/template"
	"slices"
	"strings"

	"drumbeat/integrations/sandbox/slack"
	"drumbeat/integrations/sandbox/slack/blockkit"
)

// block is a block of Block Kit, ready for the templates.
type block struct {
	Kind     string // as in Block Kit
	ID       string
	Text     template.HTML
	Fields   []template.HTML
	Elements []element
	// Of an input:
	Label, Hint, Error string
	Required           bool
	Input              *element
}

// element is something to click or to fill in.
type element struct {
	Kind, ID, Action, Value, Text string
	HTML                          template.HTML // of a context
	Style, URL                    string
	Options                       []option
	Multiline, Multiple           bool
	Max                           int
}

type option struct {
	Value, Text string
	Chosen      bool
}

// raw is what is read of blocks and elements; the stand-in has checked them.
type raw struct {
	Type           string          `json:"type"`
	BlockID        string          `json:"block_id"`
	ActionID       string          `json:"action_id"`
	Text           json.RawMessage `json:"text"` // an object, or a string inside one
	Value          string          `json:"value"`
	Style          string          `json:"style"`
	URL            string          `json:"url"`
	Alt            string          `json:"alt_text"`
	Label          label           `json:"label"`
	Hint           label           `json:"hint"`
	Optional       bool            `json:"optional"`
	Multiline      bool            `json:"multiline"`
	MaxLength      int             `json:"max_length"`
	InitialValue   string          `json:"initial_value"`
	InitialOption  *choice         `json:"initial_option"`
	InitialOptions []choice        `json:"initial_options"`
	Options        []choice        `json:"options"`
	Fields         []label         `json:"fields"`
	Elements       []raw           `json:"elements"`
	Element        *raw            `json:"element"`
	Accessory      *raw            `json:"accessory"`
}

type label struct{ Type, Text string }

type choice struct {
	Text  label  `json:"text"`
	Value string `json:"value"`
}

// text reads a text object, or the bare text that is one's inside.
func (r raw) text() label {
	l := label{Type: r.Type}
	if json.Unmarshal(r.Text, &l.Text) != nil {
		_ = json.Unmarshal(r.Text, &l) // neither: no text
	}
	return l
}

func (u *UI) blocks(content json.RawMessage, at place) []block {
	var given []raw
	if json.Unmarshal(content, &given) != nil {
		return []block{{Kind: "other", Text: "(blocks that this page cannot draw)"}}
	}
	var all []block
	for _, r := range given {
		all = append(all, u.block(r, at))
	}
	return all
}

func (u *UI) block(r raw, at place) block {
	b := block{Kind: r.Type, ID: r.BlockID}
	switch r.Type {
	case "section":
		b.Text = u.words(r.text(), at)
		for _, f := range r.Fields {
			b.Fields = append(b.Fields, u.words(f, at))
		}
		if r.Accessory != nil {
			b.Elements = []element{u.element(*r.Accessory, at)}
		}
	case "header", "markdown":
		b.Text = u.words(label{"plain_text", r.text().Text}, at)
	case "context", "actions":
		for _, e := range r.Elements {
			b.Elements = append(b.Elements, u.element(e, at))
		}
	case "input":
		b.Label, b.Hint, b.Required = r.Label.Text, r.Hint.Text, !r.Optional
		if r.Element != nil {
			e := u.element(*r.Element, at)
			b.Input = &e
		}
	case "image":
		b.Text = template.HTML(template.HTMLEscapeString("(picture: " + r.Alt + ")"))
	case "divider":
	default:
		b.Kind, b.Text = "other", template.HTML(template.HTMLEscapeString("(a "+r.Type+" block)"))
	}
	return b
}

func (u *UI) words(l label, at place) template.HTML {
	if l.Type == "mrkdwn" {
		return u.mrkdwn(l.Text, at)
	}
	return linked(l.Text)
}

func (u *UI) element(r raw, at place) element {
	e := element{Kind: r.Type, Action: r.ActionID, Value: r.Value, Style: r.Style, Text: r.text().Text,
		Multiline: r.Multiline, Max: r.MaxLength, Multiple: r.Type == "checkboxes" || strings.HasPrefix(r.Type, "multi_")}
	switch r.Type {
	case "mrkdwn", "plain_text":
		e.HTML = u.words(r.text(), at)
	case "image":
		e.HTML = template.HTML(template.HTMLEscapeString("(picture: " + r.Alt + ")"))
	case "button":
		if strings.HasPrefix(r.URL, "https://") || strings.HasPrefix(r.URL, "http://") {
			e.URL = r.URL
		}
	default:
		e.Value = r.InitialValue
		chosen := r.InitialOptions
		if r.InitialOption != nil {
			chosen = append(chosen, *r.InitialOption)
		}
		for _, o := range r.Options {
			e.Options = append(e.Options, option{o.Value, o.Text.Text,
				slices.ContainsFunc(chosen, func(c choice) bool { return c.Value == o.Value })})
		}
	}
	return e
}

// form is the view that a person has open.
type form struct {
	place
	View, Hash, Title string
	Blocks            []block
	Asks              bool // there is something to submit
	Wrong             bool
}

// form gives the uppermost view of the person. What they had filled in before
// the bot found it wrong stands in it again.
func (u *UI) form(chat slack.Ledger, at place) *form {
	for _, v := range slices.Backward(chat.Views) {
		if v.User != at.Me.ID || v.Type != "modal" {
			continue
		}
		f := &form{place: at, View: v.ID, Hash: v.Hash, Title: v.Title, Blocks: u.blocks(v.Blocks, at), Wrong: len(v.Errors) > 0}
		u.mu.Lock()
		typed := u.typed[v.ID]
		u.mu.Unlock()
		for i := range f.Blocks {
			b := &f.Blocks[i]
			b.Error = v.Errors[b.ID]
			if b.Input == nil {
				continue
			}
			f.Asks = true
			if value, ok := typed[b.ID]; ok {
				b.Input.fill(value)
			}
		}
		return f
	}
	return nil
}

// fill puts in what a person typed or chose.
func (e *element) fill(value string) {
	e.Value = value
	chosen := strings.Split(value, ",")
	for i, o := range e.Options {
		e.Options[i].Chosen = slices.Contains(chosen, o.Value)
	}
}

// fields gives what a person's form says, as Submit wants it: by block, lists
// joined by commas. A box that is not ticked is not sent by a browser, so every
// input of the view is named.
func fields(content json.RawMessage, posted map[string][]string) map[string]string {
	values := map[string]string{}
	for _, b := range blockkit.Decode(content) {
		id, _ := b["block_id"].(string)
		if b["type"] == "input" {
			values[id] = strings.Join(posted["field-"+id], ",")
		}
	}
	return values
}
