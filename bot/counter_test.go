package bot_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"drumbeat/bot"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

var (
	one       = stream.ID{Workspace: "main", Kind: "counter", Name: "1"}
	two       = one.Of("counter", "2")
	t0        = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	ann       = stream.Actor{ID: "U1", Name: "Ann"}
	errBroken = errors.New("connection reset")
	quiet     = slog.New(slog.NewTextHandler(io.Discard, nil))
)

// counter is a toy kind of stream: numbers are added, and each asks for the
// deliveries that its command carries.
type counter struct {
	Total   int
	Told    []string // "result about attempt problem ref"
	Numbers map[string]int
}

// add is the counter's command. Max refuses what goes beyond it.
type add struct {
	N      int               `json:"n"`
	Max    int               `json:"max,omitempty"`
	Times  int               `json:"times,omitempty"` // records; 0 = 1
	Ask    []stream.Delivery `json:"ask,omitempty"`   // IDs are steps
	Name   string            `json:"name,omitempty"`
	Break  string            `json:"break,omitempty"` // "decide", "apply", "react"
	Idle   bool              `json:"idle,omitempty"`  // decides nothing
	result *stream.Settled
}

type rules struct{}

func (rules) Decide(s counter, c add, _ stream.Meta) ([]stream.Record, error) {
	switch {
	case c.result != nil:
		data, err := json.Marshal(c.result)
		return []stream.Record{{Kind: c.result.Result, Data: data}}, err
	case c.Break == "decide":
		panic("decide broke")
	case c.Idle:
		return nil, nil
	case c.Max > 0 && s.Total+c.N > c.Max:
		return nil, stream.Refuse("%d is too much", s.Total+c.N)
	}
	var out []stream.Record
	for range max(1, c.Times) {
		data, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		out = append(out, stream.Record{Kind: "added", Data: data})
	}
	return out, nil
}

func (rules) Apply(s counter, r stream.Record) (counter, error) {
	if r.Kind != "added" {
		var d stream.Settled
		if err := json.Unmarshal(r.Data, &d); err != nil {
			return s, err
		}
		line := fmt.Sprintf("%s %s %d %s %s", r.Kind, d.About, d.Attempt, d.Ref, d.Problem)
		s.Told = append(slices.Clip(s.Told), strings.TrimSpace(line))
		return s, nil
	}
	var c add
	if err := json.Unmarshal(r.Data, &c); err != nil {
		return s, err
	}
	if c.Break == "apply" {
		panic("apply broke")
	}
	s.Total += c.N
	s.Numbers = maps.Clone(s.Numbers)
	if s.Numbers == nil {
		s.Numbers = map[string]int{}
	}
	s.Numbers[c.Name]++
	return s, nil
}

func (rules) React(s counter, r stream.Record) (out []stream.Delivery) {
	var c add
	if r.Kind != "added" || json.Unmarshal(r.Data, &c) != nil {
		return nil
	}
	if c.Break == "react" {
		var m map[string]int
		m["react broke"]++
	}
	for _, d := range c.Ask {
		d.ID = stream.DeliveryID(r, d.ID)
		if d.About == "total" {
			d.Args = map[string]string{"total": fmt.Sprint(s.Total)}
		}
		out = append(out, d)
	}
	return out
}

func (rules) Summarize(s counter) stream.Summary {
	return stream.Summary{Tags: []string{fmt.Sprintf("total:%d", s.Total)}}
}

func decode(name string, data []byte) (c add, err error) {
	if name != "add" {
		return c, fmt.Errorf("%q is no command", name)
	}
	return c, json.Unmarshal(data, &c)
}

func settled(s stream.Settled) add { return add{result: &s} }

func counters() bot.Kind { return bot.KindOf("counter", rules{}, decode, settled) }

func newBot(s store.Store) *bot.Bot {
	return bot.New(bot.Config{Store: s, Kinds: []bot.Kind{counters()}, Log: quiet})
}

// do carries out an add by a person; it must succeed.
func do(t *testing.T, b *bot.Bot, id stream.ID, c add) bot.Result {
	t.Helper()
	r, err := b.Do(t.Context(), command(id, "", c))
	if err != nil {
		t.Fatalf("do %+v on %s: %v", c, id, err)
	}
	return r
}

func command(id stream.ID, key string, c add) bot.Command {
	return bot.Command{Stream: id, Meta: stream.Meta{At: t0, By: ann, Key: key}, Value: c}
}

// state is the counter as a Bot that remembers nothing sees it.
func state(t *testing.T, s store.Store, id stream.ID) counter {
	t.Helper()
	got, _, err := newBot(s).State(t.Context(), id)
	if err != nil {
		t.Fatalf("state of %s: %v", id, err)
	}
	return got.(counter)
}

// later makes the delivery that adds n to a stream at a time.
func later(step string, from, to stream.ID, c add, at time.Time) stream.Delivery {
	data, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	d := stream.CommandTo(step, from, to, "add", data)
	d.NotBefore = at
	return d
}

// crowd runs f n times at once and waits for all.
func crowd(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}
