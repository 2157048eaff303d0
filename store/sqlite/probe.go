package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// looking is how long the pages of a file are looked through. A larger file is
// not looked through to its end.
const looking = 3 * time.Second

// Probe looks at the store from inside: beside what Config.Probe tells, how the
// connection that writes does so.
func (s *Store) Probe(ctx context.Context) []store.Finding {
	err := s.write(ctx, func(w *writer) error { return durable(w.ctx, w.conn) })
	settings := store.Finding{Text: "every commit is on the disk before its answer (WAL, synchronous=FULL)."}
	if err != nil {
		settings = store.Finding{Text: err.Error() + ".", Remedy: "Start the bot again; put the file on a local disk if it comes back.", Fails: true}
	}
	if f, ok := writable(filepath.Dir(s.path)); !ok {
		return []store.Finding{settings, f}
	}
	return append([]store.Finding{settings}, disk(filepath.Dir(s.path))...)
}

// Probe looks at the file and where it lies, without the lock: a running bot is
// not disturbed. Nothing is left behind.
func (c Config) Probe(ctx context.Context) []store.Finding {
	path, err := filepath.Abs(c.Path)
	if err != nil {
		return []store.Finding{{Text: "the path cannot be told: " + err.Error() + ".", Remedy: "Write the whole path in store.", Fails: true}}
	}
	folder := filepath.Dir(path)
	if f, ok := writable(folder); !ok {
		return []store.Finding{f}
	}
	found := append(disk(folder), content(ctx, path))
	if inUse(path) {
		found = append(found, store.Finding{Text: path + " is in use by the running bot, as it should be."})
	}
	return found
}

// inUse reports whether a process has the file. Asking takes the lock for a
// moment, as there is no other way to ask.
func inUse(path string) bool {
	if _, err := os.Stat(path + ".lock"); err != nil {
		return false
	}
	lock := flock.New(path+".lock", flock.SetFlag(os.O_RDONLY))
	got, err := lock.TryRLock()
	if got {
		_ = lock.Unlock() // it goes with the process as well
	}
	return err == nil && !got
}

// writable writes into the folder as a commit would: up to the disk.
func writable(folder string) (store.Finding, bool) {
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return store.Finding{Text: "the folder " + folder + " does not exist.", Remedy: "Create it, owned by the user that the bot runs as.", Fails: true}, false
	}
	f, err := os.CreateTemp(folder, ".drumbeat-check-*")
	if err == nil {
		_, err = f.Write(make([]byte, 4096))
		err = errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
	}
	switch {
	case err == nil:
		return store.Finding{}, true
	case errors.Is(err, fs.ErrPermission):
		return store.Finding{Text: "the folder " + folder + " cannot be written to by this user.", Remedy: "Check as the user that the bot runs as (sudo -u drumbeat drumbeat check), and give the folder to that user.", Fails: true}, false
	}
	return store.Finding{Text: fmt.Sprintf("the folder cannot be written to: %v.", err), Remedy: "Make room, or mount it for writing; nothing can be kept until then.", Fails: true}, false
}

// content looks through the file.
func content(ctx context.Context, path string) store.Finding {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return store.Finding{Text: path + " will be made when the bot starts."}
	}
	db, err := outside(path)
	if err != nil {
		return unreadable(path, err)
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(ctx, looking)
	defer cancel()
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return unreadable(path, err)
	}
	if version > len(migrations) {
		return store.Finding{Text: fmt.Sprintf("%s was written by a newer drumbeat (version %d; this one knows %d).", path, version, len(migrations)), Remedy: "Start the newer one, or restore the backup of before.", Fails: true}
	}
	var said string
	switch err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&said); {
	case ctx.Err() != nil:
		return store.Finding{Text: fmt.Sprintf("%s can be read; it is too large to be looked through in %s.", path, looking)}
	case err != nil:
		return unreadable(path, err)
	case said != "ok":
		return store.Finding{Text: fmt.Sprintf("%s is damaged: %s.", path, said), Remedy: "Stop the bot, keep a copy, and restore the last backup; sqlite3 FILE .recover saves what it can.", Fails: true}
	}
	return store.Finding{Text: path + " is whole."}
}

func unreadable(path string, err error) store.Finding {
	return store.Finding{Text: fmt.Sprintf("%s cannot be read: %v.", path, err), Remedy: "Check as the user that the bot runs as; if it is no database of drumbeat's, name another file.", Fails: true}
}

// outside opens the file for one reader that has no lock and writes nothing.
func outside(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, "busy_timeout(1000)")+"&mode=ro")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// Load reads a stream without opening the store, so also while another process
// has it. A file that is not there has none.
func (c Config) Load(ctx context.Context, id stream.ID, after int) ([]stream.Record, error) {
	path, err := filepath.Abs(c.Path)
	if err != nil {
		return nil, fmt.Errorf("path of the database: %w", err)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	db, err := outside(path)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	defer db.Close()
	load, err := db.PrepareContext(ctx, records)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	defer load.Close()
	return (&Store{load: load}).Load(ctx, id, after)
}
