// Package choice is under which playbook an incident goes on: the one that it
// was declared under, until somebody agrees to another, or the playbook says
// that it follows what fits.
package choice

import (
	"slices"

	"drumbeat/incident/paging"
	"drumbeat/incident/policy"
	"drumbeat/incident/stream"
)

// Pinned is a playbook as it is recorded; Text is the compiled one that React
// runs.
type Pinned struct {
	Name   string `json:"name"`
	Hash   string `json:"hash"`
	Engine int    `json:"engine"`
	Text   string `json:"text"`
	// Why it was chosen, as a phrase: "severity is SEV1".
	Why string `json:"why,omitempty"`
}

// Others are the people who can be woken for a role: "comms", "legal".
type Others map[string][]paging.Rung

// Find is whoever is called so; where nobody is, the handle alone.
func (o Others) Find(handle string) stream.Person {
	for _, rungs := range o {
		for _, r := range rungs {
			for _, p := range r.People {
				if p.Handle == handle {
					return p
				}
			}
		}
	}
	return stream.Person{Handle: handle}
}

// Fit is a playbook that an incident could be under, and all that comes with it.
type Fit struct {
	Playbook Pinned        `json:"playbook,omitzero"`
	Policy   policy.Policy `json:"policy,omitzero"`
	About    string        `json:"about,omitempty"` // what it is for
	// Others are whom its roles can wake.
	Others Others `json:"others,omitempty"`
}

// Changes tells in sentences what it changes for an incident that is under
// another policy so far; public: customers were told of it.
func (f Fit) Changes(old policy.Policy, severity, phase string, public bool) []string {
	return policy.Diff(old, f.Policy, severity, phase, public)
}

// Offered: another playbook fits better by now, and somebody is asked.
type Offered struct {
	Fit
	// Told is what would change, in sentences.
	Told []string `json:"changes,omitempty"`
}

// Taken: the incident goes on under another playbook.
type Taken struct {
	Fit
	From string `json:"from"` // the name of the one before
	// How: Agreed, Followed or Named.
	How  string   `json:"how"`
	Told []string `json:"changes,omitempty"`
	// Room is where the work happened so far: "channel" or "thread".
	Room string `json:"room,omitempty"`
}

// How another playbook is taken.
const (
	Agreed   = "agreed"   // it was offered, and somebody agreed
	Followed = "followed" // the playbook before says so
	Named    = "named"    // somebody asked for it by name
)

// Stayed: nothing changes, and what was offered is offered no more. Hash is that
// of the offer.
type Stayed struct {
	Name string `json:"name"`
	Hash string `json:"hash"`
	// Outdated: nobody declined it; it fits no more.
	Outdated bool `json:"outdated,omitempty"`
}

// Standing is what was offered to an incident, and what was declined.
type Standing struct {
	Offer    Offered  // open while its playbook has a name
	Declined []string // names of playbooks that nobody wants at this severity
	Left     []string // and of those in whose place somebody took another by name
}

// Open reports whether an answer is awaited.
func (s Standing) Open() bool { return s.Offer.Playbook.Name != "" }

// What becomes of a playbook that fits. Whatever it is, an offer of another one
// that is open ends: it fits no more.
const (
	Offer  = "offer"
	Follow = "follow"
	End    = "end" // the open offer, and nothing else
)

// Weigh says what becomes of a playbook that fits, of an incident under now:
// Offer, Follow, End, or nothing. A playbook that was declined is not offered
// again until the severity changes, one that was left for another never, and a
// new text of the same playbook is no other playbook.
func (s Standing) Weigh(now Pinned, follow bool, fit Pinned) string {
	switch {
	case fit.Name == "" || s.Open() && fit.Name == s.Offer.Playbook.Name:
		return ""
	case fit.Name == now.Name || slices.Contains(s.Declined, fit.Name) || slices.Contains(s.Left, fit.Name):
		if s.Open() {
			return End
		}
		return ""
	case follow:
		return Follow
	}
	return Offer
}

// Take folds that another playbook is in force. Whoever names one does not want
// the one before.
func (s Standing) Take(t Taken) Standing {
	s.Offer = Offered{}
	others := func(names []string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == t.Playbook.Name })
	}
	s.Declined, s.Left = others(s.Declined), others(s.Left)
	if t.How == Named && t.From != t.Playbook.Name {
		s.Left = append(s.Left, t.From)
	}
	return s
}

// Stay folds that nothing changes.
func (s Standing) Stay(e Stayed) Standing {
	s.Offer = Offered{}
	if !e.Outdated && !slices.Contains(s.Declined, e.Name) {
		s.Declined = append(slices.Clip(s.Declined), e.Name)
	}
	return s
}
