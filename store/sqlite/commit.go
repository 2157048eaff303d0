package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// Commit writes a batch. See store.Store.
func (s *Store) Commit(ctx context.Context, b store.Batch) error {
	if err := b.Validate(); err != nil {
		return err
	}
	return s.write(ctx, func(w *writer) error { return w.commit(b) })
}

// head is what a stream's row says before the batch: zero where there is none.
type head struct {
	seq         int
	at, written int64
	tags        string
}

func (w *writer) head(id string) (h head, err error) {
	h.written = nanos(time.Time{})
	_, err = w.one([]any{&h.seq, &h.at, &h.written, &h.tags}, `SELECT seq, at, written, tags FROM streams WHERE stream = ?`, id)
	return h, err
}

func (w *writer) commit(b store.Batch) error {
	h, err := w.head(b.Stream.String())
	if err != nil {
		return err
	}
	if len(b.Records) > 0 {
		if err := w.append(b, h); err != nil {
			return err
		}
		h.written = nanos(b.Records[len(b.Records)-1].At)
	}
	for _, o := range b.Settle {
		if err := w.settle(o); err != nil {
			return err
		}
	}
	for _, d := range b.Deliveries {
		if err := w.queue(d, h.written); err != nil {
			return err
		}
	}
	return nil
}

// append writes the records, their keys and the summary. Keys come first: a
// batch that is committed again is to hear of its key, not of a conflict.
func (w *writer) append(b store.Batch, h head) error {
	if err := w.reserve(b); err != nil {
		return err
	}
	if h.seq != b.After {
		return store.ErrConflict
	}
	id := b.Stream.String()
	if b.Erase {
		if err := w.exec(`DELETE FROM records WHERE stream = ?`, id); err != nil {
			return err
		}
	}
	for _, r := range b.Records {
		r.At = r.At.UTC()
		meta, err := json.Marshal(r.Meta)
		if err != nil {
			return fmt.Errorf("record %s/%d: %w", id, r.Seq, err)
		}
		if err := w.exec(`INSERT INTO records (stream, seq, meta, kind, data) VALUES (?, ?, ?, ?, ?)`,
			id, r.Seq, string(meta), r.Kind, []byte(r.Data)); err != nil {
			return err
		}
	}
	return w.summarize(b, h)
}

// reserve takes the keys of the batch.
func (w *writer) reserve(b store.Batch) error {
	id, done := b.Stream.String(), map[string]bool{}
	for _, r := range b.Records {
		rewritten := b.Erase && r.Seq <= b.After
		if r.Key == "" || done[r.Key] && !rewritten {
			continue
		}
		n, err := w.change(`INSERT INTO keys (workspace, key, stream) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
			b.Stream.Workspace, r.Key, id)
		if err != nil {
			return err
		}
		if n == 1 {
			done[r.Key] = true
			continue
		}
		if err := w.taken(b.Stream, r.Key, rewritten); err != nil {
			return err
		}
	}
	return nil
}

// taken gives the DuplicateError of a key that is there already, unless the
// record only rewrites one of the stream that has it.
func (w *writer) taken(by stream.ID, key string, rewritten bool) error {
	var has string
	if _, err := w.one([]any{&has}, `SELECT stream FROM keys WHERE workspace = ? AND key = ?`, by.Workspace, key); err != nil {
		return err
	}
	if rewritten && has == by.String() {
		return nil
	}
	id, err := stream.ParseID(has)
	if err != nil {
		return fmt.Errorf("key %q: %w", key, err)
	}
	return &store.DuplicateError{Key: key, Stream: id}
}

// summarize replaces the stream's row, and its tags where they changed.
func (w *writer) summarize(b store.Batch, h head) error {
	id, last := b.Stream.String(), b.Records[len(b.Records)-1]
	tags, err := json.Marshal(b.Summary.Tags)
	if err != nil {
		return fmt.Errorf("tags of %s: %w", id, err)
	}
	at := nanos(b.Summary.At)
	if h.tags != string(tags) || h.at != at {
		if err := w.tag(b, h); err != nil {
			return err
		}
	}
	return w.exec(`
		INSERT INTO streams (stream, workspace, kind, seq, written, rev, at, open, tags, data)
		VALUES (?1, ?2, ?3, ?4, ?5, (SELECT coalesce(max(rev), 0) + 1 FROM streams WHERE workspace = ?2), ?6, ?7, ?8, ?9)
		ON CONFLICT DO UPDATE SET seq = excluded.seq, written = excluded.written, rev = excluded.rev,
			at = excluded.at, open = excluded.open, tags = excluded.tags, data = excluded.data`,
		id, b.Stream.Workspace, b.Stream.Kind, last.Seq, nanos(last.At), at, b.Summary.Open, string(tags), []byte(b.Summary.Data))
}

// tag replaces the stream's tags.
func (w *writer) tag(b store.Batch, h head) error {
	id := b.Stream.String()
	if h.seq > 0 {
		if err := w.exec(`DELETE FROM tags WHERE stream = ?`, id); err != nil {
			return err
		}
	}
	for _, tag := range b.Summary.Tags {
		if err := w.exec(`INSERT INTO tags (stream, tag, workspace, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			id, tag, b.Stream.Workspace, nanos(b.Summary.At)); err != nil {
			return err
		}
	}
	return nil
}
