package storetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"drumbeat/incident/stream"
	"drumbeat/store"
)

const strange = "Ünïcödé 日本語 🚒 e\u0301 'quoted' \"twice\" <b>&amp; %s {b07} \\ \t\n\u2028 end"

func moments() []scenario {
	return []scenario{
		{"times to the nanosecond, as UTC", func(k kit) {
			zone := time.FixedZone("", 5*3600+1800)
			when := at(1).Add(123456789)
			b := batch(one, 0, 1, when.In(zone))
			b.Summary.At = when.In(zone)
			b.Deliveries = named(one, 1, []stream.Delivery{{ID: "a", To: "slack", NotBefore: when.In(zone), NotAfter: when.Add(1).In(zone)}})
			k.commit(b)
			k.wantUTC(when, k.load(one, 0)[0].At)
			k.wantUTC(when, k.list(store.Query{From: when, To: when.Add(1)})[0].At)
			k.same("before", 0, len(k.list(store.Query{To: when})))
			k.wantClaim(when.Add(-1))
			got := k.wantClaim(when.In(zone), "a")[0]
			k.wantUTC(when, got.Delivery.NotBefore)
			k.wantUTC(when.Add(1), got.Delivery.NotAfter)
			k.wantUTC(when, got.Queued)
			k.wantUTC(when.Add(hold), got.Until)
			k.settle(got, store.Retry, when.Add(7).In(zone))
			k.wantClaim(when.Add(6))
			k.wantClaim(when.Add(7), "a")
		}},
		{"any year is now", func(k kit) {
			for _, year := range []int{2019, 2031} {
				now := time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)
				id := one.Of("incident", fmt.Sprint(year))
				k.queueAt(now, id, stream.Delivery{ID: fmt.Sprint(year), To: "slack"}, stream.Delivery{ID: fmt.Sprint(year, "later"), To: "slack", NotBefore: now.Add(1)})
				got := k.wantClaim(now, fmt.Sprint(year))[0]
				k.same("until", now.Add(hold), got.Until)
				k.same("queued", now, got.Queued)
				k.settle(got, store.Done, now)
				later := k.wantClaim(now.Add(1), fmt.Sprint(year, "later"))[0]
				again := k.wantClaim(now.Add(hold+1), fmt.Sprint(year, "later"))[0]
				k.settle(later, store.Retry, now)
				k.settle(again, store.Retry, now.Add(hold+2))
				k.settle(k.wantClaim(now.Add(hold+2), fmt.Sprint(year, "later"))[0], store.Dead, now)
			}
		}},
	}
}

func values() []scenario {
	return []scenario{
		{"any text", func(k kit) {
			id := stream.ID{Workspace: "büro", Kind: "incident", Name: "🚒 'x' {1} %_*?"}
			b := keyed(batch(id, 0, 1, at(0)), strange)
			b.Records[0].By = stream.Actor{ID: strange, Name: strange, Roles: []string{strange, ""}}
			b.Records[0].Kind = strange
			b.Records[0].Data, _ = json.Marshal(strange)
			b.Summary.Data, b.Summary.Tags = b.Records[0].Data, []string{strange}
			d := stream.Delivery{ID: "é", To: "slack", Action: strange, Args: map[string]string{strange: strange},
				Words: &stream.Message{Title: strange, Fields: []stream.Field{{Name: strange}}}, About: strange, Lane: strange, Slot: strange}
			b.Deliveries = named(id, 1, []stream.Delivery{d})
			k.commit(b)
			k.same("records", b.Records, k.load(id, 0))
			k.same("listed", b.Summary.Data, k.list(store.Query{Workspace: "büro", Tag: strange})[0].Data)
			got := k.wantClaim(at(0), "é")[0]
			k.same("delivery", b.Deliveries[0], got.Delivery)
			k.settle(got, store.Done, at(0))
			k.wantDuplicate(keyed(batch(stream.ID{Workspace: "büro", Kind: "x", Name: "y"}, 0, 1, at(0)), strange), strange, id)
		}},
		{"data byte for byte", func(k kit) {
			b := batch(one, 0, 3, at(0))
			b.Records[0].Data = json.RawMessage("{ \"a\" : \"<&>\u2028\\u0041\",\n \"a\": 1.0 }")
			b.Records[1].Data = json.RawMessage(`12345678901234567890`)
			b.Records[2].Data = nil
			b.Summary.Data = b.Records[0].Data
			k.commit(b)
			k.same("records", b.Records, k.load(one, 0))
			k.same("summary", string(b.Summary.Data), string(k.list(store.Query{})[0].Data))
		}},
		{"a hundred thousand bytes", func(k kit) {
			long := strings.Repeat("0123456789", 10_000)
			b := batch(one, 0, 2, at(0))
			b.Records[1].Data = json.RawMessage(`"` + long + `"`)
			b.Summary.Data = b.Records[1].Data
			b.Deliveries = named(one, 1, []stream.Delivery{{ID: "a", To: "slack", Args: map[string]string{"text": long}}})
			k.commit(b)
			k.same("records", b.Records, k.load(one, 0))
			k.same("summary", len(long)+2, len(k.list(store.Query{})[0].Data))
			k.same("delivery", long, k.wantClaim(at(0), "a")[0].Delivery.Args["text"])
		}},
		{"a thousand records at once", func(k kit) {
			b := batch(one, 0, 1000, at(0))
			k.commit(b)
			k.same("records", b.Records, k.load(one, 0))
		}},
	}
}

func (k kit) wantUTC(want, got time.Time) {
	k.Helper()
	if !got.Equal(want) || got.Location() != time.UTC {
		k.Errorf("time: got %v, want %v", got, want)
	}
}

// erased is the batch that rewrites the n records of a stream, and says so in
// one more.
func erased(id stream.ID, n int, keys ...string) store.Batch {
	b := keyed(batch(id, 0, n+1, at(50)), keys...)
	b.After, b.Erase = n, true
	for i := range n {
		b.Records[i].Data = json.RawMessage(`"erased"`)
	}
	return b
}

func erasures() []scenario {
	return []scenario{
		{"the past is replaced", func(k kit) {
			k.commit(batch(one, 0, 3, at(0)))
			k.commit(batch(two, 0, 3, at(0)))
			b := erased(one, 3)
			k.commit(b)
			k.same("erased", b.Records, k.load(one, 0))
			k.same("the other", records(two, 0, 3, at(0)), k.load(two, 0))
			k.same("seq listed", 4, k.list(store.Query{})[1].Seq)
			k.commit(batch(one, 4, 1, at(60)))
			k.same("records", 5, k.seq(one))
		}},
		{"not when the stream has moved on", func(k kit) {
			k.commit(batch(one, 0, 3, at(0)))
			k.wantConflict(erased(one, 2))
			k.wantConflict(erased(one, 4))
			k.wantConflict(erased(two, 1))
			k.same("records", records(one, 0, 3, at(0)), k.load(one, 0))
		}},
		{"not without going on beyond it", func(k kit) {
			k.commit(batch(one, 0, 3, at(0)))
			b := erased(one, 3)
			b.Records = b.Records[:3]
			if err := k.s.Commit(k.ctx(), b); err == nil {
				k.Error("a batch that only rewrites was accepted")
			}
			k.same("records", records(one, 0, 3, at(0)), k.load(one, 0))
		}},
		{"keys stay", func(k kit) {
			k.commit(keyed(batch(one, 0, 3, at(0)), "a", "b"))
			k.commit(keyed(batch(two, 0, 1, at(0)), "other"))
			k.commit(erased(one, 3, "a", "", "", "erase"))
			k.wantDuplicate(keyed(batch(two, 1, 1, at(0)), "a"), "a", one)
			k.wantDuplicate(keyed(batch(two, 1, 1, at(0)), "b"), "b", one)
			k.wantDuplicate(keyed(batch(one, 4, 1, at(0)), "erase"), "erase", one)
		}},
		{"the same erasure again hears of its key", func(k kit) {
			k.commit(keyed(batch(one, 0, 2, at(0)), "a", "b"))
			b := erased(one, 2, "a", "b", "erase")
			k.commit(b)
			k.wantDuplicate(b, "erase", one)
		}},
		{"another stream's key is not for rewriting", func(k kit) {
			k.commit(batch(one, 0, 1, at(0)))
			k.commit(keyed(batch(two, 0, 1, at(0)), "other"))
			k.wantDuplicate(erased(one, 1, "other"), "other", two)
			k.same("records", records(one, 0, 1, at(0)), k.load(one, 0))
		}},
		{"deliveries stay", func(k kit) {
			k.queue(one, laned("sent", "l"), laned("next", "l"))
			sent := k.wantClaim(at(0), "sent")[0]
			b := erased(one, 1)
			b.Deliveries = named(one, 2, []stream.Delivery{laned("last", "l")})
			k.commit(b)
			k.settle(sent, store.Done, at(0))
			k.wantLane("next", "last")
		}},
	}
}
