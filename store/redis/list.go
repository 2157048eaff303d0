package redis

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// Load implements store.Store. It needs no script: a stream is a list, and its
// Seq the place in it.
func (s *Store) Load(ctx context.Context, id stream.ID, after int) ([]stream.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("loading %s: %w", id, err)
	}
	base := s.base(s.bucket(id.Workspace))
	db, err := s.servers.holder(ctx, base)
	if err != nil {
		return nil, fmt.Errorf("loading %s: %w", id, err)
	}
	after = max(after, 0)
	bodies, err := db.LRange(ctx, base+"log:"+id.String(), int64(after), -1).Result()
	if err != nil {
		s.servers.failed(ctx)
		return nil, fmt.Errorf("loading %s: %w", id, err)
	}
	var records []stream.Record
	for i, body := range bodies {
		r, err := decodeRecord(id, after+1+i, body)
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, nil
}

// List implements store.Store.
func (s *Store) List(ctx context.Context, q store.Query) ([]stream.Summary, error) {
	answer, err := s.run(ctx, listScript, s.bucket(q.Workspace), query(q)...)
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", q.Workspace, err)
	}
	var all []stream.Summary
	for _, a := range answer {
		f, err := texts(a)
		if err == nil && len(f) != 4 {
			err = fmt.Errorf("redis answered a summary of %d fields", len(f))
		}
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", q.Workspace, err)
		}
		one, err := decodeSummary(f[0], f[1], f[2], f[3])
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", q.Workspace, err)
		}
		all = append(all, one)
	}
	return all, nil
}

// query writes a query as the ARGV of list.lua.
func query(q store.Query) []any {
	from, before, rev := cursorTime(q.From), cursorTime(q.To), ""
	switch {
	case q.Rev != 0:
		rev = strconv.FormatInt(q.Rev, 10)
	case q.After != "" && (before == "" || q.After < before):
		before = q.After
	}
	if q.Limit <= 0 {
		q.Limit = 100
	}
	args := []any{q.Workspace, from, before, rev, q.Limit, digit(q.Open != nil && !*q.Open), ""}
	if q.Kind != "" {
		args = append(args, "/kind/"+q.Kind)
	}
	if q.Open != nil && *q.Open {
		args = append(args, "/open")
	}
	if q.Tag != "" {
		args = append(args, "/tag/"+q.Tag)
	}
	return args
}

// cursorTime is what the cursors of a time begin with; zero is "".
func cursorTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	const digits = 20
	return store.Cursor(stream.Summary{At: t})[:digits]
}
