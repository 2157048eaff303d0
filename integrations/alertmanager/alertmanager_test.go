package alertmanager_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/integrations/alertmanager"
)

// The files in testdata are what Alertmanager 0.25 posted: two instances begin to fire, then one ends.
func recorded(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestParseReadsARecordedPost(t *testing.T) {
	t.Parallel()
	p, err := alertmanager.Parse(recorded(t, "partly-resolved.json"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Receiver != "drumbeat" || p.Status != "firing" || p.ExternalURL != "http://alertmanager.example.com:9093" ||
		p.GroupKey != `{}:{alertname="HighErrorRate", service="api"}` {
		t.Errorf("the group: got %+v", p)
	}
	alert := func(instance, description, fingerprint string) alertmanager.Alert {
		return alertmanager.Alert{
			Rule: "HighErrorRate", Fingerprint: fingerprint, Status: alertmanager.Firing,
			Summary: "5xx above 5 %", Description: description, Service: "api", Severity: "critical",
			Labels: map[string]string{
				"alertname": "HighErrorRate", "instance": instance, "service": "api", "severity": "critical",
			},
			StartsAt: time.Date(2026, 8, 5, 12, 30, 0, 0, time.UTC),
			Link:     "http://prometheus.example.com/graph?g0.expr=x",
		}
	}
	want := []alertmanager.Alert{
		alert("api-1:9100", "api-1 answers 12 % of requests with 5xx.", "9f2b7f792b070cae"),
		alert("api-2:9100", "api-2 answers 9 % of requests with 5xx.", "e95315de6a3a6e67"),
	}
	want[1].Status = alertmanager.Resolved
	want[1].StartsAt = want[1].StartsAt.Add(time.Minute)
	want[1].EndsAt = time.Date(2026, 8, 5, 12, 40, 0, 0, time.UTC)
	if diff := cmp.Diff(want, p.Alerts()); diff != "" {
		t.Errorf("the alerts (-want +got):\n%s", diff)
	}
}

func TestAlertsStandByRule(t *testing.T) {
	t.Parallel()
	one := func(rule, print, start string) string {
		return `{"status":"firing","labels":{"alertname":"` + rule + `"},"startsAt":"` + start + `","fingerprint":"` + print + `"}`
	}
	p, err := alertmanager.Parse([]byte(`{"version":"4","status":"firing","orgId":1,"alerts":[` + strings.Join([]string{
		one("B", "3", "2026-08-05T12:00:00Z"), one("A", "2", "2026-08-05T14:01:00+02:00"),
		one("B", "4", "2026-08-05T11:00:00Z"), one("A", "1", "2026-08-05T12:01:00Z"),
	}, ",") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range p.Alerts() {
		got = append(got, a.Rule+a.Fingerprint)
	}
	if diff := cmp.Diff([]string{"A1", "A2", "B4", "B3"}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	p.Alerts()[0].Labels["alertname"] = "changed"
	if got := p.Alerts()[0].Labels["alertname"]; got != "A" {
		t.Errorf("the caller's change reaches the payload: got %q", got)
	}
}

func TestParseNamesTheField(t *testing.T) {
	t.Parallel()
	sound := string(recorded(t, "firing.json"))
	for _, c := range []struct{ name, old, new, want string }{
		{"no JSON", sound, "alerts", "the body is not JSON"},
		{"a list", sound, "[]", "the body is a JSON array"},
		{"version", `"version":"4"`, `"version":"5"`, `version is "5"`},
		{"a number for a version", `"version":"4"`, `"version":4`, "version is a JSON number"},
		{"status", `"receiver":"drumbeat","status":"firing"`, `"status":"odd"`, `status is "odd"`},
		{"no alerts", sound, `{"version":"4","status":"firing"}`, "alerts is missing"},
		{"alerts of another shape", sound, `{"version":"4","status":"firing","alerts":{}}`, "alerts is a JSON object"},
		{"an alert of another shape", sound, `{"version":"4","status":"firing","alerts":[3]}`, "alerts[0] is a JSON number"},
		{"an alert's status", `{"status":"firing"`, `{"status":"pending"`, `alerts[0].status is "pending"`},
		{"no rule", `"alertname":"HighErrorRate","instance"`, `"instance"`, "alerts[0].labels.alertname is missing"},
		{"labels", `{"alertname":"HighErrorRate","instance":"api-1:9100","service":"api","severity":"critical"}`, `[]`,
			"alerts[0].labels is a JSON array"},
		{"a label", `"instance":"api-1:9100"`, `"instance":1`, "alerts[0].labels"},
		{"start", `2026-08-05T12:31:00Z`, `yesterday`, `alerts[1].startsAt is "yesterday"`},
		{"no start", `"startsAt":"2026-08-05T12:30:00Z",`, ``, "alerts[0].startsAt is missing"},
		{"no fingerprint", `"fingerprint":"9f2b7f792b070cae"`, `"x":1`, "alerts[0].fingerprint is missing"},
	} {
		body := strings.Replace(sound, c.old, c.new, 1)
		if body == sound {
			t.Errorf("%s: the case changes nothing", c.name)
		}
		if _, err := alertmanager.Parse([]byte(body)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(recorded(f, "firing.json"))
	f.Add(recorded(f, "partly-resolved.json"))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := alertmanager.Parse(body)
		if err != nil {
			if len(err.Error()) > 1000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			return
		}
		alerts := p.Alerts()
		if len(alerts) == 0 {
			t.Error("a sound post without alerts")
		}
		for _, a := range alerts {
			if a.Rule == "" || a.Fingerprint == "" || a.StartsAt.IsZero() || a.Status == alertmanager.Firing && !a.EndsAt.IsZero() {
				t.Errorf("half an alert: %+v", a)
			}
		}
	})
}

func TestReceiveMakesOneCommandPerRule(t *testing.T) {
	t.Parallel()
	got, err := alertmanager.Receive(recorded(t, "partly-resolved.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Rule != "HighErrorRate" || got[0].Service != "api" || len(got[0].Instances) != 2 {
		t.Fatalf("got %+v, want one rule with two instances", got)
	}
	if a, b := got[0].Instances[0], got[0].Instances[1]; !a.Firing || b.Firing || a.Fingerprint != "9f2b7f792b070cae" {
		t.Errorf("instances: got %+v, want the first firing and the second not", got[0].Instances)
	}
	if _, err := alertmanager.Receive([]byte("{}")); err == nil {
		t.Error("an empty object passes")
	}
}
