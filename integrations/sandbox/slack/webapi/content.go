package webapi

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"drumbeat/integrations/sandbox/slack/blockkit"
)

// Slack cuts longer texts, and refuses longer markdown and metadata. The
// metadata's limit is not published; this one is what is safe to assume.
const (
	maxText        = 40_000
	maxMarkdown    = 12_000
	maxMetadata    = 16_000
	maxAttachments = 100
)

// Content is what a message says.
type Content struct {
	Text        string          `json:"text"`
	Blocks      json.RawMessage `json:"blocks,omitempty"`
	Attachments json.RawMessage `json:"attachments,omitempty"`
	Metadata    json.RawMessage `json:"metadata,omitempty"`
	Username    string          `json:"username,omitempty"`
	Unfurl      bool            `json:"unfurl,omitempty"` // links of this post are unfurled
}

// Content checks and gives what a message says; newID names blocks and elements
// that have no ID.
func (c *Call) Content(newID func() string) (m Content, err error) {
	m = Content{Username: c.Values["username"]}
	if m.Text, err = c.text(); err != nil {
		return m, err
	}
	if m.Blocks, err = c.blocks(newID); err != nil {
		return m, err
	}
	if m.Attachments, err = c.attachments(newID); err != nil {
		return m, err
	}
	if m.Metadata, err = c.metadata(); err != nil {
		return m, err
	}
	if m.Text == "" && m.Blocks == nil && m.Attachments == nil {
		return m, Refuse("no_text")
	}
	m.Unfurl = strings.Contains(m.Text, "http") && c.Is("unfurl_links")
	return m, nil
}

func (c *Call) text() (string, error) {
	text, markdown := c.Values["text"], c.Values["markdown_text"]
	switch {
	case markdown != "" && (text != "" || c.Values["blocks"] != ""):
		return "", Refuse("markdown_text_conflict")
	case utf8.RuneCountInString(markdown) > maxMarkdown:
		return "", c.OneListed("msg_too_long", "msg_blocks_too_long")
	case markdown != "":
		return markdown, nil
	case utf8.RuneCountInString(text) <= maxText:
		return text, nil
	case slices.Contains(c.Errors, "msg_too_long"):
		return "", Refuse("msg_too_long")
	}
	c.Warn("the text was cut to 40000 characters")
	return string([]rune(text)[:maxText]), nil
}

func (c *Call) blocks(newID func() string) (json.RawMessage, error) {
	raw := c.Values["blocks"]
	if raw == "" || raw == "[]" {
		return nil, nil
	}
	blocks, problems, ok := blockkit.Check(raw, "/blocks", blockkit.MaxMessage, newID)
	if !ok {
		return nil, Refuse("invalid_blocks_format")
	}
	if len(problems) > 0 {
		return nil, Refusal{Code: "invalid_blocks", Messages: problems}
	}
	return blocks, nil
}

func (c *Call) attachments(newID func() string) (json.RawMessage, error) {
	raw := c.Values["attachments"]
	if raw == "" || raw == "[]" {
		return nil, nil
	}
	var all []map[string]json.RawMessage
	if json.Unmarshal([]byte(raw), &all) != nil {
		return nil, c.OneListed("invalid_attachments", "invalid_blocks_format")
	}
	if len(all) > maxAttachments {
		return nil, Refuse("too_many_attachments")
	}
	for _, a := range all {
		if a["blocks"] == nil {
			continue
		}
		blocks, problems, ok := blockkit.Check(string(a["blocks"]), "/attachments/blocks", blockkit.MaxMessage, newID)
		if !ok || len(problems) > 0 {
			return nil, Refusal{Code: "invalid_blocks", Messages: problems}
		}
		a["blocks"] = blocks
	}
	return json.Marshal(all)
}

// metadata wants an event_type and an object event_payload; {} is none.
func (c *Call) metadata() (json.RawMessage, error) {
	raw := c.Values["metadata"]
	if raw == "" || raw == "{}" {
		return nil, nil
	}
	var m struct {
		Type    string         `json:"event_type"`
		Payload map[string]any `json:"event_payload"`
	}
	switch {
	case json.Unmarshal([]byte(raw), &m) != nil || m.Type == "" || m.Payload == nil:
		return nil, c.OneListed("invalid_metadata_format", "invalid_arguments")
	case len(raw) > maxMetadata:
		return nil, c.OneListed("metadata_too_large", "invalid_arguments")
	}
	return json.RawMessage(raw), nil
}
