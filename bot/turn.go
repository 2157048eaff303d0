package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

const (
	maxGroup     = 1000             // records of one commit
	turnTime     = 30 * time.Second // for a group, all tries included
	maxUnknown   = 5                // commits of unknown outcome in a row
	maxConflicts = 100              // somebody else was faster
)

// turn takes one group of a stream's commands through one commit.
//
// The store may say that it does not know whether a commit was applied. Then
// the stream itself tells: a batch that was applied stands in it right behind
// the Seq that it was built on. If nothing stands there, the same batch is
// committed again; if the first one arrives late after all, one of the two is a
// conflict. So no command is ever carried out twice, whether it has a Key or not.
type turn struct {
	*Bot
	w         *writer
	calls     []*call
	snap      snapshot
	fresh     bool // snap was compared with the store in this turn
	unsure    bool // a commit of this turn may have been applied
	unknown   int
	conflicts int
}

// plan is what the calls of a turn come to over one snapshot.
type plan struct {
	after    snapshot
	batch    store.Batch
	later    []*call // had no room
	keys     map[string]bool
	repaired []string
	// stale: an answer among them writes nothing that the store would check,
	// so that only the newest state may give it.
	stale bool
}

// take answers the calls of the turn, but for those that had no room.
func (t *turn) take() (later []*call) {
	t.calls = slices.DeleteFunc(t.calls, func(c *call) bool {
		if c.err = c.ctx.Err(); c.err != nil {
			close(c.done)
		}
		return c.err != nil
	})
	if len(t.calls) == 0 {
		return nil
	}
	// The group outlives whoever came first, and whoever leaves.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.calls[0].ctx), turnTime)
	defer cancel()
	for {
		p, err := t.next(ctx)
		done := false
		if err == nil {
			done, err = t.commit(ctx, p)
		}
		if !done && err == nil {
			continue
		}
		if p != nil {
			later = p.later
		}
		for _, c := range t.calls[:len(t.calls)-len(later)] {
			if err != nil {
				c.Result, c.err = Result{}, err
			}
			close(c.done)
		}
		return later
	}
}

// next makes a plan that may be committed and answered.
func (t *turn) next(ctx context.Context) (*plan, error) {
	if !t.snap.loaded {
		if _, err := t.refresh(ctx); err != nil {
			return nil, err
		}
	}
	p, err := t.plan()
	if err == nil && p.stale && !t.fresh {
		newer, lerr := t.refresh(ctx)
		if lerr != nil {
			return nil, lerr
		}
		if len(newer) > 0 {
			p, err = t.plan()
		}
	}
	if err != nil {
		return nil, err
	}
	again, err := t.doneBefore(ctx)
	if err == nil && again {
		return t.plan()
	}
	return p, err
}

// refresh moves the turn to the newest state and returns what is new.
func (t *turn) refresh(ctx context.Context) ([]stream.Record, error) {
	s, newer, err := t.catchUp(ctx, t.w, t.snap)
	if err == nil {
		t.snap, t.fresh = s, true
	}
	return newer, err
}

// doneBefore finds among the refused those that were carried out before: to
// close again what this very click closed is no mistake of the person.
func (t *turn) doneBefore(ctx context.Context) (found bool, err error) {
	var keys map[string]bool
	for _, c := range t.calls {
		if c.dup != nil || c.cmd.Meta.Key == "" || !errors.Is(c.err, stream.ErrRefused) {
			continue
		}
		if keys == nil {
			all, err := t.cfg.Store.Load(ctx, t.w.id, 0)
			if err != nil {
				return false, fmt.Errorf("%w: loading %s: %w", ErrStore, t.w.id, err)
			}
			keys = make(map[string]bool, len(all))
			for _, r := range all {
				keys[r.Key] = true
			}
		}
		if keys[c.cmd.Meta.Key] {
			c.dup, found = &t.w.id, true
		}
	}
	return found, nil
}

// plan decides the calls one after another, each over what the one before it
// left.
func (t *turn) plan() (*plan, error) {
	p := &plan{after: t.snap, keys: map[string]bool{}}
	p.batch = store.Batch{Stream: t.w.id, After: t.snap.seq}
	for i, c := range t.calls {
		if !p.add(t.w, c) {
			p.later = slices.Clone(t.calls[i:])
			break
		}
	}
	if len(p.batch.Records) == 0 {
		return p, nil
	}
	err := guard(func() error { p.batch.Summary = t.w.kind.summarize(p.after.state); return nil })
	if err != nil {
		return nil, fmt.Errorf("summarizing %s: %w", t.w.id, err)
	}
	p.batch.Summary.Stream, p.batch.Summary.Seq = t.w.id, p.after.seq
	return p, nil
}

// add decides one call. It reports false when there is no room for what the
// call asks for; then nothing has changed.
func (p *plan) add(w *writer, c *call) bool {
	key := c.cmd.Meta.Key
	c.Result, c.err = Result{Stream: w.id, Seq: p.after.seq, State: p.after.state}, nil
	if c.dup != nil || key != "" && p.keys[key] {
		c.Duplicate, p.stale = true, true
		if c.dup != nil && *c.dup != w.id {
			c.Result = Result{Stream: *c.dup, Duplicate: true}
		}
		p.batch.Settle = append(p.batch.Settle, c.cmd.Settle...)
		return true
	}
	if c.must && p.after.seq > 0 {
		c.err = errTaken
		return true
	}
	st, err := w.kind.step(p.after, w.id, c.cmd)
	if n := len(st.deliveries); n > store.MaxDeliveries {
		err = fmt.Errorf("%T on %s asks for %d deliveries at once, at most %d", c.cmd.Value, w.id, n, store.MaxDeliveries)
	}
	if err != nil {
		c.Result, c.err, p.stale = Result{}, err, true
		return true
	}
	if len(p.batch.Records) > 0 && (len(p.batch.Deliveries)+len(st.deliveries) > store.MaxDeliveries ||
		len(p.batch.Records)+len(st.records) > maxGroup) {
		return false
	}
	p.stale = p.stale || len(st.records) == 0
	p.keys[key] = p.keys[key] || len(st.records) > 0
	p.after = st.after
	p.batch.Records = append(p.batch.Records, st.records...)
	p.batch.Deliveries = append(p.batch.Deliveries, st.deliveries...)
	p.batch.Settle = append(p.batch.Settle, c.cmd.Settle...)
	p.repaired = append(p.repaired, st.repaired...)
	c.asks = len(st.deliveries)
	c.Records, c.Seq, c.State = st.records, st.after.seq, st.after.state
	return true
}

// commit writes a plan. Without an error and not done, another plan is to be
// made.
func (t *turn) commit(ctx context.Context, p *plan) (done bool, err error) {
	if len(p.batch.Records) == 0 && len(p.batch.Settle) == 0 {
		return true, nil
	}
	err = t.cfg.Store.Commit(ctx, p.batch)
	if err == nil {
		t.committed(p)
		return true, nil
	}
	var dup *store.DuplicateError
	isDup := errors.As(err, &dup)
	switch {
	case errors.Is(err, store.ErrFull):
		return false, fmt.Errorf("%w: committing to %s: %w", ErrStore, t.w.id, err)
	case isDup && !t.unsure && t.mark(dup):
		return false, nil
	}
	return t.inquire(ctx, p, err)
}

// inquire finds out what became of a commit that failed with a conflict, a
// duplicate or an error that says nothing, and whether to try again.
func (t *turn) inquire(ctx context.Context, p *plan, failed error) (done bool, err error) {
	failed = fmt.Errorf("%w: committing to %s: %w", ErrStore, t.w.id, failed)
	var dup *store.DuplicateError
	isDup := errors.As(failed, &dup)
	if errors.Is(failed, store.ErrConflict) || isDup {
		t.conflicts++
	} else {
		t.unsure = true
		t.unknown++
		pause(ctx, 10*time.Millisecond<<t.unknown)
	}
	newer, err := t.refresh(ctx)
	if err != nil {
		return false, errors.Join(failed, err)
	}
	if t.unsure && landed(newer, p.batch.Records) {
		t.committed(p)
		return true, nil
	}
	if isDup && !t.mark(dup) || t.conflicts > maxConflicts || t.unknown >= maxUnknown {
		return false, failed
	}
	return false, nil
}

// mark notes who did a Key before, and reports whether a call had that Key.
func (t *turn) mark(dup *store.DuplicateError) (found bool) {
	for _, c := range t.calls {
		if c.cmd.Meta.Key == dup.Key && c.dup == nil {
			c.dup, found = &dup.Stream, true
		}
	}
	return found
}

// committed remembers a plan that is durable and tells whom it concerns.
func (t *turn) committed(p *plan) {
	t.remember(t.w, p.after)
	if len(p.batch.Deliveries)+len(p.batch.Settle) > 0 {
		t.nudge()
	}
	if t.cfg.Committed != nil && len(p.batch.Records) > 0 {
		t.cfg.Committed(p.batch.Summary)
	}
	for _, c := range t.calls[:len(t.calls)-len(p.later)] {
		if t.cfg.Traced != nil && len(c.Records) > 0 {
			t.cfg.Traced(c.ctx, Commit{Records: c.Records, State: c.State, Deliveries: c.asks, Asked: c.at, At: p.batch.Records[len(p.batch.Records)-1].At})
		}
	}
	for _, what := range p.repaired {
		t.cfg.Log.Error("a delivery was repaired", subject(t.w.id), "problem", what)
	}
}

// landed reports whether what stands in the stream is, first of all, ours.
func landed(there, ours []stream.Record) bool {
	return len(ours) > 0 && len(there) >= len(ours) &&
		slices.EqualFunc(there[:len(ours)], ours, func(a, b stream.Record) bool {
			return a.Seq == b.Seq && a.Kind == b.Kind && a.Key == b.Key && a.By.ID == b.By.ID &&
				a.At.Equal(b.At) && bytes.Equal(a.Data, b.Data)
		})
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
