package redis_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"drumbeat/incident/stream"
	"drumbeat/store"
	"drumbeat/store/redis"
)

var (
	noon  = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	slack = map[string]int{"slack": 10}
)

// first is the first record of a stream, under a key, with one delivery.
func first(name, key string) store.Batch {
	id := stream.ID{Workspace: "main", Kind: "incident", Name: name}
	r := stream.Record{Stream: id, Seq: 1, Meta: stream.Meta{At: noon, Key: key}, Kind: "noted", Data: json.RawMessage(`{"n":1}`)}
	return store.Batch{
		Stream: id, Records: []stream.Record{r},
		Deliveries: []stream.Delivery{{ID: stream.DeliveryID(r, "post"), Stream: id, To: "slack"}},
		Summary:    stream.Summary{At: noon, Open: true, Data: json.RawMessage(`{}`)},
	}
}

func commit(t testing.TB, s store.Store, b store.Batch) {
	t.Helper()
	if err := s.Commit(context.Background(), b); err != nil {
		t.Fatal(err)
	}
}

func claim(t testing.TB, s store.Store, now time.Time) []store.Lease {
	t.Helper()
	got, err := s.Claim(context.Background(), now, time.Minute, slack)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func wantRecords(t testing.TB, s store.Store, b store.Batch, want int) {
	t.Helper()
	got, err := s.Load(context.Background(), b.Stream, 0)
	if err != nil || len(got) != want {
		t.Errorf("records of %s: got %d and %v, want %d", b.Stream, len(got), err, want)
	}
}

func wantDuplicate(t testing.TB, err error, key string, has stream.ID) {
	t.Helper()
	var got *store.DuplicateError
	if !errors.As(err, &got) || *got != (store.DuplicateError{Key: key, Stream: has}) {
		t.Errorf("got %v, want that %q is done in %s", err, key, has)
	}
}

// everywhere runs a test over the stand-in and, without -short, over a Redis of
// its own, whose scripts nobody else flushes.
func everywhere(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("in process", func(t *testing.T) {
		t.Parallel()
		test(t, mini(t))
	})
	if !testing.Short() {
		t.Run("redis", func(t *testing.T) {
			t.Parallel()
			test(t, own(t).url())
		})
	}
}

func TestScriptsAreLoadedAgain(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, url string) {
		s, c := open(t, redis.Config{URL: url, Prefix: fresh()}), client(t, url)
		forget := func() {
			t.Helper()
			if err := c.ScriptFlush(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
		}
		forget()
		commit(t, s, first("1", "k"))
		forget()
		got := claim(t, s, noon)
		if len(got) != 1 {
			t.Fatalf("claimed %d, want 1", len(got))
		}
		forget()
		if err := s.Settle(t.Context(), store.Outcome{Delivery: got[0].Delivery.ID, Token: got[0].Token, Result: store.Done}); err != nil {
			t.Error(err)
		}
		forget()
		if got, err := s.List(t.Context(), store.Query{Workspace: "main"}); err != nil || len(got) != 1 {
			t.Errorf("listed %d and %v, want 1", len(got), err)
		}
		if got := claim(t, s, noon.Add(time.Hour)); len(got) != 0 {
			t.Errorf("claimed %d after it was settled, want none", len(got))
		}
	})
}

func TestLostAnswers(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, url string) {
		addr := strings.TrimSuffix(strings.TrimPrefix(url, "redis://"), "/0")
		p := newProxy(t, addr)
		s := open(t, redis.Config{URL: p.url(), Prefix: fresh()})
		commit(t, s, first("0", "")) // so that the server has the scripts: NOSCRIPT is no effect
		if _, err := s.Claim(t.Context(), noon, time.Minute, nil); err != nil {
			t.Fatal(err)
		}
		lost := func(b store.Batch) {
			t.Helper()
			p.lose.Store(true)
			defer p.lose.Store(false)
			err := s.Commit(t.Context(), b)
			if err == nil || errors.Is(err, store.ErrConflict) || errors.As(err, new(*store.DuplicateError)) {
				t.Errorf("commit whose answer was lost: got %v, want an unknown outcome", err)
			}
		}
		keyed, bare := first("1", "k"), first("2", "")
		lost(keyed)
		wantDuplicate(t, s.Commit(t.Context(), keyed), "k", keyed.Stream)
		wantRecords(t, s, keyed, 1)
		lost(bare)
		if err := s.Commit(t.Context(), bare); !errors.Is(err, store.ErrConflict) {
			t.Errorf("the same batch without a key: got %v, want ErrConflict", err)
		}
		wantRecords(t, s, bare, 1)

		p.lose.Store(true)
		if got, err := s.Claim(t.Context(), noon, time.Minute, slack); err == nil {
			t.Errorf("claim whose answer was lost: got %d leases", len(got))
		}
		p.lose.Store(false)
		if got := claim(t, s, noon.Add(59*time.Second)); len(got) != 0 {
			t.Errorf("claimed %d while the lost leases ran, want none", len(got))
		}
		got := claim(t, s, noon.Add(time.Minute))
		if len(got) != 3 {
			t.Fatalf("claimed %d, want 3", len(got))
		}
		for _, l := range got {
			if !l.Doubt || l.Lost != 1 || l.Attempt != 2 {
				t.Errorf("%s: got doubt %t, lost %d, attempt %d, want true, 1, 2", l.Delivery.ID, l.Doubt, l.Lost, l.Attempt)
			}
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	url := mini(t)
	open(t, redis.Config{URL: url, Prefix: "seven", Buckets: 7})
	open(t, redis.Config{URL: url, Prefix: "seven"}) // takes what is there
	if err := client(t, url).HSet(t.Context(), "newer:about", "form", "2", "buckets", 1).Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		config redis.Config
		want   string
	}{
		{"another number of buckets", redis.Config{URL: url, Prefix: "seven", Buckets: 8}, "created with 7 buckets, not 8"},
		{"a newer form", redis.Config{URL: url, Prefix: "newer"}, `form "2"`},
		{"too many buckets", redis.Config{URL: url, Buckets: 101}, "1 to 100"},
		{"fewer than none", redis.Config{URL: url, Buckets: -1}, "1 to 100"},
		{"waiting for fewer than none", redis.Config{URL: url, Wait: -1}, "0 or more"},
		{"braces", redis.Config{URL: url, Prefix: "a{b}"}, "braces"},
		{"no url", redis.Config{}, "redis url"},
		{"another scheme", redis.Config{URL: "http://:s3cret@localhost"}, "redis url"},
		{"a url that does not parse", redis.Config{URL: "redis://:s3cret%@localhost:1:s3cret"}, "redis url"},
		{"nobody there", redis.Config{URL: "redis://:s3cret@127.0.0.1:1/0"}, "opening the redis store"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := redis.Open(t.Context(), c.config)
			if err == nil {
				_ = s.Close()
				t.Fatal("opened")
			}
			if got := err.Error(); !strings.Contains(got, c.want) || strings.Contains(got, "s3cret") {
				t.Errorf("got %q, want %q in it and no secret", got, c.want)
			}
		})
	}
}

func TestDamageIsAnError(t *testing.T) {
	t.Parallel()
	url := mini(t)
	s, c := open(t, redis.Config{URL: url}), client(t, url)
	commit(t, s, first("1", ""))
	for _, body := range []string{"", "{}", "x\n{}", "[]\n"} {
		if err := c.LSet(t.Context(), "drumbeat:{b00}:log:main/incident/1", 0, body).Err(); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Load(t.Context(), first("1", "").Stream, 0); err == nil {
			t.Errorf("record %q: got %+v, want an error", body, got)
		}
		if err := c.HSet(t.Context(), "drumbeat:{b00}:sum:main/incident/1", "body", body).Err(); err != nil {
			t.Fatal(err)
		}
		if got, err := s.List(t.Context(), store.Query{Workspace: "main"}); err == nil {
			t.Errorf("summary %q: got %+v, want an error", body, got)
		}
	}
}

// What the conformance suite holds of several workspaces together (one order
// of claims, one batch that settles in both) is only within a bucket.
func TestWorkspacesSpreadOverBuckets(t *testing.T) {
	t.Parallel()
	url := mini(t)
	s := open(t, redis.Config{URL: url, Buckets: 4})
	for i := range 20 {
		b := first("1", "")
		b.Stream.Workspace = fmt.Sprint("w", i)
		b.Records[0].Stream, b.Deliveries[0].Stream = b.Stream, b.Stream
		b.Deliveries[0].ID = stream.DeliveryID(b.Records[0], "post")
		b.Deliveries[0].Urgent = i%5 == 0
		commit(t, s, b)
	}
	got := map[string]int{}
	keys, err := client(t, url).Keys(t.Context(), "drumbeat:{*:log:*").Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		got[k[:len("drumbeat:{b00}")]]++
	}
	if len(got) != 4 {
		t.Errorf("streams by bucket: got %v, want all of 4", got)
	}
	var urgent []bool
	for range 2 {
		for _, l := range claim(t, s, noon) {
			urgent = append(urgent, l.Delivery.Urgent)
		}
	}
	want := append([]bool{true, true, true, true}, make([]bool, 16)...)
	if diff := cmp.Diff(want, urgent); diff != "" {
		t.Errorf("urgent of two claims of 10 (-want +got)\n%s", diff)
	}
	foreign := first("2", "")
	for i := range 20 {
		foreign.Settle = append(foreign.Settle, store.Outcome{Delivery: fmt.Sprintf("w%d/incident/1/1/post", i), Result: store.Done})
	}
	if err := s.Commit(t.Context(), foreign); err == nil || !strings.Contains(err.Error(), "another bucket") {
		t.Errorf("settling in all buckets at once: got %v", err)
	}
}

// TestExpiredTakeNoPlaceInAnyBucket has one place, and what needs none in every
// bucket before it.
func TestExpiredTakeNoPlaceInAnyBucket(t *testing.T) {
	t.Parallel()
	s := open(t, redis.Config{URL: mini(t), Buckets: 4})
	for i := range 20 {
		b := first("1", "")
		b.Stream.Workspace = fmt.Sprint("w", i)
		b.Records[0].Stream, b.Deliveries[0].Stream = b.Stream, b.Stream
		b.Deliveries[0].ID = stream.DeliveryID(b.Records[0], "post")
		b.Deliveries[0].Urgent = true
		b.Deliveries[0].NotAfter = noon
		last := b.Deliveries[0]
		last.ID, last.NotAfter, last.Urgent = stream.DeliveryID(b.Records[0], "last"), noon.Add(time.Second), false
		b.Deliveries = append(b.Deliveries, last)
		commit(t, s, b)
	}
	got, err := s.Claim(t.Context(), noon.Add(time.Second), time.Minute, map[string]int{"slack": 1})
	if err != nil || len(got) != 21 || !strings.HasSuffix(got[20].Delivery.ID, "/last") {
		t.Errorf("claimed %d and %v, want the 20 that are late and, last, one that is not", len(got), err)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, url string) {
		s := open(t, redis.Config{URL: url, Prefix: fresh()})
		before := time.Now().Truncate(time.Microsecond)
		got, err := s.Clock(t.Context())
		if err != nil || got.Before(before) || got.After(time.Now()) || got.Location() != time.UTC {
			t.Errorf("got %v and %v, want now, in UTC", got, err)
		}
	})
}

// FuzzValues sends whatever a record and a delivery may hold there and back.
func FuzzValues(f *testing.F) {
	f.Add("k", "noted", []byte(`{"a":1}`), "slot", int64(0))
	f.Add("\x00\n", "", []byte("\n\n"), "{}\x1f", int64(-1<<63))
	f.Add("next/", "é", []byte(nil), "a/b", int64(1<<62))
	s := open(f, redis.Config{URL: mini(f)})
	n := 0
	f.Fuzz(func(t *testing.T, key, kind string, data []byte, slot string, nanoseconds int64) {
		key, kind, slot = strings.ToValidUTF8(key, ""), strings.ToValidUTF8(kind, ""), strings.ToValidUTF8(slot, "")
		n++
		b := first(fmt.Sprint(n), key)
		b.Stream.Workspace = fmt.Sprint("w", n)
		b.Records[0].Stream, b.Deliveries[0].Stream = b.Stream, b.Stream
		b.Records[0].At, b.Records[0].Kind, b.Records[0].Data = time.Unix(0, nanoseconds).UTC(), kind, nil
		if len(data) > 0 {
			b.Records[0].Data = data
		}
		b.Deliveries[0].ID, b.Deliveries[0].Slot = b.Stream.String()+"/1/"+slot, slot
		b.Summary.Tags = []string{slot}
		commit(t, s, b)
		got, err := s.Load(t.Context(), b.Stream, 0)
		if diff := cmp.Diff(b.Records, got); diff != "" || err != nil {
			t.Errorf("records: %v (-want +got)\n%s", err, diff)
		}
		if slot == "" {
			return // an empty tag selects all
		}
		listed, err := s.List(t.Context(), store.Query{Workspace: b.Stream.Workspace, Tag: slot})
		if err != nil || len(listed) != 1 {
			t.Errorf("listed %d and %v, want 1", len(listed), err)
		}
		leases := claim(t, s, noon)
		if len(leases) != 1 {
			t.Fatalf("claimed %d, want 1", len(leases))
		}
		if diff := cmp.Diff(b.Deliveries[0], leases[0].Delivery); diff != "" {
			t.Errorf("delivery (-want +got)\n%s", diff)
		}
		if !leases[0].Queued.Equal(b.Records[0].At) {
			t.Errorf("queued: got %v, want %v", leases[0].Queued, b.Records[0].At)
		}
		commit(t, s, store.Batch{Stream: b.Stream, Settle: []store.Outcome{{Delivery: leases[0].Delivery.ID, Result: store.Done}}})
	})
}
