package simulation

import (
	"slices"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// What a delivery came to.
const (
	waiting  = iota
	flying   // handed out
	doubtful // perhaps it arrived
	done
	dead
	replaced
)

// errand is a delivery on its way, as the outbox has it.
type errand struct {
	stream.Delivery
	state    int
	token    string
	until    time.Time // of the lease
	obsolete bool      // its slot was written since it was handed out
	doubts   int       // how often nobody knew whether it had arrived
	n        int       // counts deliveries
}

// outbox says what must have become of every delivery, from what passes the
// store's contract.
type outbox struct {
	w    *world
	all  map[string]*errand
	slot map[slot][]*errand // those that are neither done nor replaced
	live map[string]*errand // as are these
}

type slot struct {
	id   stream.ID
	name string
}

func newOutbox(w *world) outbox {
	return outbox{w: w, all: map[string]*errand{}, slot: map[slot][]*errand{}, live: map[string]*errand{}}
}

// wrote takes a batch that is durable.
func (o *outbox) wrote(b store.Batch) {
	for _, x := range b.Settle {
		o.settled(x)
	}
	for _, d := range b.Deliveries {
		if d.Slot != "" {
			o.overwrite(slot{d.Stream, d.Slot})
		}
		if d.To == "" {
			continue
		}
		e := &errand{Delivery: d, n: len(o.all)}
		if o.all[d.ID] != nil {
			o.w.breach(Doubled, d.ID, "%s is asked for twice", d.ID)
		}
		o.all[d.ID], o.live[d.ID] = e, e
		if d.Slot != "" {
			k := slot{d.Stream, d.Slot}
			o.slot[k] = append(o.slot[k], e)
		}
		if !d.NotBefore.IsZero() {
			o.w.at(d.NotBefore, nil)
		}
		if !d.NotAfter.IsZero() { // given up just behind it
			o.w.at(d.NotAfter.Add(time.Nanosecond), nil)
		}
	}
}

// overwrite lets a newer delivery take a slot.
func (o *outbox) overwrite(k slot) {
	for _, e := range slices.Clone(o.slot[k]) {
		if e.state == waiting {
			o.end(e, replaced)
			continue
		}
		e.obsolete = true
	}
}

func (o *outbox) end(e *errand, state int) {
	e.state = state
	delete(o.live, e.ID)
	if k := (slot{e.Stream, e.Slot}); e.Slot != "" {
		o.slot[k] = slices.DeleteFunc(o.slot[k], func(x *errand) bool { return x == e })
	}
}

// claimed takes a lease that was handed out.
func (o *outbox) claimed(l store.Lease) {
	e := o.all[l.Delivery.ID]
	switch {
	case e == nil:
		o.w.breach(Unapproved, l.Delivery.ID, "%s is handed out, and nobody asked for it", l.Delivery.ID)
		return
	case e.state >= done:
		o.w.breach(Doubled, e.ID, "%s is handed out after its end", e.ID)
		return
	case e.state == flying && o.w.now().Before(e.until):
		o.w.breach(Doubled, e.ID, "%s is handed out twice at once", e.ID)
		return
	case e.state != waiting && !l.Doubt:
		o.w.breach(Doubled, e.ID, "%s is handed out without its doubt", e.ID)
		return
	}
	if e.state == flying {
		e.doubts++
	}
	e.state, e.token, e.until = flying, l.Token, l.Until
}

// orphaned: the process died, and what it held is due when its lease ends.
func (o *outbox) orphaned() {
	for _, e := range o.live {
		if e.state == flying {
			o.w.at(e.until, nil)
		}
	}
}

// settled takes the end of an attempt.
func (o *outbox) settled(x store.Outcome) {
	e := o.live[x.Delivery]
	if e == nil || x.Result != store.Done && x.Token != e.token {
		return
	}
	switch x.Result {
	case store.Done:
		o.end(e, done)
	case store.Dead:
		o.end(e, dead)
	case store.Retry:
		if e.obsolete {
			o.end(e, replaced)
			return
		}
		e.state = waiting
		o.w.at(x.At, nil)
	case store.Unknown:
		e.state, e.doubts = doubtful, e.doubts+1
		o.w.at(x.At, nil)
	}
}
