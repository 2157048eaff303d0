package redis_test

import (
	"strings"
	"testing"

	"drumbeat/store"
	"drumbeat/store/redis"
	"drumbeat/store/storetest"
)

// handle is a store that knows how to be opened again.
type handle struct {
	*redis.Store
	config redis.Config
}

func backend(config func(*testing.T) redis.Config) storetest.Backend {
	beside := func(t *testing.T, s store.Store) store.Store {
		c := s.(handle).config
		return handle{open(t, c), c}
	}
	return storetest.Backend{
		Open: func(t *testing.T) store.Store {
			c := config(t)
			return handle{open(t, c), c}
		},
		Reopen: func(t *testing.T, s store.Store) store.Store {
			if err := s.Close(); err != nil {
				t.Errorf("closing: %v", err)
			}
			return beside(t, s)
		},
		Beside: beside,
	}
}

func TestConformanceInProcess(t *testing.T) {
	t.Parallel()
	storetest.Run(t, backend(func(t *testing.T) redis.Config { return redis.Config{URL: mini(t)} }))
}

func TestConformance(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // the stand-in is tried
	}
	url := running(t).url()
	b := backend(func(*testing.T) redis.Config { return redis.Config{URL: url, Prefix: fresh()} })
	b.Copy = func(t *testing.T, s store.Store) store.Store {
		c := s.(handle).config
		c.URL = strings.TrimSuffix(c.URL, "0") + "1"
		for _, key := range client(t, url).Keys(t.Context(), c.Prefix+":*").Val() {
			if err := client(t, url).Copy(t.Context(), key, key, 1, false).Err(); err != nil {
				t.Fatal(err)
			}
		}
		return handle{open(t, c), c}
	}
	storetest.Run(t, b)
}
