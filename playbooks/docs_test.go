package playbooks_test

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/playbooks"
	"drumbeat/playbooks/facts"
	"drumbeat/playbooks/render"

	"github.com/google/go-cmp/cmp"
)

// language is where people read of templates. The tables stand between marks.
const (
	language      = "../docs/playbooks.md"
	languageBegin = "<!-- The %s: go test ./playbooks -run LanguageIsTold -update -->\n"
	languageEnd   = "<!-- the %s end -->\n"
)

// TestLanguageIsTold makes the tables of docs/playbooks.md of the functions and
// facts that there are.
func TestLanguageIsTold(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(language)
	if err != nil {
		t.Fatal(err)
	}
	told := string(page)
	for what, table := range map[string]string{"functions": functions(), "facts": known(t)} {
		begin, end := fmt.Sprintf(languageBegin, what), fmt.Sprintf(languageEnd, what)
		before, rest, begins := strings.Cut(told, begin)
		_, after, ends := strings.Cut(rest, end)
		if !begins || !ends {
			t.Fatalf("%s has no table of %s", language, what)
		}
		told = before + begin + table + end + after
	}
	if *rewrite {
		if err := os.WriteFile(language, []byte(told), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(told, string(page)); diff != "" {
		t.Errorf("%s tells of another language; rewrite it with -update (-want +got):\n%s", language, diff)
	}
}

func functions() string {
	var b strings.Builder
	b.WriteString("\n| write | what it gives | such as | gives |\n|---|---|---|---|\n")
	for _, f := range render.Functions {
		fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s |\n", f.Use, f.About, f.Example, f.Gives)
	}
	return b.String() + "\n"
}

// known are the facts, each with its type; all of them.
func known(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	var told []string
	for _, g := range facts.Groups {
		b.WriteString("\n| " + g.About + " | is | what |\n|---|---|---|\n")
		for _, f := range g.Facts {
			told = append(told, f.Name)
			if of := facts.Known[f.Name]; of != nil {
				fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Name, kind(reflect.TypeOf(of(&facts.Facts{Event: incident.Declared{}}))), f.About)
			}
		}
	}
	slices.Sort(told)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(facts.Known)), told); diff != "" {
		t.Errorf("facts.Groups tells of other facts than facts.Known has (-known +told):\n%s", diff)
	}
	return b.String() + "\n"
}

// kind names a type as people do.
func kind(typ reflect.Type) string {
	switch typ {
	case reflect.TypeFor[time.Time]():
		return "a time"
	case reflect.TypeFor[time.Duration]():
		return "a duration"
	case reflect.TypeFor[incident.Person]():
		return "a person"
	}
	switch typ.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "yes or no"
	case reflect.Int:
		return "a number"
	case reflect.Slice:
		return "a list"
	case reflect.Map:
		return "a map"
	}
	return "fields"
}

// Every function gives what the table says, quickly and by the engine; times in
// the reader's zone, with its name.
func TestFunctionsGiveWhatIsTold(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	local := map[string]string{"clock": "06:38 CET", "day": "Wed 4 Mar 06:38 CET"}
	for _, f := range render.Functions {
		there, has := local[f.Name]
		if !has {
			there = f.Gives
		}
		for zone, want := range map[*time.Location]string{nil: f.Gives, berlin: there} {
			quick, slow, err := playbooks.Fill(f.Example, zone)
			if diff := cmp.Diff([]string{want, want}, []string{quick, slow}); diff != "" || err != nil {
				t.Errorf("%s, in %v: %v (-want +got, quickly and by the engine):\n%s", f.Name, zone, err, diff)
			}
		}
		if !strings.HasPrefix(f.Use+" ", f.Name+" ") || !strings.Contains(f.Example, f.Name) {
			t.Errorf("%s: it is used as %q and shown by %q", f.Name, f.Use, f.Example)
		}
	}
}

// A zone without a name is told by how far it is from UTC; a time that is not
// there is a dash.
func TestClockInOddZones(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Asia/Kolkata": "11:08 IST", "Asia/Kathmandu": "11:23 UTC+05:45", "Asia/Dubai": "09:38 UTC+04", "America/St_Johns": "02:08 NST", "UTC": "05:38 UTC"} {
		quick, _, err := playbooks.Fill("{{clock .began}}", zoneOf(name))
		if err != nil || quick != want {
			t.Errorf("%s: got %q %v, want %q", name, quick, err, want)
		}
	}
	if quick, _, err := playbooks.Fill("{{clock .review_due}}", zoneOf("Asia/Dubai")); err != nil || quick != "–" {
		t.Errorf("no time: got %q %v, want a dash", quick, err)
	}
}

// FuzzFill fills in any template, for the team and for one reader: quickly as the
// engine does, and never with a value that is not there.
func FuzzFill(f *testing.F) {
	for _, fn := range render.Functions {
		f.Add(fn.Example)
	}
	for _, text := range []string{"{{.it}}", "{{.roles.legal}}", "{{with .commander}}{{.Name}}{{end}}", "{{range .suspects}}{{.What}} {{$.number}}{{else}}none{{end}}", "{{.asking.Override}}", "{{$x := clock .began}}{{$x}}",
		"{{if and .done .public}}{{day .next}}{{end}}", "{{clock .began | printf \"%s, %s\" .title}}"} {
		f.Add(text)
	}
	berlin := zoneOf("Europe/Berlin")
	f.Fuzz(func(t *testing.T, text string) {
		if long.MatchString(text) {
			return // it only takes long
		}
		for _, zone := range []*time.Location{nil, berlin} {
			quick, slow, err := playbooks.Fill(text, zone)
			if err == nil && (quick != slow || strings.Contains(quick, "<no value>") && !strings.Contains(text, "no value")) {
				t.Errorf("%q in %v: quickly %q, by the engine %q", text, zone, quick, slow)
			}
		}
	})
}

var long = regexp.MustCompile(`[0-9]{4}|template|define|block`)
