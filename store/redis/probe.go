package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// durable is how a server must be set so that nothing that was committed is
// lost, and why.
var durable = []struct{ setting, want, otherwise string }{
	{"appendonly", "yes", "a restart forgets what was committed since the last snapshot"},
	{"appendfsync", "always", "a crash of the machine forgets what was just committed"},
	{"maxmemory-policy", "noeviction", "a full server deletes incidents to make room"},
}

// Probe looks at every server that takes writes: what it is set to, whether it
// can write, who follows it.
func (s *Store) Probe(ctx context.Context) []store.Finding {
	var found []store.Finding
	err := s.servers.each(ctx, func(ctx context.Context, db *redis.Client) error {
		found = append(found, look{ctx, db, s.wait, db.Options().Addr}.all()...)
		return nil
	})
	if err != nil {
		found = append(found, unreachable(err))
	}
	return found
}

// Probe connects for the moment and looks as Store.Probe does. It creates
// nothing.
func (c Config) Probe(ctx context.Context) []store.Finding {
	s, err := c.reach(ctx)
	if err != nil {
		return []store.Finding{unreachable(err)}
	}
	defer s.servers.Close()
	return s.Probe(ctx)
}

// Load reads a stream without opening the store. A store that was not created
// has none.
func (c Config) Load(ctx context.Context, id stream.ID, after int) ([]stream.Record, error) {
	s, err := c.reach(ctx)
	if err != nil {
		return nil, err
	}
	defer s.servers.Close()
	about := s.prefix + ":about"
	db, err := s.servers.holder(ctx, about)
	if err != nil {
		return nil, err
	}
	buckets, err := db.HGet(ctx, about, "buckets").Int()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil || buckets < 1 {
		return nil, fmt.Errorf("reading the redis store: it has %d buckets: %w", buckets, err)
	}
	s.buckets = buckets
	return s.Load(ctx, id, after)
}

func unreachable(err error) store.Finding {
	f := store.Finding{Text: err.Error() + ".", Fails: true, Remedy: "Start it, or correct store: redis://user:password@host:port/0, rediss:// for TLS."}
	if said := err.Error(); strings.Contains(said, "NOAUTH") || strings.Contains(said, "WRONGPASS") || strings.Contains(said, "invalid username-password") {
		f.Remedy = "Correct user and password in store: redis://user:password@host:port/0."
	}
	return f
}

// look is a look at one server.
type look struct {
	ctx   context.Context
	db    *redis.Client
	wait  int // how many replicas every write waits for
	where string
}

func (l look) say(format string, args ...any) store.Finding {
	return store.Finding{Text: "redis at " + l.where + ": " + fmt.Sprintf(format, args...)}
}

func (l look) all() []store.Finding {
	found := l.settings()
	info, err := l.db.Info(l.ctx).Result()
	if err != nil {
		f := l.say("INFO is refused (%v), so its role, its disk and its replicas cannot be seen.", err)
		f.Remedy = "Allow this user INFO (ACL SETUSER … +info)."
		return append(found, f)
	}
	return append(found, l.state(facts(info))...)
}

// settings reads what the server is set to.
func (l look) settings() []store.Finding {
	var found []store.Finding
	for _, d := range durable {
		is, err := l.db.ConfigGet(l.ctx, d.setting).Result()
		if err != nil || len(is) == 0 {
			f := l.say("its settings cannot be seen (CONFIG is refused), so nobody knows what a crash loses.")
			f.Remedy = "Allow this user CONFIG GET, or have your provider confirm: appendonly yes, appendfsync always, maxmemory-policy noeviction."
			return []store.Finding{f}
		}
		if got := is[d.setting]; got != d.want {
			f := l.say("%s is %q: %s.", d.setting, got, d.otherwise)
			f.Remedy = fmt.Sprintf("CONFIG SET %s %s, and CONFIG REWRITE or the same in redis.conf.", d.setting, d.want)
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		found = append(found, l.say("every commit is on the disk before its answer (appendonly, appendfsync always), and nothing is evicted."))
	}
	return found
}

// oldest is the version of Redis that the scripts need.
const oldest = "6.2"

// state judges what INFO says.
func (l look) state(is map[string]string) []store.Finding {
	fails := func(remedy, format string, args ...any) store.Finding {
		f := l.say(format, args...)
		f.Remedy, f.Fails = remedy, true
		return f
	}
	var found []store.Finding
	if is["role"] == "slave" {
		found = append(found, fails("Name the server that replicas follow in store.", "it is a replica (of %s) and takes no writes.", is["master_host"]))
	}
	if older(is["redis_version"], oldest) {
		found = append(found, fails("Run Redis "+oldest+" or newer, or Valkey.", "version %s is older than %s.", is["redis_version"], oldest))
	}
	if is["loading"] == "1" {
		found = append(found, fails("Wait until it has read its file.", "it is loading its data."))
	}
	for _, f := range [][2]string{{"aof_last_write_status", "its append-only file"}, {"rdb_last_bgsave_status", "its snapshot"}} {
		if v := is[f[0]]; v != "" && v != "ok" {
			found = append(found, fails("See its log: most often its disk is full.", "it could not write %s.", f[1]))
		}
	}
	used, _ := strconv.ParseFloat(is["used_memory"], 64) // none where it does not say
	if most, _ := strconv.ParseFloat(is["maxmemory"], 64); most > 0 && used > 0.9*most {
		f := l.say("%.0f %% of maxmemory is used: a full server takes no commits.", 100*used/most)
		f.Remedy = "Give it more memory (maxmemory)."
		found = append(found, f)
	}
	return append(found, l.followers(is))
}

// followers judges the replicas against what writes need.
func (l look) followers(is map[string]string) store.Finding {
	here, _ := strconv.Atoi(is["connected_slaves"]) // none where it does not say
	needed, why := l.wait, "every write waits for %d"
	if set, err := l.db.ConfigGet(l.ctx, "min-replicas-to-write").Result(); err == nil {
		if n, _ := strconv.Atoi(set["min-replicas-to-write"]); n > needed {
			needed, why = n, "it refuses writes below %d (min-replicas-to-write)"
		}
	}
	if here < needed {
		f := l.say("%d replicas are connected, and "+why+".", here, needed)
		f.Remedy, f.Fails = "Start the replicas, or lower the number.", true
		return f
	}
	if here == 0 {
		return l.say("no replica follows it: what its disk loses is lost.")
	}
	return l.say("%d replicas follow it.", here)
}

// facts reads an INFO answer: key:value, one to a line.
func facts(info string) map[string]string {
	is := map[string]string{}
	for line := range strings.Lines(info) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			is[key] = value
		}
	}
	return is
}

// older compares the first two numbers of two versions. One that cannot be read
// is not older.
func older(version, than string) bool {
	number := func(v string, i int) int {
		parts := strings.Split(v, ".")
		if i >= len(parts) {
			return 0
		}
		n, err := strconv.Atoi(parts[i])
		if err != nil {
			return 1 << 20
		}
		return n
	}
	for i := range 2 {
		if a, b := number(version, i), number(than, i); a != b {
			return version != "" && a < b
		}
	}
	return false
}
