package playbooks_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"drumbeat/incident/stream"
	"drumbeat/playbooks"

	"github.com/google/go-cmp/cmp"
)

// What is rendered without the template engine is what the engine renders, for
// every template of every playbook on every sample; and few are left to it.
func TestRenderedAsTheEngineDoes(t *testing.T) {
	t.Parallel()
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for name, src := range set {
		if name == "base" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compare(t, src)
		})
	}
}

// compare plays a playbook with and without the engine.
func compare(t *testing.T, src playbooks.Source) {
	t.Helper()
	pin, _, err := src.Pin(settings)
	if err != nil {
		t.Fatal(err)
	}
	quick, err := playbooks.Compile(pin, losAngeles)
	if err != nil {
		t.Fatal(err)
	}
	slow, err := playbooks.ByEngine(pin, losAngeles)
	if err != nil {
		t.Fatal(err)
	}
	out, all := quick.Rehearsal(src)
	got, faults := sorted(t, out, all)
	out, all = slow.Rehearsal(src)
	want, wanted := sorted(t, out, all)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("without the engine it says otherwise, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(wanted, faults); diff != "" {
		t.Errorf("without the engine it fails otherwise, -want +got:\n%s", diff)
	}
	if fast, every := quick.Rendered(); fast < every*9/10 {
		t.Errorf("%d of %d templates need no engine, want nine of ten", fast, every)
	}
}

// sorted puts what came of each event into one order.
func sorted(t *testing.T, out [][]stream.Delivery, faults []string) (map[string]int, []string) {
	t.Helper()
	seen := map[string]int{}
	for _, all := range out {
		for _, d := range all {
			text, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			seen[string(text)]++
		}
	}
	slices.Sort(faults)
	return seen, slices.Compact(faults)
}

// FuzzTemplate puts any template into a playbook: it loads or its mistake has a
// place, it never says that it knows no value, and the engine agrees.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{"{{.title}}", "{{if and .done .channel}}x{{else}}{{.phase}}{{end}}", "{{range $i, $s := .suspects}}{{$i}} {{.ID}} {{$s.What}}{{end}}",
		"{{with .commander}}{{.Name}}{{end}}", "{{.next.IsZero}}{{clock .next}}", "{{print .said.Phase}} {{eq .severity \"SEV1\"}}", "{{index .signs 9}}", "{{.nobody}}",
		"{{len .signs}}{{.commander}}{{.weight}}{{.settings.Company}}", "{{$x := .title}}{{$x}}", "{{or .into .title}}{{not .private}}{{.event}}", "{{range .signs}}{{$.title}}{{.}}{{else}}none{{end}}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		set, err := playbooks.Load(fstest.MapFS{"acme.yaml": {Data: playbook(text)}})
		if err != nil || set["acme"].Name == "" {
			return
		}
		pin, _, err := set["acme"].Pin(settings)
		if err != nil {
			t.Fatal(err)
		}
		quick, err := playbooks.Compile(pin, losAngeles)
		if err != nil {
			t.Fatal(err)
		}
		slow, err := playbooks.ByEngine(pin, losAngeles)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := quick.Rehearsal(set["acme"])
		want, _ := slow.Rehearsal(set["acme"])
		if a, b := said(got), said(want); strings.Contains(strings.Join(a, "\n"), "<no value>") && !strings.Contains(text, "<no value>") {
			t.Errorf("%q: it says %q", text, a)
		} else if !slices.Equal(a, b) {
			t.Errorf("%q: without the engine %q, with it %q", text, a, b)
		}
	})
}

// playbook has one step alone, beside base, whose words are the template.
func playbook(text string) []byte {
	return []byte("severities: [SEV1]\nroom: {place: channel}\nsteps:\n  - name: mine\n    on: [phase]\n    to: slack\n    do: post\n    args: {channel: C1}\n    words: mine\nwords:\n  mine: {lines: [" + strconv.Quote("x"+text) + "]}\n")
}

// said are the words of that step.
func said(out [][]stream.Delivery) (lines []string) {
	for _, all := range out {
		for _, d := range all {
			if strings.HasSuffix(d.ID, "/mine") {
				lines = append(lines, d.Words.Plain())
			}
		}
	}
	slices.Sort(lines)
	return lines
}
