package bot_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"drumbeat/incident/stream"
)

// reading is a lab whose answers to Load take a second after they were read.
type reading struct {
	*lab
	loads atomic.Int64
}

func (r *reading) Load(ctx context.Context, id stream.ID, after int) ([]stream.Record, error) {
	r.loads.Add(1)
	records, err := r.lab.Load(ctx, id, after)
	<-time.After(time.Second)
	return records, err
}

func TestAReadingServesAllWhoWaitForIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &reading{lab: newLab(t)}
		if _, err := newBot(m.lab).Do(t.Context(), command(one, "a", add{N: 7})); err != nil {
			t.Fatal(err)
		}
		b := newBot(m)
		crowd(64, func(int) {
			s, seq, err := b.State(t.Context(), one)
			if err != nil || seq != 1 || s.(counter).Total != 7 {
				t.Errorf("got %v at %d, %v; want a total of 7 at 1", s, seq, err)
			}
		})
		if got := m.loads.Load(); got > 2 {
			t.Errorf("got %d readings for 64 who asked at once, want at most 2", got)
		}
	})
}

func TestAReadingIsNeverOlderThanTheQuestion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &reading{lab: newLab(t)}
		b, other := newBot(m), newBot(m.lab)
		early := make(chan int)
		go func() {
			_, seq, err := b.State(t.Context(), one)
			if err != nil {
				t.Error(err)
			}
			early <- seq
		}()
		synctest.Wait() // it has read, and is not told yet
		if _, err := other.Do(t.Context(), command(one, "a", add{N: 7})); err != nil {
			t.Fatal(err)
		}
		_, late, err := b.State(t.Context(), one)
		if got := <-early; got != 0 || late != 1 || err != nil {
			t.Errorf("got %d before the other replica's commit and %d after it, %v; want 0 and 1", got, late, err)
		}
	})
}

func TestWhoLeavesDoesNotWaitForAReading(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBot(&reading{lab: newLab(t)})
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		start := time.Now()
		_, _, err := b.State(ctx, one)
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != time.Millisecond {
			t.Errorf("got %v after %s, want a deadline after 1ms", err, took)
		}
		<-time.After(time.Second) // the reading ends by itself
	})
}
