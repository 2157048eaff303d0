// Package store is the contract of the one place that remembers: the records
// of every stream, the summaries that lists show, and the outbox of deliveries.
// It is kept by two backends (store/sqlite, store/redis) and one conformance
// suite (store/storetest); where this text and the suite differ, the suite has
// a hole.
//
// # Life of a delivery
//
// A delivery is born waiting, by the commit of the records that ask for it.
//
//	waiting ──Claim──► sending ──Settle──► Done, Dead: the row is deleted
//	   ▲                  │ └──Settle──► Retry: waiting again, from a time on
//	   │                  └────Settle──► Unknown: in doubt, due from a time on
//	   └── a lease that ran out is in doubt too (Lease.Lost counts them)
//
// Claim marks it sending durably before it is handed out, so that a process
// that dies in the middle leaves a trace: the next claim of it says Doubt, and
// its sender looks before it sends.
//
// # Lanes
//
// The deliveries of one lane of a workspace leave in the order of their
// commits (and, within a commit, of the batch). The head of a lane bars the
// rest of it until its row is deleted: while it is in flight, in doubt, or
// waiting for its next try. Deliveries without a lane bar nobody.
//
// # Slots
//
// A stream has at most one delivery per slot that was never handed out, or
// that surely was not applied (Retry). A new one takes the place of such a one
// in its lane (if the lane is the same; else it stands at the end of its own),
// and its NotBefore if that is earlier. A new one without To only deletes it;
// of one in flight or in doubt it is remembered, and a Retry then deletes that.
// One in flight or in doubt stays, and the new one waits behind it: in its
// lane if it has one, and in any case until the older one's row is deleted.
// When the older one then comes back as Retry, it was surely not applied and
// is obsolete: its row is deleted and the newer one takes its place.
package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"drumbeat/incident/stream"
)

// ErrConflict says that somebody else wrote to the stream since Batch.After. Load what
// is new, decide again, commit again.
var ErrConflict = errors.New("the stream has moved on")

// ErrFull says that the disk or the memory of the store has no room. Nothing was
// written; the same call succeeds when there is room again.
var ErrFull = errors.New("the store is full")

// DuplicateError says that a record's Key is already reserved in the
// workspace: the intent was carried out before, by that stream.
type DuplicateError struct {
	Key    string
	Stream stream.ID
}

// Error names the key and who has it.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("%q was done before, in %s", e.Key, e.Stream)
}

// MaxDeliveries is the most deliveries a batch may hold.
const MaxDeliveries = 1000

// Batch is written all or nothing. It may hold several commands of one stream.
type Batch struct {
	Stream stream.ID
	// After is the Seq that the caller built on; 0 means that the stream
	// must be new. Records follow it without gaps. A batch without records
	// settles or adds deliveries only, and After is not looked at.
	After int
	// Records' distinct non-empty Keys are reserved for good, per workspace.
	Records    []stream.Record
	Deliveries []stream.Delivery
	// Summary replaces the stream's. Its Rev is given by the store. Not
	// written when there are no records.
	Summary stream.Summary
	// Settle is as Store.Settle, in the same transaction.
	Settle []Outcome
	// Erase rewrites the stream's past: Records start at Seq 1, replace all
	// up to After, and go on beyond it (with the record that says what was
	// erased), so that no Seq is ever used for two deliveries. Keys stay
	// reserved.
	Erase bool
}

// Result is how an attempt ended.
type Result int

// The results that Settle takes.
const (
	Done    Result = iota + 1 // applied: the row is deleted
	Retry                     // surely not applied: again from Outcome.At on
	Unknown                   // perhaps applied: look again from Outcome.At on
	Dead                      // not to be sent any more: the row is deleted
)

// Outcome settles a lease. Done is accepted even when the lease is lost, since
// what was applied was applied; the others are ignored then. An outcome of a
// delivery that is no longer there is ignored.
type Outcome struct {
	Delivery string // its ID
	Token    string // Lease.Token
	Result   Result
	At       time.Time // Retry and Unknown: not earlier
}

// Lease is a delivery handed out to be sent by one caller until Until.
type Lease struct {
	Delivery stream.Delivery
	Token    string    // proves the lease to Settle
	Until    time.Time // somebody else may claim it from then on
	Attempt  int       // counts claims, from 1
	// Doubt: an earlier attempt may have been applied (it was settled
	// Unknown, or its lease ran out).
	Doubt bool
	// Lost counts claims since the last Settle that ended without one: a
	// delivery that kills its sender shows here.
	Lost int
	// Queued is when the commit put it there.
	Queued time.Time
}

// Query selects summaries of one workspace, which it must name. Other zero
// fields select all.
type Query struct {
	Workspace, Kind string
	Open            *bool
	Tag             string    // has this tag
	From, To        time.Time // From <= Summary.At < To
	// Rev selects what changed since: summaries of a greater Rev, in order of
	// Rev. Without it, the newest At comes first, and among equals the
	// greater stream name.
	Rev int64
	// After goes on behind the summary with this Cursor (not with Rev).
	After string
	Limit int // 0 = 100
}

// Cursor names a summary's place in a listing, for Query.After.
func Cursor(s stream.Summary) string {
	return fmt.Sprintf("%020d/%s", uint64(s.At.UnixNano())+1<<63, s.Stream)
}

// Store is six methods; everything else is computed above it. All of them may
// be called by many goroutines, and by many processes where the backend says
// so. Times are kept to the nanosecond (SQLite, Redis: as UTC).
type Store interface {
	// Load returns the records of a stream with Seq > after, in order. A
	// stream that does not exist has none.
	Load(ctx context.Context, id stream.ID, after int) ([]stream.Record, error)

	// List returns the summaries that the query selects.
	List(ctx context.Context, q Query) ([]stream.Summary, error)

	// Commit writes a batch. It returns ErrConflict, a *DuplicateError,
	// ErrFull, or an error that says that nothing is known of the outcome:
	// then the same batch is committed again, and a Key tells. A Key that is
	// taken is told before a conflict.
	Commit(ctx context.Context, b Batch) error

	// Claim hands out what is due at now, for hold, and marks it sending
	// durably first: urgent before the rest, then in the order of due time
	// (NotBefore, else the commit; then the next try). What has no NotBefore
	// is due at once: the commit's time, the At of its newest record, only
	// orders. At most free[To] of each far end, and none of a far end that
	// free does not name. A delivery past its NotAfter is handed out without
	// taking a place (free has to name the far end, 0 is enough): it is to be
	// given up, not to be sent. now is the caller's; a lease that ran out
	// before it is due again, in doubt.
	Claim(ctx context.Context, now time.Time, hold time.Duration, free map[string]int) ([]Lease, error)

	// Settle records how an attempt ended.
	Settle(ctx context.Context, o Outcome) error

	// Close writes nothing more and lets go of files and connections.
	Close() error
}

// Validate tells what is wrong with a batch's form: every backend calls it
// first.
func (b Batch) Validate() error {
	if len(b.Deliveries) > MaxDeliveries {
		return fmt.Errorf("batch of %s has %d deliveries, at most %d", b.Stream, len(b.Deliveries), MaxDeliveries)
	}
	next := b.After + 1
	if b.Erase {
		next = 1
	}
	for i, r := range b.Records {
		if r.Stream != b.Stream || r.Seq != next+i {
			return fmt.Errorf("batch of %s after %d: record %d is %s/%d", b.Stream, b.After, i, r.Stream, r.Seq)
		}
	}
	if b.Erase && len(b.Records) <= b.After {
		return fmt.Errorf("batch of %s erases %d records with %d: it must go beyond them", b.Stream, b.After, len(b.Records))
	}
	for _, d := range b.Deliveries {
		if d.ID == "" || d.Stream != b.Stream {
			return fmt.Errorf("batch of %s has a delivery %q of %s", b.Stream, d.ID, d.Stream)
		}
		if d.Lane != "" && !d.NotBefore.IsZero() {
			return fmt.Errorf("delivery %s has both a lane and a time", d.ID)
		}
	}
	return nil
}
