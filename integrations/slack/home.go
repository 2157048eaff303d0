package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	api "github.com/slack-go/slack"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/slack/kit"
	"drumbeat/integrations/slack/markup"
)

// homeLine is the command whose answer is the App Home.
const homeLine = "home"

// maxHeader is Slack's limit of a header block. Source:
// docs.slack.dev/reference/block-kit/blocks/header-block.
const maxHeader = 150

// maxView is what a view may weigh as JSON, in bytes; Slack allows 250 KB with
// all that stands around the blocks. Source: the error view_too_large of
// docs.slack.dev/reference/methods/views.publish.
const maxView = 200_000

// visited draws the App Home of a person who opened it. Like a form, it is an
// answer to that person and no delivery: the next visit draws it anew. Source:
// docs.slack.dev/surfaces/app-home.
func (f face) visited(ctx context.Context, user string) answer {
	name, _ := f.names.look(user)
	reply, failed := f.ask(ctx, integrations.Request{By: stream.Actor{ID: user, Name: name}, Line: homeLine})
	return answer{failed: failed, then: func(ctx context.Context) {
		f.publish(ctx, user, nil, reply)
		if name == "" {
			f.learnName(ctx, user)
		}
	}}
}

// redraw draws the App Home after a button in it: what came of that stands on
// top. Where it cannot be drawn, that is said in direct messages.
func (f face) redraw(ctx context.Context, by stream.Actor, came integrations.Reply) {
	if came.Parts != nil {
		f.publish(ctx, by.ID, nil, came)
		return
	}
	page, _ := f.ask(ctx, integrations.Request{By: by, Line: homeLine})
	if !f.publish(ctx, by.ID, came.Words, page) && came.Words != nil {
		f.say(ctx, said{person: by.ID, words: came.Words})
	}
}

func (f face) publish(ctx context.Context, user string, first *stream.Message, page integrations.Reply) bool {
	parts := page.Parts
	if parts == nil && page.Words != nil { // it could not be looked up
		parts = []*stream.Message{page.Words}
	}
	_, err := f.client.PublishViewContext(ctx, api.PublishViewContextRequest{UserID: user, View: home(first, parts)})
	if err != nil {
		f.log.Warn("slack: the App Home was not drawn", "person", user, "error", f.failure("views.publish", err))
	}
	return err == nil
}

// home draws the App Home: an answer, and the parts of the page.
func home(first *stream.Message, parts []*stream.Message) api.HomeTabViewRequest {
	var all []api.Block
	if first != nil {
		all = append(kit.Blocks(first), api.NewDividerBlock())
	}
	weight := 0
	for _, p := range parts {
		drawn := part(p)
		text, _ := json.Marshal(drawn) // blocks always encode
		weight += len(text)
		if len(all)+len(drawn) >= maxViewBlocks || weight > maxView {
			all = append(all, kit.Section("…"))
			break
		}
		all = append(all, drawn...)
	}
	if len(all) == 0 {
		all = []api.Block{kit.Section("…")}
	}
	return api.HomeTabViewRequest{Type: api.VTHomeTab, Blocks: api.Blocks{BlockSet: all}}
}

// part draws one piece of a page densely: a title alone is a heading; else
// title and paragraphs are one text, with a single button beside it.
func part(m *stream.Message) []api.Block {
	text := kit.Head(m)
	if room := kit.MaxSection - markup.Width(text) - 1; room > 0 {
		text = strings.TrimSpace(text + "\n" + markup.Clip(strings.Join(m.Paragraphs, "\n"), room))
	}
	if len(m.Paragraphs) == 0 && len(m.Buttons) == 0 && m.Title != "" {
		return []api.Block{api.NewHeaderBlock(kit.Label(m.Title, maxHeader))}
	}
	s := api.NewSectionBlock(kit.Text(cmp.Or(text, "…")), nil, nil)
	all := []api.Block{s}
	if len(m.Buttons) == 1 {
		if b := kit.Button(0, m.Buttons[0]); b != nil {
			s.Accessory = api.NewAccessory(b)
		}
	} else {
		all = append(all, kit.Buttons(m.Buttons)...)
	}
	if footer := strings.TrimSpace(markup.Clip(m.Footer, kit.MaxField)); footer != "" {
		all = append(all, api.NewContextBlock("", kit.Text(footer)))
	}
	return all
}
