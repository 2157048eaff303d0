// Package pagerduty wakes people through PagerDuty's Events API v2
// (https://developer.pagerduty.com/docs/events-api-v2-overview).
//
// # Once only
//
// Every event carries a dedup key: Args dedup, else the incident and whom it is for. PagerDuty adds a repeated trigger
// to the open alert of that key and rings nobody again; a repeated acknowledge or resolve does nothing. So a delivery
// whose outcome is unknown is simply sent again, and Find says "not found" without asking anybody. What remains: a page
// repeated after the alert of its key was resolved opens a new one.
//
// # Actions
//
//	page         trigger
//	acknowledge  somebody has it: PagerDuty stops escalating
//	stand_down   resolve; "resolve" is the same
//
// # Failure
//
// 4xx is Permanent, 429 RetryAfter (about 120 events a minute and key), everything else of unknown outcome. Receipt.Ref
// is the dedup key: PagerDuty's 202 means accepted, not rung.
package pagerduty

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// Config is one service's integration at PagerDuty.
type Config struct {
	// BaseURL is another address of PagerDuty, such as
	// `https://events.eu.pagerduty.com`, or a stand-in's. Left out:
	// `https://events.pagerduty.com`.
	BaseURL string `yaml:"base_url"`
	// RoutingKey is the integration key of the service, of the type Events API
	// v2.
	RoutingKey string `yaml:"routing_key"`
}

// Problems tells every mistake.
func (c Config) Problems() []integrations.Problem {
	var all []integrations.Problem
	add := func(key, text string) {
		all = append(all, integrations.Problem{Path: "$.pagerduty." + key, Text: text})
	}
	if u, err := url.Parse(c.BaseURL); c.BaseURL != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
		add("base_url", "write an address such as https://events.eu.pagerduty.com")
	}
	if c.RoutingKey == "" {
		add("routing_key", "is missing: the service's integration of type Events API v2 shows it")
	}
	return all
}

// PagerDuty is a service's sender. It is an integrations.Sender and an integrations.Finder.
type PagerDuty struct {
	config Config
	url    string
	client *http.Client
	hide   *strings.Replacer
}

// New makes the sender. The client carries timeouts and the transport; nil is http.DefaultClient.
func New(c Config, client *http.Client) (*PagerDuty, error) {
	if problems := c.Problems(); len(problems) > 0 {
		return nil, fmt.Errorf("pagerduty: %s: %s", problems[0].Path, problems[0].Text)
	}
	if client == nil {
		client = http.DefaultClient
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the key follows nowhere
	base := "https://events.pagerduty.com"
	if c.BaseURL != "" {
		base = strings.TrimRight(c.BaseURL, "/")
	}
	return &PagerDuty{c, base + "/v2/enqueue", &own, strings.NewReplacer(c.RoutingKey, "[hidden]")}, nil
}

// verbs are PagerDuty's names of our actions.
var verbs = map[string]string{
	"page": "trigger", "acknowledge": "acknowledge", "stand_down": "resolve", "resolve": "resolve",
}

// Check knows page, acknowledge, stand_down and resolve.
func (p *PagerDuty) Check(action string, args map[string]string) error {
	if verbs[action] == "" {
		return fmt.Errorf("pagerduty does not know the action %q: page, acknowledge, stand_down or resolve", action)
	}
	if n := len([]rune(args["dedup"])); n > maxKey {
		return fmt.Errorf("pagerduty: dedup has %d characters of %d at most", n, maxKey)
	}
	return nil
}

// PagerDuty's limits in characters.
const (
	maxKey     = 255
	maxSummary = 1024
	maxLinks   = 10 // ours: nobody reads more at night
)

// event is the body of a call.
type event struct {
	RoutingKey string   `json:"routing_key"`
	Action     string   `json:"event_action"`
	DedupKey   string   `json:"dedup_key"`
	Payload    *payload `json:"payload,omitempty"`
	Links      []link   `json:"links,omitempty"`
	Client     string   `json:"client,omitempty"`
	ClientURL  string   `json:"client_url,omitempty"`
}

type payload struct {
	Summary  string            `json:"summary"`
	Source   string            `json:"source"`
	Severity string            `json:"severity"`
	Details  map[string]string `json:"custom_details,omitempty"`
}

type link struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

func (p *PagerDuty) event(d stream.Delivery) (event, error) {
	if err := p.Check(d.Action, d.Args); err != nil {
		return event{}, err
	}
	e := event{RoutingKey: p.config.RoutingKey, Action: verbs[d.Action], DedupKey: dedupKey(d)}
	if e.Action != "trigger" {
		return e, nil
	}
	words := d.Words
	if words == nil {
		words = &stream.Message{}
	}
	summary := integrations.Line(said(words), maxSummary)
	if summary == "" { // a page without words still has to ring
		summary = "Page for " + source(d)
	}
	e.Payload = &payload{Summary: summary, Source: source(d), Severity: severity(d.Args["severity"]), Details: details(d, words)}
	e.Client, e.ClientURL = "Drumbeat", address(words.Link)
	if e.ClientURL != "" {
		e.Links = append(e.Links, link{e.ClientURL, "Incident"})
	}
	for _, b := range words.Buttons {
		if href := address(b.URL); href != "" && len(e.Links) < maxLinks {
			e.Links = append(e.Links, link{href, integrations.Line(b.Text, maxKey)})
		}
	}
	return e, nil
}

// dedupKey is the same for the page and all that later concerns it.
func dedupKey(d stream.Delivery) string {
	if k := d.Args["dedup"]; k != "" {
		return k
	}
	target := d.Args["address"]
	if target == "" {
		target = d.Args["person"]
	}
	key := d.Stream.String() + "/" + target
	if len(key) <= maxKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "drumbeat/" + hex.EncodeToString(sum[:])
}

func source(d stream.Delivery) string {
	if v := integrations.Line(d.Args["incident"], maxKey); v != "" {
		return v
	}
	return "drumbeat"
}

// severity translates ours, the worst first, into PagerDuty's.
func severity(ours string) string {
	switch strings.ToUpper(ours) {
	case "", "SEV1":
		return "critical"
	case "SEV2":
		return "error"
	case "SEV3":
		return "warning"
	}
	return "info"
}

func details(d stream.Delivery, words *stream.Message) map[string]string {
	all := map[string]string{"text": integrations.Line(words.Plain(), 10*maxSummary)}
	for _, f := range words.Fields {
		all[integrations.Line(f.Name, maxKey)] = integrations.Line(f.Value, maxSummary)
	}
	for _, name := range []string{"incident", "severity", "person", "page"} {
		if v := d.Args[name]; v != "" {
			all[name] = integrations.Line(v, maxKey)
		}
	}
	return all
}

// address gives a link that a phone can open, or nothing.
func address(s string) string {
	if u, err := url.Parse(s); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		return s
	}
	return ""
}

// Send enqueues the event.
func (p *PagerDuty) Send(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	e, err := p.event(d)
	if err != nil {
		return integrations.Receipt{}, integrations.Permanent(err)
	}
	if err := p.enqueue(ctx, e); err != nil {
		return integrations.Receipt{}, err
	}
	return integrations.Receipt{Ref: e.DedupKey}, nil
}

// Find never finds: sending again is harmless (see the package comment), so nobody needs to be asked.
func (p *PagerDuty) Find(context.Context, stream.Delivery) (integrations.Receipt, bool, error) {
	return integrations.Receipt{}, false, nil
}

func (p *PagerDuty) enqueue(ctx context.Context, e event) error {
	raw, err := json.Marshal(e)
	if err != nil {
		return integrations.Permanent(fmt.Errorf("encoding the event: %w", err))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(raw))
	if err != nil {
		return integrations.Permanent(fmt.Errorf("making the request: %w", err))
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.client.Do(req)
	if err != nil {
		return integrations.Calling("pagerduty", err)
	}
	defer resp.Body.Close()
	var out struct {
		Status  string   `json:"status"`
		Message string   `json:"message"`
		Errors  []string `json:"errors"`
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	readable := json.Unmarshal(body, &out) == nil
	switch {
	case resp.StatusCode/100 != 2:
		return integrations.Answered("pagerduty", resp, p.hide.Replace(strings.Join(append([]string{out.Message}, out.Errors...), " ")), maxWait)
	case err != nil:
		return integrations.Calling("pagerduty", err)
	case !readable || out.Status != "success":
		return errors.New("pagerduty answers what cannot be read")
	}
	return nil
}

// maxWait is what a rate limit may ask for; PagerDuty counts over a minute.
const maxWait = time.Minute
