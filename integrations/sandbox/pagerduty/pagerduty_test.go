package pagerduty_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/pagerduty"
)

const key = "0123456789abcdef0123456789abcdef"

func send(t *testing.T, s *pagerduty.Server, body string) (int, string) {
	t.Helper()
	body = strings.ReplaceAll(body, "KEY", key)
	r, err := http.NewRequestWithContext(t.Context(), "POST", "https://events.example/v2/enqueue", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := sandbox.Transport(s).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

func trigger(dedup string) string {
	return `{"routing_key":"KEY","event_action":"trigger","dedup_key":"` + dedup +
		`","payload":{"summary":"Saving fails","source":"drumbeat","severity":"critical","custom_details":{"a":1}},"links":[{"href":"https://a.example"}]}`
}

func TestAnAlertRingsOnceUntilItIsResolved(t *testing.T) {
	t.Parallel()
	s := pagerduty.New(pagerduty.Config{RoutingKeys: []string{key}})
	act := func(action string) string {
		return `{"routing_key":"KEY","event_action":"` + action + `","dedup_key":"k1"}`
	}
	for i, step := range []struct {
		body          string
		status        string
		notifications int
	}{
		{trigger("k1"), "triggered", 1},
		{trigger("k1"), "triggered", 1},
		{act("acknowledge"), "acknowledged", 1},
		{trigger("k1"), "acknowledged", 1},
		{act("resolve"), "resolved", 1},
		{act("acknowledge"), "resolved", 1},
		{trigger("k1"), "triggered", 2},
	} {
		if status, body := send(t, s, step.body); status != 202 || !strings.Contains(body, `"dedup_key":"k1"`) {
			t.Fatalf("step %d: got %d %s", i, status, body)
		}
		if a := s.Alerts()[0]; a.Status != step.status || a.Notifications != step.notifications {
			t.Errorf("step %d: got %+v, want %s and %d", i, a, step.status, step.notifications)
		}
	}
	want := []pagerduty.Alert{{Key: "k1", Status: "triggered", Summary: "Saving fails", Severity: "critical", Source: "drumbeat", Triggers: 4, Notifications: 2}}
	if diff := cmp.Diff(want, s.Alerts(), cmpopts.IgnoreUnexported(pagerduty.Alert{})); diff != "" {
		t.Errorf("ledger (-want +got):\n%s", diff)
	}
	if status, body := send(t, s, strings.Replace(act("resolve"), "k1", "unknown", 1)); status != 202 || len(s.Alerts()) != 1 {
		t.Errorf("resolving what is not there: got %d %s", status, body)
	}
}

func TestAKeyIsGivenWhenThereIsNone(t *testing.T) {
	t.Parallel()
	s := pagerduty.New(pagerduty.Config{RoutingKeys: []string{key}})
	for range 2 {
		if status, body := send(t, s, trigger("")); status != 202 {
			t.Fatalf("got %d %s", status, body)
		}
	}
	if a := s.Alerts(); len(a) != 2 || len(a[0].Key) != 32 || a[0].Key == a[1].Key {
		t.Errorf("got %+v", a)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := pagerduty.New(pagerduty.Config{RoutingKeys: []string{key}})
	good := trigger("k")
	for _, c := range []struct{ from, to, want string }{
		{"KEY", "short", "routing_key"},
		{"KEY", strings.Repeat("z", 32), "Invalid routing key"},
		{`"trigger"`, `"ring"`, "event_action"},
		{`"dedup_key":"k"`, `"dedup_key":"` + strings.Repeat("k", 256) + `"`, "dedup_key"},
		{`"trigger","dedup_key":"k"`, `"resolve"`, "dedup_key"},
		{"Saving fails", "", "payload.summary"},
		{"Saving fails", strings.Repeat("ü", 1025), "payload.summary"},
		{`"source":"drumbeat",`, "", "payload.source"},
		{"critical", "sev1", "payload.severity"},
		{`"custom_details"`, `"timestamp":"now","custom_details"`, "payload.timestamp"},
		{`"custom_details"`, `"detail"`, "unknown field"},
		{`"payload"`, `"paylod"`, "unknown field"},
		{`{"href":"https://a.example"}`, `{"text":"a"}`, "links.href"},
	} {
		body := strings.Replace(good, c.from, c.to, 1)
		if body == good {
			t.Fatalf("%q is not in the event", c.from)
		}
		var answer struct {
			Status, Message string
			Errors          []string
		}
		status, got := send(t, s, body)
		if err := json.Unmarshal([]byte(got), &answer); err != nil || status != 400 || answer.Status != "invalid event" || len(answer.Errors) != 1 || !strings.Contains(answer.Errors[0], c.want) {
			t.Errorf("%s → %.40s: got %d %s, want %s", c.from, c.to, status, got, c.want)
		}
	}
	for body, want := range map[string]int{"": 400, "[]": 400, "{}": 400, good + good: 400, good + strings.Repeat(" ", 512<<10): 413} {
		if status, got := send(t, s, body); status != want {
			t.Errorf("%.40q: got %d %s", body, status, got)
		}
	}
	if n := len(s.Alerts()); n != 0 {
		t.Errorf("%d alerts from refused events", n)
	}
}

func TestTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := pagerduty.New(pagerduty.Config{RoutingKeys: []string{key}})
		for i := range 121 {
			want := 202
			if i == 120 {
				want = 429
			}
			if status, body := send(t, s, trigger("k")); status != want {
				t.Fatalf("event %d: got %d %s", i+1, status, body)
			}
		}
		time.Sleep(time.Minute)
		if status, body := send(t, s, trigger("k")); status != 202 {
			t.Errorf("a minute later: got %d %s", status, body)
		}
	})
}

func FuzzEvent(f *testing.F) {
	f.Add(trigger("k"))
	f.Add(`{"routing_key":"KEY","event_action":"resolve","dedup_key":"k"}`)
	f.Fuzz(func(t *testing.T, body string) {
		s := pagerduty.New(pagerduty.Config{RoutingKeys: []string{key}})
		status, got := send(t, s, body)
		if status >= 500 || !json.Valid([]byte(got)) || status != 202 && len(s.Alerts()) != 0 {
			t.Errorf("got %d %s", status, got)
		}
	})
}
