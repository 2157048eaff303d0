// Package sqlite keeps the store in one file, for one process: the default
// where Drumbeat runs once.
//
// # Durability
//
// The file is in WAL mode with synchronous=FULL, and Open reads both back: a
// call that returned nil is on the disk and outlives the process and the
// machine. What a crash interrupts was not written at all.
//
// # One writer, many readers
//
// All that writes (Commit, Claim, Settle) is done by one goroutine. It takes
// all calls that wait, gives each a savepoint within one transaction, and pays
// one fsync for them: a call that fails undoes only itself. Load and List read
// on connections of their own and wait for nobody; they see whatever had
// returned before they were called.
//
// # Order and once only
//
// The writer decides the order of commits; a row's place in it (pos) is its
// place in its lane. A row that may not leave yet, because of its lane or its
// slot, is marked blocked when it is written, and unmarked when what bars it
// goes: Claim never looks at it. A lease is written before Claim returns.
//
// # Failure
//
// A full disk is store.ErrFull for every call of the transaction that met it,
// and the next call tries again: nothing is to be restarted. When a context
// ends while its call is being written, the outcome is unknown; one that ends
// before is undone. A lock beside the file (its name with ".lock") keeps a
// second process out, and goes with the process that held it.
//
// # Copies
//
// The file keeps its own identity (inode and time of birth), so that a copy or
// a restored file is told from one that was renamed. Beside it lies a witness
// (".NAME.seen") of how far the data had come: a backup that was written over
// the file in place is told by that. What is not noticed is a whole disk put
// back to an earlier state, which takes the witness along, and, on file systems
// without identities that last (FUSE, 9P, SMB), a folder copied as a whole. Both
// show as an absence.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"

	"drumbeat/store"
)

// ErrInUse is wrapped by Open's error when another process has the file.
var ErrInUse = errors.New("is in use by another process; talk to the running server instead")

var errClosed = errors.New("the store is closed")

// readerCount is how many connections read at once.
const readerCount = 4

// Config says where the store is.
type Config struct {
	// Path is the database file. It is made when it does not exist, readable
	// by its owner alone; its folder must exist.
	Path string
	// Eager takes up at once all that a process was sending when it died. By
	// itself only what is urgent is taken up so; the rest waits until its lease
	// runs out, since a far end may be slow to show what it took.
	Eager bool
}

// Store is a store.Store in one file.
type Store struct {
	path     string
	readers  *sql.DB
	load     *sql.Stmt
	writer   *writer
	requests chan *request
	closing  chan struct{} // closed by Close: no more requests are taken
	stopped  chan struct{} // closed when the writer has ended
	close    func() error
}

var (
	_ store.Store  = (*Store)(nil)
	_ store.Marker = (*Store)(nil)
)

// Open opens the file, or makes it, and brings its tables up to date. It fails
// with ErrInUse when another process has it, and with an error that names the
// setting when the file cannot be written durably.
func Open(ctx context.Context, c Config) (*Store, error) {
	path, err := prepare(c.Path)
	if err != nil {
		return nil, err
	}
	lock := flock.New(path + ".lock")
	if got, err := lock.TryLock(); err != nil {
		return nil, fmt.Errorf("locking %s: %w", lock.Path(), err)
	} else if !got {
		return nil, fmt.Errorf("%s %w", path, ErrInUse)
	}
	s, err := open(ctx, path, c.Eager)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), lock.Unlock())
	}
	s.close = sync.OnceValue(func() error { return errors.Join(s.stop(), lock.Unlock()) })
	return s, nil
}

// prepare looks that the file has a folder, and makes the file.
func prepare(path string) (string, error) {
	if path == "" {
		return "", errors.New("the database has no path")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("path of the database: %w", err)
	}
	folder := filepath.Dir(path)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the database %s needs the folder %s: create it first", path, folder)
	}
	// SQLite gives the files beside it (-wal, -shm) the mode of this one.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", fmt.Errorf("the database cannot be written: %w", err)
	}
	return path, f.Close()
}

func open(ctx context.Context, path string, eager bool) (*Store, error) {
	w, err := openWriter(ctx, dsn(path, "busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)"))
	if err != nil {
		return nil, err
	}
	if err := w.inherit(ctx, eager); err != nil {
		return nil, errors.Join(err, w.close())
	}
	readers, err := sql.Open("sqlite", dsn(path, "busy_timeout(5000)", "query_only(1)"))
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	readers.SetMaxOpenConns(readerCount)
	readers.SetMaxIdleConns(readerCount)
	load, err := readers.PrepareContext(ctx, records)
	if err != nil {
		return nil, errors.Join(err, readers.Close(), w.close())
	}
	s := &Store{
		path: path, readers: readers, load: load, writer: w, requests: make(chan *request),
		closing: make(chan struct{}), stopped: make(chan struct{}),
	}
	go func() {
		defer close(s.stopped)
		w.serve(s.requests, s.closing)
	}()
	return s, nil
}

// dsn is the driver's name for the file, with pragmas for each connection.
func dsn(path string, pragmas ...string) string {
	u := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{"_pragma": pragmas}.Encode()}
	return u.String()
}

// Close ends what is being written, refuses the rest and lets go of the file.
// It may be called again.
func (s *Store) Close() error { return s.close() }

func (s *Store) stop() error {
	close(s.closing)
	<-s.stopped
	if err := errors.Join(s.load.Close(), s.readers.Close(), s.writer.close()); err != nil {
		return fmt.Errorf("closing the database: %w", err)
	}
	return nil
}
