package incident

import (
	"slices"
	"time"

	"drumbeat/incident/approval"
	"drumbeat/incident/stream"
)

// unattendedLead is how long before the due time they leave.
const unattendedLead = time.Minute

// Prepare is the timer that gets unattended words ready for promise N.
type Prepare struct {
	N int `json:"n"`
}

// Speak is the timer that lets them go, if nobody has stopped them. Targets and
// Hold are looked up.
type Speak struct {
	N       int      `json:"n"` // the update
	Targets []Target `json:"targets,omitempty"`
	Hold    bool     `json:"hold,omitempty"`
	Local   string   `json:"local,omitempty"` // the team's clock
}

// PrepareAt is when unattended words for a promise are got ready; zero when
// the policy has none.
func (s State) PrepareAt(p Promise) time.Time {
	if len(s.Policy.Unattended.Targets) == 0 || p.Audience != Public {
		return time.Time{}
	}
	return p.Due.Add(-unattendedLead - time.Duration(s.Policy.Unattended.Wait))
}

func (c Prepare) decide(s State, m stream.Meta) ([]Event, error) {
	p := s.Promise(Public)
	if p == nil || p.N != c.N || s.Held || s.Private || s.Phase.Ended() || m.At.Before(s.PrepareAt(*p)) ||
		m.At.Add(time.Duration(s.Policy.Unattended.Wait)).After(p.Due) {
		return nil, nil
	}
	text, kind := s.unattended()
	if w := s.Updates.Waiting(0); text == "" || w != nil && w.Author != "" && w.Author != Unattended {
		return nil, nil
	}
	return []Event{s.propose(Update{Audience: Public, Kind: kind, Text: s.Fill(text), Author: Unattended}, m)}, nil
}

// unattended is what may be said without anybody's tap now, empty if nothing.
func (s State) unattended() (text string, kind UpdateKind) {
	u, last := s.Policy.Unattended, s.LastPublished(Public)
	switch {
	case s.PublicPhase() != Investigating:
		return "", ""
	case last == nil && s.Signs.Independent():
		return u.First, FirstWords
	case last == nil || last.Phase != Investigating || !s.LastSign.After(last.PublishedAt):
		return "", ""
	}
	holding := slices.DeleteFunc(s.Updates.InARow(), func(w Update) bool { return w.Kind != NoNews })
	if len(holding) >= u.Most {
		return "", ""
	}
	return u.Holding, NoNews
}

// What comes late is not said: a person sees the promise missed.
func (c Speak) decide(s State, m stream.Meta) ([]Event, error) {
	u, p := s.Update(c.N), s.Promise(Public)
	if u == nil || u.State != Proposing || u.Author != Unattended || s.Held || c.Hold || approval.Changed(*u, s.scene("")) != "" ||
		p == nil || m.At.After(p.Due) || m.At.Before(u.ProposedAt.Add(time.Duration(s.Policy.Unattended.Wait))) {
		return nil, nil
	}
	targets := slices.DeleteFunc(s.targets(*u, c.Targets, false, m, c.Local), func(t Target) bool {
		return !slices.Contains(s.Policy.Unattended.Targets, t.Name)
	})
	if len(targets) == 0 {
		return nil, nil
	}
	return []Event{Approved{N: u.N, Unattended: true}, PromiseKept{N: p.N, Held: true},
		s.nextPromise(m, u.Next), Published{N: u.N, Targets: targets}}, nil
}
