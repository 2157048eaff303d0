package sqlite

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"drumbeat/store"
)

// pastMost is the most deliveries past their NotAfter that one claim hands out
// per far end; the next claim goes on.
const pastMost = 1000

// Claim hands out what is due. See store.Store.
func (s *Store) Claim(ctx context.Context, now time.Time, hold time.Duration, free map[string]int) ([]store.Lease, error) {
	var leases []store.Lease
	err := s.write(ctx, func(w *writer) (err error) {
		leases, err = w.claim(now.UTC(), hold, free)
		return err
	})
	if err != nil {
		return nil, err // the writer may still have its hands on leases
	}
	return leases, nil
}

// candidate is a row that may be handed out.
type candidate struct {
	pos, due, queued, notBefore int64
	urgent, doubt               bool
	token                       string
	attempt, lost               int
	body                        []byte
}

const candidateColumns = `pos, due, queued, not_before, urgent, doubt, token, attempt, lost, body`

func (c *candidate) dest() []any {
	return []any{&c.pos, &c.due, &c.queued, &c.notBefore, &c.urgent, &c.doubt, &c.token, &c.attempt, &c.lost, &c.body}
}

// before is the order in which leases are handed out.
func (c candidate) before(d candidate) int {
	if c.urgent != d.urgent {
		if c.urgent {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(c.due, d.due), cmp.Compare(c.pos, d.pos))
}

// dueQuery reads up to ?3 rows of the far end ?1 that need a place, from each
// of four ranges of one index, so that what waits for later is never looked at.
// A bare parameter behind LIMIT would have SQLite parse the statement again
// whenever it is bound, since its plan may depend on it; behind a sum it does not.
var dueQuery = func() string {
	const one = `SELECT * FROM (SELECT ` + candidateColumns + ` FROM deliveries INDEXED BY deliveries_due
		WHERE blocked = 0 AND dest = ?1 AND timed = %d AND urgent = %d %s AND (not_after <= 0 OR not_after >= ?2)
		ORDER BY due, pos LIMIT ?3 + 0)`
	const by, all = `AND due <= ?2`, ` UNION ALL `
	return fmt.Sprintf(one+all+one+all+one+all+one, 0, 1, "", 1, 1, by, 0, 0, "", 1, 0, by)
}()

const pastQuery = `SELECT ` + candidateColumns + ` FROM deliveries INDEXED BY deliveries_past
	WHERE blocked = 0 AND dest = ?1 AND not_after > 0 AND not_after < ?2 AND (timed = 0 OR due <= ?2)
	ORDER BY not_after LIMIT ?3 + 0`

func (w *writer) claim(now time.Time, hold time.Duration, free map[string]int) ([]store.Lease, error) {
	var all []candidate
	for _, dest := range slices.Sorted(maps.Keys(free)) {
		past, err := w.candidates(pastQuery, dest, now, pastMost)
		if err != nil {
			return nil, err
		}
		all = append(all, past...)
		if free[dest] <= 0 {
			continue
		}
		due, err := w.candidates(dueQuery, dest, now, free[dest])
		if err != nil {
			return nil, err
		}
		slices.SortFunc(due, candidate.before)
		all = append(all, due[:min(len(due), free[dest])]...)
	}
	slices.SortFunc(all, candidate.before)
	leases := make([]store.Lease, 0, len(all))
	for _, c := range all {
		l, err := w.lease(c, now.Add(hold))
		if err != nil {
			return nil, err
		}
		leases = append(leases, l)
	}
	return leases, nil
}

func (w *writer) candidates(query, dest string, now time.Time, most int) (all []candidate, err error) {
	err = w.each(func(rows *sql.Rows) error {
		var c candidate
		if err := rows.Scan(c.dest()...); err != nil {
			return err
		}
		all = append(all, c)
		return nil
	}, query, dest, nanos(now), most)
	return all, err
}

// lease marks the row as sending. One that still has a token comes from a
// lease that ran out.
func (w *writer) lease(c candidate, until time.Time) (store.Lease, error) {
	l := store.Lease{Token: rand.Text(), Until: until, Attempt: c.attempt + 1, Doubt: c.doubt, Lost: c.lost, Queued: instant(c.queued)}
	if c.token != "" {
		l.Doubt = true
		l.Lost++
	}
	if err := json.Unmarshal(c.body, &l.Delivery); err != nil {
		return l, fmt.Errorf("delivery at %d: %w", c.pos, err)
	}
	l.Delivery.NotBefore = instant(c.notBefore)
	return l, w.exec(`UPDATE deliveries SET token = ?, attempt = ?, doubt = ?, lost = ?, timed = 1, due = ? WHERE pos = ?`,
		l.Token, l.Attempt, l.Doubt, l.Lost, nanos(until), c.pos)
}
