package replay

import (
	"container/heap"
	"context"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/store"
)

// agenda are the moments at which something may be due, the earliest first.
type agenda struct {
	times []time.Time
	known map[int64]bool
}

func (a *agenda) add(t time.Time) {
	if t.IsZero() || a.known[t.UnixNano()] {
		return
	}
	if a.known == nil {
		a.known = map[int64]bool{}
	}
	a.known[t.UnixNano()] = true
	heap.Push(a, t)
}

// next takes the earliest moment off.
func (a *agenda) next() (time.Time, bool) {
	if len(a.times) == 0 {
		return time.Time{}, false
	}
	t := heap.Pop(a).(time.Time)
	delete(a.known, t.UnixNano())
	return t, true
}

// heap.Interface.
func (a *agenda) Len() int           { return len(a.times) }
func (a *agenda) Less(i, j int) bool { return a.times[i].Before(a.times[j]) }
func (a *agenda) Swap(i, j int)      { a.times[i], a.times[j] = a.times[j], a.times[i] }
func (a *agenda) Push(x any)         { a.times = append(a.times, x.(time.Time)) }
func (a *agenda) Pop() any {
	last := a.times[len(a.times)-1]
	a.times = a.times[:len(a.times)-1]
	return last
}

// tapped is the store, with an ear for what is written.
type tapped struct {
	store.Store
	recorded func(stream.Record)
	due      *agenda
}

// Commit writes a batch and remembers what it asks for later.
func (t *tapped) Commit(ctx context.Context, b store.Batch) error {
	if err := t.Store.Commit(ctx, b); err != nil {
		return err
	}
	for _, d := range b.Deliveries {
		t.due.add(d.NotBefore)
		if !d.NotAfter.IsZero() { // given up just behind it
			t.due.add(d.NotAfter.Add(time.Nanosecond))
		}
	}
	for _, o := range b.Settle {
		t.due.add(o.At)
	}
	for _, r := range b.Records {
		t.recorded(r)
	}
	return nil
}

// Settle records how an attempt ended, and when the next one is due.
func (t *tapped) Settle(ctx context.Context, o store.Outcome) error {
	t.due.add(o.At)
	return t.Store.Settle(ctx, o)
}

// ear hears what a far end took or refused.
type ear struct {
	integrations.Sender
	sent func(stream.Delivery, error)
}

// Send delivers.
func (e ear) Send(ctx context.Context, d stream.Delivery) (integrations.Receipt, error) {
	r, err := e.Sender.Send(ctx, d)
	e.sent(d, err)
	return r, err
}

// finding is an ear at a far end that can be asked whether something arrived.
type finding struct {
	ear
	integrations.Finder
}

// Find asks, and hears of what had arrived unnoticed.
func (f finding) Find(ctx context.Context, d stream.Delivery) (integrations.Receipt, bool, error) {
	r, found, err := f.Finder.Find(ctx, d)
	if found {
		f.sent(d, nil)
	}
	return r, found, err
}

func listen(s integrations.Sender, sent func(stream.Delivery, error)) integrations.Sender {
	e := ear{s, sent}
	if f, ok := s.(integrations.Finder); ok {
		return finding{e, f}
	}
	return e
}
