package page_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"drumbeat/incident"
	"drumbeat/integrations/page"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	t.Parallel()
	shadow := harbor()
	shadow.Mode = "shadow"
	for name, c := range map[string]struct {
		config    page.Config
		incidents []incident.PublicIncident
		now       time.Time
		all       bool // every file; else the first page and its summary
	}{
		"well":   {harbor(), nil, day(12, 0), true},
		"worst":  {harbor(), with(morning(), older()...), day(13, 40), true},
		"late":   {harbor(), with(morning()), day(13, 50), false},
		"after":  {harbor(), with(over(), older()...), day(16, 0), true},
		"shadow": {shadow, nil, day(12, 0), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site, err := page.Render(c.config, c.incidents, c.now)
			if err != nil {
				t.Fatal(err)
			}
			got := archive(t, site, c.all)
			file := filepath.Join("testdata", name+".txtar")
			if *update {
				if err := os.WriteFile(file, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("-want +got; -update accepts it:\n%s", diff)
			}
		})
	}
}

// archive writes the files of a site into one, JSON indented for the reader's
// sake. The version of the style sheet is left out: only its page would differ.
func archive(t *testing.T, site page.Site, all bool) []byte {
	t.Helper()
	var a txtar.Archive
	for _, key := range slices.Sorted(maps.Keys(site.Files)) {
		body := site.Files[key]
		switch {
		case key == "/style.css", !all && key != "/" && key != "/api/v2/summary.json":
			continue
		case strings.HasSuffix(key, ".json"):
			var b bytes.Buffer
			if err := json.Indent(&b, body, "", " "); err != nil {
				t.Fatalf("%s: %v", key, err)
			}
			body = b.Bytes()
		}
		before, rest, found := bytes.Cut(body, []byte("/style.css?v="))
		if found {
			_, after, _ := bytes.Cut(rest, []byte(`"`))
			body = slices.Concat(before, []byte(`/style.css?v=…"`), after)
		}
		a.Files = append(a.Files, txtar.File{Name: key, Data: body})
	}
	return txtar.Format(&a)
}
