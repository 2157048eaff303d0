package serve

import (
	"drumbeat/bot/check"
	"drumbeat/bot/desk/facts"
)

// CheckInput is these parts as a check looks at them, whether they run or not. It
// reads the playbooks.
func (p Parts) CheckInput() check.Input {
	in := check.Input{Workspace: Workspace, Environment: p.Environment, Production: p.Production(), Hold: p.Hold, PublicURL: p.PublicURL,
		Private: p.Listen.Private, Others: []string{p.Listen.Public, p.Listen.Slack}, API: p.API.Token != "", Heartbeat: p.Heartbeat != "", Command: p.Settings.Command,
		Operator: p.Operator, People: p.People, Approvers: p.Approvers, Unattended: p.Unattended,
		OnCall: facts.New(facts.Config{People: p.People, OnCall: p.OnCall, Pagers: p.pagers()}, nil).Directory.OnCall,
		Modes:  p.FarEnds, ShadowChannel: p.Settings.Shadow, Senders: p.Senders}
	if p.Books == nil {
		_, in.Playbooks = loadPlaybooks(p.Playbooks)
	}
	in.Store, _ = p.Store.(check.Store)
	return in
}
