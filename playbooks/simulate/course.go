package simulate

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/facts"
)

// Never is when something does not happen at all.
const Never time.Duration = -1

// Course is one incident: how it begins, what people do, and for how long it is
// watched. Durations are counted from its beginning, where nothing else is said.
type Course struct {
	Severity string // empty: the playbook's worst
	Title    string
	Service  string
	Private  bool
	// Alert is what raised it, such as "alert:Errors"; empty: the reporter
	// declares it.
	Alert string
	At    time.Time
	For   time.Duration
	// Ack is how long after a call reached him somebody says "I'm on it".
	Ack time.Duration
	// Confirm is when the commander says that customers notice.
	Confirm time.Duration
	// Words is how long people take to write once they are asked, Answer how
	// long to say yes to words, and to any other question.
	Words, Answer time.Duration
	// SilentFrom is when everybody stops: from then on nobody types anything.
	SilentFrom time.Duration
	Turns      []Turn
	// Broken are far ends that do not answer.
	Broken []string
}

// Turn is a phase that the commander sets.
type Turn struct {
	To    incident.Phase
	After time.Duration
}

// Duty is a course of six hours in which everybody does what he is asked for,
// and nobody finds the cause.
func Duty(severity string, at time.Time) Course {
	return Course{Severity: severity, Title: "people cannot save", At: at, For: 6 * time.Hour, Ack: 3 * time.Minute, Confirm: 5 * time.Minute,
		Words: 2 * time.Minute, Answer: time.Minute, SilentFrom: Never}
}

const longest = 31 * 24 * time.Hour

// number is what the incident is called.
const number = "42"

// Run plays a course under a playbook that the company opened. Its error is
// about the course, or about a playbook that never comes to rest; what a step
// did wrong is among the Faults of the result.
func Run(b Book, company Company, c Course) (Result, error) {
	if c.Severity == "" {
		c.Severity = b.Policy.Names()[0]
	}
	switch c.Severity = strings.ToUpper(c.Severity); {
	case !b.Policy.Knows(c.Severity):
		return Result{}, fmt.Errorf("playbook %s has no severity %s, but %s", b.Pin.Name, c.Severity, strings.Join(b.Policy.Names(), ", "))
	case c.For <= 0 || c.For > longest:
		return Result{}, fmt.Errorf("a course lasts up to 31 days, not %s", stream.Duration(c.For))
	}
	known := company.farEnds()
	for _, farEnd := range c.Broken {
		if !slices.Contains(known, farEnd) {
			return Result{}, fmt.Errorf("there is no far end %s, but %s", farEnd, strings.Join(known, ", "))
		}
	}
	p := &play{World: New(company.with(b.Policy), b, c.At), course: c, doing: map[string]bool{}}
	p.Heard, p.Wrote = p.heard, p.wrote
	for _, farEnd := range c.Broken {
		p.Break(farEnd)
	}
	begin := incident.Declare{Title: c.Title, Severity: c.Severity, Private: c.Private, Service: c.Service, Drill: c.Severity == "DRILL"}
	line := "declare " + strings.ToLower(c.Severity) + " " + c.Title
	if c.Alert != "" {
		begin.Sign, line = incident.Sign{Source: c.Alert, Text: c.Title, At: c.At}, "fires: "+c.Title
	}
	if err := p.says(p.Person(p.Reporter), line, begin); err != nil {
		return Result{}, err
	}
	if p.state[number].Seq == 0 {
		return Result{}, errors.New(p.refused[0])
	}
	p.plan()
	if err := p.Run(c.At.Add(c.For)); err != nil {
		return Result{}, err
	}
	return p.result(), nil
}

// play is a course on its way.
type play struct {
	*World
	course  Course
	doing   map[string]bool // what somebody is about to do
	refused []string
	acts    []Act
}

// says lets somebody type something. A refusal is noted: the people of a course
// do not know the rules by heart.
func (p *play) says(who incident.Person, line string, c incident.Command) error {
	i := len(p.acts)
	by := p.actor(who)
	if d, ok := c.(incident.Declare); ok && d.Sign.Source != "" {
		by = stream.Actor{ID: d.Sign.Source}
	}
	_, err := p.Do(number, by, c)
	if errors.Is(err, stream.ErrRefused) {
		p.refused = append(p.refused, fmt.Sprintf("%s: “%s” – %v", who.Name, line, err))
		return nil
	}
	if err == nil {
		p.acts = slices.Insert(p.acts, i, Act{Kind: Typed, Who: by.String(), What: line}.at(p))
	}
	return err
}

// will lets somebody do something after a while, once at a time; nobody does
// anything after all fell silent.
func (p *play) will(what string, after time.Duration, do func() error) {
	if after < 0 || p.doing[what] {
		return
	}
	p.doing[what] = true
	p.at(p.Now.Add(after), func() error {
		delete(p.doing, what)
		if silent := p.course.SilentFrom; silent >= 0 && p.Now.Sub(p.course.At) >= silent {
			return nil
		}
		return do()
	})
}

// now is the incident as it stands.
func (p *play) now() incident.State { return p.state[number] }

// wrote notes what went wrong.
func (p *play) wrote(r stream.Record) {
	e, err := incident.DecodeEvent(r)
	if err != nil {
		return // it is kept as an opaque line
	}
	switch e := e.(type) {
	case incident.PromiseMissed:
		if e.N <= len(p.now().Promises) {
			x := p.now().Promises[e.N-1]
			p.acts = append(p.acts, Act{Kind: Missed, Who: audience(x.Audience), What: "no words by " + p.clock(x.Due)}.at(p))
		}
	case incident.Published:
		p.published(e)
	case incident.PageExhausted:
		p.acts = append(p.acts, Act{Kind: Missed, Who: facts.Names(p.now().Pages[e.N-1].Paged), What: "nobody answers"}.at(p))
	case incident.Settled:
		if r.Kind != stream.Delivered {
			p.acts = append(p.acts, Act{Kind: Failed, Who: facts.FarEnd(e.To), Do: e.Action, What: cmp.Or(e.Problem, r.Kind)}.at(p))
		}
	}
}

// published notes words on our own status page, which is no far end: it shows
// them at once.
func (p *play) published(e incident.Published) {
	for _, t := range e.Targets {
		if t.Name == incident.StatusPage && t.State == incident.TargetSent && t.Mode == "live" {
			p.note(Act{Kind: Public, Who: "customers", Via: []string{facts.FarEnd(t.Name)}, Do: "publish", What: p.now().Update(e.N).Text, Step: "publish"}.at(p))
		}
	}
}

func (p *play) clock(t time.Time) string { return t.In(p.Zone).Format("15:04") }

func audience(a incident.Audience) string {
	if a == incident.Public {
		return "customers"
	}
	return string(a)
}

// limits is the budget at the severity that the incident has.
func (p *play) limits() policy.Limits { return p.now().Policy.Budget[p.now().Severity] }
