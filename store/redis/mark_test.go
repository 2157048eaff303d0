package redis_test

import (
	"fmt"
	"strings"
	"testing"

	"drumbeat/store"
	"drumbeat/store/redis"
)

func mark(t *testing.T, s *redis.Store) {
	t.Helper()
	if err := s.Mark(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
}

func foreign(t *testing.T, s *redis.Store) bool {
	t.Helper()
	m, err := s.Marked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return m.Foreign
}

// goBack puts the number of the newest mark back, as an older state of the
// server has it.
func goBack(t *testing.T, url, prefix string, n int) {
	t.Helper()
	if err := client(t, url).HIncrBy(t.Context(), prefix+":mark", "n", int64(-n)).Err(); err != nil {
		t.Fatal(err)
	}
}

func TestAStoreThatGoesBackWhileABotRunsIsForeign(t *testing.T) {
	t.Parallel()
	url, prefix := mini(t), fresh()
	s := open(t, redis.Config{URL: url, Prefix: prefix})
	for range 50 {
		mark(t, s)
	}
	goBack(t, url, prefix, 10) // as much as a fail-over may forget
	if foreign(t, s) {
		t.Error("after a fail-over: it is foreign")
	}
	goBack(t, url, prefix, 1)
	if !foreign(t, s) {
		t.Error("an older state: it is not foreign")
	}
	mark(t, s)
	if foreign(t, s) {
		t.Error("after it was marked: it is foreign still")
	}
	client(t, url).FlushDB(t.Context())
	if m, err := s.Marked(t.Context()); err != nil || m != (store.Mark{Foreign: true}) {
		t.Errorf("all is gone: got %+v and %v, want a foreign one", m, err)
	}
}

func TestReplicasMayNameTheStoreByTwoAddresses(t *testing.T) {
	t.Parallel()
	url, prefix := mini(t), fresh()
	a := open(t, redis.Config{URL: url, Prefix: prefix})
	mark(t, a)
	b := open(t, redis.Config{URL: strings.Replace(url, "127.0.0.1", "localhost", 1), Prefix: prefix})
	if !foreign(t, b) {
		t.Error("at another address: it is not foreign")
	}
	for range 20 {
		mark(t, b)
		mark(t, a)
	}
	if foreign(t, a) || foreign(t, b) {
		t.Error("two addresses in turn: it is foreign")
	}
}

func TestPlacesDoNotPileUp(t *testing.T) {
	t.Parallel()
	url, prefix := mini(t), fresh()
	db := client(t, url)
	s := open(t, redis.Config{URL: url, Prefix: prefix})
	mark(t, s)
	for i := range 30 {
		db.HSet(t.Context(), prefix+":mark", fmt.Sprintf("place/%02d", i), 100+i)
	}
	mark(t, s)
	got := db.HLen(t.Context(), prefix+":mark").Val()
	if want := int64(2 + 10); got != want || foreign(t, s) || !db.HExists(t.Context(), prefix+":mark", "place/29").Val() {
		t.Errorf("got %d fields, want %d, its own and the newest among them", got, want)
	}
}

// A bot that outlives its server's fail-over, and the promoted server, know
// each other's marks.
func TestARestartedServerIsNotForeign(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	r := own(t, "--appendonly", "yes", "--appendfsync", "always")
	s := open(t, redis.Config{URL: r.url()})
	for range 3 {
		mark(t, s)
	}
	r.kill()
	if err := r.start(); err != nil {
		t.Fatal(err)
	}
	m, err := s.Marked(t.Context())
	for range 5 { // connections that died with the server
		if err == nil {
			break
		}
		m, err = s.Marked(t.Context())
	}
	if err != nil || m.Foreign || !m.At.Equal(noon) {
		t.Errorf("got %+v and %v, want the mark of noon", m, err)
	}
}
