package twitter_test

import (
	"net/http"
	"testing"

	"drumbeat/integrations"
	"drumbeat/integrations/integrationtest"
	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/x"
	"drumbeat/integrations/twitter"
)

func TestProbe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change   func(*twitter.Config)
		readOnly bool
		closed   bool // to API v1.1
		fault    *sandbox.Fault
		want     []string // of v2, and of v1.1 where that is another
	}{
		"right":           {want: []string{"ok twitter: the keys are those of @acmestatus."}},
		"off":             {change: func(c *twitter.Config) { c.Mode = "off" }},
		"no keys yet":     {change: func(c *twitter.Config) { c.Mode, c.AccessSecret = "shadow", "" }, want: []string{"warning twitter: lacks keys, so it cannot be tried. → Put all four keys there"}},
		"another secret":  {change: func(c *twitter.Config) { c.AccessSecret = "another" }, want: []string{"failure twitter.access_token: x answers 401 Unauthorized: "}},
		"may only read":   {readOnly: true, want: []string{"failure twitter.access_token: the keys are those of @acmestatus and may only read. → Set the app's permissions"}},
		"closed":          {closed: true, want: []string{"ok ", "failure twitter.api: x answers 403 Forbidden: "}},
		"without credits": {fault: &sandbox.Fault{Status: http.StatusPaymentRequired}, want: []string{"failure twitter: x answers 402 Payment Required"}},
		"rate limit":      {fault: &sandbox.Fault{Status: http.StatusTooManyRequests}, want: []string{"warning twitter: x answers 429 Too Many Requests"}},
		"unreachable":     {fault: &sandbox.Fault{Reset: true}, want: []string{"failure twitter: calling x: connection reset by peer → See whether"}},
	} {
		for i, api := range []string{"v2", "v1.1"} {
			t.Run(name+" "+api, func(t *testing.T) {
				t.Parallel()
				s := x.New(x.Config{ConsumerKey: keys.ConsumerKey, ConsumerSecret: keys.ConsumerSecret, V1: !c.closed, Accounts: []x.Account{
					{ID: "100", Username: "acmestatus", Token: keys.AccessToken, TokenSecret: keys.AccessSecret, ReadOnly: c.readOnly}}})
				config := keys
				if config.API = api; api == "v1.1" {
					config.BaseURL += "/1.1/"
				}
				if c.change != nil {
					c.change(&config)
				}
				if c.fault != nil {
					s.Add(*c.fault)
				}
				sender, err := twitter.New(config, &http.Client{Transport: sandbox.Transport(s)})
				if err != nil {
					t.Fatal(err)
				}
				var want []string
				if len(c.want) > 0 {
					want = c.want[min(i, len(c.want)-1):][:1]
				}
				integrationtest.Findings(t, sender.Probe(t.Context()), want...)
				if len(s.Posts()) != 0 {
					t.Error("the probe posted")
				}
			})
		}
	}
}

var _ integrations.Prober = (*twitter.Twitter)(nil)
