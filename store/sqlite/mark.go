package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"drumbeat/store"
)

// Marked implements store.Marker.
func (s *Store) Marked(ctx context.Context) (store.Mark, error) {
	var id, place string
	var n, at int64
	err := s.readers.QueryRowContext(ctx, `SELECT id, n, at, place FROM mark`).Scan(&id, &n, &at, &place)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return store.Mark{}, nil
	case err != nil:
		return store.Mark{}, fmt.Errorf("reading the mark: %w", wrap(err))
	}
	return store.Mark{At: instant(at), Foreign: !samePlace(place, placeOf(s.path)) || n < s.witnessed(id)}, nil
}

// Mark implements store.Marker. The witness follows the mark: killed in
// between, the data are newer than the witness, which is as it should be.
func (s *Store) Mark(ctx context.Context, now time.Time) error {
	var id string
	var n int64
	err := s.write(ctx, func(w *writer) error {
		err := w.exec(`INSERT INTO mark (one, id, n, at, place) VALUES (1, ?, 1, ?, ?)
			ON CONFLICT DO UPDATE SET n = n + 1, at = excluded.at, place = excluded.place`, rand.Text(), nanos(now), placeOf(s.path))
		if err != nil {
			return err
		}
		_, err = w.one([]any{&id, &n}, `SELECT id, n FROM mark`)
		return err
	})
	if err == nil {
		err = s.witness(id, n)
	}
	if err != nil {
		return fmt.Errorf("writing the mark: %w", err)
	}
	return nil
}

// samePlace compares what two places have in common: what a file system did
// not tell is no difference.
func samePlace(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return false
		}
	}
	return true
}

// seen is the witness's path. It is hidden: whoever copies "drumbeat.db*" does
// not take it along.
func (s *Store) seen() string {
	return filepath.Join(filepath.Dir(s.path), "."+filepath.Base(s.path)+".seen")
}

// witness writes down how far the data of that id have come here.
func (s *Store) witness(id string, n int64) error {
	f, err := os.CreateTemp(filepath.Dir(s.path), "."+filepath.Base(s.path)+".seen-*")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, id, n)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), s.seen())
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// witnessed is how far they had come; 0 if nobody knows.
func (s *Store) witnessed(id string) int64 {
	text, err := os.ReadFile(s.seen())
	var whose string
	var n int64
	if err == nil {
		_, err = fmt.Sscan(string(text), &whose, &n)
	}
	if err != nil || whose != id {
		return 0
	}
	return n
}
