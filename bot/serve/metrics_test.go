package serve_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

var rewrite = flag.Bool("update", false, "write the table of metrics into docs/operations.md")

// operations is where operators read of the metrics. The table stands between
// the marks.
const (
	operations = "../../docs/operations.md"
	tableBegin = "<!-- The table is made of the metrics: go test ./bot/serve -run MetricsAreTold -update -->\n"
	tableEnd   = "<!-- the table ends -->\n"
)

func TestMetricsAreTold(t *testing.T) {
	t.Parallel()
	h := build(t, nil)
	_, text := h.do(t, "GET", h.open[2], "/metrics", "")
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	rows := []string{"| metric | type | labels | what it says |", "|---|---|---|---|"}
	var names []string
	for name := range families {
		if strings.HasPrefix(name, "drumbeat_") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		f := families[name]
		var labels []string
		for _, l := range f.GetMetric()[0].GetLabel() {
			labels = append(labels, "`"+l.GetName()+"`")
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s | %s |", name, strings.ToLower(f.GetType().String()), strings.Join(labels, ", "), f.GetHelp()))
	}
	doc, err := os.ReadFile(operations)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(doc), tableBegin)
	told, after, ends := strings.Cut(rest, tableEnd)
	if !ok || !ends {
		t.Fatalf("%s has no table of metrics", operations)
	}
	want := "\n" + strings.Join(rows, "\n") + "\n\n"
	if *rewrite {
		if err := os.WriteFile(operations, bytes.Join([][]byte{[]byte(before), []byte(tableBegin), []byte(want), []byte(tableEnd), []byte(after)}, nil), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("%s tells other metrics than there are (-want +got):\n%s", operations, diff)
	}
}
