package statuspage_test

import (
	"net/http"
	"strings"
	"testing"

	"drumbeat/integrations"
	"drumbeat/integrations/integrationtest"
	"drumbeat/integrations/sandbox"
	"drumbeat/integrations/statuspage"
)

func TestProbe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*statuspage.Config)
		fault  *sandbox.Fault
		want   []string
	}{
		"right":           {want: []string{`ok atlassian_statuspage: the key opens the page "Acme".`, "ok atlassian_statuspage.components: all 1 are on the page."}},
		"off":             {change: func(c *statuspage.Config) { c.Mode = "off" }},
		"no key yet":      {change: func(c *statuspage.Config) { c.Mode, c.APIKey = "shadow", "" }, want: []string{"warning atlassian_statuspage: has no api_key or no page_id, so it cannot be tried. → Put both there"}},
		"another key":     {change: func(c *statuspage.Config) { c.APIKey = "another" }, want: []string{"failure atlassian_statuspage.api_key: statuspage answers 401 Unauthorized: Could not authenticate → Make a key"}},
		"another page":    {change: func(c *statuspage.Config) { c.PageID = "0therp4ge000" }, want: []string{"failure atlassian_statuspage.page_id: statuspage answers 404 Not Found: Page not found → Copy the page's ID"}},
		"of another name": {change: components("db"), want: []string{"ok ", "failure atlassian_statuspage.components.db: the page has no component n0where00000, so its state is not shown there. → Write the ID of one of the page's: c0mp0n3nt001 (API) c0mp0n3nt002 (Web)."}},
		"of that name":    {change: components("Web"), want: []string{"ok ", "failure atlassian_statuspage.components.Web: the page has no component n0where00000, so its state is not shown there. → Write c0mp0n3nt002: the page's component of that name."}},
		"rate limit":      {fault: &sandbox.Fault{Status: 420}, want: []string{"warning atlassian_statuspage: statuspage answers 420 → It is asked too often"}},
		"broken":          {fault: &sandbox.Fault{Status: http.StatusBadGateway}, want: []string{"failure atlassian_statuspage: statuspage answers 502 Bad Gateway → The trouble is its own"}},
		"components only": {fault: &sandbox.Fault{Match: "components", Status: http.StatusTeapot}, want: []string{"ok ", "failure atlassian_statuspage.components: statuspage answers 418 I'm a teapot → See what it says"}},
		"unreachable":     {fault: &sandbox.Fault{Reset: true}, want: []string{"failure atlassian_statuspage: calling statuspage: connection reset by peer → See whether this machine reaches it"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := start(t)
			config := page
			if c.change != nil {
				c.change(&config)
			}
			if c.fault != nil {
				s.Add(*c.fault)
			}
			sender, err := statuspage.New(config, &http.Client{Transport: sandbox.Transport(s)})
			if err != nil {
				t.Fatal(err)
			}
			integrationtest.Findings(t, sender.Probe(t.Context()), c.want...)
			if list, updates := ledger(s); len(list) != 0 || updates != 0 {
				t.Errorf("the probe published %v", list)
			}
		})
	}
}

func components(name string) func(*statuspage.Config) {
	return func(c *statuspage.Config) { c.Components = map[string]string{name: "n0where00000"} }
}

// A page of more components than one answer holds is not blamed for what is not among them.
func TestProbeOfALargePage(t *testing.T) {
	t.Parallel()
	s, sender := start(t)
	s.Add(sandbox.Fault{Match: "components", Status: http.StatusOK, Body: "[" + strings.Repeat(`{"id":"x"},`, 999) + `{"id":"x"}]`})
	integrationtest.Findings(t, sender.Probe(t.Context()), "ok ", "ok ")
}

var _ integrations.Prober = (*statuspage.Page)(nil)
