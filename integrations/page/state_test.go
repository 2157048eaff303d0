package page_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident"
	"drumbeat/integrations"
	"drumbeat/integrations/page"
)

func document[T any](t *testing.T, p *page.Page, name string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(read(p, "GET", "/api/v2/"+name+".json").Body.Bytes(), &v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

func TestStatusLine(t *testing.T) {
	t.Parallel()
	hits := func(impact string, phase incident.Phase, components ...incident.Component) incident.PublicIncident {
		return incident.PublicIncident{Number: "INC-1", Title: "Problems", Impact: impact, Phase: phase, Since: day(12, 0), Components: components,
			Updates: []incident.PublicUpdate{{N: 1, Phase: phase, Text: "Words.", At: day(12, 5)}}}
	}
	ended, retracted := hits("critical", incident.Resolved), hits("critical", incident.Cancelled)
	ended.ResolvedAt, retracted.Retracted = day(13, 0), true
	a, b := incident.Component{Name: "A"}, incident.Component{Name: "B"}
	is := func(c incident.Component, state string) incident.Component { c.State = state; return c }
	const inv, mon = incident.Investigating, incident.Monitoring
	for name, c := range map[string]struct {
		incidents []incident.PublicIncident
		want      string
	}{
		"nothing":                        {nil, "none All Systems Operational"},
		"ended ones do not count":        {with(ended, retracted), "none All Systems Operational"},
		"degraded":                       {with(hits("critical", inv, is(a, "degraded"))), "minor Partially Degraded Service"},
		"partial":                        {with(hits("critical", inv, is(a, "partial"))), "minor Minor Service Outage"},
		"one major":                      {with(hits("minor", inv, is(a, "major"))), "major Partial System Outage"},
		"all major":                      {with(hits("minor", inv, is(a, "major"), is(b, "major"))), "critical Major System Outage"},
		"all major by two":               {with(hits("minor", inv, is(a, "major")), hits("minor", inv, is(b, "major"))), "critical Major System Outage"},
		"the worst of two":               {with(hits("minor", inv, is(a, "partial")), hits("minor", inv, is(a, "degraded"))), "minor Minor Service Outage"},
		"a state that nobody gave":       {with(hits("major", inv, a)), "minor Minor Service Outage"},
		"no component, critical":         {with(hits("critical", inv)), "critical Major System Outage"},
		"no component, major":            {with(hits("major", inv)), "major Partial System Outage"},
		"no component, minor":            {with(hits("minor", inv)), "minor Minor Service Outage"},
		"no component, no impact":        {with(hits("none", inv)), "minor Partially Degraded Service"},
		"no component, fix watched":      {with(hits("critical", mon)), "minor Partially Degraded Service"},
		"components well, still open":    {with(hits("critical", mon, is(a, "operational"))), "minor Partially Degraded Service"},
		"an unknown component":           {with(hits("major", inv, incident.Component{Name: "db-7", State: "major"})), "major Partial System Outage"},
		"alarm that nobody has taken":    {with(hits("none", incident.Triage)), "minor Partially Degraded Service"},
		"a worse one without components": {with(hits("minor", inv, is(a, "degraded")), hits("critical", inv)), "critical Major System Outage"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := page.Config{Name: "N", URL: "https://n.example", Mode: "live", Components: []page.ComponentConfig{{Name: "A"}, {Name: "B"}}}
			p := serving(t, config, day(14, 0), c.incidents...)
			got := document[struct {
				Status struct{ Indicator, Description string }
			}](t, p, "status").Status
			if line := got.Indicator + " " + got.Description; line != c.want {
				t.Errorf("got %q, want %q", line, c.want)
			}
			if !shows(p, got.Description+"</h1>") {
				t.Errorf("the first page does not say %q", got.Description)
			}
			if shows(p, "db-7") {
				t.Error("a name that customers do not know is shown")
			}
		})
	}
}

// The keys are those of a page at Statuspage, read from its public documents.
func TestDocumentsHaveTheFormOfStatuspage(t *testing.T) {
	t.Parallel()
	p := serving(t, harbor(), day(16, 0), with(morning(), over(), older()[0])...)
	type object = map[string]any
	got := document[object](t, p, "summary")
	incidents := document[struct{ Incidents []object }](t, p, "incidents").Incidents
	for name, c := range map[string]struct {
		object object
		want   string
	}{
		"summary":   {got, "components incidents page scheduled_maintenances status"},
		"page":      {got["page"].(object), "id name time_zone updated_at url"},
		"component": {got["components"].([]any)[1].(object), "created_at description group group_id id name only_show_if_degraded page_id position showcase start_date status updated_at"},
		"group":     {got["components"].([]any)[0].(object), "components created_at description group group_id id name only_show_if_degraded page_id position showcase start_date status updated_at"},
		"incident":  {incidents[0], "components created_at id impact incident_updates monitoring_at name page_id reminder_intervals resolved_at shortlink started_at status updated_at"},
		"update":    {incidents[0]["incident_updates"].([]any)[0].(object), "affected_components body created_at custom_tweet deliver_notifications display_at id incident_id status tweet_id updated_at"},
	} {
		if keys := strings.Join(slices.Sorted(maps.Keys(c.object)), " "); keys != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, keys, c.want)
		}
	}
	stamps, ids := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`), regexp.MustCompile(`^[a-z0-9]{12}$`)
	var walk func(key string, v any)
	walk = func(key string, v any) {
		switch v := v.(type) {
		case object:
			for k, inner := range v {
				walk(k, inner)
			}
		case []any:
			for _, inner := range v {
				walk(key, inner)
			}
		case string:
			if strings.HasSuffix(key, "_at") && !stamps.MatchString(v) || (key == "id" || strings.HasSuffix(key, "_id")) && !ids.MatchString(v) {
				t.Errorf("%s is %q", key, v)
			}
		}
	}
	walk("", got)
	walk("", document[object](t, p, "incidents"))
	if open := document[struct{ Incidents []object }](t, p, "incidents/unresolved").Incidents; len(open) != 1 || len(incidents) != 3 {
		t.Errorf("got %d unresolved of %d, want 1 of 3", len(open), len(incidents))
	}
	if got, want := fmt.Sprint(incidents[2]["impact"], incidents[2]["status"]), "noneresolved"; got != want {
		t.Errorf("retracted: got %s, want %s", got, want)
	}
	updates := incidents[0]["incident_updates"].([]any)
	if first, last := updates[0].(object)["body"].(string), updates[3].(object)["body"].(string); !strings.HasPrefix(first, "The fix") || !strings.HasPrefix(last, "Since 12:30") {
		t.Errorf("updates are not newest first: %q … %q", first, last)
	}
}

// Two open incidents on one page: an anchor names one place only.
func TestAnchorsAreUnique(t *testing.T) {
	t.Parallel()
	other := morning()
	other.Number = "INC-43"
	body := read(serving(t, harbor(), day(13, 0), other, morning()), "GET", "/").Body.String()
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(body, -1) {
		if seen[m[1]] {
			t.Errorf("id %q stands twice", m[1])
		}
		seen[m[1]] = true
	}
	if !seen["update-42-6"] || !seen["update-43-6"] {
		t.Errorf("got anchors %v", seen)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config page.Config
		want   []integrations.Problem
	}{
		"good": {harbor(), nil},
		"off":  {page.Config{Mode: "off"}, nil},
		"bad": {page.Config{Mode: "on", URL: "https://x.example/status", Components: []page.ComponentConfig{{Name: "A"}, {}, {Name: "A"}}}, []integrations.Problem{
			{Path: "$.status_page.mode", Text: "write off, shadow or live"},
			{Path: "$.status_page.name", Text: "is missing: write the product's name as customers say it"},
			{Path: "$.status_page.url", Text: "write the address of the page without a path, such as https://status.example.com"},
			{Path: "$.status_page.components[1].name", Text: "is missing: write what customers call this part of the product"},
			{Path: "$.status_page.components[2].name", Text: "stands twice: A"},
		}},
	} {
		if diff := cmp.Diff(c.want, c.config.Problems()); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

// Text keeps a contrast of 4.5:1 on every ground that it stands on, light and
// dark (WCAG 2.2, 1.4.3).
func TestContrast(t *testing.T) {
	t.Parallel()
	css, err := os.ReadFile("style.css")
	if err != nil {
		t.Fatal(err)
	}
	sets := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(string(css), 2)
	for n, theme := range []string{"light", "dark"} {
		colour := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(sets[n][1], -1) {
			colour[m[1]] = m[2]
		}
		pairs := [][2]string{{"text", "page"}, {"text", "sheet"}, {"quiet", "page"}, {"quiet", "sheet"}, {"link", "page"}, {"link", "sheet"}}
		for _, state := range []string{"operational", "degraded", "partial", "major"} {
			pairs = append(pairs, [2]string{state, "sheet"}, [2]string{state, state + "-wash"}, [2]string{"text", state + "-wash"})
		}
		for _, pair := range pairs {
			a, b := luminance(t, colour[pair[0]]), luminance(t, colour[pair[1]])
			if ratio := (max(a, b) + .05) / (min(a, b) + .05); ratio < 4.5 {
				t.Errorf("%s: %s on %s has %.2f, want 4.5", theme, pair[0], pair[1], ratio)
			}
		}
	}
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatalf("colour %q: %v", hex, err)
	}
	channel := func(shift int) float64 {
		v := float64(n>>shift&255) / 255
		if v <= .04045 {
			return v / 12.92
		}
		return math.Pow((v+.055)/1.055, 2.4)
	}
	return .2126*channel(16) + .7152*channel(8) + .0722*channel(0)
}
