package ui

import "drumbeat/integrations/sandbox/slack"

// home is the bot's App Home as a person sees it.
type home struct {
	place
	View  *message // nil: the bot has published none
	Title string
}

func (u *UI) home(chat slack.Ledger, at place) *home {
	h := &home{place: at}
	for _, v := range chat.Views {
		if v.User == at.Me.ID && v.Type == "home" {
			h.View = &message{ID: "home", View: v.ID, Blocks: u.blocks(v.Blocks, at), place: at}
		}
	}
	return h
}
