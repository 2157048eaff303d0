package blockkit

import (
	"encoding/json"
	"slices"
)

// Label is a plain_text object.
type Label struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji bool   `json:"emoji,omitempty"`
}

// View is a view as the app gives it.
type View struct {
	Type            string          `json:"type"`
	Title           *Label          `json:"title,omitempty"`
	Submit          *Label          `json:"submit,omitempty"`
	Close           *Label          `json:"close,omitempty"`
	Blocks          json.RawMessage `json:"blocks"`
	PrivateMetadata string          `json:"private_metadata"`
	CallbackID      string          `json:"callback_id"`
	ExternalID      string          `json:"external_id"`
	ClearOnClose    bool            `json:"clear_on_close"`
	NotifyOnClose   bool            `json:"notify_on_close"`
}

// CheckView reads a view of a kind ("modal", "home") and gives it with its blocks
// filled in, and what is wrong.
func CheckView(raw, kind string, newID func() string) (v View, problems []string) {
	k := &checker{newID: newID}
	if json.Unmarshal([]byte(raw), &v) != nil {
		k.add("/view", "must be a valid view")
		return v, k.problems
	}
	if v.Type != kind {
		k.add("/view/type", "must be %s", kind)
	}
	if kind == "modal" {
		k.modal(v)
	}
	k.short("/view/private_metadata", v.PrivateMetadata, 3000)
	k.short("/view/callback_id", v.CallbackID, 255)
	k.short("/view/external_id", v.ExternalID, 255)
	blocks, ok := k.blocks(string(v.Blocks), "/view/blocks", MaxView)
	if !ok {
		k.add("/view/blocks", "must be an array of objects")
	}
	v.Blocks = blocks
	return v, k.problems
}

// modal checks the frame of a modal.
func (k *checker) modal(v View) {
	if v.Title == nil {
		k.add("/view/title", "missing required field: title")
	}
	for _, part := range []struct {
		name string
		*Label
	}{{"title", v.Title}, {"submit", v.Submit}, {"close", v.Close}} {
		if part.Label != nil {
			k.text("/view/"+part.name, object{"type": part.Type, "text": part.Text}, "plain_text", 24)
		}
	}
	asks := slices.ContainsFunc(Decode(v.Blocks), func(b object) bool { return b["type"] == "input" })
	if v.Submit == nil && asks {
		k.add("/view/submit", "submit is required when there is an input block")
	}
}
