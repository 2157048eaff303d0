package alert_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"drumbeat/incident/alert"
	"drumbeat/incident/stream"

	"pgregory.net/rapid"
)

var (
	rules alert.Rules
	id    = stream.ID{Workspace: "main", Kind: alert.Kind, Name: "X"}
	one   = stream.ID{Workspace: "main", Kind: "incident", Name: "1"}
)

// world is one alert, and what its deliveries did outside.
type world struct {
	alert.State
	records []stream.Record
	now     time.Time
	asked   time.Time // an incident was asked for
	told    int       // deliveries to incidents
}

func (w *world) give(t *rapid.T, c alert.Command, by stream.Actor) {
	m := stream.Meta{At: w.now, By: by}
	records, err := rules.Decide(w.State, c, m)
	if errors.Is(err, stream.ErrRefused) && !by.Machine() {
		return
	}
	if err != nil {
		t.Fatalf("%T: %v", c, err)
	}
	for _, r := range records {
		r.Stream, r.Seq, r.Meta = id, len(w.records)+1, m
		if w.State, err = rules.Apply(w.State, r); err != nil {
			t.Fatal(err)
		}
		w.records = append(w.records, r)
		for _, d := range rules.React(w.State, r) {
			switch d.Action {
			case "declare":
				w.asked = w.now
				w.told++
			case "add":
				w.told++
			}
		}
	}
}

// However it fires, resolves and is muted: what fires and is not muted is known
// to an incident, or one was asked for within the last minute or will be; and
// folding the records again gives the same.
func TestNoPageIsLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{now: time.Date(2019, 10, 2, 5, 30, 0, 0, time.UTC)}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			w.now = w.now.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "seconds")) * time.Second)
			w.step(t)
			if w.Firing.Len() > 0 && w.Mute.Owner == "" && w.Incident == (stream.ID{}) && w.asked.IsZero() {
				t.Fatalf("%d fire, and nobody was told", w.Firing.Len())
			}
		}
		var again alert.State
		for _, r := range w.records {
			var err error
			if again, err = rules.Apply(again, r); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(again, w.State) {
			t.Fatalf("folding again gives\n%+v, want\n%+v", again, w.State)
		}
	})
}

func (w *world) step(t *rapid.T) {
	machine, maya := stream.Actor{ID: "drumbeat:x"}, stream.Actor{ID: "maya"}
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0:
		w.give(t, alert.Silence{Reason: "r", For: stream.Duration(time.Minute), Change: rapid.SampledFrom([]string{"", "CH-1"}).Draw(t, "change")}, maya)
	case 1:
		w.give(t, alert.Unmute{}, maya)
	case 2:
		w.give(t, alert.EndMute{Change: rapid.SampledFrom([]string{"", "CH-1", "CH-2"}).Draw(t, "change")}, machine)
	case 3:
		w.give(t, alert.Expire{}, machine)
	case 4:
		w.give(t, alert.Insist{}, machine)
	case 5:
		if !w.asked.IsZero() {
			w.give(t, alert.Join{Incident: one}, machine)
		}
	case 6:
		w.give(t, alert.Settle{Settled: stream.Settled{Result: stream.GaveUp, To: "bot", Action: "declare"}}, machine)
	default:
		w.post(t)
	}
}

// post lets the monitoring say something: an unmuted instance that fires while
// no incident is open raises one, or one was raised a moment ago.
func (w *world) post(t *rapid.T) {
	c := alert.Receive{Rule: "X", Seen: w.Incident}
	fires := false
	for i := range rapid.IntRange(1, 3).Draw(t, "instances") {
		firing := rapid.Bool().Draw(t, "firing")
		fires = fires || firing
		c.Instances = append(c.Instances, alert.Instance{Fingerprint: fmt.Sprint(i), Firing: firing})
	}
	if rapid.Bool().Draw(t, "open") && w.Incident != (stream.ID{}) {
		c.Open = w.Incident
	}
	w.give(t, c, stream.Actor{ID: "alert:am"})
	muted := w.Mute.Owner != "" && w.now.Before(w.Mute.Until)
	if fires && !muted && c.Open == (stream.ID{}) && w.now.Sub(w.asked) >= time.Minute {
		t.Fatalf("it fires, no incident is open, and none was asked for since %s", w.asked)
	}
}

// A mute that is wider than it was does not hold.
func TestAWiderAlertBreaksItsMute(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{now: time.Date(2019, 10, 2, 5, 30, 0, 0, time.UTC)}
		before, after := rapid.IntRange(0, 5).Draw(t, "before"), rapid.IntRange(1, 9).Draw(t, "after")
		fire := func(n int) {
			c := alert.Receive{Rule: "X", Seen: w.Incident}
			for i := range n {
				c.Instances = append(c.Instances, alert.Instance{Fingerprint: fmt.Sprint(i), Firing: true})
			}
			w.give(t, c, stream.Actor{ID: "alert:am"})
		}
		fire(before)
		w.give(t, alert.Join{Incident: one}, stream.Actor{ID: "drumbeat:x"})
		w.now = w.now.Add(5 * time.Minute)
		w.give(t, alert.Silence{Reason: "r", For: stream.Duration(time.Hour)}, stream.Actor{ID: "maya"})
		told := w.told
		fire(after)
		if got, want := w.told > told, after > max(before, 1); got != want {
			t.Fatalf("muted at %d, fires at %d: told %v, want %v", before, after, got, want)
		}
	})
}
