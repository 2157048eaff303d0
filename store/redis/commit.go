package redis

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// Commit implements store.Store. An outcome in the batch must be of a delivery
// of the same bucket, as all of a workspace are.
func (s *Store) Commit(ctx context.Context, b store.Batch) error {
	if err := b.Validate(); err != nil {
		return err
	}
	args, err := s.batch(b)
	if err != nil {
		return fmt.Errorf("committing to %s: %w", b.Stream, err)
	}
	answer, err := s.run(ctx, commitScript, s.bucket(b.Stream.Workspace), args...)
	if err != nil {
		return fmt.Errorf("committing to %s: %w", b.Stream, err)
	}
	said, err := texts(answer)
	if err != nil {
		return fmt.Errorf("committing to %s: %w", b.Stream, err)
	}
	return verdict(b.Stream, said)
}

// verdict reads what commit.lua answers.
func verdict(id stream.ID, said []string) error {
	switch {
	case len(said) == 1 && said[0] == "ok":
		return nil
	case len(said) == 1 && said[0] == "conflict":
		return store.ErrConflict
	case len(said) == 3 && said[0] == "duplicate":
		has, err := stream.ParseID(said[2])
		if err != nil {
			return fmt.Errorf("committing to %s: %w", id, err)
		}
		return &store.DuplicateError{Key: said[1], Stream: has}
	}
	return fmt.Errorf("committing to %s: redis answered %q", id, said)
}

// batch writes a batch as the ARGV of commit.lua.
func (s *Store) batch(b store.Batch) ([]any, error) {
	newest := ""
	if n := len(b.Records); n > 0 {
		newest = instant(b.Records[n-1].At)
	}
	b.Summary.Stream = b.Stream
	summary, err := encodeSummary(b.Summary)
	if err != nil {
		return nil, fmt.Errorf("summary: %w", err)
	}
	names, err := json.Marshal(indexes(b.Summary))
	if err != nil {
		return nil, fmt.Errorf("summary: %w", err)
	}
	args := []any{
		b.Stream.Workspace, b.Stream.String(), b.After, digit(b.Erase), newest,
		summary, store.Cursor(b.Summary), names, instant(time.Time{}),
		len(b.Settle), len(b.Records), len(b.Deliveries),
	}
	for _, o := range b.Settle {
		if s.home(o.Delivery) != s.bucket(b.Stream.Workspace) {
			return nil, fmt.Errorf("it settles %s, which lives in another bucket", o.Delivery)
		}
		if args, err = appendOutcome(args, o); err != nil {
			return nil, err
		}
	}
	for _, r := range b.Records {
		body, err := encodeRecord(r)
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", r.Seq, err)
		}
		args = append(args, r.Key, body)
	}
	for _, d := range b.Deliveries {
		d.NotBefore, d.NotAfter = d.NotBefore.UTC(), d.NotAfter.UTC()
		body, err := json.Marshal(d)
		if err != nil {
			return nil, fmt.Errorf("delivery %s: %w", d.ID, err)
		}
		args = append(args, d.ID, body, d.To, d.Lane, d.Slot, digit(d.Urgent), stamp(d.NotAfter), stamp(d.NotBefore))
	}
	return args, nil
}

// indexes names the indexes that a summary stands in: that of all is "".
func indexes(s stream.Summary) []string {
	names := []string{"", "/kind/" + s.Stream.Kind}
	if s.Open {
		names = append(names, "/open")
	}
	for _, tag := range s.Tags {
		names = append(names, "/tag/"+tag)
	}
	return names
}

func digit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
