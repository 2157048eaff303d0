package alertmanager

import (
	"maps"

	"drumbeat/incident/alert"
)

// Receive reads a post and gives one command for each alert rule in it, with
// all instances of the rule that the post names, and the labels that they share.
func Receive(body []byte) ([]alert.Receive, error) {
	p, err := Parse(body)
	if err != nil {
		return nil, err
	}
	var out []alert.Receive
	for _, a := range p.Alerts() { // those of one rule stand beside each other
		if len(out) == 0 || out[len(out)-1].Rule != a.Rule {
			out = append(out, alert.Receive{Rule: a.Rule, Service: a.Service, Severity: a.Severity, Summary: a.Summary, Labels: maps.Clone(a.Labels)})
		}
		r := &out[len(out)-1]
		maps.DeleteFunc(r.Labels, func(name, value string) bool { return a.Labels[name] != value })
		r.Instances = append(r.Instances, alert.Instance{Fingerprint: a.Fingerprint, Firing: a.Status == Firing,
			Summary: a.Summary, Since: a.StartsAt, Link: a.Link})
	}
	return out, nil
}
