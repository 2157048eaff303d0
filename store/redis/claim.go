package redis

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"drumbeat/store"
)

// Claim implements store.Store. Of several buckets, all that is urgent comes
// before the rest; which bucket is asked first changes with every call, so
// that none waits behind a full one. When some buckets fail, what the others
// gave is handed out and the next call tells.
func (s *Store) Claim(ctx context.Context, now time.Time, hold time.Duration, free map[string]int) ([]store.Lease, error) {
	rounds := []string{"10"}
	if s.buckets > 1 {
		rounds = []string{"1", "0"}
	}
	c := claim{
		now: now, until: now.Add(hold), token: rand.Text(),
		free: maps.Clone(free), names: slices.Sorted(maps.Keys(free)),
	}
	var failed error
	first := s.turn.Add(1)
	for _, which := range rounds {
		for i := range s.buckets {
			bucket := int((first + int64(i)) % int64(s.buckets))
			answer, err := s.run(ctx, claimScript, bucket, c.args(which)...)
			if err == nil {
				err = c.read(answer)
			}
			failed = cmp.Or(failed, err)
		}
	}
	if len(c.claimed) == 0 && failed != nil {
		return nil, fmt.Errorf("claiming: %w", failed)
	}
	return c.leases(), nil
}

// claim is one call of Claim on its way through the buckets.
type claim struct {
	now, until time.Time
	token      string
	free       map[string]int
	names      []string // of free, so that far ends are asked in order
	claimed    []claimed
}

// claimed is a lease and what orders it.
type claimed struct {
	store.Lease
	urgent, due, order string
}

// args writes the ARGV of claim.lua.
func (c *claim) args(which string) []any {
	args := []any{instant(c.now), instant(c.until), c.token, which}
	for _, to := range c.names {
		args = append(args, to, max(c.free[to], 0))
	}
	return args
}

// read takes what claim.lua answers, and the places that it took.
func (c *claim) read(answer []any) error {
	for _, a := range answer {
		f, err := texts(a)
		if err != nil {
			return err
		}
		if len(f) != 10 {
			return fmt.Errorf("redis answered a lease of %d fields", len(f))
		}
		l := claimed{urgent: f[5], due: f[6], order: f[7]}
		if l.Lease, err = c.lease(f); err != nil {
			return err
		}
		if f[9] == "1" {
			c.free[l.Delivery.To]--
		}
		c.claimed = append(c.claimed, l)
	}
	return nil
}

func (c *claim) lease(f []string) (store.Lease, error) {
	l := store.Lease{Token: c.token, Until: c.until.UTC().Round(0), Doubt: f[3] == "1"}
	if err := json.Unmarshal([]byte(f[0]), &l.Delivery); err != nil {
		return l, fmt.Errorf("delivery: %w", err)
	}
	var err error
	if l.Attempt, err = strconv.Atoi(f[1]); err != nil {
		return l, fmt.Errorf("attempt of %s: %w", l.Delivery.ID, err)
	}
	if l.Lost, err = strconv.Atoi(f[2]); err != nil {
		return l, fmt.Errorf("losses of %s: %w", l.Delivery.ID, err)
	}
	if l.Queued, err = parseStamp(f[4]); err != nil {
		return l, fmt.Errorf("commit of %s: %w", l.Delivery.ID, err)
	}
	if l.Delivery.NotBefore, err = parseStamp(f[8]); err != nil {
		return l, fmt.Errorf("time of %s: %w", l.Delivery.ID, err)
	}
	return l, nil
}

// leases gives all in the contract's order. Places that two buckets took at the
// same time are compared by number, which is as good as any.
func (c *claim) leases() []store.Lease {
	slices.SortFunc(c.claimed, func(a, b claimed) int {
		return cmp.Or(cmp.Compare(b.urgent, a.urgent), cmp.Compare(a.due, b.due), cmp.Compare(a.order, b.order))
	})
	var all []store.Lease
	for _, l := range c.claimed {
		all = append(all, l.Lease)
	}
	return all
}

// Settle implements store.Store.
func (s *Store) Settle(ctx context.Context, o store.Outcome) error {
	args, err := appendOutcome(nil, o)
	if err != nil {
		return err
	}
	if _, err := s.run(ctx, settleScript, s.home(o.Delivery), args...); err != nil {
		return fmt.Errorf("settling %s: %w", o.Delivery, err)
	}
	return nil
}

// appendOutcome writes an outcome as the scripts take it.
func appendOutcome(args []any, o store.Outcome) ([]any, error) {
	words := map[store.Result]string{
		store.Done: "done", store.Retry: "retry", store.Unknown: "unknown", store.Dead: "dead",
	}
	word, ok := words[o.Result]
	if !ok {
		return nil, fmt.Errorf("settling %s: there is no result %d", o.Delivery, o.Result)
	}
	return append(args, o.Delivery, o.Token, word, stamp(o.At)), nil
}
