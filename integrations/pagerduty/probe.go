package pagerduty

import (
	"context"
	"net/http"

	"drumbeat/integrations"
)

// remedies are for what the operator can do about a refusal: an unknown key and one of another length are both 400.
var remedies = integrations.Remedies{
	http.StatusBadRequest: {"pagerduty.routing_key", "Copy the integration key of the service (Integrations, Events API v2); for an account in the EU set base_url to https://events.eu.pagerduty.com."},
	http.StatusForbidden:  {"pagerduty.routing_key", "Copy the integration key of the service (Integrations, Events API v2); a REST API key is another thing."},
}

// Probe resolves an alert that never was: the Events API reads nothing, takes a resolve of a dedup key that is not open
// (202), and does nothing upon it. So the routing key is proved and nobody rings. What cannot be seen: 202 comes
// before the event is worked on, so a service that is disabled or in maintenance looks well.
func (p *PagerDuty) Probe(ctx context.Context) []integrations.Finding {
	if err := p.enqueue(ctx, event{RoutingKey: p.config.RoutingKey, Action: "resolve", DedupKey: "drumbeat/probe"}); err != nil {
		return []integrations.Finding{integrations.Refused("pagerduty", err, remedies)}
	}
	return []integrations.Finding{{Level: integrations.OK, Subject: "pagerduty",
		Text: "the routing key is taken. Whether the service is on and rings somebody, only PagerDuty shows."}}
}
