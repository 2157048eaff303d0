package playbooks_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"

	"github.com/google/go-cmp/cmp"
)

// FuzzParse reads any bytes as a playbook: soon, without a panic, and with a
// place for each mistake.
func FuzzParse(f *testing.F) {
	for n := range 8 {
		f.Add([]byte(anyPlaybook.Example(n)))
	}
	for _, text := range []string{laughs(9), strings.Replace(laughs(9), "x9: &x9 [", "words: !!seq [", 1), strings.Repeat("a: [", 2000), strings.Repeat("- ", 2000), "steps: &s [*s]\n", "? {a: b}\n: c\n", "severities: !!binary x\n",
		"extends: default\npage: {again: 99999999999h}\n", "name: \x00\n", "a: &a\nb: *a\nc: *nobody\n", "<<: {severities: [SEV1]}\n", "%YAML 1.2\n---\nname: a\n---\nname: b\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := playbooks.Load(fstest.MapFS{"acme.yaml": {Data: data}})
		for _, err := range flat(err) {
			var m playbooks.Mistake
			if err != nil && (!errors.As(err, &m) || m.File == "" || m.Line < 1 || m.Column < 1 || m.Text == "") {
				t.Errorf("a mistake without a place: %v", err)
			}
		}
		if len(set) < 10 {
			t.Errorf("of the built-in playbooks %d are there", len(set))
		}
	})
}

// laughs is a text whose aliases stand for 9^n words.
func laughs(n int) string {
	var b strings.Builder
	b.WriteString("extends: default\nx0: &x0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n")
	for i := range n {
		b.WriteString("x" + string(rune('1'+i)) + ": &x" + string(rune('1'+i)) + " [" + strings.TrimSuffix(strings.Repeat("*x"+string(rune('0'+i))+", ", 9), ", ") + "]\n")
	}
	return b.String()
}

// FuzzReact gives any record to playbooks that load: nothing panics, the
// deliveries are few, and the same the second time.
func FuzzReact(f *testing.F) {
	lived := sync.OnceValues(func() ([]stream.Record, incident.State) {
		w := newWorld(f, loadBook(f, "default"), story("05:30"))
		var records []stream.Record
		w.Wrote = func(r stream.Record) { records = append(records, r) }
		w.must("omar", incident.Declare{Title: "people cannot save", Severity: "sev1"})
		for _, c := range []incident.Command{incident.Ack{By: harbor.Person("maya")}, incident.Assign{Role: incident.RoleCommander, Person: harbor.Person("omar")}, incident.Confirm{},
			incident.Propose{Audience: incident.Public, Text: "We look into it."}, incident.SetPhase{To: incident.Identified}, incident.AddTask{Text: "roll back"}} {
			w.run(w.Now.Add(time.Minute))
			w.must("omar", c)
		}
		w.run(w.Now.Add(time.Hour))
		return records, w.State("42")
	})
	records, _ := lived()
	for i, r := range records {
		f.Add(i, r.Kind, []byte(r.Data))
	}
	f.Fuzz(func(t *testing.T, n int, kind string, data []byte) {
		d := bookAt(max(n, -n, 0) % *randomBooks)
		if d.err != nil {
			return
		}
		_, s := lived()
		r := stream.Record{Stream: s.ID, Seq: s.Seq, Kind: kind, Data: data, Meta: stream.Meta{At: s.At}}
		first, _ := d.book.React(s, r)
		if second, _ := d.book.React(s, r); cmp.Diff(first, second) != "" {
			t.Errorf("%s asks otherwise the second time", kind)
		}
		if len(first) > 500 {
			t.Errorf("%s asks for %d deliveries", kind, len(first))
		}
	})
}
