package wiring

import (
	"context"
	"maps"
	"slices"

	"drumbeat/integrations"
)

// Probe looks whether the far ends would work.
func Probe(ctx context.Context, senders map[string]integrations.Sender) []integrations.Finding {
	var found []integrations.Finding
	for _, name := range slices.Sorted(maps.Keys(senders)) {
		if p, ok := senders[name].(integrations.Prober); ok {
			found = append(found, p.Probe(ctx)...)
		} else {
			found = append(found, integrations.Finding{Level: integrations.OK, Subject: name})
		}
	}
	return found
}
