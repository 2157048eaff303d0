package playbooks_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/playbooks/simulate"
)

// goal is how long a reaction may take.
const goal = 50 * time.Microsecond

// BenchmarkReact is the default playbook on an incident of 200 records: as a
// whole, each record on the state of its time, and the last one of each kind on
// the state that all of them made.
func BenchmarkReact(b *testing.B) {
	book := loadBook(b, "default")
	records := history(b, book)
	states := make([]incident.State, len(records))
	last := map[string]stream.Record{}
	var s incident.State
	for i, r := range records {
		var err error
		if s, err = (incident.Rules{}).Apply(s, r); err != nil {
			b.Fatal(err)
		}
		states[i], last[r.Kind] = s, r
	}
	react := func(name string, of func(n int) (incident.State, stream.Record)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				book.React(of(n))
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(goal), "x_goal")
		})
	}
	react("all", func(n int) (incident.State, stream.Record) { return states[n%len(records)], records[n%len(records)] })
	for _, kind := range slices.Sorted(maps.Keys(last)) {
		react(kind, func(int) (incident.State, stream.Record) { return s, last[kind] })
	}
}

// history is a SEV1 with all that may happen in one, and then words after words.
func history(b *testing.B, book simulate.Book) (records []stream.Record) {
	b.Helper()
	w := newWorld(b, book, story("05:30"))
	w.Wrote = func(r stream.Record) { records = append(records, r) }
	w.must("omar", incident.Declare{Title: "people cannot save", Severity: "sev2", Sign: incident.Sign{Source: "alert:Errors", Text: "API errors 14 %"}})
	for _, c := range []incident.Command{incident.Ack{By: harbor.Person("omar")}, incident.Assign{Role: incident.RoleCommander, Person: harbor.Person("priya")},
		incident.Assign{Role: incident.RoleComms, Person: harbor.Person("maya")}, incident.SetSeverity{Severity: "sev1", Why: "everybody"}, incident.Confirm{},
		incident.Add{Sign: incident.Sign{Source: "customers", Text: "cannot save"}}, incident.SetPhase{To: incident.Identified, Note: "rolling back"},
		incident.AddTask{Text: "roll back"}, incident.FinishTask{N: 1}, incident.AddNote{Text: "CPU at 100 %"}, incident.Hold{Why: "legal reads"}, incident.Release{}} {
		w.run(w.Now.Add(time.Minute))
		w.must("omar", c)
	}
	for len(records) < 200 {
		w.run(w.Now.Add(10 * time.Minute))
		w.must("omar", incident.Propose{Audience: incident.Public, Text: "We are still working on this."})
		w.must("priya", incident.Approve{})
	}
	return records[:200]
}

func BenchmarkCompile(b *testing.B) {
	book := loadBook(b, "default")
	for b.Loop() {
		if _, err := playbooks.Compile(book.Pin, time.UTC); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := playbooks.Builtin(); err != nil {
			b.Fatal(err)
		}
	}
}
