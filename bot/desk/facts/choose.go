package facts

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/choice"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
)

// noBook is said where no playbook is loaded at all.
var noBook = stream.Refuse("No playbook is loaded, so nothing was declared. The operator knows what to do.")

// Playbooks are the names of those that can be taken, sorted.
func (d *Facts) Playbooks() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(d.books)), func(name string) bool { return name == "base" || name == "drill" })
}

// Choose says which playbook fits an incident now, and why.
func (d *Facts) Choose(s incident.State, now time.Time) (playbooks.Choice, error) {
	q := playbooks.Question{Severity: s.Severity, Phase: string(s.Phase), Private: s.Private, Drill: s.Drill, Title: s.Title, Labels: s.Labels,
		Services: one(s.Service), Components: names(s.Components), At: now.In(d.Zone), Since: now.Sub(s.Since)}
	if lead := s.Commander().Handle; lead != "" {
		q.CommanderSilent = now.Sub(s.Seen[lead])
	}
	return d.books.Choose(q)
}

// chooseFirst says which playbook fits what is being declared.
func (d *Facts) chooseFirst(v incident.Declare, now time.Time) (playbooks.Choice, error) {
	usual := d.Policy().Names()
	severity := strings.ToUpper(v.Severity)
	if len(usual) > 0 && (severity == "" || strings.HasPrefix(v.Sign.Source, alert.Source("")) && !slices.Contains(usual, severity)) {
		severity = usual[min(1, len(usual)-1)]
	}
	q := playbooks.Question{Severity: severity, Phase: string(incident.Investigating), Private: v.Private, Drill: v.Drill, Title: v.Title, Labels: v.Labels,
		Services: one(v.Service), Components: names(v.Components), At: now.In(d.Zone)}
	if v.Sign.Source != "" {
		q.Phase = string(incident.Triage)
	}
	if !v.Since.IsZero() && v.Since.Before(now) {
		q.Since = now.Sub(v.Since)
	}
	return d.books.Choose(q)
}

func one(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}

func names(parts []incident.Component) (out []string) {
	for _, c := range parts {
		out = append(out, c.Name)
	}
	return out
}

// Fit resolves a playbook for an incident, under the settings of the day.
func (d *Facts) Fit(ctx context.Context, name, why string, drill bool) (choice.Fit, error) {
	book, ok := d.books[name]
	if !ok || name == "base" {
		return choice.Fit{}, stream.Refuse("There is no playbook %s. There are %s.", name, strings.Join(d.Playbooks(), ", "))
	}
	settings, err := d.SettingsNow(ctx)
	if err != nil {
		return choice.Fit{}, err
	}
	if drill {
		operator, err := d.OperatorNow(ctx)
		if err != nil {
			return choice.Fit{}, err
		}
		settings.Operator = operator.Slack
	}
	pin, policy, err := book.Pin(settings)
	if err != nil {
		return choice.Fit{}, err
	}
	if len(d.Approvers) > 0 {
		policy.Approval.By = d.Approvers
	}
	if !drill {
		policy.Unattended.Targets = d.Unattended
	}
	pin.Why = why
	return choice.Fit{Playbook: pin, Policy: policy, About: cmp.Or(book.About, name), Others: d.Directory.others(policy)}, nil
}

// prepareChoose looks up what fits an incident by now. A drill stays what it
// is, and so does an incident that nothing fits.
func (d *Facts) prepareChoose(ctx context.Context, c *bot.Command) error {
	var v incident.Choose
	s, ok, err := d.Incident(ctx, c.Stream)
	if err != nil {
		return err
	}
	if found, none := d.Choose(s, c.Meta.At); ok && !s.Drill && none == nil {
		if v.Fit, err = d.Fit(ctx, found.Name, found.Why, false); err != nil {
			return err
		}
	}
	c.Value = v
	return nil
}

// TellPlaybook says what an incident goes by and why, what fits it by now, and
// what else there is.
func (d *Facts) TellPlaybook(s incident.State, now time.Time) *stream.Message {
	lines := []string{s.Number + " goes by the playbook " + s.Playbook.Name + "."}
	if s.Playbook.Why != "" {
		lines[0] = s.Number + " goes by the playbook " + s.Playbook.Name + ": " + s.Playbook.Why + "."
	}
	var buttons []stream.Button
	if c, err := d.Choose(s, now); err == nil && c.Name != s.Playbook.Name && !s.Phase.Over() {
		lines = append(lines, c.Name+" fits better now: "+c.Why+".")
		buttons = append(buttons, stream.Button{Text: "Take " + c.Name, Command: "playbook " + c.Name + " #" + s.ID.Name})
	}
	m := stream.Say(strings.Join(append(lines, "“playbook <name>” takes another one: "+strings.Join(d.Playbooks(), ", ")+"."), "\n"))
	m.Buttons = buttons
	return m
}
