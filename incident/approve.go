package incident

import (
	"slices"
	"time"

	"drumbeat/incident/approval"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Approve is a person's yes to public words; the last that they need lets them
// go. Targets, Hold and Local are looked up: the far ends and their modes,
// whether every public word is on hold, and the team's clock ("02:15").
type Approve struct {
	N       int      `json:"n,omitempty"` // 0: the newest that waits
	Sure    bool     `json:"sure,omitempty"`
	Targets []Target `json:"targets,omitempty"`
	Hold    bool     `json:"hold,omitempty"`
	Local   string   `json:"local,omitempty"`
}

// Reject sends words back to their author.
type Reject struct {
	N   int    `json:"n,omitempty"`
	Why string `json:"why,omitempty"`
}

// What came of it: see package approval.
type (
	Approved approval.Approved
	SentBack approval.SentBack
)

// AskApproval is the playbook's: it asks for a yes to words N, and once more,
// Late, when nobody gave it. People, who are asked beside the commander or the
// channel, and Ends, the words as each far end would draw them, are looked up.
type AskApproval struct {
	N      int      `json:"n"`
	Late   bool     `json:"late,omitempty"`
	People []Person `json:"people,omitempty"`
	Ends   []Target `json:"ends,omitempty"`
}

// ApprovalAsked: somebody's yes was asked for.
type ApprovalAsked AskApproval

func (c AskApproval) decide(s State, m stream.Meta) ([]Event, error) {
	u := s.Updates.Waiting(c.N)
	if u == nil || s.Phase == Merged || c.Late && m.At.Before(u.ProposedAt.Add(time.Duration(s.Policy.Approval.FallbackAfter))) {
		return nil, nil
	}
	return []Event{ApprovalAsked(c)}, nil
}

func (e ApprovalAsked) apply(s State, _ stream.Record) State {
	s.Updates = s.Updates.With(e.N, func(u *Update) { u.Ends = e.Ends })
	return s
}

func (c Approve) decide(s State, m stream.Meta) ([]Event, error) {
	u := s.Updates.Waiting(c.N)
	if u == nil {
		return nil, approval.None(s.Update(c.N), c.N)
	}
	v, err := s.MayApprove(*u, m, c.Local)
	if err != nil {
		return nil, err
	}
	if why := s.ReadAgain(*u); why != "" && !c.Sure {
		return nil, stream.Refuse("%s since this was written. Read it again; “approve %d sure” is your yes then.", why, u.N)
	}
	if !u.Next.IsZero() && (s.Phase.Ended() || !u.Next.After(m.At)) {
		return nil, stream.Refuse("These words promise an update by %s, and that no longer holds. Write them again: “update public <text>”.", words.UTC(u.Next))
	}
	yes := Approved{N: u.N, Alone: v.Alone}
	if v.Need > 1 {
		yes.Given, yes.Need = v.Given, v.Need
	}
	events := []Event{yes}
	if !v.Enough() {
		return events, nil
	}
	targets := s.targets(*u, c.Targets, c.Hold, m, c.Local)
	held := slices.ContainsFunc(targets, func(t Target) bool { return t.State == TargetHeld && t.Until.IsZero() })
	if !held && u.Kind != Correction { // words on hold keep no promise until they go
		events = append(events, s.keepWith(*u, m)...)
	}
	return append(events, Published{N: u.N, Targets: targets}), nil
}

// MayApprove says whether the person's yes counts, and whether it is enough;
// local is the team's clock.
func (s State) MayApprove(u Update, m stream.Meta, local string) (approval.Verdict, error) {
	return approval.Judge(s.Policy.Approval, u, m, s.scene(local))
}

// Given are the yeses that words have and that still stand.
func (s State) Given(u Update) []words.Yes { return approval.Standing(u, s.scene("")) }

// ReadAgain says why a yes to words has to be said anew, empty when it need not.
func (s State) ReadAgain(u Update) string { return approval.ReadAgain(u, s.scene("")) }

// scene is the incident as the rule of approval sees it.
func (s State) scene(local string) approval.Scene {
	scene := approval.Scene{Phase: s.PublicPhase(), Severity: s.Severity, Roles: s.Roles, Seen: s.Seen, Local: local}
	if last := s.LastPublished(Public); last != nil {
		scene.Spoken = last.PublishedAt
	}
	return scene
}

func (c Reject) decide(s State, _ stream.Meta) ([]Event, error) {
	u := s.Updates.Waiting(c.N)
	if u == nil {
		return nil, approval.None(s.Update(c.N), c.N)
	}
	return []Event{SentBack{N: u.N, Why: c.Why}}, nil
}

func (e Approved) apply(s State, r stream.Record) State {
	s.Updates = s.Updates.With(e.N, func(u *Update) {
		if e.Unattended {
			u.ApprovedBy = "the playbook"
			return
		}
		*u = approval.Give(*u, words.Yes{Person: r.By.ID, Name: r.By.String(), At: r.At}, s.scene(""))
	})
	return s
}

func (e SentBack) apply(s State, _ stream.Record) State {
	s.Updates = s.Updates.With(e.N, func(u *Update) { u.State = Rejected })
	return s
}
