package serve

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"drumbeat/bot/desk/facts"
	"drumbeat/incident"
	"drumbeat/incident/card"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
	"drumbeat/integrations"
	"drumbeat/playbooks/lint"
	"drumbeat/playbooks/simulate"
)

// Lint is these parts as the linter of playbooks asks for them.
func (p Parts) Lint() (*lint.Config, error) {
	zone, err := time.LoadLocation(p.Timezone)
	if err != nil {
		return nil, fmt.Errorf("timezone: %w", err)
	}
	known := facts.New(facts.Config{People: p.People, OnCall: p.OnCall, Pagers: p.pagers()}, nil)
	dir := known.Directory
	c := &lint.Config{Approvers: p.Approvers, Company: simulate.Company{Settings: p.Settings, Zone: zone, ZoneOf: known.ZoneOf, OnCall: dir.OnCall, Groups: p.Groups}}
	for _, person := range p.People {
		c.Company.People = append(c.Company.People, dir.Identify(stream.Actor{ID: person.Handle}))
	}
	if len(c.Company.People) > 0 {
		c.Company.Reporter = c.Company.People[0].Handle
	}
	for _, name := range slices.Sorted(maps.Keys(p.FarEnds)) {
		c.Company.Targets = append(c.Company.Targets, incident.Target{Name: name, Mode: "live"})
	}
	c.FarEnds = slices.Compact(slices.Sorted(slices.Values(slices.Concat(slices.Collect(maps.Keys(p.FarEnds)), slices.Collect(maps.Keys(p.Senders))))))
	c.Measure = func(d stream.Delivery) []words.Length {
		if m, ok := p.Senders[d.To].(integrations.Measurer); ok {
			return m.Measure(d)
		}
		return nil
	}
	longest := func(a, b string) int { return cmp.Compare(len(a), len(b)) }
	if len(p.Components) > 0 {
		c.Component = slices.MaxFunc(p.Components, func(a, b incident.Component) int {
			return longest(card.What([]incident.Component{a}), card.What([]incident.Component{b}))
		})
	}
	if len(p.Services) > 0 {
		c.Service = slices.MaxFunc(slices.Sorted(maps.Keys(p.Services)), longest)
	}
	c.Check = func(farEnd, action string, args map[string]string) error {
		if s, ok := p.Senders[farEnd]; ok {
			return s.Check(action, args)
		}
		return nil
	}
	return c, nil
}
