package incident

import (
	"slices"

	"drumbeat/incident/stream"
)

func (Proposed) kind() string { return "proposed" }

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

func (Approved) kind() string { return "approved" }

func (e Approved) apply(s State, r stream.Record) State {
	return s.update(e.N, func(u *Update) {
		u.ApprovedBy = r.By.String()
		if e.Unattended {
			u.ApprovedBy = "the playbook"
		}
	})
}

func (Published) kind() string { return "published" }

func (e Published) apply(s State, r stream.Record) State {
	s = s.update(e.N, func(u *Update) {
		u.State, u.PublishedAt = PublishedS, r.At
		u.Targets = slices.Clone(e.Targets)
		for i := range u.Targets {
			if u.Targets[i].State == TargetSent {
				u.Targets[i].At = r.At
			}
		}
	})
	if u := s.Update(e.N); u != nil && u.Corrects > 0 {
		s = s.update(u.Corrects, func(old *Update) { old.Corrected = u.N })
	}
	return s
}

func (SentBack) kind() string { return "rejected" }

func (e SentBack) apply(s State, _ stream.Record) State {
	return s.update(e.N, func(u *Update) { u.State = Rejected })
}

func (s State) update(n int, alter func(*Update)) State {
	if n < 1 || n > len(s.Updates) {
		return s
	}
	s.Updates = replace(s.Updates, n-1, alter)
	return s
}
