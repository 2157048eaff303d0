// Package schedule holds the rules of the team's recurring work: digests,
// handovers, reviews of noise, drills. One stream of a workspace has all of it.
//
// Life of a job: Agree says what recurs, as the configuration has it, with the
// next time of each; what is new or was changed is armed, what is gone is
// disarmed, and the rest stays as it is. A timer runs an armed job, and the run
// carries the time after it, so that work arms itself for ever. A job is run
// once for the time that it was armed for, by whichever process is first and
// however late; the times that passed meanwhile are not made up for.
//
// When the next time is, and what there is to say, is looked up and comes with
// the command.
package schedule

import (
	"slices"
	"time"

	"drumbeat/incident/stream"
)

// Kind is the kind of the stream; Name its only name.
const (
	Kind = "schedule"
	Name = "main"
)

// What a job does.
const (
	Digest   = "digest"
	Handover = "handover"
	Noise    = "noise"
	Drill    = "drill"
)

// Definition is recurring work as somebody wrote it down. Any difference makes
// it another one.
type Definition struct {
	Name string `json:"name"`
	Cron string `json:"cron"`
	Zone string `json:"zone"` // an IANA name, never empty
	Do   string `json:"do"`
	// To is "#channel", a person's handle or "operator"; of a drill, whom it
	// pages: a handle, or empty for whoever is on call.
	To string `json:"to,omitempty"`
}

// State is the recurring work at one Seq.
type State struct {
	ID   stream.ID
	Seq  int
	Jobs []Job // in the order in which they were armed first
}

// Job is a definition that is armed.
type Job struct {
	Definition
	Next time.Time
	Ran  time.Time // the last time; zero before the first
	// OnCall are those who were on call when it ran last, for a handover.
	OnCall []string
	// Operator is whom to tell of Problem: why the last run reached nobody, the
	// last Failed times in a row.
	Operator stream.Person
	Problem  string
	Failed   int
}

// Job finds a job by its name.
func (s State) Job(name string) (Job, bool) {
	i := s.index(name)
	if i < 0 {
		return Job{}, false
	}
	return s.Jobs[i], true
}

func (s State) index(name string) int {
	return slices.IndexFunc(s.Jobs, func(j Job) bool { return j.Name == name })
}

// with gives the state with a job changed.
func (s State) with(name string, change func(*Job)) State {
	if i := s.index(name); i >= 0 {
		s.Jobs = slices.Clone(s.Jobs)
		change(&s.Jobs[i])
	}
	return s
}

// Command is what may be asked of the recurring work. The set is closed.
type Command interface {
	decide(State, stream.Meta) ([]event, error)
}

type event interface {
	kind() string
	apply(State, stream.Record) State
}

// Arm is one job of Agree. Next is looked up.
type Arm struct {
	Definition
	Next time.Time `json:"next"`
}

// Agree says what recurs from now on: all of it.
type Agree struct {
	Jobs []Arm `json:"jobs"`
}

// Run is the timer of a job.
type Run struct {
	Name string    `json:"name"`
	Due  time.Time `json:"due"` // what it was armed for
	// Looked up: when it is due again, and what it comes to.
	Next time.Time `json:"next,omitzero"`
	Outcome
}

// Outcome is what a run comes to: words to a channel or a person, or a drill.
type Outcome struct {
	Words   *stream.Message `json:"words,omitempty"`
	Channel string          `json:"channel,omitempty"`
	Person  string          `json:"person,omitempty"` // his Slack ID
	// Declare is the drill, as an incident's command of that name, in JSON.
	Declare string `json:"declare,omitempty"`
	// Left says why it was left out.
	Left     string        `json:"left,omitempty"`
	OnCall   []string      `json:"on_call,omitempty"`
	Operator stream.Person `json:"operator,omitzero"`
}

// Settle takes what became of a delivery.
type Settle struct{ stream.Settled }

type (
	armed    Arm
	disarmed struct {
		Name string `json:"name"`
	}
	ran struct {
		Name string    `json:"name"`
		Due  time.Time `json:"due"`
		Next time.Time `json:"next"`
		Outcome
	}
	settled struct{ stream.Settled }
)

func (c Agree) decide(s State, _ stream.Meta) ([]event, error) {
	var events []event
	wanted := map[string]bool{}
	for _, a := range c.Jobs {
		if wanted[a.Name] || a.Name == "" || a.Next.IsZero() {
			continue
		}
		wanted[a.Name] = true
		if job, ok := s.Job(a.Name); !ok || job.Definition != a.Definition {
			events = append(events, armed(a))
		}
	}
	for _, job := range s.Jobs {
		if !wanted[job.Name] {
			events = append(events, disarmed{job.Name})
		}
	}
	return events, nil
}

// decide takes the timer for the time that the job is armed for and for no
// other one: after a change there is another timer.
func (c Run) decide(s State, m stream.Meta) ([]event, error) {
	job, ok := s.Job(c.Name)
	if !ok || !job.Next.Equal(c.Due) || m.At.Before(c.Due) || !c.Next.After(c.Due) {
		return nil, nil
	}
	return []event{ran(c)}, nil
}

func (c Settle) decide(State, stream.Meta) ([]event, error) { return []event{settled(c)}, nil }

func (armed) kind() string     { return "armed" }
func (disarmed) kind() string  { return "disarmed" }
func (ran) kind() string       { return "ran" }
func (e settled) kind() string { return e.Result }

// apply keeps what is known of a job whose definition was changed.
func (e armed) apply(s State, _ stream.Record) State {
	if s.index(e.Name) < 0 {
		s.Jobs = append(slices.Clone(s.Jobs), Job{Definition: e.Definition})
	}
	return s.with(e.Name, func(j *Job) { j.Definition, j.Next, j.Problem, j.Failed = e.Definition, e.Next, "", 0 })
}

func (e disarmed) apply(s State, _ stream.Record) State {
	s.Jobs = slices.DeleteFunc(slices.Clone(s.Jobs), func(j Job) bool { return j.Name == e.Name })
	return s
}

func (e ran) apply(s State, r stream.Record) State {
	return s.with(e.Name, func(j *Job) {
		j.Next, j.Ran, j.OnCall, j.Operator = e.Next, r.At, e.OnCall, e.Operator
	})
}

func (e settled) apply(s State, _ stream.Record) State {
	_, name := about(e.Settled)
	return s.with(name, func(j *Job) {
		switch j.Problem = e.Problem; e.Result {
		case stream.Delivered:
			j.Problem, j.Failed = "", 0
		case stream.GaveUp:
			j.Failed++
		}
	})
}
