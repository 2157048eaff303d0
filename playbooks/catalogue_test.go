package playbooks_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"drumbeat/playbooks"

	"github.com/google/go-cmp/cmp"
)

// Every text is said once with all its facts and once with none: nothing is
// left unfilled, no template breaks, and every button types a line that names
// its incident.
func TestCatalogueSaysEveryText(t *testing.T) {
	t.Parallel()
	words, err := playbooks.Words(time.UTC, zoneOf)
	if err != nil {
		t.Fatal(err)
	}
	full := map[string]any{"began": story("05:30"), "due": story("06:00"), "lines": []string{"first", "second"}, "timeline": []string{"05:40 Omar: CPU at 100 %"},
		"n": "42", "name": "42", "number": "INC-42", "like": "INC-41", "update": 3, "thread": true, "nobody": true, "held": true, "reviewer": true,
		"blocks": true, "far": "twitter", "at": story("05:50"), "seen": story("05:00"), "from": story("05:00"), "to": story("05:50"), "open": 2, "muted": []string{"DiskSlow until 14:00"}, "changes": []string{"CH-23"}, "use": "update public #42", "anyway": "update public! #42", "reason": "update public! #42"}
	for _, key := range []string{"severity", "title", "paged", "cmd", "new", "say", "text", "ends", "lengths", "needs", "phase", "stale", "words", "commander",
		"comms", "clean", "said", "suspects", "more", "company", "service", "change", "what", "lead", "room", "who", "why",
		"count", "since", "kept", "promised", "silence", "waited", "woken", "worst", "through", "hands", "takes", "rungs", "next", "reader", "problem", "override", "may"} {
		full[key] = "some " + key
	}
	for _, name := range words.Names() {
		for _, facts := range []map[string]any{full, {}} {
			m := words.Say(name, facts)
			text := m.Plain()
			for _, b := range m.Buttons {
				text += "\n" + b.Text + " " + b.Command
				if len(facts) > 0 && !command.MatchString(b.Command) && !ofNone[b.Command] {
					t.Errorf("%s: the button %s types %q", name, b.Text, b.Command)
				}
			}
			if strings.TrimSpace(text) == "" && name != "help" || strings.Contains(text, "<no value>") || strings.Contains(text, "("+name) {
				t.Errorf("%s: got %q", name, text)
			}
		}
	}
	if got, want := words.Say("nothing of the kind", nil).Plain(), "(nothing of the kind)"; got != want {
		t.Errorf("an unknown text: got %q, want %q", got, want)
	}
}

// ofNone are lines about no incident.
var ofNone = map[string]bool{"drill": true, "resume": true, "shadow twitter": true, "release all": true}

var named = regexp.MustCompile(`(?:say|Say|Words)\("([a-z ]+)", (?:facts|map)`)

// What the bot says stands in the catalogue, and what stands there is said.
func TestCatalogueHasWhatIsSaidAndNoMore(t *testing.T) {
	t.Parallel()
	words, err := playbooks.Words(time.UTC, zoneOf)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, dir := range []string{"../bot", "../incident"} {
		err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			code, err := fs.ReadFile(os.DirFS(dir), path)
			for _, m := range named.FindAllSubmatch(code, -1) {
				said[string(m[1])] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	has := map[string]bool{}
	for _, name := range words.Names() {
		has[name] = true
	}
	if diff := cmp.Diff(said, has); diff != "" {
		t.Errorf("-said +in the catalogue:\n%s", diff)
	}
}
