package desk

import (
	"context"
	"time"

	"drumbeat/bot/desk/lists"
	"drumbeat/incident"
	"drumbeat/incident/change"
	"drumbeat/integrations"
	"drumbeat/store"
)

// home is the page that a person sees who opens the bot.
func (d *Desk) home(ctx context.Context, a *ask) (integrations.Reply, error) {
	v := lists.Home{Me: a.By, At: a.At, Zone: d.Zone, Cmd: d.Settings.Command}
	no := false
	over, err := d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: incident.Kind, Open: &no, From: a.At.Add(-lists.Lately), Limit: listed})
	if err != nil {
		return integrations.Reply{}, err
	}
	if v.Over, err = d.among(ctx, a, over); err != nil {
		return integrations.Reply{}, err
	}
	if v.Open, err = d.known(ctx, a); err != nil {
		return integrations.Reply{}, err
	}
	v.Change, err = d.Store.List(ctx, store.Query{Workspace: d.Workspace, Kind: change.Kind, From: a.At.Add(-3 * 24 * time.Hour), Limit: 200})
	return v.Draw(), err
}
