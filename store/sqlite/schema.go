package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// migrations bring a file from user_version i to i+1. One that was released is
// never changed.
var migrations = [...]string{`
-- streams: one row per stream that has records, with its summary.
CREATE TABLE streams (
	stream    TEXT NOT NULL PRIMARY KEY, -- workspace/kind/name
	workspace TEXT NOT NULL,
	kind      TEXT NOT NULL,
	seq       INTEGER NOT NULL,
	written   INTEGER NOT NULL, -- At of the newest record; times are Unix nanoseconds
	rev       INTEGER NOT NULL,
	at        INTEGER NOT NULL,
	open      INTEGER NOT NULL,
	tags      TEXT NOT NULL, -- JSON
	data      BLOB
);
CREATE INDEX streams_rev  ON streams (workspace, rev);
CREATE INDEX streams_at   ON streams (workspace, at, stream);
CREATE INDEX streams_kind ON streams (workspace, kind, at, stream);
CREATE INDEX streams_open ON streams (workspace, at, stream) WHERE open = 1;

CREATE TABLE tags (
	stream    TEXT NOT NULL,
	tag       TEXT NOT NULL,
	workspace TEXT NOT NULL,
	at        INTEGER NOT NULL,
	PRIMARY KEY (stream, tag)
) WITHOUT ROWID;
CREATE INDEX tags_at ON tags (workspace, tag, at, stream);

CREATE TABLE records (
	stream TEXT NOT NULL,
	seq    INTEGER NOT NULL,
	meta   TEXT NOT NULL, -- JSON
	kind   TEXT NOT NULL,
	data   BLOB,
	PRIMARY KEY (stream, seq)
) WITHOUT ROWID;

CREATE TABLE keys (
	workspace TEXT NOT NULL,
	key       TEXT NOT NULL,
	stream    TEXT NOT NULL,
	PRIMARY KEY (workspace, key)
) WITHOUT ROWID;

-- deliveries: the outbox. A row with a token is in flight, one with doubt and
-- without a token is in doubt, any other waits.
CREATE TABLE deliveries (
	pos        INTEGER PRIMARY KEY, -- the order of commits, and the place in the lane
	id         TEXT NOT NULL UNIQUE,
	workspace  TEXT NOT NULL,
	stream     TEXT NOT NULL,
	dest       TEXT NOT NULL,
	lane       TEXT NOT NULL,
	slot       TEXT NOT NULL,
	urgent     INTEGER NOT NULL,
	queued     INTEGER NOT NULL,
	not_before INTEGER NOT NULL,
	not_after  INTEGER NOT NULL,
	body       BLOB NOT NULL,    -- JSON of the delivery
	blocked    INTEGER NOT NULL, -- by its lane or its slot
	timed      INTEGER NOT NULL, -- not claimed before due; else due only orders
	due        INTEGER NOT NULL, -- in flight: the end of the lease
	token      TEXT NOT NULL DEFAULT '',
	attempt    INTEGER NOT NULL DEFAULT 0,
	doubt      INTEGER NOT NULL DEFAULT 0,
	lost       INTEGER NOT NULL DEFAULT 0,
	obsolete   INTEGER NOT NULL DEFAULT 0 -- its slot was written since it was handed out
);
CREATE INDEX deliveries_due  ON deliveries (dest, timed, urgent, due, pos) WHERE blocked = 0;
CREATE INDEX deliveries_past ON deliveries (dest, not_after) WHERE blocked = 0 AND not_after > 0;
CREATE INDEX deliveries_lane ON deliveries (workspace, lane, pos) WHERE lane <> '';
CREATE INDEX deliveries_slot ON deliveries (stream, slot) WHERE slot <> '';
`, `
-- mark: one row, where and when the file was last in use (see mark.go).
CREATE TABLE mark (
	one   INTEGER PRIMARY KEY CHECK (one = 1),
	id    TEXT NOT NULL,    -- of these data, and of every copy
	n     INTEGER NOT NULL, -- how many marks there were
	at    INTEGER NOT NULL,
	place TEXT NOT NULL     -- '' where files have no identity
);
`}

// durable looks that the connection writes the way it was asked to.
func durable(ctx context.Context, c *sql.Conn) error {
	for _, p := range []struct{ name, want, why string }{
		{"journal_mode", "wal", "the file system may not support shared memory"},
		{"synchronous", "2", "commits would not outlive a power cut"},
	} {
		var got string
		if err := c.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&got); err != nil {
			return fmt.Errorf("reading %s: %w", p.name, err)
		}
		if got != p.want {
			return fmt.Errorf("%s is %s and not %s: %s", p.name, got, p.want, p.why)
		}
	}
	return nil
}

// migrate brings the file's tables up to date.
func migrate(ctx context.Context, c *sql.Conn) error {
	var version int
	if err := c.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("reading the version: %w", err)
	}
	if version > len(migrations) {
		return fmt.Errorf("the file is of version %d, this program knows up to %d: use a newer program", version, len(migrations))
	}
	for ; version < len(migrations); version++ {
		text := fmt.Sprintf("BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; COMMIT", migrations[version], version+1)
		if _, err := c.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("migrating to version %d: %w", version+1, err)
		}
	}
	return nil
}

// nanos is a time as the tables have it. The zero time becomes a number of its
// own, far below any other.
func nanos(t time.Time) int64 { return t.UnixNano() }

func instant(n int64) time.Time {
	if n == nanos(time.Time{}) {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
