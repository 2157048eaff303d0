package twilio_test

import (
	"net/http"
	"testing"

	"drumbeat/integrations"
	"drumbeat/integrations/integrationtest"
	"drumbeat/integrations/sandbox"
	standin "drumbeat/integrations/sandbox/twilio"
	"drumbeat/integrations/twilio"
)

func TestProbe(t *testing.T) {
	t.Parallel()
	const opens = "ok twilio: SID and token open the account."
	numbers := func(capabilities string) *sandbox.Fault {
		return &sandbox.Fault{Match: "IncomingPhoneNumbers", Status: http.StatusOK, Body: `{"incoming_phone_numbers":[{"capabilities":{` + capabilities + `}}]}`}
	}
	for name, c := range map[string]struct {
		config func(*twilio.Config)
		far    func(*standin.Config)
		fault  *sandbox.Fault
		want   []string
	}{
		"right":         {want: []string{opens, "ok twilio.from: the number belongs to the account and has SMS and voice."}},
		"another token": {config: func(c *twilio.Config) { c.AuthToken = "another" }, want: []string{"failure twilio.auth_token: twilio answers 401 Unauthorized: 20003: Authenticate → Copy account SID"}},
		"suspended":     {far: func(c *standin.Config) { c.Status = "suspended" }, want: []string{`failure twilio: the account is "suspended": it sends nothing. → See`, "ok "}},
		"trial":         {far: func(c *standin.Config) { c.Type = "Trial" }, want: []string{"warning twilio: this is a trial account: it reaches verified numbers only. → Upgrade", "ok "}},
		"no such number": {config: func(c *twilio.Config) { c.From = "+14155550999" },
			want: []string{opens, "failure twilio.from: the account has no such number, so nothing can be sent from it. → Buy"}},
		"no voice":    {fault: numbers(`"sms":true`), want: []string{opens, "warning twilio.from: the number has no voice: that way to wake people does not work. → Take"}},
		"no SMS":      {fault: numbers(`"voice":true`), want: []string{opens, "warning twilio.from: the number has no SMS: that way to wake people does not work. → Take"}},
		"forbidden":   {fault: &sandbox.Fault{Match: "IncomingPhoneNumbers", Status: http.StatusForbidden}, want: []string{opens, "failure twilio.from: twilio answers 403 Forbidden → See"}},
		"unreachable": {fault: &sandbox.Fault{Reset: true}, want: []string{"failure twilio: calling twilio: connection reset by peer → See whether"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			far := standin.Config{AccountSID: account.AccountSID, AuthToken: account.AuthToken, Numbers: []string{ours}}
			if c.far != nil {
				c.far(&far)
			}
			s, config := standin.New(far), account
			if c.config != nil {
				c.config(&config)
			}
			if c.fault != nil {
				s.Add(*c.fault)
			}
			integrationtest.Findings(t, sender(t, s, config).Probe(t.Context()), c.want...)
			if len(s.Messages())+len(s.Calls()) != 0 {
				t.Error("the probe rang somebody")
			}
		})
	}
}

var _ integrations.Prober = (*twilio.Twilio)(nil)
