// Package recurring is where the team's recurring work is armed, and where what
// there is to say is looked up when it is due: digests, handovers, reviews of
// noise, drills.
//
// It speaks to channels, so nothing private is in it, and nothing of a drill.
// What it counts it counts by service and by alert, never by person.
package recurring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/bot"
	"drumbeat/bot/desk/facts"
	"drumbeat/incident/schedule"
	"drumbeat/incident/stream"
	"drumbeat/integrations"
	"drumbeat/playbooks/recur"
)

// Desk arms and prepares. Its methods may be called by many goroutines.
type Desk struct {
	*facts.Facts
	say  func(name string, facts map[string]any) *stream.Message
	jobs []schedule.Definition
	// Wrong tells every zone and person that there is not. What names one does
	// not recur.
	Wrong error
}

// New reads what recurs.
func New(f *facts.Facts, say func(string, map[string]any) *stream.Message, recurs []recur.Schedule) *Desk {
	d := &Desk{Facts: f, say: say}
	for _, s := range recurs {
		job := schedule.Definition{Name: s.Name, Cron: s.Cron, Zone: s.Zone, Do: s.Do, To: s.To}
		if job.Zone == "" {
			job.Zone = f.Zone.String()
		}
		if err := d.check(job.Zone, s.Person()); err != nil {
			d.Wrong = errors.Join(d.Wrong, fmt.Errorf("schedule “%s”: %w", s.Name, err))
			continue
		}
		d.jobs = append(d.jobs, job)
	}
	return d
}

func (d *Desk) check(zone, who string) error {
	if _, err := time.LoadLocation(zone); err != nil {
		return fmt.Errorf("%q is not a time zone such as Europe/Berlin", zone)
	}
	if who != "" && !slices.ContainsFunc(d.People, func(p facts.Person) bool { return strings.EqualFold(p.Handle, who) }) {
		return fmt.Errorf("%s is not among `people`", who)
	}
	return nil
}

func channel(to string) bool {
	return strings.HasPrefix(to, "#") || to != "" && strings.ToUpper(to) == to
}

// arranger acts when the configuration says what recurs.
var arranger = stream.Actor{ID: "drumbeat:start"}

// Arm says what recurs from now on. Done again, or by several processes of the
// same configuration, it changes nothing.
func (d *Desk) Arm(ctx context.Context) error {
	c := schedule.Agree{}
	for _, job := range d.jobs {
		next, err := next(job, d.Bot.Now())
		if err != nil {
			return err
		}
		c.Jobs = append(c.Jobs, schedule.Arm{Definition: job, Next: next})
	}
	_, err := d.Bot.Do(ctx, bot.Command{Stream: d.ID(schedule.Kind, schedule.Name), Meta: stream.Meta{By: arranger}, Value: c})
	return err
}

func next(j schedule.Definition, after time.Time) (time.Time, error) {
	zone, err := time.LoadLocation(j.Zone)
	if err != nil {
		return time.Time{}, err
	}
	t, err := recur.Next(j.Cron, zone, after)
	return t.UTC(), err
}

func (d *Desk) state(ctx context.Context) (schedule.State, error) {
	state, _, err := d.Bot.State(ctx, d.ID(schedule.Kind, schedule.Name))
	s, _ := state.(schedule.State)
	return s, err
}

// Prepare looks up what a run comes to.
func (d *Desk) Prepare(ctx context.Context, c *bot.Command, v schedule.Run) error {
	s, err := d.state(ctx)
	job, ok := s.Job(v.Name)
	if err != nil || !ok || !job.Next.Equal(v.Due) {
		return err // it is armed for another time, and decides nothing
	}
	now := c.Meta.At
	if now.Before(v.Due) {
		now = v.Due
	}
	if v.Next, err = next(job.Definition, now); err != nil {
		return err
	}
	if v.Outcome, err = d.outcome(ctx, job, now); err != nil {
		return err
	}
	c.Value = v
	return nil
}

func (d *Desk) outcome(ctx context.Context, job schedule.Job, now time.Time) (schedule.Outcome, error) {
	out := schedule.Outcome{OnCall: job.OnCall}
	var err error
	if out.Operator, err = d.OperatorNow(ctx); err != nil {
		return out, err
	}
	out.Operator.Ways = nil
	from := job.Ran
	if from.IsZero() {
		if from, err = before(job); err != nil {
			return out, err
		}
	}
	switch job.Do {
	case schedule.Digest:
		out.Words, err = d.digest(ctx, from, now)
	case schedule.Noise:
		out.Words, err = d.noise(ctx, from, now)
	case schedule.Handover:
		out.OnCall = d.onCall()
		out.Words, err = d.handover(ctx, job.OnCall, now)
	case schedule.Drill:
		return d.drill(ctx, out, job, now)
	}
	d.address(&out, job)
	return out, err
}

// before is when a job that never ran would have run before its first time: as
// long before as the second time comes after it.
func before(job schedule.Job) (time.Time, error) {
	second, err := next(job.Definition, job.Next)
	return job.Next.Add(-second.Sub(job.Next)), err
}

// address says who reads what a run comes to.
func (d *Desk) address(out *schedule.Outcome, job schedule.Job) {
	who := out.Operator
	switch {
	case channel(job.To):
		out.Channel = job.To
		return
	case job.To != recur.Operator:
		who = d.Directory.Identify(stream.Actor{ID: job.To})
	}
	if out.Person = who.Slack; who.Slack == "" {
		out.Left = "there is nobody to write to: " + job.To + " has no Slack ID"
	}
}

// List answers what recurs, and when next.
func (d *Desk) List(ctx context.Context) (integrations.Reply, error) {
	s, err := d.state(ctx)
	if err != nil {
		return integrations.Reply{}, err
	}
	var lines []string
	for _, j := range s.Jobs {
		to := j.To
		if to == "" {
			to = "whoever is on call"
		}
		line := fmt.Sprintf("%s: %s for %s, next %s", j.Name, j.Do, to, d.day(j.Next))
		if j.Zone != d.Zone.String() {
			line += " (`" + j.Cron + "`, " + j.Zone + ")"
		}
		if j.Problem != "" {
			line += "; ⚠ the last one did not arrive: " + j.Problem
		}
		lines = append(lines, line)
	}
	return integrations.Reply{Words: d.say("schedules", map[string]any{"lines": lines})}, nil
}

// day is a time with its day.
func (d *Desk) day(t time.Time) string { return t.In(d.Zone).Format("Mon 2 Jan 15:04") }
