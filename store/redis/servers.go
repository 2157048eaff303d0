package redis

import (
	"context"
	"fmt"
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
