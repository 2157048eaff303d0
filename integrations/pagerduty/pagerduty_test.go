package pagerduty_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/integrationtest"
	"drumbeat/integrations/pagerduty"
	"drumbeat/integrations/sandbox"
	standin "drumbeat/integrations/sandbox/pagerduty"
)

const key = "0123456789abcdef0123456789abcdef"

func start(t *testing.T) (*standin.Server, *pagerduty.PagerDuty) {
	t.Helper()
	s := standin.New(standin.Config{RoutingKeys: []string{key}})
	return s, sender(t, sandbox.Transport(s), key)
}

func sender(t *testing.T, wire http.RoundTripper, key string) *pagerduty.PagerDuty {
	t.Helper()
	p, err := pagerduty.New(pagerduty.Config{BaseURL: "http://pagerduty.example", RoutingKey: key}, &http.Client{Transport: wire})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func delivery(action string) stream.Delivery {
	return stream.Delivery{
		ID: "main/incident/42/3/page", Stream: stream.ID{Workspace: "main", Kind: "incident", Name: "42"}, To: "pagerduty", Action: action,
		Args: map[string]string{"person": "omar", "incident": "INC-42", "severity": "SEV2", "page": "1"},
		Words: &stream.Message{Title: "INC-42 SEV2", Paragraphs: []string{"People cannot save."}, Link: "https://drumbeat.example/i/42",
			Fields:  []stream.Field{{Name: "Commander", Value: "nobody yet"}},
			Buttons: []stream.Button{{Text: "Ack", Command: "ack #42"}, {Text: "Room", URL: "https://drumbeat.example/r/42"}}},
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	integrationtest.Run(t, integrationtest.End{
		Start: func(t *testing.T) integrationtest.Far {
			s, p := start(t)
			return integrationtest.Far{Sender: p, Wire: sandbox.Transport(s), Effects: func() int { return len(s.Alerts()) }}
		},
		Samples: []integrationtest.Sample{{
			Delivery: delivery("page"), Match: "POST /v2/enqueue", Dedupes: true, NoFind: true,
			Wrong: map[string]string{"dedup": strings.Repeat("x", 256)},
		}},
		Secrets: []string{key},
		Vary: func(d stream.Delivery, n int) stream.Delivery {
			d.Args = map[string]string{"person": "person-" + string(rune('a'+n)), "incident": "INC-42"}
			return d
		},
	})
}

func TestTheAlertOfAPage(t *testing.T) {
	t.Parallel()
	s, p := start(t)
	for _, step := range []struct{ action, status string }{
		{"page", "triggered"}, {"page", "triggered"}, {"acknowledge", "acknowledged"}, {"stand_down", "resolved"}, {"resolve", "resolved"},
	} {
		r, err := p.Send(t.Context(), delivery(step.action))
		if err != nil {
			t.Fatalf("%s: %v", step.action, err)
		}
		if want := "main/incident/42/omar"; r.Ref != want {
			t.Errorf("%s: receipt: got %q, want %q", step.action, r.Ref, want)
		}
		all := s.Alerts()
		if len(all) != 1 || all[0].Status != step.status || all[0].Notifications != 1 {
			t.Errorf("%s: got %+v, want one %s alert that rang once", step.action, all, step.status)
		}
	}
	got := s.Alerts()[0]
	if got.Summary != "INC-42 SEV2 People cannot save." || got.Severity != "error" || got.Source != "INC-42" {
		t.Errorf("got %+v", got)
	}
}

func TestDedupKey(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args map[string]string
		want string
	}{
		"given":   {map[string]string{"dedup": "storm-1", "person": "omar"}, "storm-1"},
		"address": {map[string]string{"address": "PABC123", "person": "omar"}, "main/incident/42/PABC123"},
		"nobody":  {nil, "main/incident/42/"},
		"long":    {map[string]string{"person": strings.Repeat("x", 300)}, "drumbeat/"},
	} {
		_, p := start(t)
		d := delivery("page")
		d.Args = c.args
		r, err := p.Send(t.Context(), d)
		if err != nil || !strings.HasPrefix(r.Ref, c.want) || len(r.Ref) > 255 {
			t.Errorf("%s: got %q, %v, want %q", name, r.Ref, err, c.want)
		}
	}
}

// recorder keeps the body of the last request and answers as PagerDuty does.
type recorder struct{ body string }

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	r.body = string(raw)
	return &http.Response{StatusCode: http.StatusAccepted, Header: http.Header{}, Request: req,
		Body: io.NopCloser(strings.NewReader(`{"status":"success","message":"Event processed","dedup_key":"k"}`))}, nil
}

func TestEventOnTheWire(t *testing.T) {
	t.Parallel()
	wire := &recorder{}
	if _, err := sender(t, wire, key).Send(t.Context(), delivery("page")); err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal([]byte(wire.body), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(`{
		"routing_key": "`+key+`", "event_action": "trigger", "dedup_key": "main/incident/42/omar",
		"payload": {"summary": "INC-42 SEV2 People cannot save.", "source": "INC-42", "severity": "error", "custom_details": {
			"text": "INC-42 SEV2 People cannot save. Commander: nobody yet https://drumbeat.example/i/42",
			"Commander": "nobody yet", "incident": "INC-42", "severity": "SEV2", "person": "omar", "page": "1"}},
		"links": [{"href": "https://drumbeat.example/i/42", "text": "Incident"}, {"href": "https://drumbeat.example/r/42", "text": "Room"}],
		"client": "Drumbeat", "client_url": "https://drumbeat.example/i/42"}`), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the event (-want +got):\n%s", diff)
	}
}

func TestAPageWithoutWordsRings(t *testing.T) {
	t.Parallel()
	s, p := start(t)
	d := delivery("page")
	d.Words = nil
	if _, err := p.Send(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if got, want := s.Alerts()[0].Summary, "Page for INC-42"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestProbeRingsNobody(t *testing.T) {
	t.Parallel()
	s, p := start(t)
	integrationtest.Findings(t, p.Probe(t.Context()), "ok pagerduty: the routing key is taken.")
	for _, wrong := range []string{strings.Repeat("f", 32), "short"} {
		integrationtest.Findings(t, sender(t, sandbox.Transport(s), wrong).Probe(t.Context()),
			"failure pagerduty.routing_key: pagerduty answers 400 Bad Request: ")
	}
	s.Add(sandbox.Fault{Status: http.StatusServiceUnavailable})
	integrationtest.Findings(t, p.Probe(t.Context()), "failure pagerduty: pagerduty answers 503 Service Unavailable → The trouble is its own")
	if n := len(s.Alerts()); n != 0 {
		t.Errorf("%d alerts, want none", n)
	}
	var _ integrations.Prober = p
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config pagerduty.Config
		want   []string
	}{
		"right":   {pagerduty.Config{RoutingKey: key}, nil},
		"nothing": {pagerduty.Config{}, []string{"$.pagerduty.routing_key"}},
		"address": {pagerduty.Config{RoutingKey: key, BaseURL: "pagerduty"}, []string{"$.pagerduty.base_url"}},
	} {
		var got []string
		for _, p := range c.config.Problems() {
			got = append(got, p.Path)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if _, err := pagerduty.New(c.config, nil); (err == nil) != (len(c.want) == 0) {
			t.Errorf("%s: New: got %v", name, err)
		}
	}
}
