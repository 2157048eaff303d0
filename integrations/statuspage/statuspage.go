// Package statuspage keeps incidents on a page hosted by Atlassian Statuspage (https://developer.statuspage.io).
//
// # Once only
//
// Statuspage takes no key. Each call writes the delivery's ID into the incident's metadata, which readers of the page
// do not see; Find reads it back, from the incident that Args ref names or, for first words, from the unresolved and
// then the recent incidents. The metadata holds the newest delivery only, so the deliveries of one page belong into one
// lane. What remains: two first words at the same moment outside of a lane are two incidents.
//
// # Calls
//
// One call per update: text, phase, impact and the states of components leave together, so readers never see one
// without the other. Statuspage takes one request per second and key, over a minute; 420 and 429 are RetryAfter.
//
// # Failure
//
// Other 4xx are Permanent (404: somebody deleted the incident at Statuspage). 5xx, a broken connection and an answer
// that cannot be read leave the outcome unknown.
package statuspage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
)

// Config is one page.
type Config struct {
	// BaseURL is the address of a stand-in. Left out:
	// `https://api.statuspage.io`.
	BaseURL string `yaml:"base_url"`
	// Mode is the one to begin with: `off`, `shadow` or `live`. Left out:
	// `shadow`.
	Mode string `yaml:"mode"`
	// PageID is the page's ID, 12 small letters and digits (Manage account,
	// API). Left out: only `off` and `shadow` are possible.
	PageID string `yaml:"page_id"`
	// APIKey is a key that may write (Manage account, API). Left out: only
	// `off` and `shadow` are possible.
	APIKey string `yaml:"api_key"`
	// Components are Statuspage's IDs of our components, by their names.
	// Left out: incidents there name no component.
	Components map[string]string `yaml:"components"`
}

// idShape is how Statuspage names pages, components and incidents.
var idShape = regexp.MustCompile(`^[a-z0-9]{12}$`)

// Problems tells every mistake.
func (c Config) Problems() []integrations.Problem {
	var all []integrations.Problem
	add := func(key, text string) {
		all = append(all, integrations.Problem{Path: "$.atlassian_statuspage." + key, Text: text})
	}
	switch c.Mode {
	case "", "shadow", "live":
	case "off":
		return nil
	default:
		add("mode", "write off, shadow or live")
	}
	if u, err := url.Parse(c.BaseURL); c.BaseURL != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
		add("base_url", "write an address such as https://api.statuspage.io")
	}
	switch {
	case c.PageID == "" && c.Mode == "live":
		add("page_id", "is missing: Statuspage shows it under Manage account, API")
	case c.PageID != "" && !idShape.MatchString(c.PageID):
		add("page_id", "is not 12 small letters and digits")
	}
	if c.APIKey == "" && c.Mode == "live" {
		add("api_key", "is missing: make one at Statuspage under Manage account, API")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Components)) {
		if !idShape.MatchString(c.Components[name]) {
			add("components."+name, "is not the id of a component: 12 small letters and digits")
		}
	}
	return all
}

// Page is a page's sender. It is an integrations.Sender and an integrations.Finder.
type Page struct {
	config Config
	base   string
	client *http.Client
	hide   *strings.Replacer
}

// New makes the sender. The client carries timeouts and the transport; nil is http.DefaultClient.
func New(c Config, client *http.Client) (*Page, error) {
	if problems := c.Problems(); len(problems) > 0 {
		return nil, fmt.Errorf("statuspage: %s: %s", problems[0].Path, problems[0].Text)
	}
	if client == nil {
		client = http.DefaultClient
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the key follows nowhere
	base := "https://api.statuspage.io"
	if c.BaseURL != "" {
		base = strings.TrimRight(c.BaseURL, "/")
	}
	hide := strings.NewReplacer()
	if c.APIKey != "" {
		hide = strings.NewReplacer(c.APIKey, "[hidden]")
	}
	return &Page{c, base + "/v1/pages/" + url.PathEscape(c.PageID), &own, hide}, nil
}

// states translates ours and takes Statuspage's own.
var states = map[string]string{
	"operational": "operational", "degraded": "degraded_performance", "partial": "partial_outage", "major": "major_outage",
	"maintenance": "under_maintenance", "degraded_performance": "degraded_performance", "partial_outage": "partial_outage",
	"major_outage": "major_outage", "under_maintenance": "under_maintenance",
}

// Statuspage's limits.
const (
	maxName = 255
	maxBody = 25000
)

// Check knows the action "publish".
func (p *Page) Check(action string, args map[string]string) error {
	if action != "publish" {
		return fmt.Errorf("statuspage does not know the action %q: only publish", action)
	}
	if v := args["phase"]; v != "" && !slices.Contains([]string{"investigating", "identified", "monitoring", "resolved"}, v) {
		return fmt.Errorf("statuspage: phase %q is not investigating, identified, monitoring or resolved", v)
	}
	if v := args["impact"]; v != "" && !slices.Contains([]string{"none", "minor", "major", "critical"}, v) {
		return fmt.Errorf("statuspage: impact %q is not none, minor, major or critical", v)
	}
	if v := args["ref"]; v != "" && !idShape.MatchString(v) {
		return fmt.Errorf("statuspage: ref %q is not the id of an incident", v)
	}
	_, err := p.components(args["components"])
	return err
}

// components reads Args components. A key is our name of a component, or its id
// at Statuspage; one that the page does not have is left out.
func (p *Page) components(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	var given map[string]string
	if err := json.Unmarshal([]byte(text), &given); err != nil {
		return nil, errors.New("statuspage: components is not a JSON object of component to state")
	}
	all := map[string]string{}
	for name, state := range given {
		id, ok := p.config.Components[name]
		if !ok {
			id = name
		}
		theirs, ok := states[state]
		if !ok {
			return nil, fmt.Errorf("statuspage: component %q cannot be %q: operational, degraded, partial, major or maintenance", name, state)
		}
		if idShape.MatchString(id) { // else the page does not have it: the words must reach readers all the same
			all[id] = theirs
		}
	}
	return all, nil
}

// incident is what a call carries.
type incident struct {
	Name         string            `json:"name,omitempty"`
	Status       string            `json:"status,omitempty"`
	Impact       string            `json:"impact_override,omitempty"`
	Body         string            `json:"body"`
	Components   map[string]string `json:"components,omitempty"`
	ComponentIDs []string          `json:"component_ids,omitempty"`
	Metadata     metadata          `json:"metadata"`
}

// metadata is our mark: Statuspage wants objects at its top level.
type metadata struct {
	Drumbeat struct {
		Incident string `json:"incident"`
		Delivery string `json:"delivery"`
	} `json:"drumbeat"`
}

func (p *Page) incident(d stream.Delivery) (incident, error) {
	if err := p.Check(d.Action, d.Args); err != nil {
		return incident{}, err
	}
	components, err := p.components(d.Args["components"])
	if err != nil {
		return incident{}, err
	}
	in := incident{
		Status: d.Args["phase"], Impact: d.Args["impact"], Body: body(d.Words),
		Components: components, ComponentIDs: slices.Sorted(maps.Keys(components)),
	}
	in.Metadata.Drumbeat.Incident, in.Metadata.Drumbeat.Delivery = d.Args["incident"], d.ID
	switch n := utf8.RuneCountInString(in.Body); {
	case n == 0:
		return incident{}, errors.New("statuspage: there are no words to publish")
	case n > maxBody:
		return incident{}, fmt.Errorf("statuspage: the words have %d characters of %d at most", n, maxBody)
	}
	if in.Name = integrations.Line(d.Args["title"], maxName); in.Name == "" && d.Args["ref"] == "" {
		return incident{}, errors.New("statuspage: the first words need a title")
	}
	return in, nil
}

func body(words *stream.Message) string {
	if words == nil {
		return ""
	}
	text := strings.Join(words.Paragraphs, "\n\n")
	if text == "" {
		text = words.Title
	}
	return clean(text)
}

// clean drops what no page can show.
func clean(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
}

// Send opens the incident, or adds an update to the one that Args ref names.
func (p *Page) Send(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	in, err := p.incident(d)
	if err != nil {
		return integrations.Receipt{}, integrations.Permanent(err)
	}
	method, path := http.MethodPost, "/incidents"
	if ref := d.Args["ref"]; ref != "" {
		method, path = http.MethodPatch, "/incidents/"+ref
	}
	var out answer
	if err := p.call(ctx, method, path, map[string]incident{"incident": in}, &out); err != nil {
		return integrations.Receipt{}, err
	}
	if out.ID == "" {
		return integrations.Receipt{}, errors.New("statuspage answers without the id of the incident")
	}
	return out.receipt(), nil
}

// answer is an incident as Statuspage gives it.
type answer struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Shortlink string `json:"shortlink"`
	Updates   []struct {
		ID   string `json:"id"`
		Body string `json:"body"`
	} `json:"incident_updates"` // newest first
	Metadata metadata `json:"metadata"`
}

func (a answer) receipt() integrations.Receipt {
	r := integrations.Receipt{Ref: a.ID, Link: a.Shortlink}
	if len(a.Updates) > 0 {
		r.More = map[string]string{"update": a.Updates[0].ID}
	}
	return r
}

// holds reports whether the incident bears the delivery's mark, or, where a person has wiped the metadata, whether its
// newest update says the same under the same name.
func (a answer) holds(in incident) bool {
	if mark := a.Metadata.Drumbeat.Delivery; mark != "" {
		return mark == in.Metadata.Drumbeat.Delivery
	}
	return len(a.Updates) > 0 && a.Updates[0].Body == in.Body && (in.Name == "" || a.Name == in.Name)
}

// Find looks for the delivery's mark.
func (p *Page) Find(ctx context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	in, err := p.incident(d)
	if err != nil {
		return integrations.Receipt{}, false, err
	}
	if ref := d.Args["ref"]; ref != "" {
		var one answer
		if err := p.call(ctx, http.MethodGet, "/incidents/"+ref, nil, &one); err != nil {
			return integrations.Receipt{}, false, err
		}
		if one.ID == "" {
			return integrations.Receipt{}, false, errors.New("statuspage answers without the incident")
		}
		r, ok := found([]answer{one}, in)
		return r, ok, nil
	}
	for _, path := range []string{"/incidents/unresolved", "/incidents?limit=20"} {
		var list []answer
		if err := p.call(ctx, http.MethodGet, path, nil, &list); err != nil {
			return integrations.Receipt{}, false, err
		}
		if r, ok := found(list, in); ok {
			return r, true, nil
		}
	}
	return integrations.Receipt{}, false, nil
}

func found(list []answer, in incident) (integrations.Receipt, bool) {
	for _, a := range list {
		if a.holds(in) {
			return a.receipt(), true
		}
	}
	return integrations.Receipt{}, false
}
