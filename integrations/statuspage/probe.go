package statuspage

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"drumbeat/integrations"
)

// name is the part of the configuration.
const name = "atlassian_statuspage"

// most is how many components one answer may hold; Statuspage gives 100 where it is not asked
// (https://developer.statuspage.io/#operation/getPagesPageIdComponents).
const most = 1000

// remedies are for what the operator can do about a refusal.
var remedies = integrations.Remedies{
	http.StatusUnauthorized: {name + ".api_key", "Make a key at Statuspage (your avatar, API info) and put it there."},
	http.StatusForbidden:    {name + ".api_key", "The key's owner may not edit this page: give them the right, or take another key."},
	http.StatusNotFound:     {name + ".page_id", "Copy the page's ID from Statuspage: your avatar, API info."},
}

// Probe reads the page and its components: it proves the key and the page, and that each configured component is there.
func (p *Page) Probe(ctx context.Context) []integrations.Finding {
	switch {
	case p.config.Mode == "off":
		return nil
	case p.config.APIKey == "" || p.config.PageID == "":
		return []integrations.Finding{{Level: integrations.Warning, Subject: name, Text: "has no api_key or no page_id, so it cannot be tried.",
			Remedy: "Put both there before it goes live; shadow mode does without."}}
	}
	var page struct{ Name string }
	if err := p.call(ctx, http.MethodGet, "", nil, &page); err != nil {
		return []integrations.Finding{integrations.Refused(name, err, remedies)}
	}
	found := []integrations.Finding{{Level: integrations.OK, Subject: name, Text: fmt.Sprintf("the key opens the page %q.", integrations.Line(page.Name, 80))}}
	return append(found, p.probeComponents(ctx)...)
}

func (p *Page) probeComponents(ctx context.Context) (found []integrations.Finding) {
	var list []struct{ ID, Name string }
	if err := p.call(ctx, http.MethodGet, fmt.Sprintf("/components?per_page=%d", most), nil, &list); err != nil {
		return []integrations.Finding{integrations.Refused(name+".components", err, nil)}
	}
	there := map[string]string{}
	for _, c := range list {
		there[c.ID] = c.Name
	}
	for _, ours := range slices.Sorted(maps.Keys(p.config.Components)) {
		id := p.config.Components[ours]
		if _, ok := there[id]; ok || len(list) == most {
			continue
		}
		found = append(found, integrations.Finding{Level: integrations.Failure, Subject: name + ".components." + ours,
			Text: fmt.Sprintf("the page has no component %s, so its state is not shown there.", id), Remedy: offer(there, ours)})
	}
	if len(found) == 0 && len(p.config.Components) > 0 {
		found = append(found, integrations.Finding{Level: integrations.OK, Subject: name + ".components", Text: fmt.Sprintf("all %d are on the page.", len(p.config.Components))})
	}
	return found
}

// offer names the component that has our name there, else those that there are.
func offer(there map[string]string, ours string) string {
	list := ""
	for _, id := range slices.Sorted(maps.Keys(there)) {
		shown := integrations.Line(there[id], 40)
		if shown == ours {
			return fmt.Sprintf("Write %s: the page's component of that name.", id)
		}
		if len(list) < 300 {
			list += fmt.Sprintf(" %s (%s)", id, shown)
		}
	}
	if list == "" {
		return "The page has no component: make one there, or take this one out."
	}
	return "Write the ID of one of the page's:" + list + "."
}
