package serve

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"drumbeat/bot/desk/operator"
	"drumbeat/integrations"
)

const (
	// looking is how often the bot looks how it is.
	looking = 15 * time.Minute
	// surely is when it looks a second time before it says that something has
	// changed: a hiccup is no news.
	surely = time.Minute
	// asking is how soon it asks a store again that does not answer.
	asking = 10 * time.Second
)

// operate keeps the operator informed until ctx ends: how the bot is when it
// has started, and whenever that changes. While nobody is the operator it offers
// the code.
func (s *Server) operate(ctx context.Context) {
	w := watch{Server: s, started: true, long: s.long(s.Books)}
	for {
		var changed chan struct{}
		wait := looking
		who, err := s.Desk.OperatorNow(ctx)
		switch {
		case err != nil:
			wait = asking
		case who.Handle == "":
			w.offer()
			changed = s.operated
		case s.Check != nil:
			wait = w.look(ctx)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		case <-changed:
			timer.Stop()
		case <-s.broken:
			timer.Stop()
			w.sure = true
		}
	}
}

// recur has the store know what recurs from now on; it asks one that does not
// answer until it does.
func (s *Server) recur(ctx context.Context) {
	for {
		err := s.Desk.Recurring.Arm(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		s.Log.Error("what recurs is not armed", "error", err)
		timer := time.NewTimer(asking)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// watch is what operate remembers.
type watch struct {
	*Server
	started bool                   // nothing was told since the start
	offered bool                   // a code
	mark    string                 // of what was told or known last
	doubt   string                 // of what was seen once
	before  []integrations.Finding // what was found when something was told last
	sure    bool                   // what is new was no hiccup
	long    []string               // words that a far end does not take whole
}

func (w *watch) offer() {
	if w.offered {
		return
	}
	w.offered = true
	w.Desk.Office.Offer(func(code string) {
		line := w.Settings.Command + " setup " + code
		w.Log.Warn("nobody is the operator yet: who types this in Slack will be", "type", line)
		if w.Console != nil {
			_, _ = fmt.Fprintf(w.Console, "\n    Nobody is the operator yet. In Slack, in the channel for announcements, type:\n\n        %s\n\n", line) // the log has it too
		}
	})
}

// look looks how the bot is and tells the operator what he does not know. It
// gives the time until the next look.
func (w *watch) look(ctx context.Context) time.Duration {
	in := w.CheckInput()
	in.Long = w.long
	findings := w.Check(ctx, in)
	if m := w.mistake.Load(); m != nil {
		findings = append(findings, *m)
	}
	findings = append(findings, w.faults.all()...)
	report, err := w.Desk.Office.Report(ctx, operator.Looked{Version: w.Version, Started: w.started, Findings: findings, Before: w.before})
	switch {
	case err != nil:
		w.Log.Error("the switches cannot be read for the operator", "error", err)
		return asking
	case !w.started && report.Mark == w.mark:
		w.doubt = ""
		return looking
	case !w.started && !w.sure && report.Mark != w.doubt:
		w.doubt = report.Mark
		return surely
	}
	if err := w.Desk.Office.Tell(ctx, report); err != nil {
		w.Log.Error("the operator cannot be told", "error", err)
		return asking
	}
	w.started, w.sure, w.mark, w.doubt, w.before = false, false, report.Mark, "", findings
	return looking
}

// faults are what failed in steps of playbooks since the start.
type faults struct {
	mu    sync.Mutex
	found []integrations.Finding
}

func (f *faults) all() []integrations.Finding {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.found)
}

// faulty has the operator told what a playbook could not say.
func (s *Server) faulty(playbook, where string, fault error) {
	s.faults.mu.Lock()
	s.faults.found = append(s.faults.found, integrations.Finding{Level: integrations.Warning, Subject: where + " of playbook " + playbook,
		Text: fmt.Sprintf("failed (%v): readers got number and severity, customers what was approved", fault), Remedy: "Correct it and reload: incidents from then on have the new one."})
	s.faults.mu.Unlock()
	nudge(s.broken)
}
