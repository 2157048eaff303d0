package simulation

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

// book is the log as it was committed, folded here once more.
type book struct {
	w         *world
	records   int
	incidents map[stream.ID]*folded
	order     []stream.ID // of the incidents
	switches  control.State
	days      map[string]bool // of an incident, on which it was open
	settled   map[string]stream.Settled
	secrets   map[string]stream.ID // what only a private incident's people may read
}

// folded is an incident.
type folded struct {
	incident.State
	approved map[int]yes
	members  map[string]bool // handles of those who ever were part of it
}

// yes is an approval.
type yes struct {
	incident.Approved
	by    stream.Actor
	at    time.Time
	alone bool // the commander's own words had waited long enough
}

func newBook(w *world) book {
	return book{w: w, incidents: map[stream.ID]*folded{}, days: map[string]bool{}, settled: map[string]stream.Settled{}, secrets: map[string]stream.ID{}}
}

// secret is what words carry that only a private incident's people may read.
var secret = regexp.MustCompile(`hush\d+\.`)

// wrote folds a batch.
func (b *book) wrote(batch store.Batch) {
	for _, r := range batch.Records {
		b.records++
		b.w.digest.Write([]byte(r.Kind + r.Stream.String() + r.At.String() + string(r.Data)))
		b.w.note("%s/%d %s by %s", r.Stream, r.Seq, r.Kind, r.By.ID)
		switch r.Stream.Kind {
		case incident.Kind:
			b.incident(r)
		case control.Kind:
			if s, err := (control.Rules{}).Apply(b.switches, r); err == nil {
				b.switches = s
			}
		}
	}
}

func (b *book) incident(r stream.Record) {
	event, err := incident.DecodeEvent(r)
	if err != nil || event == nil {
		b.w.breach(Complained, r.Stream.String(), "record %d (%s) cannot be read: %v", r.Seq, r.Kind, err)
		return
	}
	f := b.incidents[r.Stream]
	if f == nil {
		f = &folded{approved: map[int]yes{}, members: map[string]bool{}}
		b.incidents[r.Stream] = f
		b.order = append(b.order, r.Stream)
	}
	before := f.State
	if f.State, err = (incident.Rules{}).Apply(f.State, r); err != nil {
		b.w.breach(Complained, r.Stream.String(), "record %d (%s) does not fold: %v", r.Seq, r.Kind, err)
	}
	if !r.By.Machine() {
		f.members[r.By.ID] = true
	}
	b.day(f, before, r.At)
	switch e := event.(type) {
	case incident.Declared:
		if m := secret.FindString(e.Title); m != "" {
			b.secrets[m] = r.Stream
		}
		b.w.habits.begins(f)
	case incident.Approved:
		f.approve(e, before, r)
	case incident.Paged:
		for _, rung := range e.Rungs { // whoever may be called next may look
			f.join(rung.People...)
		}
		f.join(e.People...)
	case incident.Assigned:
		f.join(e.Person)
	case incident.Settled:
		b.settled[e.Delivery+" "+r.Kind] = e.Settled
	}
}

func (f *folded) join(people ...stream.Person) {
	for _, p := range people {
		f.members[p.Handle] = true
	}
}

func (f *folded) approve(e incident.Approved, before incident.State, r stream.Record) {
	u := before.Update(e.N)
	wait := time.Duration(before.Policy.Approval.AloneAfter)
	f.approved[e.N] = yes{e, r.By, r.At, e.Alone && u != nil && r.By.ID == before.Commander().Handle && !r.At.Before(u.ProposedAt.Add(wait))}
}

// day counts the days on which an incident was open.
func (b *book) day(f *folded, before incident.State, at time.Time) {
	if f.Phase.Ended() && (before.Seq == 0 || before.Phase.Ended()) {
		return
	}
	from := at
	if before.Seq > 0 && !before.Phase.Ended() { // it was open since its last record
		from = before.At
	}
	for day := from.Truncate(24 * time.Hour); !day.After(at); day = day.Add(24 * time.Hour) {
		b.days[fmt.Sprint(f.ID.Name, " ", day.Unix())] = true
	}
}

// may reports whether a person may read of a private incident.
func (b *book) may(handle string, id stream.ID) bool {
	f := b.incidents[id]
	return handle == operator || f != nil && (f.members[handle] || f.DeclaredBy.Handle == handle)
}

// streamOf reads a stream's or a delivery's ID.
func streamOf(id string) (stream.ID, bool) {
	p := strings.SplitN(id, "/", 4)
	if len(p) < 3 {
		return stream.ID{}, false
	}
	return stream.ID{Workspace: p[0], Kind: p[1], Name: p[2]}, true
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
