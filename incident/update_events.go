package incident

import (
	"slices"

	"drumbeat/incident/stream"
)

// apply adds the words. Words for the public replace what waits of the same
// author, and a draft that nobody wrote.
func (e Proposed) apply(s State, r stream.Record) State {
	u := e.Update
	u.State, u.ProposedAt = Proposing, r.At
	if u.Audience == Internal {
		u.State, u.PublishedAt = PublishedS, r.At
	}
	updates := slices.Clone(s.Updates)
	for i, old := range updates {
		if old.State == Proposing && old.Audience == u.Audience && (old.Author == u.Author || old.Author == "" || old.Author == Unattended) {
			updates[i].State = Replaced
		}
	}
	s.Updates = append(updates, u)
	return s
}

func (e Approved) apply(s State, r stream.Record) State {
	s.Updates = replace(s.Updates, e.N, func(u *Update) {
		u.ApprovedBy = r.By.String()
		if e.Unattended {
			u.ApprovedBy = "the playbook"
		}
	})
	return s
}

func (e Published) apply(s State, r stream.Record) State {
	s.Updates = replace(s.Updates, e.N, func(u *Update) {
		u.State, u.PublishedAt = PublishedS, r.At
		u.Targets = slices.Clone(e.Targets)
		for i := range u.Targets {
			if u.Targets[i].State == TargetSent {
				u.Targets[i].At = r.At
			}
		}
	})
	if u := s.Update(e.N); u != nil {
		s.Updates = replace(s.Updates, u.Corrects, func(old *Update) { old.Corrected = u.N })
	}
	return s
}

func (e SentBack) apply(s State, _ stream.Record) State {
	s.Updates = replace(s.Updates, e.N, func(u *Update) { u.State = Rejected })
	return s
}
