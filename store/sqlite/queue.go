package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// row is what the rules of lanes and slots look at in a delivery's row.
type row struct {
	pos                           int64
	workspace, lane, stream, slot string
	token                         string
	doubt, obsolete               bool
	queued, notBefore, due        int64
}

const rowColumns = `pos, workspace, lane, stream, slot, token, doubt, obsolete, queued, not_before, due`

func (r *row) dest() []any {
	return []any{&r.pos, &r.workspace, &r.lane, &r.stream, &r.slot, &r.token, &r.doubt, &r.obsolete, &r.queued, &r.notBefore, &r.due}
}

// busy: handed out, or perhaps applied. Such a row is not replaced.
func (r *row) busy() bool { return r.token != "" || r.doubt }

// queue adds a delivery of a commit of that time, as the rules of slots and
// lanes have it.
func (w *writer) queue(d stream.Delivery, when int64) error {
	old, err := w.vacate(d)
	if err != nil {
		return err
	}
	r := row{pos: end, workspace: d.Stream.Workspace, lane: d.Lane, stream: d.Stream.String(), slot: d.Slot,
		queued: when, notBefore: nanos(d.NotBefore), due: when}
	if r.timed() {
		r.due = r.notBefore
	}
	if old != nil {
		r.follow(*old)
	}
	if d.To != "" {
		if err := w.insert(d, r); err != nil {
			return err
		}
	}
	if old != nil {
		return w.unblock(*old)
	}
	return nil
}

// vacate makes room in the delivery's slot: what waits there is deleted and
// given back, what is busy becomes obsolete.
func (w *writer) vacate(d stream.Delivery) (old *row, err error) {
	if d.Slot == "" {
		return nil, nil
	}
	id := d.Stream.String()
	var there int
	if found, err := w.one([]any{&there}, `SELECT 1 FROM deliveries WHERE id = ?`, d.ID); err != nil || found {
		return nil, err // it is not added again, so it needs no room
	}
	err = w.each(func(rows *sql.Rows) error {
		var r row
		if err := rows.Scan(r.dest()...); err != nil {
			return err
		}
		if !r.busy() {
			old = &r
		}
		return nil
	}, `SELECT `+rowColumns+` FROM deliveries WHERE stream = ? AND slot = ? AND slot <> ''`, id, d.Slot)
	if err != nil {
		return nil, err
	}
	if err := w.exec(`UPDATE deliveries SET obsolete = 1
		WHERE stream = ? AND slot = ? AND slot <> '' AND (token <> '' OR doubt = 1)`, id, d.Slot); err != nil {
		return nil, err
	}
	if old == nil {
		return nil, nil
	}
	return old, w.exec(`DELETE FROM deliveries WHERE pos = ?`, old.pos)
}

// follow gives a row the place of an older one of its slot: in the lane, if it
// is the same, and in time, if that is earlier. One without a time keeps the
// older one's turn, so that what changes often is not put off for ever.
func (r *row) follow(old row) {
	if r.lane == old.lane {
		r.pos = old.pos
	}
	r.notBefore = min(r.notBefore, old.notBefore)
	r.due = min(r.due, old.due)
	if r.timed() {
		r.due = r.notBefore
	}
}

func (r *row) timed() bool { return r.notBefore != nanos(time.Time{}) }

// end is a place behind all others; the table makes a number of it.
const end = math.MaxInt64

func (w *writer) insert(d stream.Delivery, r row) error {
	d.NotBefore, d.NotAfter = time.Time{}, d.NotAfter.UTC() // NotBefore has a column, because it moves
	body, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("delivery %s: %w", d.ID, err)
	}
	return w.exec(`
		INSERT INTO deliveries (pos, id, workspace, stream, dest, lane, slot, urgent, queued, not_before, not_after, body, timed, due, blocked)
		SELECT nullif(d.pos, 9223372036854775807), ?6, d.workspace, d.stream, ?7, d.lane, d.slot, ?8, ?9, ?10, ?11, ?12, ?13, ?14, `+barred+`
		FROM (SELECT ?1 AS pos, ?2 AS workspace, ?3 AS lane, ?4 AS stream, ?5 AS slot) AS d
		WHERE true ON CONFLICT (id) DO NOTHING`,
		r.pos, r.workspace, r.lane, r.stream, r.slot,
		d.ID, d.To, d.Urgent, r.queued, r.notBefore, nanos(d.NotAfter), body, r.timed(), r.due)
}

// barred: somebody stands before it in its lane, or is busy in its slot.
const barred = `
	(d.lane <> '' AND EXISTS (SELECT 1 FROM deliveries e
		WHERE e.workspace = d.workspace AND e.lane = d.lane AND e.lane <> '' AND e.pos < d.pos))
	OR (d.slot <> '' AND EXISTS (SELECT 1 FROM deliveries e
		WHERE e.stream = d.stream AND e.slot = d.slot AND e.slot <> '' AND e.pos <> d.pos AND (e.token <> '' OR e.doubt = 1)))`

// unblock lets go what a row that is gone has barred: the next of its lane,
// and the newer one of its slot.
func (w *writer) unblock(gone row) error {
	if gone.lane != "" {
		if err := w.exec(`UPDATE deliveries AS d SET blocked = 0 WHERE blocked = 1 AND pos = (
			SELECT pos FROM deliveries WHERE workspace = ? AND lane = ? AND lane <> '' ORDER BY pos LIMIT 1)
			AND NOT (`+barred+`)`, gone.workspace, gone.lane); err != nil {
			return err
		}
	}
	if gone.slot == "" {
		return nil
	}
	return w.exec(`UPDATE deliveries AS d SET blocked = 0 WHERE stream = ? AND slot = ? AND slot <> '' AND blocked = 1
		AND NOT (`+barred+`)`, gone.stream, gone.slot)
}

// Settle records how an attempt ended. See store.Store.
func (s *Store) Settle(ctx context.Context, o store.Outcome) error {
	return s.write(ctx, func(w *writer) error { return w.settle(o) })
}

func (w *writer) settle(o store.Outcome) error {
	var r row
	found, err := w.one(r.dest(), `SELECT `+rowColumns+` FROM deliveries WHERE id = ?`, o.Delivery)
	if err != nil || !found {
		return err
	}
	if o.Result != store.Done && (r.token == "" || r.token != o.Token) {
		return nil
	}
	switch o.Result {
	case store.Done, store.Dead:
		return w.remove(r)
	case store.Retry:
		if r.obsolete {
			return w.giveWay(r)
		}
		return w.again(r, o, false)
	case store.Unknown:
		return w.again(r, o, true)
	}
	return fmt.Errorf("delivery %s: %d is no result", o.Delivery, o.Result)
}

func (w *writer) remove(r row) error {
	if err := w.exec(`DELETE FROM deliveries WHERE pos = ?`, r.pos); err != nil {
		return err
	}
	return w.unblock(r)
}

func (w *writer) again(r row, o store.Outcome, doubt bool) error {
	return w.exec(`UPDATE deliveries SET token = '', doubt = ?, lost = 0, timed = 1, due = ? WHERE pos = ?`,
		doubt, nanos(o.At), r.pos)
}

// giveWay deletes an obsolete row and gives its place to the newer one of its
// slot, if that one was not withdrawn.
func (w *writer) giveWay(old row) error {
	var r row
	found, err := w.one(r.dest(), `SELECT `+rowColumns+` FROM deliveries WHERE stream = ? AND slot = ? AND slot <> '' AND pos <> ?`,
		old.stream, old.slot, old.pos)
	if err != nil {
		return err
	}
	if err := w.exec(`DELETE FROM deliveries WHERE pos = ?`, old.pos); err != nil {
		return err
	}
	if found {
		was := r.pos
		old.due = old.queued // it was the end of the lease
		r.follow(old)
		if err := w.exec(`UPDATE deliveries SET pos = ?, not_before = ?, timed = ?, due = ? WHERE pos = ?`,
			r.pos, r.notBefore, r.timed(), r.due, was); err != nil {
			return err
		}
	}
	return w.unblock(old)
}
