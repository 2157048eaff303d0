package incident_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/alert"
	"drumbeat/incident/change"
	"drumbeat/incident/control"
	"drumbeat/incident/schedule"
	"drumbeat/incident/stream"
)

// kinds are streams with a past, one of each kind.
func kinds(t testing.TB) map[string]*told {
	t.Helper()
	w := &world{streams: map[stream.ID]*told{}}
	for _, line := range []string{
		`05:30 alert:X declare {title: x, severity: sev1, sign: {source: "alert:X"}}`,
		`05:31 maya ack`, `05:32 maya confirm`, `05:33 omar approve`, `05:34 omar addtask {text: t}`,
		`05:30 alert:am alert/X receive {rule: X, instances: [{fingerprint: a, firing: true}]}`,
		`05:31 maya alert/X silence {for: 1h, reason: r, change: CH-1}`,
		`05:30 leo change/1 start {facts: {what: w}}`, `05:31 leo change/1 attach {rule: X}`,
		`05:30 maya control/main holdall`,
		`05:30 drumbeat:start schedule/main agree {jobs: [{name: x, cron: "@daily", zone: UTC, do: digest, to: "#eng", next: 2019-10-02T06:00:00Z}]}`,
	} {
		w.line(t, line)
	}
	out := map[string]*told{}
	for id, s := range w.streams {
		out[id.Kind] = s
	}
	return out
}

// Whatever stands in a record, applying it is an error or a state that can be
// summarized; a kind that is not known changes nothing but the count.
func FuzzApply(f *testing.F) {
	for _, name := range []string{"testdata/wire.txt", "alert/testdata/wire.txt", "change/testdata/wire.txt", "control/testdata/wire.txt", "schedule/testdata/wire.txt"} {
		golden, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(string(golden)) {
			kind, data, _ := strings.Cut(strings.TrimSpace(line), " ")
			f.Add(kind, []byte(data))
		}
	}
	f.Add("of-another-engine", []byte(`{"x":[]}`))
	past := kinds(f)
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		for _, s := range past {
			for _, state := range []any{s.state, s.zero} {
				r := stream.Record{Stream: s.id, Seq: 99, Meta: stream.Meta{At: day.Add(7 * time.Hour), By: actor("maya")}, Kind: kind, Data: data}
				next, err := s.apply(state, r)
				if err != nil {
					continue
				}
				s.summarize(next)
				s.react(next, r)
				s.apply(next, r) // twice: its numbers are wrong now
			}
		}
	})
}

// Whatever a delivery carries, a machine is never refused, and nothing panics.
func FuzzCommand(f *testing.F) {
	for name, data := range map[string]string{"declare": `{"title":"x"}`, "add": `{"sign":{"source":"alert:Y"}}`, "escalate": `{"page":1,"rung":0}`,
		"check-ack": `{"page":1,"asked":true}`, "remind": `{"n":1,"rung":0}`, "prepare": `{"n":1}`, "speak": `{"n":1}`, "note": `{"text":"x"}`,
		"release": `{}`, "absorb": `{"from":"INC-1","signs":[{"source":"x"}]}`, "call": `{"rungs":[{"people":[{"handle":"x"}],"wait":"1m"}]}`,
		"ask-confirmation": `{}`, "ask-approval": `{"n":1,"late":true}`, "receive": `{"rule":"X","instances":[{"fingerprint":"b","firing":true}]}`, "end-mute": `{"change":"CH-1"}`,
		"expire": `{}`, "insist": `{}`, "join": `{"incident":"main/incident/1"}`, "ask": `{"number":"INC-1"}`, "attach": `{"rule":"Y"}`, "end": `{"exit":1}`,
		"run": `{"name":"x","due":"2019-10-02T06:00:00Z","next":"2019-10-03T06:00:00Z","words":{"title":"x"},"channel":"#eng","declare":"{}"}`} {
		f.Add(name, []byte(data))
	}
	past := kinds(f)
	decode := map[string]func(string, []byte) (any, error){
		incident.Kind: func(n string, b []byte) (any, error) { return incident.DecodeCommand(n, b) },
		alert.Kind:    func(n string, b []byte) (any, error) { return alert.DecodeCommand(n, b) },
		change.Kind:   func(n string, b []byte) (any, error) { return change.DecodeCommand(n, b) },
		control.Kind:  func(n string, b []byte) (any, error) { return control.DecodeCommand(n, b) },
		schedule.Kind: func(n string, b []byte) (any, error) { return schedule.DecodeCommand(n, b) },
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		for kind, s := range past {
			c, err := decode[kind](name, data)
			if err != nil {
				continue
			}
			m := stream.Meta{At: day.Add(7 * time.Hour), By: stream.Actor{ID: "drumbeat:timer"}}
			for _, state := range []any{s.state, s.zero} {
				records, err := s.decide(state, c, m)
				if err != nil {
					t.Fatalf("%s %s %s: %v", kind, name, data, err)
				}
				for i, r := range records {
					r.Stream, r.Seq, r.Meta = s.id, 100+i, m
					if state, err = s.apply(state, r); err != nil {
						t.Fatalf("%s: its own record %s %s: %v", kind, r.Kind, r.Data, err)
					}
					s.react(state, r)
				}
			}
			if _, err := s.decide(s.state, c, stream.Meta{At: m.At, By: actor("maya")}); err != nil && !errors.Is(err, stream.ErrRefused) {
				t.Fatalf("%s %s %s: %v", kind, name, data, err)
			}
		}
	})
}

// An ID and a Duration read what they wrote.
func FuzzText(f *testing.F) {
	f.Add("main/incident/42", int64(90*time.Minute))
	f.Add("", int64(0))
	f.Add("a/b", int64(-1500*time.Millisecond))
	f.Add("a/b/c", int64(math.MinInt64))
	f.Fuzz(func(t *testing.T, text string, n int64) {
		var id, again stream.ID
		if id.UnmarshalText([]byte(text)) == nil {
			if err := json.Unmarshal(stream.JSON(id), &again); err != nil && strings.ToValidUTF8(text, "") == text || err == nil && again != id && strings.ToValidUTF8(text, "") == text {
				t.Errorf("%q is %+v, then %+v: %v", text, id, again, err)
			}
		}
		var d stream.Duration
		if err := d.UnmarshalText([]byte(stream.Duration(n).String())); err != nil || d != stream.Duration(n) {
			t.Errorf("%d is %s, then %d: %v", n, stream.Duration(n), d, err)
		}
	})
}
