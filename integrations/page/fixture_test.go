package page_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/integrations/page"
)

// day is Wednesday 2 October 2019, at a time in UTC.
func day(hour, minute int) time.Time { return time.Date(2019, 10, 2, hour, minute, 0, 0, time.UTC) }

func harbor() page.Config {
	return page.Config{Name: "Harbor", URL: "https://status.harbor.example", Mode: "live", Components: []page.ComponentConfig{
		{Name: "Harbor in Gmail", Description: "Opening and saving boxes, pipelines and contacts", Group: "Product", Words: "opening and saving"},
		{Name: "Mobile apps", Group: "Product", Words: "the mobile apps"},
		{Name: "Exports", Description: "CSV and spreadsheets", Group: "Product", Words: "exports"},
		{Name: "API", Group: "For developers", Words: "the API"},
		{Name: "Webhooks", Group: "For developers", Words: "webhooks"},
		{Name: "Website"},
	}}
}

// morning is the first hour of an incident: four updates, the third of which
// is corrected by a fifth when corrected is set.
func morning() incident.PublicIncident {
	return incident.PublicIncident{Number: "INC-42", Title: "Problems with opening and saving", Phase: incident.Identified,
		Impact: "critical", Since: day(12, 30), NextUpdate: day(13, 50),
		Components: []incident.Component{{Name: "Harbor in Gmail", State: "major"}, {Name: "API", State: "degraded"}, {Name: "db-7", State: "major"}},
		Updates: []incident.PublicUpdate{
			{N: 1, Kind: incident.FirstWords, Phase: incident.Investigating, At: day(12, 40), Text: "Since 12:30 UTC some people see errors or long waits when opening or saving in Harbor. We are working on it. Next update by 13:10 UTC."},
			{N: 3, Kind: incident.NoNews, Phase: incident.Investigating, At: day(13, 6), Text: "We are still working on this; errors and long waits continue. Next update by 13:40 UTC."},
			{N: 4, Kind: incident.PhaseWords, Phase: incident.Identified, At: day(13, 21), Text: "We have found what overloads our servers and are preparing a fix. Opening and saving still fails at times.\n\nWhat still works: reading mail, and everything that you saved before 12:30 UTC is safe.\n\nNext update by 13:50 UTC."},
			{N: 6, Kind: incident.News, Phase: incident.Identified, At: day(13, 34), Text: "The fix is being rolled out. This takes longer than usual because our servers are busy. Next update by 13:50 UTC."},
		}}
}

// over is the same incident after its end.
func over() incident.PublicIncident {
	i := morning()
	i.Phase, i.ResolvedAt, i.NextUpdate = incident.Resolved, day(14, 42), time.Time{}
	i.Updates[2].Corrected = 8
	i.Updates = append(i.Updates,
		incident.PublicUpdate{N: 7, Kind: incident.PhaseWords, Phase: incident.Monitoring, At: day(14, 13), Text: "A fix is in place since 14:12 UTC and Harbor loads normally again for most people. We are watching. Next update by 15:15 UTC."},
		incident.PublicUpdate{N: 8, Kind: incident.Correction, Phase: incident.Monitoring, At: day(14, 20), Text: "We wrote that everything saved before 12:30 UTC is safe. That holds for everything saved before 12:10 UTC."},
		incident.PublicUpdate{N: 9, Kind: incident.ResolvedWords, Phase: incident.Resolved, At: day(14, 42), Text: "This is fixed. Some people saw errors and long waits in Harbor from 12:30 to 14:12 UTC (1 h 42 min). If something you saved then is missing, write to us. We are sorry. What happened and what we change: by 9 October."})
	return i
}

// older are three incidents of the weeks before: retracted, resolved, resolved.
func older() []incident.PublicIncident {
	september := func(d, hour, minute int) time.Time { return time.Date(2019, 9, d, hour, minute, 0, 0, time.UTC) }
	return []incident.PublicIncident{
		{Number: "INC-41", Title: "Problems with webhooks", Phase: incident.Cancelled, Impact: "minor", Since: september(27, 9, 2),
			ResolvedAt: september(27, 9, 31), Retracted: true, Components: []incident.Component{{Name: "Webhooks"}},
			Updates: []incident.PublicUpdate{
				{N: 1, Kind: incident.FirstWords, Phase: incident.Investigating, At: september(27, 9, 8), Text: "Since 09:02 UTC webhooks may arrive late. We are looking into it. Next update by 09:38 UTC."},
				{N: 2, Kind: incident.Retraction, Phase: incident.Cancelled, At: september(27, 9, 31), Text: "We looked into reports of late webhooks at 09:02 UTC and found no effect on customers. Sorry for the noise."},
			}},
		{Number: "INC-38", Title: "Problems with exports", Phase: incident.Closed, Impact: "minor", Since: september(20, 22, 50),
			ResolvedAt: september(21, 0, 15), Components: []incident.Component{{Name: "Exports", State: "partial"}},
			Updates: []incident.PublicUpdate{
				{N: 2, Kind: incident.FirstWords, Phase: incident.Investigating, At: september(20, 23, 5), Text: "Exports of some accounts in Europe come out empty since 22:50 UTC. Exporting as a spreadsheet works meanwhile."},
				{N: 5, Kind: incident.ResolvedWords, Phase: incident.Resolved, At: september(21, 0, 15), Text: "Exports are complete again. Those made between 22:50 and 00:05 UTC are best made once more. We are sorry."},
			}},
		{Number: "INC-7", Title: "Problems with the mobile apps", Phase: incident.Resolved, Impact: "major",
			Since: time.Date(2019, 3, 14, 15, 0, 0, 0, time.UTC), ResolvedAt: time.Date(2019, 3, 14, 15, 40, 0, 0, time.UTC),
			Updates: []incident.PublicUpdate{
				{N: 1, Kind: incident.FirstWords, Phase: incident.Monitoring, At: time.Date(2019, 3, 14, 15, 12, 0, 0, time.UTC), Text: "The mobile apps did not load between 15:00 and 15:09 UTC. We are watching."},
				{N: 2, Kind: incident.ResolvedWords, Phase: incident.Resolved, At: time.Date(2019, 3, 14, 15, 40, 0, 0, time.UTC), Text: "The mobile apps work normally."},
			}},
	}
}

func with(first incident.PublicIncident, rest ...incident.PublicIncident) []incident.PublicIncident {
	return append([]incident.PublicIncident{first}, rest...)
}

// fixed is a source that never changes.
func fixed(incidents ...incident.PublicIncident) page.Source {
	return func(context.Context) ([]incident.PublicIncident, int64, error) { return incidents, 1, nil }
}

// serving is a page refreshed at now.
func serving(t testing.TB, c page.Config, now time.Time, incidents ...incident.PublicIncident) *page.Page {
	t.Helper()
	p := page.New(c, fixed(incidents...), nil)
	if err := p.Refresh(t.Context(), now); err != nil {
		t.Fatalf("refresh: %v", err)
	}
	return p
}

// read asks the page. Headers are name, value, name, value.
func read(p http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", nil)
	r.URL.Path = path
	for n := 0; n+1 < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
	}
	return answer(p, r)
}

func answer(p http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w
}
