// Package twilio reaches people by SMS and by voice through Twilio (https://www.twilio.com/docs/usage/api), and takes
// their answers.
//
// # Once only
//
// Twilio takes no key. Find lists the newest messages (or calls) to the number and compares the words. It looks back
// two minutes only: the same words may rightly ring again on a later rung, and a page rung twice does less harm than one
// that never rang. What remains: a call has no words to compare, so any call to that number within the two minutes
// counts; and a message that Twilio took but does not list yet is sent again.
//
// # Actions
//
//	page        an SMS with the words and what to answer; with Args voice "true" a call that reads the words and listens
//	            for one key
//	stand_down  an SMS, or a call, that asks nothing
//	send        an SMS, or a call, with the words
//
// Digits mean the same everywhere: 1 on it ("ack"), 2 cannot ("decline"), 3 joins ("join").
//
// # Failure
//
// 4xx is Permanent, 429 RetryAfter, everything else of unknown outcome. A receipt means that Twilio accepted; that the
// phone did not get it, or nobody picked it up, is told later to the handler of Callback, and the delivery gave up after all.
package twilio

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// Config is one Twilio account and the number that it sends from.
type Config struct {
	// BaseURL is the address of a stand-in. Left out:
	// `https://api.twilio.com`.
	BaseURL string `yaml:"base_url"`
	// AccountSID is the account, AC and 32 hexadecimal digits.
	AccountSID string `yaml:"account_sid"`
	// AuthToken is the account's secret. Twilio signs its requests with it.
	AuthToken string `yaml:"auth_token"`
	// From is the number that sends, in international form: `+14155550100`.
	From string `yaml:"from"`
	// StatusCallback is the address that Twilio reports to what became of a
	// message. Left out: `public_url` + `/hooks/twilio/status`; without a
	// `public_url` nobody hears of it.
	StatusCallback string `yaml:"status_callback"`
	// Answers is the address that pressed keys are sent to. Left out:
	// `public_url` + `/hooks/twilio`; without a `public_url` a call only reads.
	Answers string `yaml:"answers"`
}

// Where the hooks live below the bot's public address.
const (
	answersPath = "/hooks/twilio"
	statusPath  = "/hooks/twilio/status"
)

// At fills in the addresses of the hooks for a bot that the public reaches at publicURL. What is configured stays, and an
// empty publicURL changes nothing.
func (c Config) At(publicURL string) Config {
	if base := strings.TrimRight(publicURL, "/"); base != "" {
		c.Answers = cmp.Or(c.Answers, base+answersPath)
		c.StatusCallback = cmp.Or(c.StatusCallback, base+statusPath)
	}
	return c
}

var (
	numberShape  = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	accountShape = regexp.MustCompile(`^AC[0-9a-fA-F]{32}$`)
)

// Problems tells every mistake.
func (c Config) Problems() []integrations.Problem {
	var all []integrations.Problem
	add := func(key, text string) { all = append(all, integrations.Problem{Path: "$.twilio." + key, Text: text}) }
	if !accountShape.MatchString(c.AccountSID) {
		add("account_sid", "is not AC and 32 hexadecimal digits: Twilio's console shows it")
	}
	if c.AuthToken == "" {
		add("auth_token", "is missing: Twilio's console shows it")
	}
	if !numberShape.MatchString(c.From) {
		add("from", "is not a number such as +14155550100")
	}
	for _, a := range []struct{ key, value string }{
		{"base_url", c.BaseURL}, {"status_callback", c.StatusCallback}, {"answers", c.Answers},
	} {
		if u, err := url.Parse(a.value); a.value != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
			add(a.key, "write an address that starts with https://")
		}
	}
	return all
}

// Twilio is the account's sender. It is an integrations.Sender and an integrations.Finder.
type Twilio struct {
	// Refused, when set before the first request, is told why a hook was turned away: "forged", "too large".
	Refused func(reason string)

	config Config
	base   string
	client *http.Client
	hide   *strings.Replacer
}

// New makes the sender. The client carries timeouts and the transport; nil is http.DefaultClient.
func New(c Config, client *http.Client) (*Twilio, error) {
	if problems := c.Problems(); len(problems) > 0 {
		return nil, fmt.Errorf("twilio: %s: %s", problems[0].Path, problems[0].Text)
	}
	if client == nil {
		client = http.DefaultClient
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the token follows nowhere
	base := "https://api.twilio.com"
	if c.BaseURL != "" {
		base = strings.TrimRight(c.BaseURL, "/")
	}
	return &Twilio{config: c, base: base + "/2010-04-01/Accounts/" + c.AccountSID, client: &own,
		hide: strings.NewReplacer(c.AuthToken, "[hidden]")}, nil
}

// Check knows page, stand_down and send; an address is a number such as +14155550100.
func (t *Twilio) Check(action string, args map[string]string) error {
	if !slices.Contains([]string{"page", "stand_down", "send"}, action) {
		return fmt.Errorf("twilio does not know the action %q: page, stand_down or send", action)
	}
	if v, ok := args["address"]; ok && !numberShape.MatchString(v) {
		return errors.New("twilio: the address is not a number such as +14155550100")
	}
	if v := args["voice"]; v != "" && v != "true" && v != "false" {
		return fmt.Errorf("twilio: voice %q is neither true nor false", v)
	}
	return nil
}

// request is a delivery as Twilio takes it.
type request struct {
	resource string // "Messages" or "Calls"
	form     url.Values
}

func (t *Twilio) request(d stream.Delivery) (request, error) {
	if err := t.Check(d.Action, d.Args); err != nil {
		return request{}, err
	}
	to := d.Args["address"]
	if to == "" {
		return request{}, errors.New("twilio: there is no number to reach")
	}
	form := url.Values{"To": {to}, "From": {t.config.From}}
	if t.config.StatusCallback != "" {
		mark := "?"
		if strings.Contains(t.config.StatusCallback, "?") {
			mark = "&"
		}
		form.Set("StatusCallback", t.config.StatusCallback+mark+askedFor(d).Encode())
	}
	if d.Args["voice"] == "true" {
		form.Set("Twiml", t.speech(d))
		return request{"Calls", form}, nil
	}
	form.Set("Body", text(d))
	return request{"Messages", form}, nil
}

// accepted is a message or a call as Twilio gives it.
type accepted struct {
	SID     string `json:"sid"`
	Status  string `json:"status"`
	Body    string `json:"body"`
	Created string `json:"date_created"` // RFC 2822
}

// Send hands the SMS or the call over to Twilio.
func (t *Twilio) Send(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	r, err := t.request(d)
	if err != nil {
		return integrations.Receipt{}, integrations.Permanent(err)
	}
	var out accepted
	if err := t.call(ctx, http.MethodPost, "/"+r.resource+".json", r.form, &out); err != nil {
		return integrations.Receipt{}, err
	}
	if out.SID == "" {
		return integrations.Receipt{}, errors.New("twilio answers without the SID")
	}
	return integrations.Receipt{Ref: out.SID}, nil
}

// lookBack is how old a message may be that Find takes for the delivery's.
const lookBack = 2 * time.Minute

// Find looks among the newest messages or calls to the number. One that failed did not arrive.
func (t *Twilio) Find(ctx context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	r, err := t.request(d)
	if err != nil {
		return integrations.Receipt{}, false, err
	}
	query := url.Values{"To": r.form["To"], "From": r.form["From"], "PageSize": {"20"}}
	var out struct {
		Messages, Calls []accepted
	}
	if err := t.call(ctx, http.MethodGet, "/"+r.resource+".json?"+query.Encode(), nil, &out); err != nil {
		return integrations.Receipt{}, false, err
	}
	if out.Messages == nil && out.Calls == nil {
		return integrations.Receipt{}, false, errors.New("twilio answers without a list")
	}
	for _, a := range append(out.Messages, out.Calls...) {
		made, err := time.Parse(time.RFC1123Z, a.Created)
		if err != nil || time.Since(made) > lookBack || a.Status == "failed" || a.Status == "undelivered" || a.Status == "canceled" {
			continue
		}
		if r.resource == "Calls" || a.Body == r.form.Get("Body") {
			return integrations.Receipt{Ref: a.SID}, true, nil
		}
	}
	return integrations.Receipt{}, false, nil
}
