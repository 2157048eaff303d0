package manifest_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"drumbeat/integrations/slack/manifest"
)

var update = flag.Bool("update", false, "rewrite what the documentation tells of the manifest")

// scopes is the table of all of them.
func scopes() string {
	var b strings.Builder
	b.WriteString("| scope | profile | what for | without it |\n|---|---|---|---|\n")
	for _, s := range manifest.Scopes(manifest.Full) {
		b.WriteString("| `" + s.Name + "` | " + string(s.Profile) + " | " + s.Why + " | " + s.Without + " |\n")
	}
	return b.String()
}

func TestManifestIsTold(t *testing.T) {
	t.Parallel()
	text, err := manifest.New(manifest.App{Profile: manifest.Full, Command: "/incident"}).YAML()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("..", "..", "..", "docs", "slack.md")
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := string(page)
	for _, part := range []struct{ begin, end, text string }{
		{"<!-- The scopes: go test ./integrations/slack/manifest -run ManifestIsTold -update -->\n", "<!-- the scopes end -->\n", scopes()},
		{"<!-- The manifest: go test ./integrations/slack/manifest -run ManifestIsTold -update -->\n", "<!-- the manifest ends -->\n", "```yaml\n" + text + "```\n"},
	} {
		before, rest, found := strings.Cut(want, part.begin)
		_, after, ends := strings.Cut(rest, part.end)
		if !found || !ends {
			t.Fatalf("%s has no %s", file, part.begin)
		}
		want = before + part.begin + part.text + part.end + after
	}
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(page)); diff != "" {
		t.Errorf("%s tells of another manifest; rewrite it with -update (-want +got):\n%s", file, diff)
	}
}
