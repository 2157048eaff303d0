package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"drumbeat/store"
)

// Exec runs a statement on the connection that writes, as any call does: for
// pragmas that a test sets.
func (s *Store) Exec(ctx context.Context, query string) error {
	return s.write(ctx, func(w *writer) error {
		rows, err := w.conn.QueryContext(w.ctx, query)
		if err != nil {
			return err
		}
		return rows.Close()
	})
}

// Plans gives the steps of every statement that the writer has prepared, and
// of the query, as SQLite would go about them.
func (s *Store) Plans(ctx context.Context, queries ...store.Query) (map[string][]string, error) {
	plans := map[string][]string{}
	err := s.write(ctx, func(w *writer) error {
		var texts []string
		for text := range w.stmts {
			texts = append(texts, text)
		}
		for _, q := range queries {
			text, _, err := selection(q)
			if err != nil {
				return err
			}
			texts = append(texts, text)
		}
		for _, text := range texts {
			rows, err := w.conn.QueryContext(w.ctx, "EXPLAIN QUERY PLAN "+text, make([]any, strings.Count(text, "?"))...)
			if err != nil {
				continue // BEGIN and its like have no plan
			}
			if err := drain(rows, func(rows *sql.Rows) error {
				var id, parent, unused int
				var detail string
				defer func() { plans[text] = append(plans[text], detail) }()
				return rows.Scan(&id, &parent, &unused, &detail)
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return plans, err
}

// Room judges the bytes that are free on a disk.
func Room(free uint64) store.Finding { return room(free) }
