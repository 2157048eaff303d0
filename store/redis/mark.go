package redis

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/store"

	"github.com/redis/go-redis/v9"
)

const (
	// maxPlaces is how many addresses of one store are remembered.
	maxPlaces = 10
	// slack is how many marks a server may lose without being an older one: a
	// fail-over forgets the last seconds, and each bot marks once a minute.
	slack = 10
)

// placeOf names a store by the address at which it was configured, without
// what proves who may use it.
func placeOf(o *redis.Options, prefix string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%s", o.Addr, o.DB, prefix))
	return "place/" + hex.EncodeToString(sum[:8])
}

// Marked implements store.Marker.
func (s *Store) Marked(ctx context.Context) (store.Mark, error) {
	is, err := s.marks(ctx)
	if err != nil {
		return store.Mark{}, fmt.Errorf("reading the mark: %w", err)
	}
	m := store.Mark{Foreign: number(is["n"])+slack < s.seen.Load()}
	if len(is) > 0 {
		m.At = time.Unix(0, number(is["at"])).UTC()
		m.Foreign = m.Foreign || is[s.place] == ""
	}
	return m, nil
}

// Mark implements store.Marker. Replicas may name one store by different
// addresses, so it keeps several places, each with the number of its mark.
func (s *Store) Mark(ctx context.Context, now time.Time) error {
	if err := s.mark(ctx, now); err != nil {
		return fmt.Errorf("writing the mark: %w", err)
	}
	return nil
}

func (s *Store) mark(ctx context.Context, now time.Time) error {
	key := s.prefix + ":mark"
	db, err := s.servers.holder(ctx, key)
	if err != nil {
		return err
	}
	is, err := s.marks(ctx)
	if err != nil {
		return err
	}
	var n *redis.IntCmd
	_, err = db.TxPipelined(ctx, func(p redis.Pipeliner) error {
		n = p.HIncrBy(ctx, key, "n", 1)
		p.HSet(ctx, key, "at", now.UnixNano(), s.place, number(is["n"])+1)
		if old := s.old(is); len(old) > 0 {
			p.HDel(ctx, key, old...)
		}
		return nil
	})
	if err != nil {
		s.servers.failed(ctx)
		return failure(err)
	}
	s.seen.Store(n.Val())
	return nil
}

// marks is the hash of the mark; empty if there is none.
func (s *Store) marks(ctx context.Context) (map[string]string, error) {
	key := s.prefix + ":mark"
	db, err := s.servers.holder(ctx, key)
	if err != nil {
		return nil, err
	}
	is, err := db.HGetAll(ctx, key).Result()
	if err != nil {
		s.servers.failed(ctx)
	}
	return is, err
}

// old are the places that were not used for longest, beyond the most that are
// kept.
func (s *Store) old(is map[string]string) []string {
	places := slices.DeleteFunc(slices.Collect(maps.Keys(is)), func(f string) bool { return !strings.HasPrefix(f, "place/") || f == s.place })
	slices.SortFunc(places, func(a, b string) int { return cmp.Compare(number(is[b]), number(is[a])) })
	return places[min(len(places), maxPlaces-1):]
}

// number reads what this package wrote; what it did not is 0.
func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}
