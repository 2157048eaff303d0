package statuspage_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/integrations/integrationtest"
	"drumbeat/integrations/sandbox"
	standin "drumbeat/integrations/sandbox/statuspage"
	"drumbeat/integrations/statuspage"
)

const (
	pageID = "k3yp4g3k3yp4"
	apiID  = "c0mp0n3nt001"
	webID  = "c0mp0n3nt002"
)

var page = statuspage.Config{
	BaseURL: "http://statuspage.example", Mode: "live", PageID: pageID, APIKey: "statuspage-s3cret",
	Components: map[string]string{"api": apiID},
}

func start(t *testing.T) (*standin.Server, *statuspage.Page) {
	t.Helper()
	s := standin.New(standin.Config{Key: page.APIKey, PageID: pageID, Name: "Acme", Components: []standin.Component{
		{ID: apiID, PageID: pageID, Name: "API", Status: "operational"}, {ID: webID, PageID: pageID, Name: "Web", Status: "operational"},
	}})
	sender, err := statuspage.New(page, &http.Client{Transport: sandbox.Transport(s)})
	if err != nil {
		t.Fatal(err)
	}
	return s, sender
}

func ledger(s *standin.Server) (incidents []standin.Incident, updates int) {
	for _, i := range s.Incidents() {
		incidents, updates = append(incidents, i), updates+len(i.Updates)
	}
	return incidents, updates
}

func update(id string, args map[string]string, paragraphs ...string) stream.Delivery {
	all := map[string]string{"incident": "INC-42", "kind": "first", "phase": "investigating", "impact": "major", "title": "People cannot save",
		"components": `{"api":"partial"}`}
	maps.Copy(all, args)
	return stream.Delivery{
		ID: "main/incident/42/" + id + "/statuspage", Stream: stream.ID{Workspace: "main", Kind: "incident", Name: "42"},
		To: "atlassian_statuspage", Action: "publish", Args: all, Words: stream.Say(paragraphs...),
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	integrationtest.Run(t, integrationtest.End{
		Start: func(t *testing.T) integrationtest.Far {
			s, sender := start(t)
			return integrationtest.Far{Sender: sender, Wire: sandbox.Transport(s), Effects: func() int {
				_, updates := ledger(s)
				return updates
			}}
		},
		Samples: []integrationtest.Sample{{
			Delivery: update("7", nil, "We look into it.", "Next update by 13:00 UTC."),
			Match:    "POST /v1/pages/" + pageID + "/incidents",
			Needs:    []string{"title"},
			Wrong:    map[string]string{"phase": "closed", "impact": "huge", "ref": "INC-42", "components": `{"nobody":"perhaps"}`},
		}},
		Secrets: []string{page.APIKey},
		Status:  map[int][]integrationtest.Kind{420: {integrationtest.Retry}},
	})
}

func TestAnUpdateIsOneCall(t *testing.T) {
	t.Parallel()
	s, sender := start(t)
	first, err := sender.Send(t.Context(), update("1", nil, "We look into it.", "Next update by 13:00 UTC."))
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := s.Requests(0); n != 1 {
		t.Errorf("requests for the first words: got %d, want 1", n)
	}
	d := update("2", map[string]string{"ref": first.Ref, "phase": "monitoring", "impact": "minor", "title": "",
		"components": `{"api":"operational","` + webID + `":"degraded"}`}, "It is repaired; we watch it.")
	second, err := sender.Send(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := s.Requests(0); n != 2 {
		t.Errorf("requests for two updates: got %d, want 2", n)
	}
	if first.Ref != second.Ref || first.Link == "" || first.More["update"] == second.More["update"] {
		t.Errorf("receipts: got %+v and %+v, want one incident, its address and two updates", first, second)
	}
	all, updates := ledger(s)
	if len(all) != 1 || updates != 2 {
		t.Fatalf("got %d incidents with %d updates, want 1 with 2", len(all), updates)
	}
	got := all[0]
	if got.Name != "People cannot save" || got.Status != "monitoring" || got.Impact != "minor" ||
		got.Updates[1].Body != "We look into it.\n\nNext update by 13:00 UTC." || got.Updates[0].Body != "It is repaired; we watch it." {
		t.Errorf("the incident: got %+v", got)
	}
	affected := map[string]string{}
	for _, a := range got.Updates[0].Affected {
		affected[a.Code] = a.New
	}
	if diff := cmp.Diff(map[string]string{apiID: "operational", webID: "degraded_performance"}, affected); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
	if len(got.Components) != 2 {
		t.Errorf("components of the incident: got %d, want 2", len(got.Components))
	}
}

func TestFindTellsUpdatesApart(t *testing.T) {
	t.Parallel()
	s, sender := start(t)
	first, err := sender.Send(t.Context(), update("1", nil, "We look into it."))
	if err != nil {
		t.Fatal(err)
	}
	d := update("2", map[string]string{"ref": first.Ref, "phase": "resolved"}, "We look into it.")
	if r, found, err := sender.Find(t.Context(), d); found || err != nil {
		t.Errorf("an update with the words of the first: got %+v, %v, %v before it was sent", r, found, err)
	}
	s.Add(sandbox.Fault{Match: "PATCH /v1", LoseAnswer: true, Count: 1})
	if _, err := sender.Send(t.Context(), d); integrationtest.KindOf(err) != integrationtest.Unknown {
		t.Fatalf("got %v, want an unknown outcome", err)
	}
	if r, found, err := sender.Find(t.Context(), d); !found || err != nil || r.Ref != first.Ref {
		t.Errorf("after it was sent: got %+v, %v, %v", r, found, err)
	}
	// The first words of an incident that is resolved by now stand among the recent ones.
	lost := update("3", map[string]string{"phase": "resolved", "title": "Another"}, "It was short.")
	s.Add(sandbox.Fault{Match: "POST /v1", LoseAnswer: true, Count: 1})
	if _, err := sender.Send(t.Context(), lost); err == nil {
		t.Fatal("the answer was not lost")
	}
	if r, found, err := sender.Find(t.Context(), lost); !found || err != nil || r.Ref == first.Ref {
		t.Errorf("a resolved incident: got %+v, %v, %v", r, found, err)
	}
}

func TestRateLimitOf420(t *testing.T) {
	t.Parallel()
	s, sender := start(t)
	s.Add(sandbox.Fault{Status: 420, RetryAfter: 7})
	_, err := sender.Send(t.Context(), update("1", nil, "We look into it."))
	if wait, ok := integrations.RetryDelay(err); !ok || wait != 7*time.Second {
		t.Errorf("got %v after %v, want to try again after 7s", err, wait)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	at := func(key string) string { return "$.atlassian_statuspage." + key }
	for _, c := range []struct {
		name   string
		config statuspage.Config
		want   []string
	}{
		{"nothing", statuspage.Config{}, nil},
		{"all", page, nil},
		{"off", statuspage.Config{Mode: "off", PageID: "x"}, nil},
		{"everything", statuspage.Config{Mode: "loud", BaseURL: "x", PageID: "X", Components: map[string]string{"b": "1", "a": "2"}},
			[]string{at("mode"), at("base_url"), at("page_id"), at("components.a"), at("components.b")}},
		{"keys", statuspage.Config{Mode: "live"}, []string{at("page_id"), at("api_key")}},
	} {
		var got []string
		for _, p := range c.config.Problems() {
			got = append(got, p.Path)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if _, err := statuspage.New(c.config, nil); (err == nil) != (len(c.want) == 0) {
			t.Errorf("%s: New: got %v", c.name, err)
		}
	}
}

// TestFindWithoutTheMark: a person has wiped the metadata, as Statuspage lets them.
func TestFindWithoutTheMark(t *testing.T) {
	t.Parallel()
	s, sender := start(t)
	d := update("1", nil, "We look into it.")
	first, err := sender.Send(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, page.BaseURL+"/v1/pages/"+pageID+"/incidents/"+first.Ref,
		strings.NewReader(`{"incident":{"metadata":{}}}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "OAuth "+page.APIKey)
	r.Header.Set("Content-Type", "application/json")
	resp, err := sandbox.Transport(s).RoundTrip(r)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("wiping: %v, %v", resp, err)
	}
	_ = resp.Body.Close()
	if got, found, err := sender.Find(t.Context(), d); !found || err != nil || got.Ref != first.Ref {
		t.Errorf("the same words: got %+v, %v, %v", got, found, err)
	}
	if _, found, err := sender.Find(t.Context(), update("2", nil, "Other words.")); found || err != nil {
		t.Errorf("other words: got %v, %v", found, err)
	}
}

// A component that nobody mapped to the page must not keep words from readers.
func TestWordsGoWithoutAnUnknownComponent(t *testing.T) {
	t.Parallel()
	s, sender := start(t)
	d := update("1", map[string]string{"components": `{"api":"partial","billing":"major"}`}, "We look into it.")
	if _, err := sender.Send(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	all, _ := ledger(s)
	if len(all) != 1 || len(all[0].Components) != 1 || all[0].Components[0].ID != apiID {
		t.Errorf("got %+v, want one incident with the API alone", all)
	}
}
