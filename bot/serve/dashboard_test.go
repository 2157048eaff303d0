package serve_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// query is an expression that asks Prometheus, and where it stands.
type query struct{ at, expr string }

// dashboard reads what docs/deploy/grafana.json asks, and what its panels lack.
func dashboard(t *testing.T) (queries []query, lacks []string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/deploy/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			Type, Title, Description string
			FieldConfig              struct{ Defaults struct{ Unit string } }
			Targets                  []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	for _, p := range board.Panels {
		if p.Type == "row" {
			continue
		}
		if p.Title == "" || len(p.Description) < 20 || p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 {
			lacks = append(lacks, p.Type+" "+p.Title)
		}
		for _, target := range p.Targets {
			queries = append(queries, query{p.Title, target.Expr})
		}
	}
	return queries, lacks
}

// alerts reads the expressions of docs/deploy/alerts.yaml.
func alerts(t *testing.T) (queries []query) {
	t.Helper()
	text, err := os.ReadFile("../../docs/deploy/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	name := ""
	for line := range strings.Lines(string(text)) {
		if _, alert, ok := strings.Cut(line, "- alert: "); ok {
			name = strings.TrimSpace(alert)
		}
		if _, expr, ok := strings.Cut(line, " expr: "); ok {
			queries = append(queries, query{name, expr})
		}
	}
	return queries
}

var (
	asked    = regexp.MustCompile(`\b((?:drumbeat|process|go)_[a-z_]+)(?:\{([^}]*)\})?`)
	matcher  = regexp.MustCompile(`([a-z_]+)(=~|!=|!~|=)"([^"]*)"`)
	grouping = regexp.MustCompile(`by \(([a-z_, ]+)\)`)
	label    = regexp.MustCompile(`([a-z_]+)="`)
)

// scraped are the labels that Prometheus adds.
var scraped = []string{"job", "instance"}

// TestDashboardAndAlertsAskForWhatThereIs holds every metric and label that
// they name to the page of a bot that runs.
func TestDashboardAndAlertsAskForWhatThereIs(t *testing.T) {
	t.Parallel()
	h := build(t, nil)
	_, text := h.do(t, "GET", h.open[2], "/metrics", "")
	labels := map[string][]string{}
	for line := range strings.Lines(text) {
		if name := strings.FieldsFunc(line, func(r rune) bool { return r == '{' || r == ' ' })[0]; name != "#" {
			for _, l := range label.FindAllStringSubmatch(line, -1) {
				labels[name] = append(labels[name], l[1])
			}
			labels[name] = append(labels[name], scraped...)
		}
	}
	fromBoard, lacks := dashboard(t)
	for _, p := range lacks {
		t.Errorf("panel %s has no title, description, unit or query", p)
	}
	fromAlerts := alerts(t)
	if len(fromBoard) < 15 || len(fromAlerts) < 8 {
		t.Fatalf("only %d and %d queries were read", len(fromBoard), len(fromAlerts))
	}
	for _, q := range append(fromBoard, fromAlerts...) {
		var known []string
		for _, m := range asked.FindAllStringSubmatch(q.expr, -1) {
			if labels[m[1]] == nil {
				t.Errorf("%s: there is no metric %s", q.at, m[1])
			}
			known = append(known, labels[m[1]]...)
			for _, l := range matcher.FindAllStringSubmatch(m[2], -1) {
				if !slices.Contains(labels[m[1]], l[1]) {
					t.Errorf("%s: %s has no label %s", q.at, m[1], l[1])
				}
				valued(t, q, text, l)
			}
		}
		for _, by := range grouping.FindAllStringSubmatch(q.expr, -1) {
			for name := range strings.SplitSeq(by[1], ", ") {
				if !slices.Contains(known, name) {
					t.Errorf("%s: nothing in it has a label %s", q.at, name)
				}
			}
		}
	}
}

// valued: the values that a query looks for are ones that come.
func valued(t *testing.T, q query, page string, l []string) {
	t.Helper()
	if slices.Contains(scraped, l[1]) {
		return
	}
	for value := range strings.SplitSeq(l[3], "|") {
		if !strings.Contains(page, l[1]+`="`+value+`"`) {
			t.Errorf("%s: no %s is %q", q.at, l[1], value)
		}
	}
}
