package demo

import (
	"fmt"
	"strings"

	"drumbeat/bot/replay"
	"drumbeat/integrations/sandbox/town"
	"drumbeat/integrations/sandbox/ui"

	"github.com/goccy/go-yaml"
)

// citizens are the people of a scenario as they live in the town.
func citizens(s *replay.Scenario) (out []ui.Person) {
	for i, m := range s.People {
		out = append(out, ui.Person{ID: slackID(m.Handle), Name: m.Display(), Part: m.Part, Phone: fmt.Sprintf("+1415555%04d", 101+i)})
	}
	return out
}

// slackID is a member's ID: handles are letters, digits and dashes.
func slackID(handle string) string {
	return "U0000" + strings.ToUpper(strings.ReplaceAll(handle, "-", "0"))
}

// public are the far ends that begin in shadow: our own status page is the one
// that is live from the start.
var shadowed = []string{"twitter", "atlassian_statuspage", "email"}

// company is the configuration of the bot: that of the town, with the people,
// the services and the pages of the scenario in it.
func company(s *replay.Scenario, at, mail, app, file string) ([]byte, error) {
	var c map[string]any
	if err := yaml.Unmarshal([]byte(town.Config(at, mail, app)), &c); err != nil {
		return nil, fmt.Errorf("the town's configuration: %w", err)
	}
	part := func(name string) map[string]any { m, _ := c[name].(map[string]any); return m }
	var people []map[string]any
	for i, p := range citizens(s) {
		handle := s.People[i].Handle
		people = append(people, map[string]any{"handle": handle, "name": p.Name, "slack": p.ID, "phone": p.Phone, "email": handle + "@harbor.example"})
	}
	var rungs []map[string]any
	for _, r := range s.OnCall {
		rungs = append(rungs, map[string]any{"people": r.People, "wait": fmt.Sprint(r.Wait)})
	}
	var components []map[string]any
	ids := map[string]any{}
	for _, x := range s.Components {
		components = append(components, map[string]any{"name": x.Name, "words": x.Words})
		ids[x.Name] = town.ComponentID
	}
	services := map[string]any{}
	for name, x := range s.Services {
		services[name] = map[string]any{"component": x.Component}
	}
	c["people"], c["oncall"], c["services"], c["approvers"] = people, rungs, services, s.Approvers
	c["timezone"], c["operator"], c["store"] = s.Zone, s.People[0].Handle, "sqlite:"+file
	part("status_page")["components"] = components
	for _, name := range shadowed {
		part(name)["mode"] = "shadow"
	}
	part("atlassian_statuspage")["components"] = ids
	delete(c, "pagerduty") // SMS rings the phones that one can see
	return yaml.Marshal(c)
}
