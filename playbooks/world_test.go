package playbooks_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
)

// The people and the installation that every story plays in. Los Angeles is at
// UTC-7; customers read UTC.
var (
	losAngeles = time.FixedZone("PDT", -7*3600)
	settings   = playbooks.Settings{Company: "Harbor", Command: "/incident", Announce: "incidents", Shadow: "shadow-words", URL: "https://status.harbor.example"}
	people     = map[string]incident.Person{
		"maya":  {Handle: "maya", Name: "Maya", Slack: "U0000MAYA", Ways: []incident.Way{{To: "pagerduty", Address: "maya"}, {To: "twilio", Address: "+14155550101"}, {To: "slack", Address: "U0000MAYA"}}},
		"omar":  {Handle: "omar", Name: "Omar", Slack: "U0000OMAR", Ways: []incident.Way{{To: "twilio", Address: "+14155550102"}, {To: "slack", Address: "U0000OMAR"}}},
		"priya": {Handle: "priya", Name: "Priya", Slack: "U000PRIYA", Ways: []incident.Way{{To: "slack", Address: "U000PRIYA"}}},
		"sam":   {Handle: "sam", Name: "Sam", Slack: "U00000SAM", Ways: []incident.Way{{To: "twilio", Address: "+14155550104"}}},
		"leo":   {Handle: "leo", Name: "Leo", Slack: "U00000LEO"},
		"ana":   {Handle: "ana", Name: "Ana", Slack: "U00000ANA"},
	}
	onCall = []incident.Rung{{People: []incident.Person{people["maya"]}, Wait: stream.Duration(5 * time.Minute)},
		{People: []incident.Person{people["omar"]}, Wait: stream.Duration(5 * time.Minute)}}
	migration = incident.Change{ID: "CH-23", What: "permissions backfill", Service: "api", Risk: "high", Author: people["leo"],
		Reviewer: incident.Person{Handle: "ines", Name: "Ines"}, Why: "ended 7 h 50 min before", Unrecorded: true}
	targets = []incident.Target{{Name: "email", Mode: "live"}, {Name: incident.StatusPage, Mode: "live"}, {Name: "twitter", Mode: "live"}}
)

// book is a playbook and the policy that it gives to an incident.
type book struct {
	*playbooks.Playbook
	pin    incident.Pinned
	policy policy.Policy
}

func loadBook(t testing.TB, name string) book {
	t.Helper()
	set, err := playbooks.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	pin, p, err := set[name].Pin(settings)
	if err != nil {
		t.Fatal(err)
	}
	b, err := playbooks.Compile(pin, losAngeles)
	if err != nil {
		t.Fatal(err)
	}
	return book{b, pin, p}
}

// world is the incidents of a story, and far ends that answer as they should.
type world struct {
	reporter
	book
	now     time.Time
	rules   incident.Rules
	state   map[string]incident.State
	queue   []queued
	acts    []act
	asked   int // deliveries so far
	posts   int
	latency time.Duration     // of Slack
	refuses map[string]string // far end, or far end and action → what it answers
	down    map[string]bool   // far ends that do not answer now
	sent    func(q queued, ref string)
	named   map[string]string // channels by ID
	last    map[string]stream.Record
}

// reporter is a test's, or a property's.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// queued is a delivery that waits for its time, or a receipt that does.
type queued struct {
	stream.Delivery
	due     time.Time
	order   int
	receipt *stream.Settled
	from    stream.Record // that asked for it
}

// act is a delivery that left.
type act struct {
	queued
	at time.Time
}

func newWorld(t reporter, b book, start time.Time) *world {
	w := &world{reporter: t, book: b, now: start, state: map[string]incident.State{}, latency: time.Second, refuses: map[string]string{}, down: map[string]bool{}, last: map[string]stream.Record{},
		named: map[string]string{"C0ANNOUNCE": "#incidents", "incidents": "#incidents", "shadow-words": "#shadow-words"}}
	w.rules.Playbook = func(s incident.State, r stream.Record) []stream.Delivery {
		out, faults := b.React(s, r)
		for _, f := range faults {
			t.Errorf("%s: %v", r.Kind, f)
		}
		return out
	}
	return w
}

// do carries out a command and queues what it asks for.
func (w *world) do(name string, by stream.Actor, c incident.Command) ([]stream.Record, error) {
	id := stream.ID{Workspace: "main", Kind: incident.Kind, Name: name}
	s := w.state[name]
	m := stream.Meta{At: w.now, By: by}
	records, err := w.rules.Decide(s, w.facts(c, by), m)
	if err != nil {
		return nil, err
	}
	for i := range records {
		r := &records[i]
		r.Stream, r.Seq, r.Meta = id, s.Seq+1, m
		if s, err = w.rules.Apply(s, *r); err != nil {
			w.Fatal(err)
		}
		w.state[name], w.last[r.Kind] = s, *r
		for _, d := range w.rules.React(s, *r) {
			w.take(d, *r)
		}
	}
	return records, nil
}

// facts are what the bot would look up.
func (w *world) facts(c incident.Command, by stream.Actor) incident.Command {
	switch v := c.(type) {
	case incident.Declare:
		v.Playbook, v.Policy, v.OnCall, v.Suspects = w.pin, w.policy, onCall, []incident.Change{migration}
		v.Components = []incident.Component{{Name: "Mail view", Words: "opening and saving", State: "partial"}}
		v.By = people[by.ID]
		if v.Drill {
			v.OnCall, v.Suspects, v.Components = []incident.Rung{{People: []incident.Person{v.By}, Wait: onCall[0].Wait}}, nil, nil
		}
		return v
	case incident.EndDrill:
		v.Shown = incident.Drilled{Room: 1, Rang: 2, Answered: 20, Drafted: 0, Approved: 60}
		return v
	case incident.Approve:
		v.Targets = targets
		return v
	case incident.Speak:
		v.Targets = targets
		return v
	}
	return c
}

// take queues a delivery: a newer one of a slot stands for the older one.
func (w *world) take(d stream.Delivery, from stream.Record) {
	w.check(d, from)
	w.asked++
	q := queued{Delivery: d, due: w.now, order: w.asked, from: from}
	if d.NotBefore.After(w.now) {
		q.due = d.NotBefore
	}
	if d.Slot != "" {
		w.queue = slices.DeleteFunc(w.queue, func(old queued) bool {
			same := old.receipt == nil && old.Stream == d.Stream && old.Slot == d.Slot
			if same && old.due.Before(q.due) {
				q.due = old.due
			}
			if same && q.Lane != "" && old.Lane == q.Lane {
				q.order = old.order
			}
			return same
		})
	}
	if d.To != "" {
		w.queue = append(w.queue, q)
	}
}

// run lets time go on until then.
func (w *world) run(until time.Time) {
	for range 10_000 {
		slices.SortStableFunc(w.queue, func(a, b queued) int { return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.order, b.order)) })
		if len(w.queue) == 0 || w.queue[0].due.After(until) {
			w.now = until
			return
		}
		i := slices.IndexFunc(w.queue, func(q queued) bool { return !w.barred(q) }) // a receipt never is
		q := w.queue[i]
		if q.due.After(until) {
			w.now = until
			return
		}
		w.queue = slices.Delete(w.queue, i, i+1)
		if q.due.After(w.now) {
			w.now = q.due
		}
		w.deliver(q)
	}
	w.Fatal("the story never comes to rest")
}

// barred: one of its lane is on its way.
func (w *world) barred(q queued) bool {
	return q.receipt == nil && q.Lane != "" && slices.ContainsFunc(w.queue, func(o queued) bool {
		return o.receipt != nil && o.Lane == q.Lane
	})
}

func (w *world) deliver(q queued) {
	switch {
	case q.receipt != nil:
		w.must(q.Stream.Name, "drumbeat:courier", incident.Settle{Settled: *q.receipt})
	case q.To == stream.Bot:
		w.hand(q)
	case w.down[q.To]:
		if w.asked++; q.due.Equal(w.now) { // told once
			s := stream.Settled{Result: stream.Failing, Delivery: q.ID, To: q.To, Action: q.Action, About: q.About, Attempt: 1, Problem: "no connection"}
			w.queue = append(w.queue, queued{Delivery: stream.Delivery{Stream: q.Stream}, due: w.now, order: w.asked, receipt: &s})
		}
		q.due = w.now.Add(time.Hour)
		w.queue = append(w.queue, q)
	default:
		s := w.outcome(q)
		if s.Result == stream.Delivered {
			w.acts = append(w.acts, act{q, w.now})
			if w.sent != nil {
				w.sent(q, s.Ref)
			}
		}
		if s.Result == stream.Delivered && q.Quiet {
			return
		}
		delay := time.Second
		if q.To == "slack" {
			delay = w.latency
		}
		w.asked++
		w.queue = append(w.queue, queued{Delivery: q.Delivery, due: w.now.Add(delay), order: w.asked, receipt: &s})
	}
}

// hand carries out a command for later, or for another incident.
func (w *world) hand(q queued) {
	to, err := stream.ParseID(q.Args[stream.ArgStream])
	if err != nil {
		w.Fatal(err)
	}
	if to.Kind != incident.Kind || w.state[to.Name].Seq == 0 {
		return
	}
	c, err := incident.DecodeCommand(q.Action, []byte(q.Args[stream.ArgData]))
	if err != nil {
		w.Fatal(err)
	}
	w.must(to.Name, "drumbeat:timer", c)
}

func (w *world) must(name, by string, c incident.Command) {
	if _, err := w.do(name, stream.Actor{ID: by}, c); err != nil {
		w.Fatal(err)
	}
}

// mustBe carries out a command of a person in the one incident of a test.
func (w *world) mustBe(by stream.Actor, c incident.Command) {
	w.Helper()
	if _, err := w.do("42", by, c); err != nil {
		w.Fatal(err)
	}
}

// outcome is what a far end that works answers; one that refuses says why.
func (w *world) outcome(q queued) stream.Settled {
	s := stream.Settled{Result: stream.Delivered, Delivery: q.ID, To: q.To, Action: q.Action, About: q.About, Attempt: 1}
	switch why := cmp.Or(w.refuses[q.To], w.refuses[q.To+" "+q.Action]); {
	case why != "":
		s.Result, s.Problem = stream.GaveUp, why
		return s
	case q.Public && w.state[q.Stream.Name].Held:
		s.Result, s.Problem = stream.Withheld, "on hold"
		return s
	}
	w.posts++
	s.Ref = strconv.Itoa(1759400000+w.posts) + ".000100"
	switch {
	case q.Action == "channel.create":
		s.Ref = fmt.Sprintf("C%07d", w.posts)
		s.Link, s.More = "https://harbor.slack.example/archives/"+s.Ref, map[string]string{"channel": s.Ref, "name": q.Args["name"]}
		w.named[s.Ref] = "#" + q.Args["name"]
	case q.Action == "dm" || q.Action == "page" && q.To == "slack":
		s.More = map[string]string{"channel": "D" + strings.TrimPrefix(cmp.Or(q.Args["person"], q.Args["address"]), "U")}
	case q.To == "slack":
		s.More = map[string]string{"channel": announceID(q.Args["channel"])}
	case q.To == "twitter":
		s.Ref = strconv.Itoa(w.posts)
	}
	return s
}

// announceID is Slack's ID of a channel that is called by its name.
func announceID(channel string) string {
	if channel == settings.Announce {
		return "C0ANNOUNCE"
	}
	return channel
}
