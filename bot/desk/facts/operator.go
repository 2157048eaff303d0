package facts

import (
	"context"
	"errors"
	"strings"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
)

// OperatorNow is the operator: whom the configuration names, else whoever
// typed the code; nobody without either.
func (d *Facts) OperatorNow(ctx context.Context) (incident.Person, error) {
	if d.Operator != "" {
		return d.Directory.Identify(stream.Actor{ID: d.Operator}), nil
	}
	sw, err := d.Switches(ctx)
	if p := sw.Operator; p.Slack != "" { // the configuration may have given him another handle since
		return d.Directory.Identify(stream.Actor{ID: p.Slack, Name: p.Name}), err
	}
	return sw.Operator, err
}

// IsOperator reports whether somebody is the operator. Nobody is while the
// store does not tell.
func (d *Facts) IsOperator(ctx context.Context, handle string) bool {
	p, err := d.OperatorNow(ctx)
	return err == nil && p.Handle != "" && strings.EqualFold(p.Handle, handle)
}

// Fault logs what fails in an incident's playbook, and has the operator told of
// the words, or the step, once.
func (d *Facts) Fault(s incident.State, fault error) {
	d.Log.Error("a step of the playbook failed", "incident", s.Number, "playbook", s.Playbook.Name, "error", fault)
	var in interface{ Where() string }
	if d.Faulty == nil || !errors.As(fault, &in) {
		return
	}
	if _, told := d.faults.LoadOrStore(s.Playbook.Hash+" "+in.Where(), true); !told {
		d.Faulty(s.Playbook.Name, in.Where(), fault)
	}
}

// SettingsNow are those of an incident that begins now: where configuration names
// no channel for announcements, the operator's.
func (d *Facts) SettingsNow(ctx context.Context) (playbooks.Settings, error) {
	out := d.Settings
	if out.Announce != "" {
		return out, nil
	}
	sw, err := d.Switches(ctx)
	out.Announce = sw.Announce
	return out, err
}

// readers are those who hear of a switch.
func (d *Facts) readers(ctx context.Context) (out control.Readers, err error) {
	if out.Operator, err = d.OperatorNow(ctx); err != nil {
		return out, err
	}
	settings, err := d.SettingsNow(ctx)
	if err != nil {
		return out, err
	}
	out.Operator.Ways, out.Announce = nil, settings.Announce
	for _, handle := range d.Approvers {
		p := d.Directory.Identify(stream.Actor{ID: handle})
		p.Ways = nil
		out.Approvers = append(out.Approvers, p)
	}
	return out, nil
}

// prepareSwitch looks up what the switches' commands carry.
func (d *Facts) prepareSwitch(ctx context.Context, c *bot.Command) (err error) {
	switch v := c.Value.(type) {
	case control.SetMode:
		if v.Readers, err = d.readers(ctx); err == nil {
			v.Known, err = d.Modes(ctx)
		}
		c.Value = v
	case control.HoldAll:
		if v.Readers, err = d.readers(ctx); err != nil {
			d.Log.Error("nobody is told of the hold on all words", "error", err)
		}
		c.Value = v
		return nil // it must hold, whoever hears of it
	case control.ReleaseAll:
		if v.Readers, err = d.readers(ctx); err == nil {
			v.Open, err = d.mayHold(ctx, c.Meta.At)
		}
		c.Value = v
	case control.Restore:
		if v.Operator, err = d.OperatorNow(ctx); err != nil {
			d.Log.Error("nobody is told that the store was restored", "error", err)
		}
		v.Operator.Ways = nil
		c.Value = v
		return nil // as a hold
	case control.Return:
		v.Operator, err = d.OperatorNow(ctx)
		v.Operator.Ways = nil
		c.Value = v
	case control.Tell:
		v.To, err = d.OperatorNow(ctx)
		v.To.Ways = nil
		c.Value = v
	}
	return err
}
