package schedule

import (
	"cmp"
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// Rules are stream.Rules of the recurring work. Words finds a text of the
// catalogue; without it nobody hears that a run reached nobody.
type Rules struct {
	Words func(name string, facts map[string]any) *stream.Message
}

// What a delivery is for, before the job's name in its About.
const (
	aboutNext  = "next"
	aboutWords = "words"
	aboutDrill = "drill"
)

func about(s stream.Settled) (what, name string) {
	what, name, _ = strings.Cut(s.About, "/")
	return what, name
}

// again is how soon a timer is set again that was given up.
const again = time.Hour

// events are all that can happen to the recurring work, by the record's Kind.
var events = stream.Table[event]{
	"armed":    stream.As[armed, event],
	"disarmed": stream.As[disarmed, event],
	"ran":      stream.As[ran, event],
}.WithSettled(func(s stream.Settled) event { return settled{s} })

// commands are what deliveries to the bot carry.
var commands = stream.Table[Command]{"run": stream.As[Run, Command]}

// DecodeCommand reads a command that a delivery carries.
func DecodeCommand(name string, data []byte) (Command, error) {
	return commands.Command("the recurring work", name, data)
}

// Decide says which records a command makes.
func (Rules) Decide(s State, c Command, m stream.Meta) ([]stream.Record, error) {
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

// React sets the timer of the next run, and sends what a run came to.
func (rules Rules) React(s State, r stream.Record) []stream.Delivery {
	e, err := events.Event(r)
	if err != nil {
		return nil
	}
	switch e := e.(type) {
	case armed: // what waits in a slot would hand on its earlier time
		return []stream.Delivery{withdraw(r, e.Name), timer(r, e.Name, e.Next, e.Next)}
	case disarmed:
		return []stream.Delivery{withdraw(r, e.Name)}
	case ran:
		return append([]stream.Delivery{timer(r, e.Name, e.Next, e.Next)}, e.send(r)...)
	case settled:
		return rules.failed(s, r, e)
	}
	return nil
}

func slot(what, name string) string { return what + "/" + name }

func withdraw(r stream.Record, name string) stream.Delivery {
	return stream.Delivery{ID: stream.DeliveryID(r, "withdraw"), Stream: r.Stream, Slot: slot(aboutNext, name)}
}

func timer(r stream.Record, name string, due, at time.Time) stream.Delivery {
	d := stream.CommandTo(stream.DeliveryID(r, "next"), r.Stream, r.Stream, "run", stream.JSON(Run{Name: name, Due: due}))
	d.About, d.Slot, d.NotBefore = slot(aboutNext, name), slot(aboutNext, name), at
	return d
}

// incidentKind is the kind of stream that a drill is; its command "declare"
// travels as JSON.
const incidentKind = "incident"

// send carries out what a run came to. Words that still wait are replaced by
// those of a later run.
func (e ran) send(r stream.Record) []stream.Delivery {
	if e.Declare != "" {
		d := stream.CommandTo(stream.DeliveryID(r, "drill"), r.Stream, r.Stream.Of(incidentKind, "new"), "declare", []byte(e.Declare))
		d.About = slot(aboutDrill, e.Name)
		return []stream.Delivery{d}
	}
	d := stream.Delivery{ID: stream.DeliveryID(r, "words"), Stream: r.Stream, To: "slack", Action: "post", Words: e.Words,
		About: slot(aboutWords, e.Name), Slot: slot(aboutWords, e.Name)}
	switch {
	case e.Words == nil:
		return nil
	case e.Channel != "":
		d.Args, d.Lane = map[string]string{"channel": e.Channel}, "slack/"+e.Channel
	case e.Person != "":
		d.Action, d.Args, d.Lane = "dm", map[string]string{"person": e.Person}, "slack/dm/"+e.Person
	default:
		return nil
	}
	return []stream.Delivery{d}
}

// failed sets the timer again that was given up, and tells the operator of
// words or a drill that were.
func (rules Rules) failed(s State, r stream.Record, e settled) []stream.Delivery {
	what, name := about(e.Settled)
	job, ok := s.Job(name)
	switch {
	case !ok || e.Result != stream.GaveUp:
		return nil
	case what == aboutNext:
		return []stream.Delivery{timer(r, name, job.Next, r.At.Add(again))}
	case rules.Words == nil || job.Operator.Slack == "" || job.Failed > 1: // he knows
		return nil
	}
	return []stream.Delivery{{ID: stream.DeliveryID(r, "tell"), Stream: r.Stream, To: "slack", Action: "dm",
		Args: map[string]string{"person": job.Operator.Slack}, Lane: "slack/dm/" + job.Operator.Slack,
		Words: rules.Words("schedule failed", map[string]any{"name": name, "reader": cmp.Or(job.To, "whoever is on call"), "problem": e.Problem})}}
}

// Summarize gives the line for lists.
func (Rules) Summarize(s State) stream.Summary {
	return stream.Summary{At: time.Unix(0, 0).UTC(), Open: len(s.Jobs) > 0, Data: stream.JSON(struct {
		Jobs int `json:"jobs"`
	}{len(s.Jobs)})}
}
