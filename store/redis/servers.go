package redis

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// servers is one server, or a cluster of them.
type servers struct {
	one     *redis.Client // nil in a cluster
	cluster *redis.ClusterClient
}

// connect reaches the server and finds out whether it is one of a cluster.
func connect(ctx context.Context, o *redis.Options) (servers, error) {
	one := redis.NewClient(o)
	if err := one.Ping(ctx).Err(); err != nil {
		_ = one.Close() // the first error says more
		return servers{}, err
	}
	// Where INFO is forbidden or knows no such section, it is taken as alone.
	if info, err := one.Info(ctx, "cluster").Result(); err != nil || !strings.Contains(info, "cluster_enabled:1") {
		return servers{one: one}, nil
	}
	if err := one.Close(); err != nil {
		return servers{}, err
	}
	if o.DB != 0 {
		return servers{}, fmt.Errorf("it is a cluster, which has no database %d", o.DB)
	}
	return servers{cluster: redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: []string{o.Addr}, Username: o.Username, Password: o.Password, TLSConfig: o.TLSConfig,
		MaxRetries: o.MaxRetries, ContextTimeoutEnabled: o.ContextTimeoutEnabled, PoolSize: o.PoolSize,
		DialTimeout: o.DialTimeout, ReadTimeout: o.ReadTimeout, WriteTimeout: o.WriteTimeout,
		MaintNotificationsConfig: o.MaintNotificationsConfig,
	})}, nil
}

// holder is the server that has the key, and its slot's master.
func (s servers) holder(ctx context.Context, key string) (*redis.Client, error) {
	if s.one != nil {
		return s.one, nil
	}
	return s.cluster.MasterForKey(ctx, key)
}

// failed has a cluster looked at anew, since a call failed: a slot may have
// moved or a master be gone. The next call goes to the right place.
func (s servers) failed(ctx context.Context) {
	if s.cluster != nil {
		s.cluster.ReloadState(ctx)
	}
}

func (s servers) Close() error {
	if s.one != nil {
		return s.one.Close()
	}
	return s.cluster.Close()
}

// each calls f for every server that takes writes, one at a time.
func (s servers) each(ctx context.Context, f func(context.Context, *redis.Client) error) error {
	if s.one != nil {
		return f(ctx, s.one)
	}
	var mu sync.Mutex
	return s.cluster.ForEachMaster(ctx, func(ctx context.Context, db *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		return f(ctx, db)
	})
}

// durable is how a server must be set so that nothing that was committed is
// lost, and why.
var durable = []struct{ setting, want, otherwise string }{
	{"appendonly", "yes", "a restart forgets what was committed since the last snapshot"},
	{"appendfsync", "always", "a crash of the machine forgets what was just committed"},
	{"maxmemory-policy", "noeviction", "a full server deletes incidents to make room"},
}

// Durability says, in a sentence each, what of the servers' settings may lose a
// commit; nil is well. It fails where the server does not let its settings be
// read (CONFIG is forbidden), as hosted ones often do not.
func (s *Store) Durability(ctx context.Context) ([]string, error) {
	var problems []string
	err := s.servers.each(ctx, func(ctx context.Context, db *redis.Client) error {
		where := db.Options().Addr
		for _, d := range durable {
			is, err := db.ConfigGet(ctx, d.setting).Result()
			if err != nil {
				return err
			}
			if got := is[d.setting]; got != d.want {
				problems = append(problems, fmt.Sprintf("redis at %s: %s is %q, not %q: %s", where, d.setting, got, d.want, d.otherwise))
			}
		}
		if s.wait == 0 {
			return nil
		}
		info, err := db.Info(ctx, "replication").Result()
		if err != nil {
			return err
		}
		if got := replicas(info); got < s.wait {
			problems = append(problems, fmt.Sprintf("redis at %s: %d replicas are connected, and every write waits for %d", where, got, s.wait))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("asking redis how it keeps what is written: %w", err)
	}
	return problems, nil
}

// replicas reads how many are connected from an INFO answer.
func replicas(info string) int {
	_, rest, _ := strings.Cut(info, "connected_slaves:")
	number, _, _ := strings.Cut(rest, "\r\n")
	n, _ := strconv.Atoi(number) // none where it does not say
	return n
}
