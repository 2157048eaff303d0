package simulate

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/choice"
	"drumbeat/incident/stream"
)

// most bounds what happens in one call of Run, where nothing else is said.
const most = 100_000

// World is the incidents of a company under one playbook, and far ends that
// answer as they should. Nothing in it knows the time but Now: Run moves it.
type World struct {
	Company
	Book Book
	Now  time.Time
	// Latency is how long Slack takes; all other far ends take a second.
	Latency time.Duration
	// Refuses is what a far end (or "twilio page", one action of it) answers
	// instead of taking a delivery.
	Refuses map[string]string
	// Sent are the deliveries that arrived, in order.
	Sent []Sent
	// Faults are the steps of the playbook that failed.
	Faults []error
	// Asks hears of every delivery that is asked for, Heard of one that arrived.
	Asks  func(d stream.Delivery, from stream.Record)
	Heard func(s Sent)
	// Most bounds what happens in one call of Run, so that a playbook that answers
	// itself without end is found out; 0 is 100,000.
	Most int
	// Fits is the playbook that fits an incident by now; nil: none but Book.
	Fits func(s incident.State) Book
	// Wrote hears of every record.
	Wrote func(r stream.Record)

	rules incident.Rules
	state map[string]incident.State
	last  map[string]stream.Record
	queue []*queued
	asked int // deliveries so far
	posts int
	down  map[string]bool
	taken map[string]Book   // by hash
	named map[string]string // channels by ID
}

// Sent is a delivery that arrived. From asked for it; Ref is its receipt.
type Sent struct {
	stream.Delivery
	At    time.Time
	From  stream.Record
	Ref   string
	cause stream.Record // that it is counted for
}

// queued is what waits for its time: a delivery, its receipt, or a person.
type queued struct {
	stream.Delivery
	due     time.Time
	order   int
	receipt *stream.Settled
	cue     func() error
	failed  bool // once, which was told
	from    stream.Record
	cause   stream.Record
}

// New makes a world in which nothing has happened yet.
func New(c Company, b Book, start time.Time) *World {
	w := &World{Company: c, Book: b, Now: start, Latency: time.Second, Refuses: map[string]string{}, down: map[string]bool{}, taken: map[string]Book{},
		state: map[string]incident.State{}, last: map[string]stream.Record{},
		named: map[string]string{announceID: "#" + c.Settings.Announce, c.Settings.Announce: "#" + c.Settings.Announce, c.Settings.Shadow: "#" + c.Settings.Shadow}}
	w.rules.Playbook = func(s incident.State, r stream.Record) []stream.Delivery {
		out, faults := w.bookOf(s).React(s, r)
		for _, f := range faults {
			w.Faults = append(w.Faults, fmt.Errorf("on %s: %w", r.Kind, f))
		}
		return out
	}
	return w
}

// bookOf is the playbook that an incident is under by now.
func (w *World) bookOf(s incident.State) Book {
	if b, ok := w.taken[s.Playbook.Hash]; ok {
		return b
	}
	return w.Book
}

// fits completes the question which playbook fits.
func (w *World) fits(s incident.State, c incident.Command) incident.Command {
	if _, asked := c.(incident.Choose); !asked || w.Fits == nil {
		return c
	}
	b := w.Fits(s)
	w.taken[b.Pin.Hash] = b
	return incident.Choose{Fit: choice.Fit{Playbook: b.Pin, Policy: b.Policy, About: b.About, Others: w.Others}}
}

// State is an incident as it stands.
func (w *World) State(name string) incident.State { return w.state[name] }

// States are all incidents, by name.
func (w *World) States() map[string]incident.State { return w.state }

// Last is the newest record of each kind.
func (w *World) Last() map[string]stream.Record { return w.last }

// Do carries out a command in the incident of that name and queues what it asks
// for. A refusal is the rules' own.
func (w *World) Do(name string, by stream.Actor, c incident.Command) ([]stream.Record, error) {
	return w.do(name, stream.Meta{At: w.Now, By: by}, c)
}

func (w *World) do(name string, m stream.Meta, c incident.Command) ([]stream.Record, error) {
	id := stream.ID{Workspace: "main", Kind: incident.Kind, Name: name}
	s := w.state[name]
	records, err := w.rules.Decide(s, w.facts(w.bookOf(s), w.fits(s, c), m.By, w.Now), m)
	if err != nil {
		return nil, err
	}
	for i := range records {
		r := &records[i]
		r.Stream, r.Seq, r.Meta = id, s.Seq+1, m
		if s, err = w.rules.Apply(s, *r); err != nil {
			return nil, fmt.Errorf("%s of %s: %w", r.Kind, id, err)
		}
		w.state[name], w.last[r.Kind] = s, *r
		if w.Wrote != nil {
			w.Wrote(*r)
		}
		for _, d := range w.rules.React(s, *r) {
			w.take(d, *r)
		}
	}
	return records, nil
}

// cause is the record that a message is counted for: what asks for a yes at once
// is whoever's the words are.
func (w *World) cause(r stream.Record) stream.Record {
	words := w.last["proposed"]
	if r.Kind != "approval-asked" || words.Stream != r.Stream || strings.Contains(string(r.Data), `"late":true`) {
		return r
	}
	return words
}

// take queues a delivery: a newer one of a slot stands for the older one.
func (w *World) take(d stream.Delivery, from stream.Record) {
	if w.Asks != nil {
		w.Asks(d, from)
	}
	w.asked++
	q := &queued{Delivery: d, due: w.Now, order: w.asked, from: from, cause: w.cause(from)}
	if d.NotBefore.After(w.Now) {
		q.due = d.NotBefore
	}
	if d.Slot != "" {
		w.queue = slices.DeleteFunc(w.queue, func(old *queued) bool {
			same := old.receipt == nil && old.cue == nil && old.Stream == d.Stream && old.Slot == d.Slot
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

// at lets somebody do something at a moment.
func (w *World) at(t time.Time, do func() error) {
	w.asked++
	w.queue = append(w.queue, &queued{due: t, order: w.asked, cue: do})
}

// Break lets a far end answer no more; Mend lets it work again, and refuse
// nothing: what waits for it goes at once.
func (w *World) Break(farEnd string) { w.down[farEnd] = true }

// Mend ends Break and what the far end refuses.
func (w *World) Mend(farEnd string) {
	delete(w.Refuses, farEnd)
	delete(w.down, farEnd)
	for i := range w.queue {
		if w.queue[i].To == farEnd && w.queue[i].receipt == nil {
			w.queue[i].due = w.Now
		}
	}
}

// Run lets time go on until then.
func (w *World) Run(until time.Time) error {
	for range cmp.Or(w.Most, most) {
		slices.SortStableFunc(w.queue, func(a, b *queued) int { return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.order, b.order)) })
		if len(w.queue) == 0 || w.queue[0].due.After(until) {
			w.Now = until
			return nil
		}
		i := slices.IndexFunc(w.queue, func(q *queued) bool { return !w.barred(q) }) // a receipt never is
		q := w.queue[i]
		if q.due.After(until) {
			w.Now = until
			return nil
		}
		w.queue = slices.Delete(w.queue, i, i+1)
		if q.due.After(w.Now) {
			w.Now = q.due
		}
		if err := w.deliver(q); err != nil {
			return fmt.Errorf("at %s: %w", w.Now.In(w.Zone).Format("15:04:05"), err)
		}
	}
	return fmt.Errorf("it never comes to rest: the playbook answers itself, at %s", w.Now.In(w.Zone).Format("15:04:05"))
}

// barred: one of its lane is on its way.
func (w *World) barred(q *queued) bool {
	return q.receipt == nil && q.Lane != "" && slices.ContainsFunc(w.queue, func(o *queued) bool {
		return o.receipt != nil && o.Lane == q.Lane
	})
}

func (w *World) deliver(q *queued) error {
	switch {
	case q.cue != nil:
		return q.cue()
	case q.receipt != nil:
		_, err := w.Do(q.Stream.Name, stream.Actor{ID: "drumbeat:courier"}, incident.Settle{Settled: *q.receipt})
		return err
	case q.To == stream.Bot:
		return w.hand(q)
	case w.down[q.To]:
		w.fail(q)
		return nil
	}
	s := w.outcome(q)
	if s.Result == stream.Delivered {
		w.Sent = append(w.Sent, Sent{q.Delivery, w.Now, q.from, s.Ref, q.cause})
		if w.Heard != nil {
			w.Heard(w.Sent[len(w.Sent)-1])
		}
		if q.Quiet {
			return nil
		}
	}
	delay := time.Second
	if q.To == "slack" {
		delay = w.Latency
	}
	w.asked++
	w.queue = append(w.queue, &queued{Delivery: q.Delivery, due: w.Now.Add(delay), order: w.asked, receipt: &s})
	return nil
}

// fail tries again an hour later, and tells so once; what is too late by then is
// given up.
func (w *World) fail(q *queued) {
	s := stream.Settled{Result: stream.Failing, Delivery: q.ID, To: q.To, Action: q.Action, About: q.About, Attempt: 1, Problem: "no connection"}
	over := !q.NotAfter.IsZero() && !w.Now.Before(q.NotAfter)
	if over {
		s.Result = stream.GaveUp
	}
	if over || !q.failed {
		w.asked++
		w.queue = append(w.queue, &queued{Delivery: stream.Delivery{Stream: q.Stream}, due: w.Now, order: w.asked, receipt: &s})
	}
	if over {
		return
	}
	q.failed, q.due = true, w.Now.Add(time.Hour)
	if !q.NotAfter.IsZero() && q.due.After(q.NotAfter) {
		q.due = q.NotAfter
	}
	w.queue = append(w.queue, q)
}

// hand carries out a command for later, or for another incident.
func (w *World) hand(q *queued) error {
	to, err := stream.ParseID(q.Args[stream.ArgStream])
	if err != nil {
		return err
	}
	if to.Kind != incident.Kind || w.state[to.Name].Seq == 0 {
		return nil
	}
	c, err := incident.DecodeCommand(q.Action, []byte(q.Args[stream.ArgData]))
	if err == nil {
		_, err = w.do(to.Name, stream.Meta{At: w.Now, By: stream.Actor{ID: "drumbeat:timer"}, Key: q.ID}, c)
	}
	return err
}

// outcome is what a far end that works answers; one that refuses says why.
func (w *World) outcome(q *queued) stream.Settled {
	s := stream.Settled{Result: stream.Delivered, Delivery: q.ID, To: q.To, Action: q.Action, About: q.About, Attempt: 1}
	switch why := cmp.Or(w.Refuses[q.To], w.Refuses[q.To+" "+q.Action]); {
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
		s.More = map[string]string{"channel": w.channelID(q.Args["channel"])}
	case q.To == "twitter":
		s.Ref = strconv.Itoa(w.posts)
	}
	return s
}

// announceID is Slack's ID of the channel for announcements.
const announceID = "C0ANNOUNCE"

// channelID is Slack's ID of a channel that is called by its name.
func (w *World) channelID(channel string) string {
	if channel == w.Settings.Announce {
		return announceID
	}
	return channel
}

// Place is how people call a channel that Slack calls so.
func (w *World) Place(channel string) string {
	if name := w.named[channel]; name != "" {
		return name
	}
	if person, ok := strings.CutPrefix(channel, "D"); ok {
		return "the chat with " + w.Name("U"+person)
	}
	return channel
}
