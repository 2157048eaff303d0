package recurring

import (
	"context"
	"time"

	"drumbeat/bot/desk/facts"
	"drumbeat/bot/desk/operator"
	"drumbeat/incident"
	"drumbeat/incident/schedule"
	"drumbeat/incident/stream"
	"drumbeat/playbooks/recur"
)

// late is how late a drill may begin: later, it is another time of the day.
const late = time.Hour

// drill begins one, unless it would disturb; then the operator is told.
func (d *Desk) drill(ctx context.Context, out schedule.Outcome, job schedule.Job, now time.Time) (schedule.Outcome, error) {
	rungs, err := d.drilled(ctx, job)
	if err != nil {
		return out, err
	}
	if out.Left, err = d.disturbs(ctx, rungs, now.Sub(job.Next)); err != nil {
		return out, err
	}
	if out.Left == "" {
		out.Declare = string(stream.JSON(incident.Declare{Title: operator.DrillTitle, Severity: "DRILL", Drill: true, OnCall: rungs}))
		return out, nil
	}
	after, err := next(job.Definition, now)
	out.Person = out.Operator.Slack
	out.Words = d.say("drill left out", map[string]any{"name": job.Name, "why": out.Left, "next": d.day(after)})
	return out, err
}

// drilled are those whom a drill pages.
func (d *Desk) drilled(ctx context.Context, job schedule.Job) ([]incident.Rung, error) {
	var who incident.Person
	var err error
	switch job.To {
	case "":
		return d.Directory.OnCall, nil
	case recur.Operator:
		who, err = d.OperatorNow(ctx)
	default:
		who = d.Directory.Identify(stream.Actor{ID: job.To})
	}
	if who.Handle == "" || err != nil {
		return nil, err
	}
	return []incident.Rung{{People: []incident.Person{who}, Wait: facts.DefaultWait}}, nil
}

// disturbs is why a drill cannot begin now, empty if it can. What is private is
// no reason that could be told, and one all the same.
func (d *Desk) disturbs(ctx context.Context, rungs []incident.Rung, behind time.Duration) (string, error) {
	switch {
	case behind > late:
		return "I was not running when it was due, and a drill wakes people", nil
	case len(rungs) == 0:
		return "there is nobody to page", nil
	}
	open, err := d.Unfinished(ctx)
	if err == nil && len(open) > 0 {
		return "those on call have something else to do", nil
	}
	return "", err
}
