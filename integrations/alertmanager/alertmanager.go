// Package alertmanager reads what Prometheus Alertmanager posts to a webhook, version 4
// (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config).
//
// # Once only
//
// Alertmanager posts a group of alerts again whenever one of them changes, at each repeat_interval, and after a 5xx; the
// same state comes any number of times. An instance of an alert rule is named by its fingerprint and StartsAt: whoever
// takes the alerts keys by those and so counts each once. Alertmanager gives up on a post that is answered 4xx, so a
// body that Parse refuses should be kept.
package alertmanager

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Payload is one post: a group of alerts.
type Payload struct {
	Version  string
	GroupKey string
	Status   string // firing while one of the alerts is, else resolved
	Receiver string
	// ExternalURL is Alertmanager's own address.
	ExternalURL string
	// Truncated counts the alerts that Alertmanager left out (its max_alerts).
	Truncated int
	alerts    []Alert
}

// Alert is one instance of an alert rule.
type Alert struct {
	Rule        string // the label alertname
	Fingerprint string // names the instance's label set
	Status      string // Firing or Resolved
	Summary     string // the annotation summary
	Description string // the annotation description, or message
	Service     string // the label service
	Severity    string // the label severity, in the words of whoever wrote the rule
	Labels      map[string]string
	StartsAt    time.Time
	EndsAt      time.Time // zero while it fires
	Link        string    // where the rule's expression can be looked at; only http and https
}

// The states of an alert.
const (
	Firing   = "firing"
	Resolved = "resolved"
)

// Alerts gives the instances, those of one rule beside each other, the oldest first. The slice is the caller's.
func (p Payload) Alerts() []Alert {
	all := slices.Clone(p.alerts)
	for i := range all {
		all[i].Labels = maps.Clone(all[i].Labels)
	}
	slices.SortStableFunc(all, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), a.StartsAt.Compare(b.StartsAt), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	return all
}

// wirePayload and wireAlert are the JSON. Times are strings here, so that an error can name the field.
type wirePayload struct {
	Version     string            `json:"version"`
	GroupKey    string            `json:"groupKey"`
	Status      string            `json:"status"`
	Receiver    string            `json:"receiver"`
	ExternalURL string            `json:"externalURL"`
	Truncated   int               `json:"truncatedAlerts"`
	Alerts      []json.RawMessage `json:"alerts"`
}

type wireAlert struct {
	Status      string            `json:"status"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    string            `json:"startsAt"`
	EndsAt      string            `json:"endsAt"`
	Generator   string            `json:"generatorURL"`
	Fingerprint string            `json:"fingerprint"`
}

// Parse reads a post. An error names the field that is missing or of an unknown shape ("alerts[3].startsAt"). Fields
// that this package does not use may be there: Grafana and others add their own.
func Parse(body []byte) (Payload, error) {
	var w wirePayload
	if err := decode("", body, &w); err != nil {
		return Payload{}, err
	}
	p := Payload{Version: w.Version, GroupKey: w.GroupKey, Status: w.Status, Receiver: w.Receiver,
		ExternalURL: w.ExternalURL, Truncated: w.Truncated}
	switch {
	case w.Version != "4":
		return Payload{}, fmt.Errorf("version is %q, not \"4\": Alertmanager's webhook has had 4 since 2017", short(w.Version))
	case w.Status != Firing && w.Status != Resolved:
		return Payload{}, wrong("status", w.Status)
	case len(w.Alerts) == 0:
		return Payload{}, errors.New("alerts is missing or empty")
	}
	for i, raw := range w.Alerts {
		a, err := parseAlert("alerts["+strconv.Itoa(i)+"]", raw)
		if err != nil {
			return Payload{}, err
		}
		p.alerts = append(p.alerts, a)
	}
	return p, nil
}

func parseAlert(at string, raw []byte) (Alert, error) {
	var w wireAlert
	if err := decode(at+".", raw, &w); err != nil {
		return Alert{}, err
	}
	a := Alert{
		Rule: w.Labels["alertname"], Fingerprint: w.Fingerprint, Status: w.Status,
		Summary: w.Annotations["summary"], Description: w.Annotations["description"],
		Service: w.Labels["service"], Severity: w.Labels["severity"], Labels: w.Labels, Link: address(w.Generator),
	}
	if a.Description == "" {
		a.Description = w.Annotations["message"]
	}
	switch {
	case a.Status != Firing && a.Status != Resolved:
		return Alert{}, wrong(at+".status", a.Status)
	case a.Rule == "":
		return Alert{}, fmt.Errorf("%s.labels.alertname is missing", at)
	case a.Fingerprint == "":
		return Alert{}, fmt.Errorf("%s.fingerprint is missing", at)
	}
	var err error
	if a.StartsAt, err = moment(at+".startsAt", w.StartsAt); err != nil {
		return Alert{}, err
	}
	if a.StartsAt.IsZero() {
		return Alert{}, fmt.Errorf("%s.startsAt is missing", at)
	}
	if a.Status == Resolved { // while it fires, an end is either zero or a guess of when it will be forgotten
		a.EndsAt, err = moment(at+".endsAt", w.EndsAt)
	}
	return a, err
}

// moment reads RFC 3339. Nothing, and Go's zero time, are zero.
func moment(at, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s is %q, not a time such as 2026-08-05T12:30:00Z", at, short(text))
	}
	if t.IsZero() {
		return time.Time{}, nil
	}
	return t.UTC(), nil
}

func address(s string) string {
	if u, err := url.Parse(s); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		return s
	}
	return ""
}

// decode reads one JSON object and names what does not fit, with the path that leads to it.
func decode(at string, raw []byte, into any) error {
	err := json.Unmarshal(raw, into)
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Errorf("%s%s is a JSON %s, not what Alertmanager writes there", at, short(kind.Field), kind.Value)
	case errors.As(err, &kind):
		return fmt.Errorf("%s is a JSON %s, not an object", cmp.Or(trimDot(at), "the body"), kind.Value)
	}
	return fmt.Errorf("%s is not JSON: %w", cmp.Or(trimDot(at), "the body"), err)
}

func trimDot(at string) string {
	if at == "" {
		return ""
	}
	return at[:len(at)-1]
}

func wrong(at, value string) error {
	return fmt.Errorf("%s is %q, neither firing nor resolved", at, short(value))
}

// short keeps a value that somebody else wrote from filling an error text.
func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
