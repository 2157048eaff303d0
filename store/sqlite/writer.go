package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"drumbeat/store"
)

// groupSize is the most calls that share a transaction: enough to make the
// fsync cheap, few enough that none waits long.
const groupSize = 128

// request is a call that waits for the writer.
type request struct {
	ctx  context.Context
	run  func(*writer) error
	done chan error // has room for the one answer, so that the writer never waits
}

// write hands a call to the writer and waits for its answer.
func (s *Store) write(ctx context.Context, run func(*writer) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{ctx: ctx, run: run, done: make(chan error, 1)}
	select {
	case s.requests <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closing:
		return errClosed
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("nothing is known of the outcome: %w", ctx.Err())
	}
}

// writer is the one connection that writes. Only its goroutine uses it.
type writer struct {
	// ctx never ends: an interrupted statement may undo the whole
	// transaction, and with it other callers' work.
	ctx   context.Context
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func openWriter(ctx context.Context, dsn string) (*writer, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	w := &writer{ctx: context.WithoutCancel(ctx), db: db, conn: conn, stmts: map[string]*sql.Stmt{}}
	if err := durable(ctx, conn); err != nil {
		return nil, errors.Join(err, w.close())
	}
	if err := migrate(ctx, conn); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// inherit lets go of the leases of a process that is dead, as the lock has
// told. What is urgent may be sent twice and must not wait.
func (w *writer) inherit(ctx context.Context, eager bool) error {
	_, err := w.conn.ExecContext(ctx, `UPDATE deliveries SET due = 0 WHERE token <> '' AND (urgent = 1 OR ?)`, eager)
	return err
}

func (w *writer) close() error {
	var errs []error
	for _, s := range w.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.db.Close())...)
}

// serve answers requests until closing. Every request that it took is answered.
func (w *writer) serve(requests <-chan *request, closing <-chan struct{}) {
	for {
		select {
		case r := <-requests:
			w.answer(gather(r, requests))
		case <-closing:
			return
		}
	}
}

// gather adds to the first request all that wait behind it.
func gather(first *request, requests <-chan *request) []*request {
	group := []*request{first}
	for len(group) < groupSize {
		select {
		case r := <-requests:
			group = append(group, r)
		default:
			return group
		}
	}
	return group
}

func (w *writer) answer(group []*request) {
	errs := make([]error, len(group))
	err := w.transaction(group, errs)
	for i, r := range group {
		if err != nil {
			errs[i] = err
		}
		r.done <- errs[i]
	}
}

// transaction runs the group in one transaction, each in a savepoint, and
// fills in the errors of those that failed by themselves. An error of its own
// means that none of the group was written.
func (w *writer) transaction(group []*request, errs []error) error {
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for i, r := range group {
		errs[i] = w.alone(r)
		if errs[i] == nil {
			continue
		}
		if err := w.exec("ROLLBACK TO call"); err != nil { // SQLite gave up the whole transaction
			w.rollback()
			return errs[i]
		}
		if err := w.exec("RELEASE call"); err != nil {
			w.rollback()
			return err
		}
	}
	if err := w.exec("COMMIT"); err != nil {
		w.rollback()
		if !errors.Is(err, store.ErrFull) {
			err = fmt.Errorf("nothing is known of the outcome: %w", err)
		}
		return err
	}
	return nil
}

// alone runs one request in a savepoint, which it leaves open upon an error. A
// caller that left in the meantime has no use for what was done (least of all
// for leases), so that counts as an error too.
func (w *writer) alone(r *request) error {
	if err := w.exec("SAVEPOINT call"); err != nil {
		return err
	}
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if err := r.run(w); err != nil {
		return err
	}
	if err := r.ctx.Err(); err != nil {
		return err
	}
	return w.exec("RELEASE call")
}

// rollback ends the transaction if SQLite has not done so itself: then it
// answers with an error that says just that.
func (w *writer) rollback() {
	_, _ = w.conn.ExecContext(w.ctx, "ROLLBACK")
}

// stmt gives the statement, prepared once.
func (w *writer) stmt(query string) (*sql.Stmt, error) {
	if s, ok := w.stmts[query]; ok {
		return s, nil
	}
	s, err := w.conn.PrepareContext(w.ctx, query)
	if err != nil {
		return nil, wrap(err)
	}
	w.stmts[query] = s
	return s, nil
}

func (w *writer) exec(query string, args ...any) error {
	_, err := w.change(query, args...)
	return err
}

// change is exec that gives the number of rows changed.
func (w *writer) change(query string, args ...any) (int64, error) {
	s, err := w.stmt(query)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(w.ctx, args...)
	if err != nil {
		return 0, wrap(err)
	}
	n, err := res.RowsAffected()
	return n, wrap(err)
}

// one reads a row into dest and tells whether there was one.
func (w *writer) one(dest []any, query string, args ...any) (bool, error) {
	s, err := w.stmt(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(w.ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, wrap(err)
}

// each calls scan for every row.
func (w *writer) each(scan func(*sql.Rows) error, query string, args ...any) error {
	s, err := w.stmt(query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(w.ctx, args...)
	if err != nil {
		return wrap(err)
	}
	return drain(rows, scan)
}

// drain scans all rows and closes them.
func drain(rows *sql.Rows, scan func(*sql.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return wrap(rows.Err())
}

// wrap turns the driver's error into the contract's.
func wrap(err error) error {
	var e *driver.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE: // the latter: no room for the index of the WAL
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	return fmt.Errorf("database: %w", err)
}
