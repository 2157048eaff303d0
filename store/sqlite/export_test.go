package sqlite

import "context"

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
