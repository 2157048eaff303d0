package playbooks_test

import (
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
)

// BenchmarkReact is the default playbook on an incident of 200 records, on the
// costliest kinds.
func BenchmarkReact(b *testing.B) {
	book := loadBook(b, "default")
	w := newWorld(b, book, story("05:30"))
	w.must("omar", incident.Declare{Title: "people cannot save", Severity: "sev1"})
	w.must("omar", incident.Ack{By: harbor.Person("omar")})
	for i := 0; w.State("42").Seq < 200; i++ {
		w.run(w.Now.Add(time.Minute))
		w.must("omar", incident.Propose{Audience: incident.Public, Text: "We are still working on this."})
		w.must("priya", incident.Approve{})
	}
	s := w.State("42")
	for _, kind := range []string{"published", "phase", "paged", stream.Delivered, "note"} {
		b.Run(kind, func(b *testing.B) {
			r := w.Last()[kind]
			if r.Kind == "" {
				r = stream.Record{Stream: s.ID, Seq: s.Seq, Kind: kind, Meta: stream.Meta{At: w.Now, By: stream.Actor{ID: "omar", Name: "Omar"}}, Data: []byte(`{"from":"investigating","to":"identified"}`)}
			}
			b.ReportAllocs()
			for b.Loop() {
				book.React(s, r)
			}
		})
	}
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
