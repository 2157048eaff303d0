package score

import (
	"cmp"
	"slices"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/words"
)

// Words are one text for customers; those that a newer draft replaced before
// anybody said yes are left out.
type Words struct {
	N    int                 `json:"n"`
	Kind incident.UpdateKind `json:"kind"`
	// State: proposed (waits for a yes), published or rejected.
	State string `json:"state"`
	Text  string `json:"text"`
	// Author and Approver are names; "the playbook" where no person wrote, or
	// tapped.
	Author    string     `json:"author"`
	Approver  string     `json:"approver,omitempty"`
	Proposed  time.Time  `json:"proposed_at"`
	Published *time.Time `json:"published_at"`
	Corrects  int        `json:"corrects,omitempty"`     // the words that these correct
	Corrected int        `json:"corrected_by,omitempty"` // the words that correct these
	FarEnds   []FarEnd   `json:"far_ends"`
}

// FarEnd is what became of words at one far end: a line of the delivery board.
type FarEnd struct {
	Name string `json:"name"`
	// State: queued, sent, shadowed (the team alone reads it), held, failing (is
	// tried again), in doubt, gave up, or replaced: newer words arrived first.
	State      string `json:"state"`
	ReplacedBy int    `json:"replaced_by,omitempty"`
	// Sent is when customers could read them there; null unless State is sent.
	Sent *time.Time `json:"sent_at"`
	// Attempts of which the outcome is recorded; 0 at our own page, which shows
	// what is recorded.
	Attempts int    `json:"attempts"`
	Link     string `json:"link,omitempty"`
	Problem  string `json:"problem,omitempty"`
}

// replaced is the state of words that newer ones have overtaken at a far end.
const replaced = "replaced"

// nobody names who wrote or approved what no person did.
const nobody = "the playbook"

func (r *reading) words() []Words {
	out := []Words{}
	for i, u := range r.state.Updates {
		if u.Audience != incident.Public || u.State == incident.Replaced {
			continue
		}
		w := Words{N: u.N, Kind: u.Kind, State: u.State, Text: u.Text, Author: cmp.Or(u.AuthorName, u.Author, nobody), Approver: u.ApprovedBy,
			Proposed: u.ProposedAt, Published: moment(u.PublishedAt), Corrects: u.Corrects, Corrected: u.Corrected, FarEnds: []FarEnd{}}
		if u.Author == incident.Unattended {
			w.Author = nobody
		}
		for _, t := range u.Targets {
			w.FarEnds = append(w.FarEnds, r.farEnd(u.N, t, r.state.Updates[i+1:]))
		}
		out = append(out, w)
	}
	return out
}

func (r *reading) farEnd(n int, t incident.Target, later []incident.Update) FarEnd {
	f := FarEnd{Name: t.Name, State: t.State, Attempts: r.attempts[words.About(n, t.Name)], Link: t.Link, Problem: t.Problem}
	switch {
	case t.Mode == shadow:
		f.State = incident.TargetShadowed
	case t.State == incident.TargetSent:
		f.Sent, f.Problem = moment(t.At), ""
	case t.State == incident.TargetQueued:
		for _, u := range later {
			if f.ReplacedBy == 0 && slices.ContainsFunc(u.Targets, func(x incident.Target) bool { return x.Name == t.Name && reached(x) }) {
				f.State, f.ReplacedBy = replaced, u.N
			}
		}
	}
	return f
}

// shadow is the mode of a far end whose words go to the team alone.
const shadow = "shadow"

// reached reports whether customers can read words at a far end.
func reached(t incident.Target) bool { return t.Mode != shadow && t.State == incident.TargetSent }

// read is when customers could first read words, zero if they could not yet.
func read(u incident.Update) time.Time {
	var at time.Time
	for _, t := range u.Targets {
		if reached(t) && (at.IsZero() || t.At.Before(at)) {
			at = t.At
		}
	}
	return at
}

// lastRead are the newest words that customers could read, nil if none.
func lastRead(s incident.State) *incident.Update {
	for _, u := range slices.Backward(s.Updates) {
		if u.Audience == incident.Public && !read(u).IsZero() {
			return &u
		}
	}
	return nil
}

// told are the moments at which customers got something to read, in order.
func told(s incident.State) []time.Time {
	var out []time.Time
	for _, u := range s.Updates {
		for _, t := range u.Targets {
			if u.Audience == incident.Public && reached(t) {
				out = append(out, t.At)
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}
