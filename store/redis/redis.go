// Package redis keeps the store in Redis 6.2 or newer (or what speaks its
// protocol: Valkey), for a bot of several replicas. Every operation is one Lua
// script, so it happens whole or not at all, and replicas see each other's work
// at once. What the operations do is said in store; how, at the head of each
// file of scripts.
//
// # Keys
//
// A workspace lives in a bucket, chosen by the FNV-1a hash of its name; all
// keys of a bucket share a hash tag, hence one slot of a cluster. The number of
// buckets is fixed when the store is created. Below P:{b00}: are
//
//	log:STREAM      list: the records, the first is Seq 1
//	sum:STREAM      hash: the summary, its cursor and index names, the newest record's time
//	slots:STREAM    hash: next/SLOT → the delivery that waits, sent/SLOT → that in flight or in doubt
//	keys:WORKSPACE  hash: Key → stream, for good
//	rev:WORKSPACE   the last Rev        revs:WORKSPACE  zset: stream by Rev
//	at:WORKSPACE…   zsets of cursors: all; …/kind/KIND; …/tag/TAG; …/open
//	order:          the last delivery's place
//	row:DELIVERY    hash: a delivery of the outbox (see outbox.lua)
//	lane:WORKSPACE/LANE  zset: the lane, its head first
//	ready0:TO, ready1:TO zset: what is due at once, by commit; 1 is urgent
//	later0:TO, later1:TO zset: what is due from a time on, leases included
//	expiry:TO       zset: what of these has a NotAfter
//
// and P:about, a hash, names the form of all this and the number of buckets;
// P:mark, a hash, says when and by which addresses the store was last in use.
// Only what nothing bars stands in a queue, so Claim reads what it hands out.
// Scripts name more keys than they are given: all have the tag of KEYS[1].
//
// # Time
//
// A score is a double and does not hold a nanosecond of our century. Sets that
// are ordered by time have the score 0 and members that begin with the time as
// text of a fixed width; Redis orders those by byte. Only Rev is a score.
//
// # Copies
//
// A store is told from its copy by the address in the configuration: one that
// is first used at another address is foreign. So is one that has gone back by
// more than 10 marks (10 minutes of one bot, 5 of two) while a bot runs. An
// older state put back at the same address while no bot runs shows as an
// absence.
//
// # Failure
//
// Nothing is sent twice by this package: an answer that did not come is an
// error, and its outcome unknown. A commit that had happened is then told by
// its Key (DuplicateError) or by its Seq (ErrConflict). A claim that had
// happened comes back, in doubt, when the lease runs out. A missing script
// (NOSCRIPT, after a restart or a failover) is loaded again: it surely had not
// run. A server that has reached maxmemory refuses commits (ErrFull); it still
// claims and settles, which makes room. One whose disk is full refuses all
// writes, or ends (appendfsync always).
//
// A commit lasts as the server is told to keep it: Probe says what is missing. A replica that is promoted may lack the last second of writes
// unless Config.Wait asks for it before an answer counts.
//
// Erase takes the past from every reader at once. The server's append-only file
// holds it until it is rewritten, which BGREWRITEAOF does at once, and backups
// hold it longer.
package redis

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"drumbeat/store"
)

// Config says where the store is.
type Config struct {
	// URL is redis://[user:password@]host[:port][/db], or rediss:// for TLS.
	// A server in cluster mode is recognised; the URL names any of its nodes.
	// Options of go-redis may follow ("?pool_size=20").
	URL string `yaml:"url"`
	// Wait is how many replicas must have a write before it counts; 0 asks
	// none. Fewer within a second make the outcome unknown.
	Wait int `yaml:"wait"`
	// Prefix begins every key, so that stores can share a database; empty is
	// "drumbeat". It may not contain braces.
	Prefix string `yaml:"prefix"`
	// Buckets is how many parts a cluster can spread the workspaces over, at
	// most 100; 0 takes what the store has, and 1 for a new one. A commit
	// touches one bucket, a claim all: keep 1 unless a cluster needs more.
	Buckets int `yaml:"buckets"`
}

// form is the form of keys and values that this package reads and writes.
const form = "1"

// maxBuckets is what two digits of a hash tag hold.
const maxBuckets = 100

// waitFor is how long a write waits for Config.Wait replicas.
const waitFor = time.Second

// Store is a store.Store in Redis. Many goroutines and many processes may use
// one store. A context's deadline ends any call; one that is cancelled while
// the server works ends it after the read timeout (3 s unless the URL says
// read_timeout).
type Store struct {
	servers servers
	prefix  string
	wait    int
	buckets int
	place   string
	seen    atomic.Int64 // the number of the newest mark of this process
	turn    atomic.Int64 // which bucket the next claim begins with
}

var (
	_ store.Store  = (*Store)(nil)
	_ store.Marker = (*Store)(nil)
)

// Open connects, and creates the store if nothing is there. It refuses a store
// of another number of buckets or of a form that it does not know. Its errors
// never hold the URL, since that has the password.
func Open(ctx context.Context, c Config) (*Store, error) {
	s, err := c.reach(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.create(ctx, c.Buckets); err != nil {
		_ = s.servers.Close() // the first error says more
		return nil, fmt.Errorf("opening the redis store: %w", err)
	}
	return s, nil
}

// reach connects to the servers, whatever they hold.
func (c Config) reach(ctx context.Context) (*Store, error) {
	if c.Prefix == "" {
		c.Prefix = "drumbeat"
	}
	if strings.ContainsAny(c.Prefix, "{}") {
		return nil, fmt.Errorf("redis prefix %q has braces, which would move its keys in a cluster", c.Prefix)
	}
	if c.Buckets < 0 || c.Buckets > maxBuckets {
		return nil, fmt.Errorf("redis store of %d buckets: use 1 to %d", c.Buckets, maxBuckets)
	}
	if c.Wait < 0 {
		return nil, fmt.Errorf("redis wait of %d replicas: use 0 or more", c.Wait)
	}
	options, err := redis.ParseURL(c.URL)
	if err != nil { // its text may quote the password
		return nil, errors.New("redis url: write redis://user:password@host:port/db, or rediss:// for TLS")
	}
	// An attempt that is repeated unseen would make a commit conflict with
	// itself, and a claim lose its leases.
	options.MaxRetries = -1
	options.ContextTimeoutEnabled = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	servers, err := connect(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("opening the redis store: %w", err)
	}
	return &Store{servers: servers, prefix: c.Prefix, wait: c.Wait, place: placeOf(options, c.Prefix)}, nil
}

// create writes what the store is, unless it is there, and checks it. Two that
// create at once agree: the first to write a field wins.
func (s *Store) create(ctx context.Context, buckets int) error {
	about := s.prefix + ":about"
	db, err := s.servers.holder(ctx, about)
	if err != nil {
		return err
	}
	if err := db.HSetNX(ctx, about, "form", form).Err(); err != nil {
		return failure(err)
	}
	if err := db.HSetNX(ctx, about, "buckets", max(buckets, 1)).Err(); err != nil {
		return failure(err)
	}
	is, err := db.HGetAll(ctx, about).Result()
	if err != nil {
		return err
	}
	if is["form"] != form {
		return fmt.Errorf("it has form %q, and this version knows %q", is["form"], form)
	}
	s.buckets, err = strconv.Atoi(is["buckets"])
	if err != nil || s.buckets < 1 || s.buckets > maxBuckets {
		return fmt.Errorf("it says that it has %q buckets", is["buckets"])
	}
	if buckets != 0 && buckets != s.buckets {
		return fmt.Errorf("it was created with %d buckets, not %d, and cannot change", s.buckets, buckets)
	}
	return nil
}

// Close lets go of all connections. A second Close does nothing.
func (s *Store) Close() error {
	if err := s.servers.Close(); err != nil && !errors.Is(err, redis.ErrClosed) {
		return fmt.Errorf("closing the redis store: %w", err)
	}
	return nil
}

// Clock gives the server's time, which is the same for all replicas.
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	db, err := s.servers.holder(ctx, s.base(0))
	if err != nil {
		return time.Time{}, fmt.Errorf("asking redis for the time: %w", err)
	}
	t, err := db.Time(ctx).Result()
	if err != nil {
		return time.Time{}, fmt.Errorf("asking redis for the time: %w", err)
	}
	return t.UTC(), nil
}

// bucket is where a workspace lives.
func (s *Store) bucket(workspace string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(workspace)) // never fails
	return int(int64(h.Sum32()) % int64(s.buckets))
}

// home is the bucket of what a stream's or a delivery's name begins with.
func (s *Store) home(name string) int {
	workspace, _, _ := strings.Cut(name, "/")
	return s.bucket(workspace)
}

// base begins all keys of a bucket.
func (s *Store) base(bucket int) string { return fmt.Sprintf("%s:{b%02d}:", s.prefix, bucket) }

// run runs a script in a bucket, and waits for the replicas if it wrote. What
// it gives is the script's answer without the mark of having written.
func (s *Store) run(ctx context.Context, script *redis.Script, bucket int, args ...any) ([]any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	base := s.base(bucket)
	db, err := s.servers.holder(ctx, base)
	if err != nil {
		return nil, err
	}
	conn := db.Conn() // WAIT is about the writes of its own connection
	defer conn.Close()
	answer, err := script.Run(ctx, conn, []string{base}, args...).Slice()
	if err != nil {
		s.servers.failed(ctx)
		return nil, failure(err)
	}
	wrote := len(answer) > 0 && answer[0] == int64(1)
	if wrote && s.wait > 0 {
		have, err := conn.Wait(ctx, s.wait, waitFor).Result()
		if err != nil {
			return nil, fmt.Errorf("waiting for %d replicas: %w", s.wait, err)
		}
		if have < int64(s.wait) {
			return nil, fmt.Errorf("written, but only %d of %d replicas have it after %s", have, s.wait, waitFor)
		}
	}
	return answer[min(1, len(answer)):], nil
}

// failure tells ErrFull from the rest. Redis says OOM when maxmemory is reached
// and MISCONF when its disk takes no more; both refuse before they write.
func failure(err error) error {
	if redis.IsOOMError(err) || redis.HasErrorPrefix(err, "MISCONF") {
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	return err
}
