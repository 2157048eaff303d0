package web_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"drumbeat/bot"
	"drumbeat/bot/web"
	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/store"

	"github.com/google/go-cmp/cmp"
)

// declare begins incidents, a minute apart, and gives their names.
func (s *site) declare(all ...incident.Declare) {
	s.t.Helper()
	for i, d := range all {
		d.Policy = policy.Policy{Severities: []policy.Weight{{Name: "SEV2"}}}
		at := time.Date(2026, 3, 2, 13, 30+i, 0, 0, time.UTC)
		if _, err := s.bot.Do(s.t.Context(), bot.Command{Stream: stream.ID{Workspace: "main", Kind: incident.Kind, Name: bot.Next},
			Meta: stream.Meta{At: at, By: stream.Actor{ID: "kim", Name: "Kim"}}, Value: d}); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *site) give(name string, c incident.Command) {
	s.t.Helper()
	if _, err := s.bot.Do(s.t.Context(), bot.Command{Stream: stream.ID{Workspace: "main", Kind: incident.Kind, Name: name},
		Meta: stream.Meta{At: time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC), By: stream.Actor{ID: "kim"}}, Value: c}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) get(path string) answer {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return s.send(r)
}

func TestIncidentsAreListed(t *testing.T) {
	t.Parallel()
	s := open(t, token)
	if got := s.get("/v1/incidents"); got.Status != 200 || fmt.Sprint(got.Body) != "map[incidents:[]]" {
		t.Errorf("nothing yet: got %d %v", got.Status, got.Body)
	}
	s.declare(incident.Declare{Title: "people cannot save", Service: "api"}, incident.Declare{Title: "customer list leaks", Private: true, Service: "vault"},
		incident.Declare{Title: "exports are late"})
	s.give("3", incident.Resolve{})
	s.give("3", incident.Close{})
	got := s.get("/v1/incidents")
	want := map[string]any{"incidents": []any{
		map[string]any{"number": "INC-3", "severity": "SEV2", "phase": "closed", "open": false, "private": false, "title": "exports are late",
			"declared_at": "2026-03-02T13:32:00Z", "first_sign_at": "2026-03-02T13:32:00Z", "ended_at": "2026-03-02T14:00:00Z"},
		map[string]any{"number": "INC-2", "severity": "SEV2", "phase": "investigating", "open": true, "private": true},
		map[string]any{"number": "INC-1", "severity": "SEV2", "phase": "investigating", "open": true, "private": false, "title": "people cannot save", "service": "api",
			"declared_at": "2026-03-02T13:30:00Z", "first_sign_at": "2026-03-02T13:30:00Z"},
	}}
	if diff := cmp.Diff(want, got.Body); diff != "" || got.Status != 200 {
		t.Errorf("got %d (-want +got)\n%s", got.Status, diff)
	}
}

// What is open is listed however old it is, and nothing twice.
func TestTheOldestOpenIncidentIsListed(t *testing.T) {
	t.Parallel()
	s := open(t, token)
	s.declare(slices.Repeat([]incident.Declare{{Title: "x"}}, 53)...)
	for i := 2; i <= 52; i++ {
		s.give(fmt.Sprint(i), incident.Resolve{})
		s.give(fmt.Sprint(i), incident.Close{})
	}
	list, _ := s.get("/v1/incidents").Body["incidents"].([]any)
	var names []string
	for _, x := range list {
		names = append(names, x.(map[string]any)["number"].(string))
	}
	if len(names) != 51 || names[0] != "INC-53" || names[49] != "INC-4" || names[50] != "INC-1" {
		t.Errorf("got %d incidents: %v", len(names), names)
	}
}

func TestScore(t *testing.T) {
	t.Parallel()
	s := open(t, token)
	s.declare(incident.Declare{Title: "people cannot save"}, incident.Declare{Title: "customer list leaks", Private: true})
	for _, c := range []struct {
		path   string
		status int
		fields map[string]string
	}{
		{"/v1/incidents/1/score", 200, map[string]string{"number": "INC-1", "title": "people cannot save", "open": "true", "first_public_at": "<nil>"}},
		{"/v1/incidents/inc-1/score", 200, map[string]string{"number": "INC-1"}},
		{"/v1/incidents/2/score", 403, map[string]string{"code": "private",
			"error": "INC-2 is private: its score is not told here, since a token does not say which person asks"}},
		{"/v1/incidents/3/score", 404, map[string]string{"code": "no_incident", "error": "there is no INC-3; GET /v1/incidents lists those that there are"}},
		{"/v1/incidents/0/score", 400, map[string]string{"code": "no_number"}},
		{"/v1/incidents/saving/score", 400, map[string]string{"code": "no_number",
			"error": "the path names no incident; write its number, as in /v1/incidents/42/score"}},
		{"/v1/incidents/99999999999999999999/score", 400, map[string]string{"code": "no_number"}},
	} {
		want(t, c.path, s.get(c.path), c.status, c.fields)
	}
	if got := s.get("/v1/incidents/2/score").Body; strings.Contains(fmt.Sprint(got), "customer") {
		t.Errorf("what a private incident is about is told: %v", got)
	}
}

func TestLookingNeedsTheToken(t *testing.T) {
	t.Parallel()
	s := open(t, token)
	for _, path := range []string{"/v1/incidents", "/v1/incidents/1/score"} {
		want(t, path, s.send(httptest.NewRequest(http.MethodGet, path, nil)), 401, map[string]string{"code": "bad_token"})
	}
}

// fallen is a store that does not answer, or answers with what is no record.
type fallen struct {
	err error
	log []stream.Record
}

func (f fallen) Load(context.Context, stream.ID, int) ([]stream.Record, error) { return f.log, f.err }

func (f fallen) List(context.Context, store.Query) ([]stream.Summary, error) {
	return []stream.Summary{{Stream: stream.ID{Workspace: "main", Kind: "incident", Name: "7"}, Open: true, Data: []byte("{")}}, f.err
}

func TestAStoreThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		store         fallen
		list, measure int
	}{
		"away":    {fallen{err: errors.New("disk /var/lib is gone")}, 503, 503},
		"damaged": {fallen{log: []stream.Record{{Kind: "declared", Data: []byte("{")}}}, 200, 500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, token)
			s.handler = web.API(web.Config{Bot: s.bot, Store: c.store, Workspace: "main", Token: token, Log: slog.New(slog.DiscardHandler),
				Refused: func(string) {}, Metrics: http.NotFoundHandler()})
			for path, status := range map[string]int{"/v1/incidents": c.list, "/v1/incidents/7/score": c.measure} {
				got := s.get(path)
				if got.Status != status || strings.Contains(fmt.Sprint(got.Body), "/var/lib") {
					t.Errorf("%s: got %d %v, want %d", path, got.Status, got.Body, status)
				}
			}
		})
	}
}

func TestFarEnds(t *testing.T) {
	t.Parallel()
	s := open(t, token)
	if got := s.get("/v1/far-ends"); got.Status != 200 || fmt.Sprint(got.Body) != "map[far_ends:map[twitter:shadow]]" {
		t.Errorf("got %+v", got)
	}
	s.ready = errors.New("gone")
	want(t, "without the store", s.get("/v1/far-ends"), 503, map[string]string{"code": "unknown"})
}
