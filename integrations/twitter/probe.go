package twitter

import (
	"context"
	"fmt"
	"net/http"

	"drumbeat/integrations"
)

// accessHeader is how X says what the token may do: read, read-write or read-write-directmessages. It is not said
// everywhere (https://developer.x.com/en/docs/apps/app-permissions).
const accessHeader = "X-Access-Level"

// readOnly is the access of a token that cannot post.
const readOnly = "read"

const renew = "In X's developer portal, make the consumer keys and the access token anew (Keys and tokens) and put all four there; a clock that is off is refused alike."

// remedies are for what the operator can do about a refusal.
var remedies = integrations.Remedies{
	http.StatusUnauthorized:    {"twitter.access_token", renew},
	http.StatusForbidden:       {"twitter.api", "The app's plan does not have this interface: take api v2, and see the app's access in X's developer portal."},
	http.StatusPaymentRequired: {"twitter", "The app has no credits left: X sells posts beforehand (developer portal, Billing)."},
}

// Probe asks whose account it is: the cheapest call that proves all four keys. It looks whether the token may post, too,
// where X says so.
func (t *Twitter) Probe(ctx context.Context) []integrations.Finding {
	switch {
	case t.mode == "off":
		return nil
	case !t.full:
		return []integrations.Finding{{Level: integrations.Warning, Subject: "twitter", Text: "lacks keys, so it cannot be tried.",
			Remedy: "Put all four keys there before it goes live; shadow mode does without."}}
	}
	name, access, err := t.api.probe(ctx)
	switch {
	case err != nil:
		return []integrations.Finding{integrations.Refused("twitter", err, remedies)}
	case access == readOnly:
		return []integrations.Finding{{Level: integrations.Failure, Subject: "twitter.access_token", Text: fmt.Sprintf("the keys are those of @%s and may only read.", integrations.Line(name, 40)),
			Remedy: "Set the app's permissions to Read and write in X's developer portal, then make the access token anew: the old one keeps its rights."}}
	}
	return []integrations.Finding{{Level: integrations.OK, Subject: "twitter", Text: fmt.Sprintf("the keys are those of @%s.", integrations.Line(name, 40))}}
}
