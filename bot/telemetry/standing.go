package telemetry

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"sync"
	"time"

	"drumbeat/bot"
	"drumbeat/incident"
	"drumbeat/incident/control"
	"drumbeat/incident/stream"
	"drumbeat/store"
)

const (
	lookEvery = 2 * time.Second
	lookTime  = 10 * time.Second // for one look, all its readings included
	lookPage  = 500              // summaries of one reading
	soon      = 5 * time.Minute  // a promise due within is due
)

// Standing follows what stands in the store: open incidents, what was promised,
// which words have not left. A scrape reads what the last look found and never
// waits for the store.
type Standing struct {
	Bot       *bot.Bot
	Store     store.Store
	Workspace string
	// FarEnds are the public far ends and their configured modes.
	FarEnds map[string]string
	// Severities that there are, for a 0 where no incident has one.
	Severities []string
	// Hold is DRUMBEAT_HOLD.
	Hold bool
	// InFlight gives the attempts under way, by far end.
	InFlight func() map[string]int
	Log      *slog.Logger

	mu        sync.Mutex
	rev       int64 // what was read
	incidents map[stream.ID]outlook
	switches  control.State
	looked    time.Time // the last look that saw all
}

// outlook is what the metrics know of one incident. There is none of a private
// one: a number that moves tells as much as a name.
type outlook struct {
	severity string // empty when it is over
	promises []incident.Promise
	words    []words
}

// words are one public text on its way to one far end.
type words struct {
	state string
	since time.Time
}

// Run looks until ctx ends.
func (s *Standing) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	failing := false
	for {
		err := s.Look(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			s.Log.Error("the metrics do not see what stands in the store", "error", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Look reads what has changed since the last one. What it read stays read when
// it fails half-way.
func (s *Standing) Look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	for {
		s.mu.Lock()
		rev := s.rev
		s.mu.Unlock()
		if rev == 0 {
			rev = -1 // 0 would ask for the newest, not for all
		}
		news, err := s.Store.List(ctx, store.Query{Workspace: s.Workspace, Rev: rev, Limit: lookPage})
		if err != nil {
			return err
		}
		for _, n := range news {
			if err := s.take(ctx, n); err != nil {
				return err
			}
		}
		if len(news) < lookPage {
			s.mu.Lock()
			s.looked = s.Bot.Now()
			s.mu.Unlock()
			return nil
		}
	}
}

// take notes one stream that has changed.
func (s *Standing) take(ctx context.Context, sum stream.Summary) error {
	var look outlook
	known := false
	switch sum.Stream.Kind {
	case incident.Kind:
		var card incident.Card
		if err := json.Unmarshal(sum.Data, &card); err != nil {
			break // it cannot be told to be public
		}
		if s.mu.Lock(); !sum.Open {
			_, known = s.incidents[sum.Stream]
		}
		s.mu.Unlock()
		if !sum.Open && !known || card.Private { // the past has nothing that stands
			break
		}
		state, _, err := s.Bot.State(ctx, sum.Stream)
		if err != nil {
			return err
		}
		look = outlookOf(state)
	case control.Kind:
		var sw control.State
		if json.Unmarshal(sum.Data, &sw) == nil {
			s.mu.Lock()
			s.switches = sw
			s.mu.Unlock()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rev = max(s.rev, sum.Rev)
	if s.incidents == nil {
		s.incidents = map[stream.ID]outlook{}
	}
	if look.severity == "" && len(look.words) == 0 {
		delete(s.incidents, sum.Stream)
		return nil
	}
	s.incidents[sum.Stream] = look
	return nil
}

func outlookOf(state any) (out outlook) {
	s, ok := state.(incident.State)
	if !ok || s.Private {
		return out
	}
	if !s.Phase.Over() {
		out.severity = s.Severity
	}
	for _, p := range s.Promises {
		if p.Open() {
			out.promises = append(out.promises, p)
		}
	}
	for _, u := range s.Updates {
		switch {
		case u.Audience != incident.Public:
		case u.State == incident.Proposing && out.severity != "":
			out.words = append(out.words, words{"proposed", u.ProposedAt})
		case u.State == incident.PublishedS:
			for _, t := range u.Targets {
				if state := wordStates[t.State]; state != "" && t.Mode == control.Live {
					out.words = append(out.words, words{state, u.PublishedAt})
				}
			}
		}
	}
	return out
}

// wordStates are the states at a far end that words do not stay in, as labels.
var wordStates = map[string]string{incident.TargetQueued: "queued", incident.TargetFailing: "failing",
	incident.TargetHeld: "held", incident.TargetDoubt: "in_doubt"}

// standing is one moment of it.
type standing struct {
	incidents map[string]int    // open ones, by severity
	promises  map[[2]string]int // by audience and state
	words     map[string]int    // by state
	oldest    time.Duration     // of words that are to leave and did not
	modes     map[string]string
	hold      bool
	looked    time.Time
}

// at counts what stood at the last look, by the clock of now.
func (s *Standing) at(now time.Time) standing {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := standing{incidents: map[string]int{}, promises: map[[2]string]int{}, words: map[string]int{},
		modes: maps.Clone(s.FarEnds), hold: s.Hold || s.switches.Held, looked: s.looked}
	for _, o := range s.incidents {
		if o.severity != "" {
			out.incidents[o.severity]++
		}
		for _, p := range o.promises {
			out.promises[[2]string{string(p.Audience), duty(p.Due.Sub(now))}]++
		}
		for _, w := range o.words {
			out.words[w.state]++
			if w.state != "proposed" && w.state != "held" { // those wait for a person
				out.oldest = max(out.oldest, now.Sub(w.since))
			}
		}
	}
	for name, mode := range s.switches.Modes {
		if _, ok := out.modes[name]; ok {
			out.modes[name] = mode
		}
	}
	for name, mode := range out.modes {
		if mode == "" {
			out.modes[name] = control.Shadow
		}
	}
	return out
}

// duty is how near a promise is.
func duty(left time.Duration) string {
	switch {
	case left < 0:
		return "overdue"
	case left <= soon:
		return "due"
	}
	return "later"
}
