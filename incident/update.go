package incident

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"drumbeat/incident/approval"
	"drumbeat/incident/card"
	"drumbeat/incident/promises"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Propose writes an update. Words for the public wait for approval; all others
// go at once.
type Propose struct {
	Audience Audience `json:"audience"`
	// Kind may be left out: the first words, a new phase, or news.
	Kind UpdateKind `json:"kind,omitempty"`
	Text string     `json:"text"`
	// Override is what the guard found; nil for nothing.
	Override *words.Override `json:"override,omitempty"`
}

// Correct proposes the right words for a published update.
type Correct struct {
	N        int             `json:"n"`
	Text     string          `json:"text"`
	Override *words.Override `json:"override,omitempty"`
}

// Proposed: words wait, or, if they are not for the public, are written.
type Proposed struct{ Update }

// Published: the words go to all targets.
type Published struct {
	N       int      `json:"n"`
	Targets []Target `json:"targets,omitempty"`
}

func (c Propose) decide(s State, m stream.Meta) ([]Event, error) {
	text := strings.TrimSpace(c.Text)
	if text == "" {
		return nil, stream.Refuse("Say what to tell them: “update %s we have found the cause”.", c.Audience)
	}
	if err := words.Fits(text); err != nil {
		return nil, err
	}
	u := Update{Audience: c.Audience, Kind: News, Text: text, Author: m.By.ID, AuthorName: m.By.Name, Override: c.Override}
	switch c.Audience {
	case Internal:
		return []Event{s.propose(u, m)}, nil
	case Stakeholders:
		p := s.propose(u, m)
		events := append([]Event{p, Published{N: p.N}}, s.keep(Stakeholders, m)...)
		if every := s.Weight().Stakeholders; every > 0 && !s.IsPublic() && !s.Phase.Ended() {
			events = append(events, Promised{N: len(s.Promises) + 1, Audience: Stakeholders, Due: promises.Round(m.At.Add(time.Duration(every)))})
		}
		return events, nil
	case Public:
	default:
		return nil, stream.Refuse("There is no audience %q. Take stakeholders or public; without one it is internal.", c.Audience)
	}
	if s.Private {
		return nil, stream.Refuse("%s is private: nothing about it becomes public. “update <text>” tells the responders.", s.Number)
	}
	u.Kind = c.Kind
	return []Event{s.propose(u, m)}, nil
}

// propose completes an update: its number, kind, and the next time in words.
func (s State) propose(u Update, m stream.Meta) Proposed {
	u.N, u.Phase, u.Severity = len(s.Updates)+1, s.PublicPhase(), s.Severity
	if u.Audience != Public {
		return Proposed{u}
	}
	last := s.LastPublished(Public)
	switch {
	case u.Kind == Correction && last != nil: // tells no phase that customers have not read
		u.Phase = last.Phase
	case u.Kind != "":
	case s.Phase.Ended() && (last == nil || last.Phase != Resolved):
		u.Kind = ResolvedWords
	case last == nil:
		u.Kind = FirstWords
	case last.Phase != s.PublicPhase():
		u.Kind = PhaseWords
	default:
		u.Kind = News
	}
	if !s.Phase.Ended() && u.Kind != Correction {
		if u.Next.IsZero() {
			u.Next = s.cadenceFrom(m.At)
		}
		u.Text = words.WithNext(u.Text, s.Policy.NextWords, u.Next)
	}
	return Proposed{u}
}

// draftFirst writes the first words for customers, to be read and approved, and
// writes them anew when what they say has changed. An alarm has none until it is
// taken and confirmed; what a person wrote is left alone.
func (s State) draftFirst(m stream.Meta) []Event {
	if s.Private || s.IsPublic() || s.Phase.Ended() || s.Weight().FirstWords == 0 || s.Policy.FirstWords == "" ||
		s.Phase == Triage || len(s.Signs) > 0 && s.Confirmed.IsZero() {
		return nil
	}
	text, w := s.Fill(s.Policy.FirstWords), s.Updates.Waiting(0)
	if w != nil && (w.Author != "" || strings.HasPrefix(w.Text, text) && approval.Changed(*w, s.scene("")) == "") {
		return nil
	}
	return []Event{s.propose(Update{Audience: Public, Kind: FirstWords, Text: text}, m)}
}

// Fill puts the incident's facts into the playbook's words for customers.
func (s State) Fill(text string) string {
	return words.Fill(text, cmp.Or(card.What(s.Components), "our service"), s.Since, s.Ended)
}

// Takes reports whether a far end takes these words: those of a kind that it
// takes, a correction of what went there, and any when the last ones came too
// late to be sent. In a drill none does.
func (s State) Takes(u Update, farEnd string) bool {
	kinds, limited := s.Policy.Kinds[farEnd]
	original := s.Update(u.Corrects)
	return !s.Drill && (!limited || slices.Contains(kinds, string(u.Kind)) || original != nil && original.GoesTo(farEnd) || s.Updates.Missed(farEnd))
}

// targets are the far ends that take these words.
func (s State) targets(u Update, ends []Target, hold bool, m stream.Meta, local string) []Target {
	var out []Target
	waits := s.Policy.QuietHours.Waits(string(u.Kind), local)
	if !slices.ContainsFunc(ends, func(t Target) bool { return t.Name == StatusPage && t.Mode != "shadow" && s.Takes(u, t.Name) }) {
		waits = 0 // nobody would read them
	}
	for _, t := range ends {
		if s.Takes(u, t.Name) {
			out = append(out, t.Leave(s.Held || hold, m.At, waits))
		}
	}
	return out
}

func (c Correct) decide(s State, m stream.Meta) ([]Event, error) {
	if u := s.Update(c.N); u == nil || u.State != PublishedS || u.Audience != Public {
		return nil, stream.Refuse("There are no public words %d to correct. “sent” shows them.", c.N)
	}
	text := strings.TrimSpace(c.Text)
	if text == "" {
		return nil, stream.Refuse("Say it right: “correct %d <text>”.", c.N)
	}
	if err := words.Fits(text); err != nil {
		return nil, err
	}
	return []Event{s.propose(Update{Audience: Public, Kind: Correction, Corrects: c.N, Text: text,
		Author: m.By.ID, AuthorName: m.By.Name, Override: c.Override}, m)}, nil
}

// LastPublished is the newest published update of an audience, nil if none.
func (s State) LastPublished(a Audience) *Update { return s.Updates.Published(a) }

// Update finds an update by number, nil if there is none.
func (s State) Update(n int) *Update { return s.Updates.Number(n) }

// Waiting is the newest public proposal that waits for a yes, nil if none.
func (s State) Waiting() *Update { return s.Updates.Waiting(0) }

func (e Proposed) apply(s State, r stream.Record) State {
	s.Updates = s.Updates.Propose(e.Update, r.At)
	if e.Override != nil {
		s.Timeline = stream.Append(s.Timeline, Line{At: r.At, By: r.By.String(), Text: fmt.Sprintf("words %d go %s", e.N, e.Override.Line())})
	}
	return s
}

func (e Published) apply(s State, r stream.Record) State {
	s.Updates = s.Updates.Publish(e.N, e.Targets, r.At)
	return s
}
