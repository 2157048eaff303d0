// Package change holds the rules of a change to production: a deployment, a
// migration, a setting. It started, it ended, and it says whom to ask when
// something breaks afterwards. A mute may hang on it and ends with it.
package change

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// Kind is the kind of a change's stream.
const Kind = "change"

// State is a change at one Seq.
type State struct {
	ID       stream.ID
	Seq      int
	Number   string // "CH-23"
	Facts    Facts
	Started  time.Time
	Ended    time.Time // zero while it runs
	Exit     int
	Outcome  string
	Mutes    []string // alert rules whose mute hangs on it
	Asked    []string // incidents that asked its people
	Problems []stream.Settled
}

// Facts is what is known of a change when it starts.
type Facts struct {
	What     string        `json:"what"`
	Kind     string        `json:"kind,omitempty"` // "deployment", "migration", …
	Service  string        `json:"service,omitempty"`
	Risk     string        `json:"risk,omitempty"` // "low", "medium", "high"
	Author   stream.Person `json:"author,omitzero"`
	Reviewer stream.Person `json:"reviewer,omitzero"`
	Host     string        `json:"host,omitempty"`
	Commit   string        `json:"commit,omitempty"`
	// Unrecorded: it ran with files that were not committed or not pushed.
	Unrecorded bool `json:"unrecorded,omitempty"`
}

// Command is what may be asked of a change. The set is closed.
type Command interface {
	decide(State, stream.Meta) ([]event, error)
}

type event interface {
	kind() string
	apply(State, stream.Record) State
}

// Start begins a change. Log begins and ends it in one: it was done before.
type Start struct {
	Facts Facts     `json:"facts"`
	At    time.Time `json:"at,omitzero"` // zero: now
	Log   bool      `json:"log,omitempty"`
}

// End ends it. Exit is the command's, 0 for success.
type End struct {
	Exit    int    `json:"exit,omitempty"`
	Outcome string `json:"outcome,omitempty"`
	// At is when it ended; zero: now.
	At time.Time `json:"at,omitzero"`
}

// Attach hangs the mute of an alert rule on the change.
type Attach struct {
	Rule string `json:"rule"`
}

// Ask asks the change's people what they know, for an incident.
type Ask struct {
	Number   string `json:"number"` // "INC-42"
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Lead     string `json:"lead,omitempty"`
	Room     string `json:"room,omitempty"` // link
	Company  string `json:"company,omitempty"`
	Page     bool   `json:"page,omitempty"` // also by what wakes them
}

// Settle takes what became of a delivery.
type Settle struct{ stream.Settled }

type (
	started struct {
		Facts Facts     `json:"facts"`
		At    time.Time `json:"at"`
	}
	ended    End
	attached Attach
	asked    Ask
	settled  struct{ stream.Settled }
)

func (c Start) decide(s State, m stream.Meta) ([]event, error) {
	if s.Seq > 0 {
		return nil, stream.Refuse("%s has started already. “change done %s” ends it.", s.Number, s.Number)
	}
	c.Facts.What = strings.Join(strings.Fields(c.Facts.What), " ")
	if m.By.Machine() { // a change that is known badly is better than one that is not
		c.Facts.What = cmp.Or(c.Facts.What, c.Facts.Kind, "a change")
	}
	if c.Facts.What == "" {
		return nil, stream.Refuse("Say what changes: “change start permissions backfill”.")
	}
	at := c.At
	if at.IsZero() || at.After(m.At) {
		at = m.At
	}
	events := []event{started{Facts: c.Facts, At: at}}
	if c.Log {
		events = append(events, ended{At: at})
	}
	return events, nil
}

func (c End) decide(s State, _ stream.Meta) ([]event, error) {
	if !s.Ended.IsZero() {
		return nil, stream.Refuse("%s ended already.", s.Number)
	}
	return []event{ended(c)}, nil
}

func (c Attach) decide(s State, _ stream.Meta) ([]event, error) {
	if s.Ended.IsZero() && slices.Contains(s.Mutes, c.Rule) {
		return nil, nil
	}
	return []event{attached(c)}, nil
}

func (c Ask) decide(s State, _ stream.Meta) ([]event, error) {
	if slices.Contains(s.Asked, c.Number) {
		return nil, nil
	}
	return []event{asked(c)}, nil
}

func (c Settle) decide(State, stream.Meta) ([]event, error) { return []event{settled(c)}, nil }

func (e started) apply(s State, r stream.Record) State {
	s.Number, s.Facts, s.Started = "CH-"+r.Stream.Name, e.Facts, e.At
	return s
}

func (e ended) apply(s State, r stream.Record) State {
	s.Ended, s.Exit, s.Outcome = r.At, e.Exit, e.Outcome
	if !e.At.IsZero() {
		s.Ended = e.At
	}
	return s
}

func (e attached) apply(s State, _ stream.Record) State {
	s.Mutes = append(slices.Clone(s.Mutes), e.Rule)
	return s
}

func (e asked) apply(s State, _ stream.Record) State {
	s.Asked = append(slices.Clone(s.Asked), e.Number)
	return s
}

func (e settled) apply(s State, _ stream.Record) State {
	if e.Result != stream.Delivered {
		s.Problems = append(slices.Clone(s.Problems), e.Settled)
	}
	return s
}

// Rules are stream.Rules of a change. Words finds a text of the catalogue.
type Rules struct {
	Words func(name string, facts map[string]any) *stream.Message
}

// Decide says which records a command makes.
func (Rules) Decide(s State, c Command, m stream.Meta) ([]stream.Record, error) {
	if _, start := c.(Start); !start && s.Seq == 0 {
		return stream.Records(nil, stream.Refuse("There is no such change. “changes” lists them."), m, event.kind)
	}
	events, err := c.decide(s, m)
	return stream.Records(events, err, m, event.kind)
}

// Apply folds one record.
func (Rules) Apply(s State, r stream.Record) (State, error) {
	e, err := events.Event(r)
	if err != nil {
		return s, err
	}
	s.ID, s.Seq = r.Stream, r.Seq
	if e == nil {
		return s, nil
	}
	return e.apply(s, r), nil
}

// events are all that can happen to a change, by the record's Kind.
var events = stream.Table[event]{
	"started":       stream.As[started, event],
	"ended":         stream.As[ended, event],
	"mute-attached": stream.As[attached, event],
	"asked":         stream.As[asked, event],
}.WithSettled(func(s stream.Settled) event { return settled{s} })

func (started) kind() string   { return "started" }
func (ended) kind() string     { return "ended" }
func (attached) kind() string  { return "mute-attached" }
func (asked) kind() string     { return "asked" }
func (e settled) kind() string { return e.Result }

// commands are what deliveries to the bot carry.
var commands = stream.Table[Command]{
	"ask":    stream.As[Ask, Command],
	"attach": stream.As[Attach, Command],
	"end":    stream.As[End, Command],
}

// DecodeCommand reads a command that a delivery carries.
func DecodeCommand(name string, data []byte) (Command, error) {
	return commands.Command("a change", name, data)
}

// React ends the mutes that hang on the change when it ends (or at once, when
// it had ended before), and carries questions to its people.
func (rules Rules) React(s State, r stream.Record) []stream.Delivery {
	e, err := events.Event(r)
	if err != nil {
		return nil
	}
	switch e := e.(type) {
	case ended:
		var out []stream.Delivery
		for i, rule := range s.Mutes {
			out = append(out, endMute(r, s, rule, i))
		}
		return out
	case attached:
		if !s.Ended.IsZero() {
			return []stream.Delivery{endMute(r, s, e.Rule, 0)}
		}
	case asked:
		return rules.ask(s, r, Ask(e))
	}
	return nil
}

func endMute(r stream.Record, s State, rule string, i int) stream.Delivery {
	data := stream.JSON(map[string]string{"change": s.Number})
	return stream.CommandTo(stream.DeliveryID(r, fmt.Sprintf("end-mute.%d", i+1)), r.Stream, r.Stream.Of("alert", rule), "end-mute", data)
}

// ask writes to the author and the reviewer; one who is woken is paged too.
func (rules Rules) ask(s State, r stream.Record, q Ask) []stream.Delivery {
	var out []stream.Delivery
	for i, p := range []stream.Person{s.Facts.Author, s.Facts.Reviewer} {
		if p.Handle == "" || rules.Words == nil || i == 1 && p.Handle == s.Facts.Author.Handle {
			continue
		}
		words := rules.Words("ask about a change", map[string]any{"change": s.Number, "what": s.Facts.What,
			"service": s.Facts.Service, "reviewer": i == 1, "number": q.Number, "title": q.Title, "severity": q.Severity,
			"lead": q.Lead, "room": q.Room, "company": q.Company, "name": strings.TrimPrefix(q.Number, "INC-")})
		if p.Slack != "" {
			out = append(out, stream.Delivery{ID: stream.DeliveryID(r, fmt.Sprintf("ask.%d", i+1)), Stream: r.Stream, To: "slack",
				Action: "dm", Args: map[string]string{"person": p.Slack}, Words: words, Lane: "slack/dm/" + p.Slack})
		}
		if q.Page && len(p.Ways) > 0 {
			w := p.Ways[0]
			out = append(out, stream.Delivery{ID: stream.DeliveryID(r, fmt.Sprintf("page.%d", i+1)), Stream: r.Stream, To: w.To,
				Action: "page", Args: map[string]string{"person": p.Handle, "address": w.Address, "incident": q.Number,
					"severity": q.Severity, "page": "0"}, Words: words, Urgent: true, NotAfter: r.At.Add(5 * time.Minute)})
		}
	}
	return out
}

// Card is what lists know of a change: the data of its Summary.
type Card struct {
	Number  string    `json:"number"`
	Facts   Facts     `json:"facts"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended,omitzero"`
	Exit    int       `json:"exit,omitempty"`
}

// Summarize gives the change's card and tags.
func (Rules) Summarize(s State) stream.Summary {
	sum := stream.Summary{At: s.Started, Open: s.Ended.IsZero(), Data: stream.JSON(Card{s.Number, s.Facts, s.Started, s.Ended, s.Exit})}
	if s.Facts.Service != "" {
		sum.Tags = append(sum.Tags, "service:"+s.Facts.Service)
	}
	return sum
}
