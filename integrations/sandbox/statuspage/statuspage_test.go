package statuspage_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/sandbox/statuspage"
)

func config() statuspage.Config {
	return statuspage.Config{Key: "key", PageID: "p1", Name: "Acme", Limit: -1, Components: []statuspage.Component{
		{ID: "api", Name: "API"}, {ID: "web", Name: "Web"},
	}}
}

type scene struct {
	t      *testing.T
	server *statuspage.Server
	auth   string
}

func start(t *testing.T, c statuspage.Config) scene {
	return scene{t, statuspage.New(c), "OAuth " + c.Key}
}

func (s scene) do(method, path, body string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, "https://api.example"+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", s.auth)
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := sandbox.Transport(s.server).RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

func TestAnIncidentFromFirstWordsToTheEnd(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	status, body := s.do("POST", "/v1/pages/p1/incidents", `{"incident":{"name":"Saving fails","status":"investigating","body":"We look into it.",
		"components":{"api":"major_outage"},"component_ids":["api"],"metadata":{"drumbeat":{"delivery":"d1"}}}}`)
	var made statuspage.Incident
	if err := json.Unmarshal([]byte(body), &made); err != nil || status != 201 {
		t.Fatalf("got %d %s: %v", status, body, err)
	}
	if len(made.ID) != 12 || made.Impact != "critical" || made.Components[0].Status != "major_outage" || made.Metadata["drumbeat"]["delivery"] != "d1" {
		t.Errorf("got %s", body)
	}
	path := "/v1/pages/p1/incidents/" + made.ID
	for _, step := range []string{
		`{"status":"identified","body":"Found it."}`,
		`{"status":"monitoring","body":"Better.","components":{"api":"operational"},"deliver_notifications":false}`,
		`{"metadata":{"drumbeat":{"delivery":"d4"}}}`,
	} {
		if status, body := s.do("PATCH", path, `{"incident":`+step+`}`); status != 200 {
			t.Fatalf("%s: got %d %s", step, status, body)
		}
	}
	if _, body := s.do("GET", "/v1/pages/p1/incidents/unresolved", ""); !strings.Contains(body, made.ID) {
		t.Errorf("unresolved: got %s", body)
	}
	if status, body := s.do("PATCH", path, `{"incident":{"status":"resolved"}}`); status != 200 {
		t.Fatalf("got %d %s", status, body)
	}
	if _, body := s.do("GET", "/v1/pages/p1/incidents/unresolved", ""); strings.TrimSpace(body) != "[]" {
		t.Errorf("unresolved after the end: got %s", body)
	}
	var story []string
	i := s.server.Incidents()[0]
	for _, u := range i.Updates {
		story = append(story, u.Status+": "+u.Body)
	}
	want := []string{"resolved: ", "monitoring: Better.", "identified: Found it.", "investigating: We look into it."}
	if diff := cmp.Diff(want, story); diff != "" {
		t.Errorf("updates, newest first (-want +got):\n%s", diff)
	}
	if i.Impact != "critical" || i.ResolvedAt == nil || i.MonitoringAt == nil || i.Components[0].Status != "operational" {
		t.Errorf("at the end: %+v", i)
	}
	_, ledger := s.do("GET", "/_ledger", "")
	if !strings.Contains(ledger, `"notifications":3`) {
		t.Errorf("ledger: got %s", ledger)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	for _, c := range []struct {
		name, body string
		status     int
		want       string
	}{
		{"no name", `{"body":"x"}`, 422, "Name can't be blank"},
		{"blank name", `{"name":" "}`, 422, "Name can't be blank"},
		{"name of 255", `{"name":"` + strings.Repeat("ü", 255) + `"}`, 201, ""},
		{"name of 256", `{"name":"` + strings.Repeat("a", 256) + `"}`, 422, "Name is too long"},
		{"body of 25000", `{"name":"a","body":"` + strings.Repeat("a", 25000) + `"}`, 201, ""},
		{"body of 25001", `{"name":"a","body":"` + strings.Repeat("a", 25001) + `"}`, 422, "Body is too long"},
		{"status", `{"name":"a","status":"fixed"}`, 422, `Status \"fixed\"`},
		{"scheduled status", `{"name":"a","status":"in_progress"}`, 422, "Status"},
		{"impact", `{"name":"a","impact_override":"huge"}`, 422, "Impact"},
		{"component", `{"name":"a","component_ids":["db"]}`, 422, `Component \"db\"`},
		{"component state", `{"name":"a","components":{"api":"down"}}`, 422, `\"down\" is not known`},
		{"metadata", `{"name":"a","metadata":{"delivery":"d1"}}`, 400, "metadata"},
		{"metadata null", `{"name":"a","metadata":{"delivery":null}}`, 422, "is not an object"},
		{"backfilled", `{"name":"a","backfilled":true,"component_ids":["api"]}`, 422, "backfilled"},
		{"half a schedule", `{"name":"a","scheduled_for":"2026-01-01T00:00:00Z"}`, 422, "both a beginning"},
		{"time", `{"name":"a","scheduled_for":"soon","scheduled_until":"later"}`, 422, "is not a time"},
		{"unknown field", `{"name":"a","titel":"b"}`, 400, "titel"},
		{"no incident", `null`, 400, "one incident"},
		{"no JSON", `x`, 400, "one incident"},
	} {
		before := len(s.server.Incidents())
		status, body := s.do("POST", "/v1/pages/p1/incidents", `{"incident":`+c.body+`}`)
		if status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: got %d %.300s, want %d %s", c.name, status, body, c.status, c.want)
		}
		if made := len(s.server.Incidents()) - before; made != map[bool]int{true: 1}[c.status == 201] {
			t.Errorf("%s: %d incidents made", c.name, made)
		}
	}
	id := s.server.Incidents()[0].ID
	for _, body := range []string{`{"status":"scheduled"}`, `{"name":""}`, `{"components":{"db":"operational"}}`} {
		if status, got := s.do("PATCH", "/v1/pages/p1/incidents/"+id, `{"incident":`+body+`}`); status != 422 {
			t.Errorf("%s: got %d %s", body, status, got)
		}
	}
}

func TestKeysAndPaths(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	for _, c := range []struct {
		auth, method, path string
		status             int
		want               string
	}{
		{"OAuth key", "GET", "/v1/pages/p1", 200, `"name":"Acme"`},
		{"OAuth key", "GET", "/v1/pages/p1/components", 200, `"status":"operational"`},
		{"OAuth key", "GET", "/v1/pages/p1/incidents", 200, "[]"},
		{"OAuth nope", "GET", "/v1/pages/p1", 401, "message"},
		{"Bearer key", "GET", "/v1/pages/p1", 401, "message"},
		{"", "POST", "/v1/pages/p1/incidents", 401, "message"},
		{"OAuth key", "GET", "/v1/pages/p2", 404, "message"},
		{"OAuth key", "PATCH", "/v1/pages/p1/incidents/none", 404, "message"},
		{"OAuth key", "GET", "/v1/nothing", 404, "message"},
	} {
		s.auth = c.auth
		if status, body := s.do(c.method, c.path, "{}"); status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%q %s %s: got %d %s", c.auth, c.method, c.path, status, body)
		}
	}
}

func TestListsArePaged(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	for i := range 105 {
		if status, body := s.do("POST", "/v1/pages/p1/incidents", fmt.Sprintf(`{"incident":{"name":"No. %d"}}`, i)); status != 201 {
			t.Fatalf("got %d %s", status, body)
		}
	}
	for query, want := range map[string][3]string{
		"":                   {"100", "No. 104", "No. 5"},
		"?page=2":            {"5", "No. 4", "No. 0"},
		"?limit=3&page=2":    {"3", "No. 101", "No. 99"},
		"?q=no.+10&limit=50": {"6", "No. 104", "No. 10"},
		"?page=9":            {"0", "", ""},
	} {
		var list []statuspage.Incident
		_, body := s.do("GET", "/v1/pages/p1/incidents"+query, "")
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		got := [3]string{fmt.Sprint(len(list))}
		if len(list) > 0 {
			got[1], got[2] = list[0].Name, list[len(list)-1].Name
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", query, got, want)
		}
	}
}

func TestTheLimitIsOneASecondOverAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := config()
		c.Limit, c.LimitStatus = 0, 420
		s := start(t, c)
		for i := range 61 {
			want := 200
			if i == 60 {
				want = 420
			}
			if status, body := s.do("GET", "/v1/pages/p1", ""); status != want {
				t.Fatalf("request %d: got %d %s", i+1, status, body)
			}
		}
		time.Sleep(time.Minute)
		if status, body := s.do("GET", "/v1/pages/p1", ""); status != 200 {
			t.Errorf("a minute later: got %d %s", status, body)
		}
	})
}

func FuzzIncident(f *testing.F) {
	f.Add(`{"incident":{"name":"a","components":{"api":""},"metadata":{"a":{"b":[1]}}}}`)
	f.Add(`{"incident":{"status":"resolved"}}`)
	f.Fuzz(func(t *testing.T, body string) {
		s := start(t, config())
		made, got := s.do("POST", "/v1/pages/p1/incidents", body)
		if made >= 500 || !json.Valid([]byte(got)) {
			t.Errorf("got %d %s", made, got)
		}
		if n := len(s.server.Incidents()); (n == 1) != (made == 201) {
			t.Errorf("status %d, %d incidents", made, n)
		}
	})
}
