package storetest

import (
	"fmt"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

// sum is a summary of a stream of "main", by its name.
func sum(kind, name string, when time.Time, open bool, tags ...string) stream.Summary {
	return stream.Summary{Stream: one.Of(kind, name), At: when, Open: open, Tags: tags}
}

// summarize commits one more record to the summary's stream.
func (k kit) summarize(s stream.Summary) {
	k.Helper()
	b := batch(s.Stream, k.seq(s.Stream), 1, at(0))
	b.Summary = s
	k.commit(b)
}

// wantNames lists, and wants these streams in this order.
func (k kit) wantNames(q store.Query, want ...string) []stream.Summary {
	k.Helper()
	all := k.list(q)
	var got []string
	for _, s := range all {
		got = append(got, s.Stream.Name)
	}
	k.same(fmt.Sprintf("listed by %+v", q), want, got)
	return all
}

func yes(b bool) *bool { return &b }

func revisions() []scenario {
	return []scenario{
		{"rev grows and says what changed since", revs},
		{"rev is each workspace's own", func(k kit) {
			k.commit(batch(one, 0, 1, at(0)))
			rev := k.list(store.Query{})[0].Rev
			k.commit(batch(far, 0, 1, at(0)))
			k.wantNames(store.Query{Rev: rev})
			if got := k.list(store.Query{Workspace: "other"}); len(got) != 1 || got[0].Rev < 1 {
				k.Errorf("the other workspace: got %+v, want one with a rev", got)
			}
		}},
	}
}

func lists() []scenario {
	return []scenario{
		{"a summary comes back as it was", func(k kit) {
			s := sum("incident", "1", at(5), true, "service:api", "channel:C1")
			s.Data = []byte(`{"title": "Ünïcödé <b>", "n":1}`)
			k.summarize(s)
			got := k.list(store.Query{})
			s.Seq, s.Rev = 1, got[0].Rev
			k.same("summaries", []stream.Summary{s}, got)
			if s.Rev < 1 {
				k.Errorf("rev: got %d, want at least 1", s.Rev)
			}
		}},
		{"the store fills in stream and seq", func(k kit) {
			b := batch(one, 0, 3, at(0))
			b.Summary = stream.Summary{At: at(1)}
			k.commit(b)
			got := k.list(store.Query{})[0]
			k.same("stream", one, got.Stream)
			k.same("seq", 3, got.Seq)
		}},
		{"newest first, then the greater name", func(k kit) {
			for _, s := range []stream.Summary{sum("incident", "2", at(5), true), sum("incident", "10", at(5), true),
				sum("alert", "3", at(5), true), sum("incident", "4", at(4), true), sum("incident", "5", at(6).Add(1), true),
				sum("incident", "6", at(6), true)} {
				k.summarize(s)
			}
			k.wantNames(store.Query{}, "5", "6", "2", "10", "3", "4")
		}},
		{"fields select together", selects},
		{"a new summary replaces the old one", func(k kit) {
			k.summarize(sum("incident", "1", at(5), true, "a:1", "b:1"))
			k.summarize(sum("incident", "1", at(5), true, "b:1", "c:1"))
			k.wantNames(store.Query{Tag: "a:1"})
			k.wantNames(store.Query{Tag: "c:1"}, "1")
			k.summarize(sum("incident", "1", at(7), false, "b:1", "c:1"))
			k.wantNames(store.Query{}, "1")
			k.wantNames(store.Query{Tag: "b:1"}, "1")
			k.wantNames(store.Query{Tag: "c:1", From: at(6)}, "1")
			k.wantNames(store.Query{Tag: "b:1", To: at(6)})
			k.wantNames(store.Query{Open: yes(true)})
		}},
		{"no workspace, nothing", func(k kit) {
			k.commit(batch(one, 0, 1, at(0)))
			got, err := k.s.List(k.ctx(), store.Query{})
			if err != nil || len(got) != 0 {
				k.Errorf("got %v, %v, want nothing", got, err)
			}
		}},
	}
}

func selects(k kit) {
	for _, s := range []stream.Summary{
		sum("incident", "1", at(1), true, "service:api", "severity:1"),
		sum("incident", "2", at(2), false, "service:api"),
		sum("incident", "3", at(3), true, "service:web"),
		sum("alert", "4", at(4), true, "service:api"),
		sum("alert", "5", at(5), false, "Service:api", "service:api2", "service"),
		{Stream: far, At: at(2), Open: true, Tags: []string{"service:api"}},
	} {
		k.summarize(s)
	}
	for _, c := range []struct {
		q    store.Query
		want []string
	}{
		{store.Query{}, []string{"5", "4", "3", "2", "1"}},
		{store.Query{Workspace: "other"}, []string{"1"}},
		{store.Query{Workspace: "none"}, nil},
		{store.Query{Kind: "incident"}, []string{"3", "2", "1"}},
		{store.Query{Kind: "none"}, nil},
		{store.Query{Open: yes(true)}, []string{"4", "3", "1"}},
		{store.Query{Open: yes(false)}, []string{"5", "2"}},
		{store.Query{Tag: "service:api"}, []string{"4", "2", "1"}},
		{store.Query{Tag: "service"}, []string{"5"}},
		{store.Query{Tag: "severity:1"}, []string{"1"}},
		{store.Query{Tag: "none"}, nil},
		{store.Query{From: at(3)}, []string{"5", "4", "3"}},
		{store.Query{To: at(3)}, []string{"2", "1"}},
		{store.Query{From: at(2), To: at(4)}, []string{"3", "2"}},
		{store.Query{From: at(4), To: at(2)}, nil},
		{store.Query{Tag: "service:api", Kind: "incident", Open: yes(true)}, []string{"1"}},
		{store.Query{Tag: "service:api", From: at(2), To: at(4)}, []string{"2"}},
		{store.Query{Tag: "service:api", Limit: 2}, []string{"4", "2"}},
		{store.Query{Kind: "alert", Open: yes(false), From: at(5), Limit: 1}, []string{"5"}},
		{store.Query{Rev: 1, Open: yes(true), Kind: "alert", Tag: "service:api", From: at(1), To: at(9)}, []string{"4"}},
	} {
		k.wantNames(c.q, c.want...)
	}
}

func revs(k kit) {
	for _, s := range []stream.Summary{sum("incident", "1", at(9), true), sum("incident", "2", at(8), true), sum("alert", "3", at(7), false)} {
		k.summarize(s)
	}
	first := k.wantNames(store.Query{}, "1", "2", "3")
	if !(first[0].Rev < first[1].Rev && first[1].Rev < first[2].Rev) {
		k.Errorf("revs in the order of commits: got %d, %d, %d", first[0].Rev, first[1].Rev, first[2].Rev)
	}
	k.wantNames(store.Query{Rev: first[2].Rev})
	k.wantNames(store.Query{Rev: first[0].Rev}, "2", "3")
	k.summarize(sum("incident", "2", at(8), true))
	k.summarize(sum("incident", "1", at(9), true))
	k.commit(store.Batch{Stream: one, Deliveries: named(one, 2, []stream.Delivery{laned("a", "")})}) // changes no summary
	k.wantConflict(batch(one, 0, 1, at(0)))
	k.wantNames(store.Query{Rev: first[0].Rev}, "3", "2", "1")
	k.wantNames(store.Query{Rev: first[0].Rev, Limit: 2}, "3", "2")
	k.wantNames(store.Query{Rev: first[0].Rev, Kind: "incident"}, "2", "1")
	changed := k.wantNames(store.Query{Rev: first[2].Rev}, "2", "1")
	k.wantNames(store.Query{Rev: changed[0].Rev}, "1")
	k.wantNames(store.Query{Rev: changed[1].Rev})
}

func pages() []scenario {
	return []scenario{
		{"page by page all come once", func(k kit) {
			for i := range 23 {
				k.summarize(sum("incident", fmt.Sprint(i), at(i/4), i%2 == 0, "all:1"))
			}
			for _, q := range []store.Query{{}, {Tag: "all:1"}, {Open: yes(true)}, {Kind: "incident", From: at(1), To: at(5)}} {
				whole := k.list(q)
				var got []stream.Summary
				q.Limit = 3
				for {
					page := k.list(q)
					got = append(got, page...)
					if len(page) < q.Limit || len(got) > len(whole) {
						break
					}
					q.After = store.Cursor(page[len(page)-1])
				}
				k.same(fmt.Sprintf("pages of %+v", q), whole, got)
			}
		}},
		{"what comes in front moves no page", func(k kit) {
			for i := range 4 {
				k.summarize(sum("incident", fmt.Sprint(i), at(i), true))
			}
			page := k.wantNames(store.Query{Limit: 2}, "3", "2")
			k.summarize(sum("incident", "9", at(9), true))
			k.wantNames(store.Query{Limit: 2, After: store.Cursor(page[1])}, "1", "0")
		}},
		{"a cursor whose summary is gone", func(k kit) {
			k.summarize(sum("incident", "1", at(1), true))
			k.summarize(sum("incident", "3", at(3), true))
			k.wantNames(store.Query{After: store.Cursor(sum("incident", "2", at(2), true))}, "1")
		}},
		{"a hundred, when nothing is said", func(k kit) {
			for i := range 103 {
				k.commit(batch(one.Of("alert", fmt.Sprint(i)), 0, 1, at(0)))
			}
			k.same("without a limit", 100, len(k.list(store.Query{})))
			k.same("with one", 103, len(k.list(store.Query{Limit: 200})))
		}},
	}
}
