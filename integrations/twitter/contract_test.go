package twitter_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations/integrationtest"
	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/x"
	"drumbeat/integrations/twitter"
)

var keys = twitter.Config{
	BaseURL: "http://x.example", Mode: "live",
	ConsumerKey: "consumer-k3y", ConsumerSecret: "consumer-s3cret", AccessToken: "100-t0ken", AccessSecret: "t0ken-s3cret",
}

// standin is an X that knows the account of keys.
func standin(config x.Config) *x.Server {
	config.ConsumerKey, config.ConsumerSecret = keys.ConsumerKey, keys.ConsumerSecret
	config.Accounts = []x.Account{{ID: "100", Username: "acmestatus", Name: "Acme", Token: keys.AccessToken, TokenSecret: keys.AccessSecret}}
	return x.New(config)
}

func update(id string, args map[string]string, paragraphs ...string) stream.Delivery {
	all := map[string]string{"incident": "INC-42", "kind": "first", "phase": "investigating", "link": "https://status.acme.example/i/42"}
	for k, v := range args {
		all[k] = v
	}
	return stream.Delivery{
		ID: "main/incident/42/" + id + "/x", Stream: stream.ID{Workspace: "main", Kind: "incident", Name: "42"},
		To: "x", Action: "publish", Args: all, Words: stream.Say(paragraphs...),
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	for api, match := range map[string]string{"v2": "POST /2/tweets", "v1.1": "POST /1.1/statuses/update.json"} {
		t.Run(api, func(t *testing.T) {
			t.Parallel()
			integrationtest.Run(t, integrationtest.End{
				Start: func(t *testing.T) integrationtest.Far {
					s := standin(x.Config{V1: true})
					wire := sandbox.Transport(s)
					c := keys
					if c.API = api; api == "v1.1" {
						c.BaseURL += "/1.1"
					}
					sender, err := twitter.New(c, &http.Client{Transport: wire})
					if err != nil {
						t.Fatal(err)
					}
					return integrationtest.Far{Sender: sender, Wire: wire, Effects: func() int { return len(s.Posts()) }}
				},
				Samples: []integrationtest.Sample{{
					Delivery: update("7", nil, "We see problems with saving since 12:30 UTC & look into it.", "Next update by 13:00 UTC."),
					Match:    match,
					Wrong:    map[string]string{"ref": "INC-42", "last": "-1"},
				}},
				Secrets: []string{keys.ConsumerKey, keys.ConsumerSecret, keys.AccessToken, keys.AccessSecret},
				Limit: func() map[string]string {
					return map[string]string{"x-rate-limit-reset": strconv.FormatInt(time.Now().Add(8*time.Second).Unix(), 10)}
				},
			})
		})
	}
}
