package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// listDefault is the limit of a query that names none.
const listDefault = 100

// records is the query of Load, which runs with every command.
const records = `SELECT seq, meta, kind, data FROM records WHERE stream = ? AND seq > ? ORDER BY seq`

// Load returns a stream's records after a Seq. See store.Store.
func (s *Store) Load(ctx context.Context, id stream.ID, after int) ([]stream.Record, error) {
	var records []stream.Record
	rows, err := s.load.QueryContext(ctx, id.String(), after)
	err = read(ctx, rows, err, func(rows *sql.Rows) error {
		r := stream.Record{Stream: id}
		var meta string
		if err := rows.Scan(&r.Seq, &meta, &r.Kind, (*[]byte)(&r.Data)); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(meta), &r.Meta); err != nil {
			return fmt.Errorf("record %d: %w", r.Seq, err)
		}
		records = append(records, r)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("loading %s: %w", id, err)
	}
	return records, nil
}

// List returns the summaries that the query selects. See store.Store.
func (s *Store) List(ctx context.Context, q store.Query) ([]stream.Summary, error) {
	query, args, err := selection(q)
	if err != nil {
		return nil, err
	}
	var all []stream.Summary
	rows, err := s.readers.QueryContext(ctx, query, args...)
	err = read(ctx, rows, err, func(rows *sql.Rows) error {
		sum, err := summary(rows)
		all = append(all, sum)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing streams of %s: %w", q.Workspace, err)
	}
	return all, nil
}

func read(ctx context.Context, rows *sql.Rows, err error, scan func(*sql.Rows) error) error {
	if err == nil {
		err = drain(rows, scan)
	}
	if err != nil && ctx.Err() != nil {
		return ctx.Err() // rather than "interrupted"
	}
	return err
}

func summary(rows *sql.Rows) (sum stream.Summary, err error) {
	var id, tags string
	var at int64
	if err := rows.Scan(&id, &sum.Seq, &sum.Rev, &at, &sum.Open, &tags, (*[]byte)(&sum.Data)); err != nil {
		return sum, err
	}
	sum.At = instant(at)
	if sum.Stream, err = stream.ParseID(id); err != nil {
		return sum, err
	}
	if err := json.Unmarshal([]byte(tags), &sum.Tags); err != nil {
		return sum, fmt.Errorf("tags of %s: %w", id, err)
	}
	return sum, nil
}

// selection is the query as SQL. Open is written out, because the index of
// what is open is used only then, and so is the limit: a bare parameter there
// has the statement parsed twice.
func selection(q store.Query) (query string, args []any, err error) {
	from, key := "streams s", "s"
	where := []string{"s.workspace = ?"}
	args = append(args, q.Workspace)
	and := func(cond string, with ...any) {
		where = append(where, cond)
		args = append(args, with...)
	}
	if q.Tag != "" {
		from, key = "tags t JOIN streams s USING (stream)", "t"
		where[0] = "t.workspace = ?"
		and("t.tag = ?", q.Tag)
	}
	if q.Kind != "" {
		and("s.kind = ?", q.Kind)
	}
	if q.Open != nil {
		and(map[bool]string{true: "s.open = 1", false: "s.open = 0"}[*q.Open])
	}
	if !q.From.IsZero() {
		and(key+".at >= ?", nanos(q.From))
	}
	if !q.To.IsZero() {
		and(key+".at < ?", nanos(q.To))
	}
	order := fmt.Sprintf("%s.at DESC, %s.stream DESC", key, key)
	switch {
	case q.Rev != 0:
		and("s.rev > ?", q.Rev)
		order = "s.rev"
	case q.After != "":
		at, name, err := cursor(q.After)
		if err != nil {
			return "", nil, err
		}
		and(fmt.Sprintf("(%s.at, %s.stream) < (?, ?)", key, key), at, name)
	}
	if q.Limit == 0 {
		q.Limit = listDefault
	}
	return "SELECT s.stream, s.seq, s.rev, s.at, s.open, s.tags, s.data FROM " + from +
		" WHERE " + strings.Join(where, " AND ") + " ORDER BY " + order + " LIMIT " + strconv.Itoa(q.Limit), args, nil
}

// cursor reads what store.Cursor wrote.
func cursor(s string) (at int64, name string, err error) {
	digits, name, _ := strings.Cut(s, "/")
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || name == "" {
		return 0, "", fmt.Errorf("%q is no cursor of a listing", s)
	}
	return int64(n - 1<<63), name, nil // the shift that Cursor made, undone
}
