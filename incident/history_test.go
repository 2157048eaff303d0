package incident_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What holds after every command, whatever people and machines do.
var invariants = map[string]func(before, after incident.State) string{
	"one open promise to an audience": func(_, s incident.State) string {
		open := map[incident.Audience]int{}
		for _, p := range s.Promises {
			if p.Open() {
				open[p.Audience]++
			}
		}
		for a, n := range open {
			if n > 1 {
				return fmt.Sprintf("%d to %s", n, a)
			}
		}
		return ""
	},
	"numbers are consecutive": func(_, s incident.State) string {
		for i, p := range s.Promises {
			if p.N != i+1 {
				return fmt.Sprintf("promise %d stands at %d", p.N, i+1)
			}
		}
		for i, u := range s.Updates {
			if u.N != i+1 {
				return fmt.Sprintf("update %d stands at %d", u.N, i+1)
			}
		}
		for i, p := range s.Pages {
			if p.N != i+1 || p.Rung < 0 || p.Rung >= len(p.Rungs) {
				return fmt.Sprintf("page %d at %d, rung %d of %d", p.N, i+1, p.Rung, len(p.Rungs))
			}
		}
		for i, t := range s.Tasks {
			if t.N != i+1 {
				return fmt.Sprintf("task %d stands at %d", t.N, i+1)
			}
		}
		return ""
	},
	"what was sent stays sent": func(before, after incident.State) string {
		for i, u := range before.Updates {
			for j, t := range u.Targets {
				if now := after.Updates[i].Targets[j].State; t.State == incident.TargetSent && now != incident.TargetSent {
					return fmt.Sprintf("update %d at %s is %s", u.N, t.Name, now)
				}
			}
		}
		return ""
	},
	"public words have a yes": func(_, s incident.State) string {
		for _, u := range s.Updates {
			if u.Audience == incident.Public && u.State == incident.PublishedS && (u.ApprovedBy == "" || u.PublishedAt.IsZero()) {
				return fmt.Sprintf("update %d", u.N)
			}
		}
		return ""
	},
	"nothing of a private incident is public": func(_, s incident.State) string {
		if s.Private && (cardOf(s).Public != nil || s.Promise(incident.Public) != nil) {
			return "it has a public side"
		}
		return ""
	},
	"times do not go back": func(before, after incident.State) string {
		if after.LastSign.Before(before.LastSign) || after.At.Before(before.At) {
			return fmt.Sprintf("%s, %s", after.LastSign, after.At)
		}
		return ""
	},
	"what customers were told stands until they read otherwise": func(before, after incident.State) string {
		was, is := before.Promise(incident.Public), after.Promise(incident.Public)
		if was == nil || !before.IsPublic() || before.Phase == incident.Resolved || after.Phase == incident.Closed {
			return ""
		}
		last, now := before.LastPublished(incident.Public), after.LastPublished(incident.Public)
		if is == nil && reflect.DeepEqual(last, now) && len(after.Updates) == len(before.Updates) {
			return fmt.Sprintf("promise %d is gone", was.N)
		}
		return ""
	},
	"on hold nothing new is sent to customers": func(before, after incident.State) string {
		if !before.Held || !after.Held || len(after.Updates) == 0 {
			return ""
		}
		was, is := before.LastPublished(incident.Public), after.LastPublished(incident.Public)
		if is == nil || was != nil && was.N == is.N {
			return ""
		}
		for _, t := range is.Targets {
			if t.State == incident.TargetSent || t.State == incident.TargetQueued {
				return fmt.Sprintf("update %d at %s is %s", is.N, t.Name, t.State)
			}
		}
		return ""
	},
	"nothing is owed after the end": func(_, s incident.State) string {
		if p := s.Promise(incident.Public); p != nil && s.Phase.Over() && s.Phase != incident.Cancelled {
			return fmt.Sprintf("promise %d", p.N)
		}
		return ""
	},
	"unattended words stop after one first and two holding": func(_, s incident.State) string {
		row := 0
		for _, u := range s.Updates {
			switch {
			case u.Audience != incident.Public || u.State != incident.PublishedS:
			case u.Author != incident.Unattended:
				row = 0
			case u.ApprovedBy == "the playbook":
				row++
			}
		}
		if row > 3 {
			return fmt.Sprintf("%d in a row", row)
		}
		return ""
	},
}

func cardOf(s incident.State) (c incident.Card) {
	if err := json.Unmarshal(incident.Rules{}.Summarize(s).Data, &c); err != nil {
		c.Title = err.Error()
	}
	return c
}

// history is an incident that random people and machines work on.
type history struct {
	state   incident.State
	records []stream.Record
	now     time.Time
}

var rules42 incident.Rules

// give hands over one command; a person may be refused, a machine may not.
func (h *history) give(t *rapid.T, c incident.Command, by stream.Actor) {
	m := stream.Meta{At: h.now, By: by}
	records, err := rules42.Decide(h.state, c, m)
	switch {
	case errors.Is(err, stream.ErrRefused) && !by.Machine():
		if s := err.Error(); !strings.HasSuffix(s, ".") || strings.Contains(s, "%!") {
			t.Fatalf("a refusal is a sentence: %q", s)
		}
		return
	case err != nil:
		t.Fatalf("%T %+v by %s: %v", c, c, by.ID, err)
	}
	before := h.state
	for _, r := range records {
		r.Stream, r.Seq, r.Meta = stream.ID{Workspace: "main", Kind: incident.Kind, Name: "42"}, len(h.records)+1, m
		if h.state, err = rules42.Apply(h.state, r); err != nil {
			t.Fatal(err)
		}
		h.records = append(h.records, r)
	}
	for _, name := range slices.Sorted(maps.Keys(invariants)) {
		if wrong := invariants[name](before, h.state); wrong != "" {
			t.Fatalf("after %T %+v by %s: %s: %s", c, c, by.ID, name, wrong)
		}
	}
}

// begin declares an incident of some form.
func begin(t *rapid.T) *history {
	h := &history{now: day.Add(5 * time.Hour)}
	c := facts(incident.Declare{Title: "people cannot save", Severity: rapid.SampledFrom([]string{"", "sev1", "sev2", "sev3"}).Draw(t, "severity"),
		Private: rapid.IntRange(0, 9).Draw(t, "private") == 0}, actor("kim"), nil).(incident.Declare)
	by := actor("kim")
	if rapid.Bool().Draw(t, "alarm") {
		c.Sign, by = incident.Sign{Source: "alert:X"}, stream.Actor{ID: "alert:X"}
	}
	h.give(t, c, by)
	return h
}

// step lets somebody do something, a little later.
func (h *history) step(t *rapid.T) {
	h.now = h.now.Add(rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute, 3 * time.Minute, 5 * time.Minute, 12 * time.Minute}).Draw(t, "later"))
	who := rapid.SampledFrom([]string{"maya", "omar", "priya", "kim", "drumbeat:timer", "alert:X"}).Draw(t, "who")
	h.give(t, anyCommand(person(who)).Draw(t, "command"), actor(who))
}

func anyCommand(me stream.Person) *rapid.Generator[incident.Command] {
	return rapid.Custom(func(t *rapid.T) incident.Command {
		n := func() int { return rapid.IntRange(-1, 6).Draw(t, "n") }
		of := func(words ...string) string { return rapid.SampledFrom(words).Draw(t, "word") }
		yes := func() bool { return rapid.Bool().Draw(t, "yes") }
		when := day.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "minute")) * time.Minute)
		sign := incident.Sign{Source: of("alert:X", "alert:Y", "customers"), Text: "t", Ended: yes()}
		settled := stream.Settled{Result: of(stream.Delivered, stream.Failing, stream.InDoubt, stream.GaveUp, stream.Withheld),
			About: of("update/1/twitter", "update/2/page", "update/3/twitter", "page/1/maya/slack", "room", "brief", "announce", "post/approval/1", "", "update/x/y", "page/9/a/b"), Ref: of("", "7")}
		other := person(of("maya", "omar", "priya", "kim", ""))
		return rapid.SampledFrom([]incident.Command{
			incident.Add{Sign: sign}, incident.Confirm{}, incident.AskConfirmation{},
			incident.SetSeverity{Severity: of("sev1", "SEV2", "sev3", "bad"), Sure: yes()},
			incident.SetPhase{To: incident.Phase(of("investigating", "identified", "monitoring", "odd")), Note: of("", "n")},
			incident.Resolve{Text: of("", "Well again.")}, incident.Close{}, incident.Reopen{}, incident.Cancel{},
			incident.Assign{Role: of("commander", "comms", ""), Person: other}, incident.Join{By: me},
			incident.Call{Rungs: []incident.Rung{{People: []stream.Person{other}}}}, incident.Ack{By: me}, incident.Decline{By: me},
			incident.Escalate{Page: n(), Rung: n(), Again: yes()}, incident.CheckAck{Page: n(), Asked: yes()},
			incident.Propose{Audience: incident.Audience(of("public", "public", "internal", "stakeholders", "odd")), Text: of("", "Words.")},
			incident.Approve{N: n(), Sure: yes(), Targets: targets(), Hold: yes() && yes()}, incident.Approve{Targets: targets()}, incident.AskApproval{N: n(), Late: yes(), Ends: targets()},
			incident.Reject{N: n()}, incident.Correct{N: n(), Text: of("", "Right.")},
			incident.Remind{N: n(), Rung: n()}, incident.Return{From: when.Add(-time.Hour), To: when}, incident.Prepare{N: n()}, incident.Speak{N: n(), Targets: targets(), Hold: yes() && yes()},
			incident.Hold{}, incident.Release{Hold: yes()},
			incident.Merge{Into: stream.ID{Workspace: "main", Kind: "incident", Name: of("42", "41")}, Number: "INC-41"},
			incident.Absorb{Since: when, Signs: []incident.Sign{sign}}, incident.AddNote{At: when, Text: of("", "n")},
			incident.CorrectStart{Since: when}, incident.Snooze{For: 6e11, Text: "Still at it."}, incident.CheckLead{}, incident.KeepWatching{}, incident.Chase{}, incident.AddTask{Text: of("", "t"), FollowUp: true, Owner: other},
			incident.AddTask{Text: of("", "t")}, incident.FinishTask{N: n()}, incident.Settle{Settled: settled},
		}).Draw(t, "what")
	})
}

func TestAnyHistoryKeepsTheInvariants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := begin(t)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			h.step(t)
		}
		h.folds(t)
	})
}

// folds reads the records back, as a store gives them: every prefix folds, and
// all of them give the same state.
func (h *history) folds(t *rapid.T) {
	var s incident.State
	for _, r := range h.records {
		e, err := incident.DecodeEvent(r)
		if err != nil || e == nil {
			t.Fatalf("record %d (%s): %v", r.Seq, r.Kind, err)
		}
		if got := string(stream.JSON(e)); got != string(r.Data) {
			t.Fatalf("record %d (%s) encodes to another:\n got %s\nwant %s", r.Seq, r.Kind, got, r.Data)
		}
		if s, err = rules42.Apply(s, r); err != nil {
			t.Fatal(err)
		}
		rules42.Summarize(s)
	}
	if !reflect.DeepEqual(s, h.state) {
		t.Fatalf("folding again gives another state:\n%s", cmp.Diff(h.state, s))
	}
}

// A state that was handed out is read by others while more is applied, and more
// than one future may be decided from it.
func TestStatesNeverChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := begin(t)
		var states []incident.State
		var copies []string
		for range 40 {
			fork := *h // another future, as after a conflict
			fork.records = slices.Clip(fork.records)
			fork.step(t)
			states, copies = append(states, h.state, fork.state), append(copies, dump(h.state), dump(fork.state))
			h.step(t)
		}
		for i, s := range states {
			if got := dump(s); got != copies[i] {
				t.Fatalf("the state after record %d has changed:\n%s", s.Seq, cmp.Diff(copies[i], got))
			}
		}
	})
}

func dump(s incident.State) string { return fmt.Sprintf("%+v", s) }
