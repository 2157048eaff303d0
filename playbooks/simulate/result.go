package simulate

import (
	"slices"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/facts"
)

// Result is what a course came to.
type Result struct {
	Playbook string          `json:"playbook"`
	Severity string          `json:"severity"`
	Number   string          `json:"number"`
	Title    string          `json:"title"`
	Private  bool            `json:"private,omitempty"`
	Begins   time.Time       `json:"begins"`
	For      stream.Duration `json:"for"`
	// Silent is when everybody stops; zero for never.
	Silent time.Time `json:"silent_from,omitzero"`
	// Assumed is what people do, in sentences.
	Assumed []string `json:"assumed"`
	// Acts are all that happens, in order.
	Acts     []Act     `json:"acts"`
	Promises []Promise `json:"promises"`
	// Kept counts promises of words that came in time, Held those that
	// unattended words kept, Missed those that passed without words.
	Kept   int `json:"kept"`
	Held   int `json:"held"`
	Missed int `json:"missed"`
	// Public are the words that customers got.
	Public []Words `json:"public"`
	// Counts are the messages that each person and channel got, Budget how many
	// there may be, and Over who got more, in sentences.
	Counts []Count       `json:"counts"`
	Budget policy.Limits `json:"budget"`
	Over   []string      `json:"over_budget"`
	// Refused is what people asked for in vain, Faults the steps that failed.
	Refused []string `json:"refused"`
	Faults  []string `json:"faults"`
	// State is the incident at the end.
	State incident.State `json:"-"`
}

// The kinds of acts.
const (
	Typed   = "typed"   // by a person, or the alert that began it
	Page    = "page"    // rings
	Message = "message" // to a person or into a channel
	Public  = "public"  // words for customers
	Quiet   = "quiet"   // an edit, a topic, an invitation: notifies nobody
	Missed  = "missed"  // a promise passed, or nobody answered a call
	Failed  = "failed"  // a far end did not take something
)

// Act is one thing that happens.
type Act struct {
	At    time.Time       `json:"at"`
	After stream.Duration `json:"after"` // since the beginning
	Kind  string          `json:"kind"`
	// Who typed it or reads it: a person, a channel, customers; of what failed
	// the far end.
	Who string `json:"who"`
	// Via are the far ends that carry it at once, Do is their action.
	Via []string `json:"via,omitempty"`
	Do  string   `json:"do,omitempty"`
	// What are the words as they are read; lines stay lines.
	What    string   `json:"what"`
	Buttons []string `json:"buttons,omitempty"`
	// Step of the playbook that asked for it; empty where a person did.
	Step string `json:"step,omitempty"`
	// Asked: whoever reads it asked for it.
	Asked bool `json:"asked_for,omitempty"`
}

// Promise is one of words to an audience.
type Promise struct {
	Audience string    `json:"audience"`
	Made     time.Time `json:"made_at"`
	Due      time.Time `json:"due_at"`
	Kept     time.Time `json:"kept_at,omitzero"`
	// State: kept, held (by unattended words), missed, dropped, open. One that
	// was kept late is missed.
	State string `json:"state"`
	Why   string `json:"why,omitempty"` // it was dropped
}

// Words are what customers could read, and where.
type Words struct {
	At    time.Time       `json:"at"`
	After stream.Duration `json:"after"`
	Kind  string          `json:"kind"`
	To    []string        `json:"to"`
	Text  string          `json:"text"`
	By    string          `json:"by"` // whose yes let them go
}

func (a Act) at(p *play) Act {
	a.At, a.After = p.Now.In(p.Zone), stream.Duration(p.Now.Sub(p.course.At))
	return a
}

// shown notes a delivery that arrived.
func (p *play) shown(s Sent) {
	a := Act{Kind: Quiet, Via: []string{facts.FarEnd(s.To)}, Do: s.Action, Step: p.Book.StepOf(s.Delivery, s.From.Kind)}.at(p)
	reader, _, asked, counts := p.message(s)
	a.Who, a.Asked = reader, asked
	switch {
	case s.Action == "page":
		a.Kind = Page
	case counts:
		a.Kind = Message
	case s.Public:
		a.Kind, a.Who = Public, "customers"
	case s.Args["channel"] != "":
		a.Who = p.Place(s.Args["channel"])
	case s.Args["name"] != "":
		a.Who = "#" + s.Args["name"]
	default:
		a.Who = p.Name(s.Args["person"])
	}
	if s.Words != nil {
		a.What = s.Words.Plain()
		for _, b := range s.Words.Buttons {
			a.Buttons = append(a.Buttons, b.Text)
		}
	} else {
		a.What = s.Args["topic"]
	}
	p.note(a)
}

// note adds an act. What reaches somebody by several far ends at once is one.
func (p *play) note(a Act) {
	for i := len(p.acts) - 1; i >= 0 && p.acts[i].At.Equal(a.At) && a.Kind != Quiet; i-- {
		if x := &p.acts[i]; x.Who == a.Who && x.Do == a.Do && x.What == a.What && x.Step == a.Step {
			x.Via = append(x.Via, a.Via...)
			return
		}
	}
	p.acts = append(p.acts, a)
}

func (p *play) result() Result {
	s := p.now()
	r := Result{Playbook: p.Book.Pin.Name, Severity: s.Severity, Number: s.Number, Title: s.Title, Private: s.Private, Begins: p.course.At.In(p.Zone),
		For: stream.Duration(p.course.For), Assumed: p.course.assumed(), Acts: p.acts, Promises: []Promise{}, Public: []Words{},
		Counts: p.Counts(number), Budget: p.limits(), Refused: append([]string{}, p.refused...), Faults: []string{}, State: s}
	r.Over = append([]string{}, Over(r.Budget, r.Counts)...)
	if p.course.SilentFrom >= 0 {
		r.Silent = r.Begins.Add(p.course.SilentFrom)
	}
	for _, f := range p.Faults {
		r.Faults = append(r.Faults, f.Error())
	}
	slices.Sort(r.Faults)
	r.Faults = slices.Compact(r.Faults)
	for _, x := range s.Promises {
		r.promise(x, p.Zone)
	}
	for _, u := range s.Updates {
		if ends := p.reached(u); u.Audience == incident.Public && len(ends) > 0 {
			r.Public = append(r.Public, Words{u.PublishedAt.In(p.Zone), stream.Duration(u.PublishedAt.Sub(p.course.At)), string(u.Kind), ends, u.Text, u.ApprovedBy})
		}
	}
	return r
}

func (r *Result) promise(x incident.Promise, zone *time.Location) {
	p := Promise{Audience: audience(x.Audience), Made: x.Made.In(zone), Due: x.Due.In(zone), State: "open", Why: x.Dropped}
	if !x.Kept.IsZero() {
		p.Kept = x.Kept.In(zone)
	}
	switch {
	case x.Missed || x.Kept.After(x.Due):
		p.State = "missed"
		r.Missed++
	case x.Held:
		p.State = "held"
		r.Held++
	case !x.Kept.IsZero():
		p.State = "kept"
		r.Kept++
	case x.Dropped != "":
		p.State = "dropped"
	}
	r.Promises = append(r.Promises, p)
}

// reached are the far ends at which customers could read words.
func (p *play) reached(u incident.Update) (out []string) {
	for _, t := range u.Targets {
		if t.Mode == "live" && t.State == incident.TargetSent && !slices.Contains(p.course.Broken, t.Name) {
			out = append(out, facts.FarEnd(t.Name))
		}
	}
	return out
}

func (c Course) assumed() []string {
	after := func(d time.Duration) string { return stream.Duration(d).String() }
	out := []string{"people answer a call after " + after(c.Ack)}
	if c.Ack == Never {
		out[0] = "nobody answers a call"
	}
	if c.Confirm == Never {
		out = append(out, "nobody says whether customers notice")
	} else {
		out = append(out, "after "+after(c.Confirm)+" somebody says that customers notice")
	}
	out = append(out, "whoever is asked to write takes "+after(c.Words)+", and to answer "+after(c.Answer))
	for _, t := range c.Turns {
		out = append(out, string(t.To)+" after "+after(t.After))
	}
	for _, farEnd := range c.Broken {
		out = append(out, facts.FarEnd(farEnd)+" does not work")
	}
	if c.SilentFrom != Never {
		out = append(out, "from "+after(c.SilentFrom)+" on nobody types anything")
	}
	return out
}
