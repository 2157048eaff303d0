package bot

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// Kind is one kind of stream as the writer sees it, with the types of its state
// and commands erased. KindOf makes it.
type Kind struct {
	name      string
	zero      any
	decide    func(state, value any, m stream.Meta) ([]stream.Record, error)
	apply     func(state any, r stream.Record) (any, error)
	react     func(state any, r stream.Record) []stream.Delivery
	summarize func(state any) stream.Summary
	decode    func(name string, data []byte) (any, error)
	settled   func(stream.Settled) any
}

// KindOf describes a kind of stream: the middle part of its IDs, its rules, how
// a command that travels as a delivery is read back (its name and JSON), and
// the command that carries what became of a delivery.
//
// The states that Apply returns are handed out, cached and read by many
// goroutines at once, so they are snapshots: Apply copies the maps and slices
// that it changes, and never writes to what an earlier state can still see.
func KindOf[S, C any](name string, rules stream.Rules[S, C],
	decode func(name string, data []byte) (C, error), settled func(stream.Settled) C) Kind {
	var zero S
	return Kind{
		name: name,
		zero: zero,
		decide: func(state, value any, m stream.Meta) ([]stream.Record, error) {
			c, ok := value.(C)
			if !ok {
				return nil, fmt.Errorf("%T is no command of a %s", value, name)
			}
			return rules.Decide(as[S](state), c, m)
		},
		apply:     func(state any, r stream.Record) (any, error) { return rules.Apply(as[S](state), r) },
		react:     func(state any, r stream.Record) []stream.Delivery { return rules.React(as[S](state), r) },
		summarize: func(state any) stream.Summary { return rules.Summarize(as[S](state)) },
		decode:    func(command string, data []byte) (any, error) { return decode(command, data) },
		settled:   func(s stream.Settled) any { return settled(s) },
	}
}

// as also takes the nil that the zero value of an interface type is.
func as[S any](state any) S {
	s, _ := state.(S)
	return s
}

// snapshot is a stream at one of its records. It is never changed.
type snapshot struct {
	loaded bool
	state  any
	seq    int
	at     time.Time // of the last record
}

// fold applies records that follow the snapshot.
func (k Kind) fold(s snapshot, records []stream.Record) (snapshot, error) {
	if !s.loaded {
		s = snapshot{loaded: true, state: k.zero}
	}
	for _, r := range records {
		err := guard(func() (err error) {
			s.state, err = k.apply(s.state, r)
			return err
		})
		if err != nil {
			return snapshot{}, fmt.Errorf("applying record %d (%s) of %s: %w", r.Seq, r.Kind, r.Stream, err)
		}
		s.seq, s.at = r.Seq, r.At
	}
	return s, nil
}

// step is what one command makes of a snapshot.
type step struct {
	after      snapshot
	records    []stream.Record
	deliveries []stream.Delivery
	repaired   []string // what was wrong with the deliveries
}

// step decides one command and plays its records through. A panic of the rules
// is an error, and the command did nothing.
func (k Kind) step(s snapshot, id stream.ID, c Command) (step, error) {
	m := c.Meta
	m.At = m.At.Round(0).UTC() // as it will be read back
	if m.At.Before(s.at) {
		m.At = s.at
	}
	st := step{after: s}
	err := guard(func() (err error) {
		st.records, err = k.decide(s.state, c.Value, m)
		return err
	})
	if err != nil {
		return step{after: s}, err
	}
	for i := range st.records {
		r := &st.records[i]
		r.Stream, r.Seq, r.Meta = id, st.after.seq+1, m
		if st.after, err = k.fold(st.after, st.records[i:i+1]); err != nil {
			return step{after: s}, err
		}
		var asked []stream.Delivery
		if err = guard(func() error { asked = k.react(st.after.state, *r); return nil }); err != nil {
			return step{after: s}, fmt.Errorf("reacting to record %d (%s) of %s: %w", r.Seq, r.Kind, id, err)
		}
		st.ask(*r, asked)
	}
	return st, nil
}

// ask adds a record's deliveries. One of a form that the store would not take
// is repaired: for its sake neither the records nor the others may be lost, and
// it should not be lost itself.
func (st *step) ask(r stream.Record, asked []stream.Delivery) {
	taken := make(map[string]bool, len(asked))
	for i, d := range asked {
		d.Stream = r.Stream
		if from, seq, _, err := stream.Origin(d.ID); err != nil || from != r.Stream || seq != r.Seq || taken[d.ID] {
			st.repaired = append(st.repaired, fmt.Sprintf("delivery id %q is not of %s/%d, or not the only one", d.ID, r.Stream, r.Seq))
			d.ID = stream.DeliveryID(r, fmt.Sprintf("unnamed-%d", i))
		}
		taken[d.ID] = true
		if d.Lane != "" && !d.NotBefore.IsZero() {
			st.repaired = append(st.repaired, fmt.Sprintf("delivery %s has both a lane and a time", d.ID))
			d.Lane = ""
		}
		st.deliveries = append(st.deliveries, d)
	}
}

// guard makes an error of a panic, with the place where it began.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic at %s: %v", origin(), p)
		}
	}()
	return f()
}

// origin is the line of the panic that is being recovered.
func origin() string {
	pc := make([]uintptr, 32)
	frames := runtime.CallersFrames(pc[:runtime.Callers(3, pc)]) // from the runtime's panic on
	for {
		f, more := frames.Next()
		if !more || !strings.HasPrefix(f.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
	}
}
