package twilio

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"drumbeat/integrations"
)

// remedies are for what the operator can do about a refusal.
var remedies = integrations.Remedies{
	http.StatusUnauthorized: {"twilio.auth_token", "Copy account SID and auth token anew from the first page of Twilio's console."},
	http.StatusForbidden:    {"twilio.auth_token", "Take the account's own auth token: keys of a limited kind may not read the account."},
	http.StatusNotFound:     {"twilio.account_sid", "Copy the account SID from the first page of Twilio's console."},
}

// Probe reads the account and looks for the number among those that it owns. It proves the SID and the token, and that
// From can send. The balance is not looked at: it has a price list of its own.
func (t *Twilio) Probe(ctx context.Context) []integrations.Finding {
	var account struct{ Status, Type string }
	if err := t.call(ctx, http.MethodGet, ".json", nil, &account); err != nil {
		return []integrations.Finding{integrations.Refused("twilio", err, remedies)}
	}
	found := []integrations.Finding{{Level: integrations.OK, Subject: "twilio", Text: "SID and token open the account."}}
	switch {
	case account.Status != "active":
		found[0] = integrations.Finding{Level: integrations.Failure, Subject: "twilio", Text: fmt.Sprintf("the account is %q: it sends nothing.", integrations.Line(account.Status, 40)),
			Remedy: "See Twilio's console for why; most often it is the bill."}
	case account.Type == "Trial":
		found[0] = integrations.Finding{Level: integrations.Warning, Subject: "twilio", Text: "this is a trial account: it reaches verified numbers only.",
			Remedy: "Upgrade it in Twilio's console, or verify every number of people there."}
	}
	return append(found, t.probeNumber(ctx))
}

func (t *Twilio) probeNumber(ctx context.Context) integrations.Finding {
	var out struct {
		Numbers []struct {
			Capabilities struct{ SMS, Voice bool }
		} `json:"incoming_phone_numbers"`
	}
	f := integrations.Finding{Level: integrations.OK, Subject: "twilio.from", Text: "the number belongs to the account and has SMS and voice."}
	if err := t.call(ctx, http.MethodGet, "/IncomingPhoneNumbers.json?"+url.Values{"PhoneNumber": {t.config.From}, "PageSize": {"1"}}.Encode(), nil, &out); err != nil {
		return integrations.Refused("twilio.from", err, nil)
	}
	if len(out.Numbers) == 0 {
		f.Level, f.Text = integrations.Failure, "the account has no such number, so nothing can be sent from it."
		f.Remedy = "Buy a number in Twilio's console (Phone Numbers), or write one that the account has."
		return f
	}
	for _, c := range []struct {
		there bool
		what  string
	}{{out.Numbers[0].Capabilities.SMS, "SMS"}, {out.Numbers[0].Capabilities.Voice, "voice"}} {
		if !c.there {
			f.Level, f.Text = integrations.Warning, "the number has no "+c.what+": that way to wake people does not work."
			f.Remedy = "Take a number with SMS and voice."
		}
	}
	return f
}
