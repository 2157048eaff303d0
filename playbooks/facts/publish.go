package facts

import (
	"slices"
	"strconv"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Publication is one update at one far end.
type Publication struct {
	Update incident.Update
	Target incident.Target
	First  string // what the incident's first words are called there
	Last   string // and its newest
	About  string
	Slot   string // newer words replace unsent older ones; some always go
	// Standalone: the far end refused a thread before.
	Standalone bool
}

// publications are the updates that have to leave now: the one that was
// published, or all that a hold had stopped.
func publications(s incident.State, event any) []Publication {
	all := spoken(s)
	from, to := 0, len(all)
	wanted := func(*incident.Update, incident.Target) bool { return true }
	place := func(n int) int { return slices.IndexFunc(all, func(u *incident.Update) bool { return u.N == n }) }
	switch e := event.(type) {
	case incident.Published:
		from = max(0, place(e.N))
		to = place(e.N) + 1
	case incident.Settled: // later ones, composed before it was known what they answer to
		n, target, ok := words.Of(e.About)
		from = place(n) + 1
		wanted = func(_ *incident.Update, t incident.Target) bool { return t.Name == target }
		if !ok || e.Result != stream.Delivered || from == 0 {
			return nil
		}
	case incident.HoldReleased: // not what is under way, nor what newer words that never were held are ahead of
		wanted = func(u *incident.Update, t incident.Target) bool {
			return t.At.Equal(s.At) && !newer(s, u, func(x incident.Target) bool {
				return x.Name == t.Name && x.State == incident.TargetQueued && x.At.IsZero()
			})
		}
	default:
		return nil
	}
	var out []Publication
	for i := from; i < to; i++ {
		out = append(out, publication(s, all[:i+1], wanted)...)
	}
	return out
}

// spoken are the public words in the order in which they were published, which
// need not be that of their numbers.
func spoken(s incident.State) []*incident.Update {
	all := make([]*incident.Update, 0, len(s.Updates))
	for i := range s.Updates {
		if u := &s.Updates[i]; u.Audience == incident.Public && u.State == incident.PublishedS {
			all = append(all, u)
		}
	}
	slices.SortStableFunc(all, func(a, b *incident.Update) int { return a.PublishedAt.Compare(b.PublishedAt) })
	return all
}

// publication is the last of these words at the wanted far ends that wait for
// them.
func publication(s incident.State, spoken []*incident.Update, wanted func(*incident.Update, incident.Target) bool) (out []Publication) {
	u, before := spoken[len(spoken)-1], spoken[:len(spoken)-1]
	for _, t := range u.Targets {
		if t.State != incident.TargetQueued || t.Name == incident.StatusPage && t.Mode == "live" || !wanted(u, t) || overtaken(s, u, t.Name) {
			continue // on our own page it stands by this very commit
		}
		p := Publication{Update: *u, Target: t, About: words.About(u.N, t.Name), Slot: slot(u, before, t.Name)}
		p.First, p.Last, p.Standalone = s.Updates.RefAt(t.Name)
		out = append(out, p)
	}
	return out
}

// slot is where words for a far end wait: newer ones take the place of unsent
// ones, but not ahead of what stands between, and not of what always goes.
func slot(u *incident.Update, before []*incident.Update, farEnd string) string {
	if always(u) {
		return words.About(u.N, farEnd)
	}
	out := "words/" + farEnd
	for _, w := range before {
		if always(w) {
			out = "words/" + farEnd + "/" + strconv.Itoa(w.N)
		}
	}
	return out
}

// stale are the slots of words that are too old to be sent.
func stale(s incident.State, event any) (out []Publication) {
	e, ok := event.(incident.WasAway)
	if !ok {
		return nil
	}
	all, holds := spoken(s), map[string]int{} // the number of the words that wait in a slot
	for i, u := range all {
		for _, t := range u.Targets {
			holds[slot(u, all[:i], t.Name)] = u.N
		}
	}
	for i, u := range all {
		for _, t := range u.Targets {
			in := slot(u, all[:i], t.Name)
			if slices.Contains(e.Stale, u.N) && t.State == incident.TargetTooOld && holds[in] == u.N {
				out = append(out, Publication{Update: *u, Target: t, About: words.About(u.N, t.Name), Slot: in})
			}
		}
	}
	return out
}

// tooOld names the far ends that words did not reach, each once.
func tooOld(s incident.State, event any) (names []string) {
	for _, p := range stale(s, event) {
		if name := FarEnd(p.Target.Name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// always: such words go even when newer ones are on their way.
func always(u *incident.Update) bool {
	switch u.Kind {
	case incident.FirstWords, incident.ResolvedWords, incident.Correction, incident.Retraction:
		return true
	}
	return false
}

// overtaken: the far end took newer words while these were held.
func overtaken(s incident.State, u *incident.Update, target string) bool {
	return newer(s, u, func(t incident.Target) bool { return t.Name == target && t.State == incident.TargetSent })
}

// newer reports whether words that were published later have such a target.
func newer(s incident.State, u *incident.Update, such func(incident.Target) bool) bool {
	for i := range s.Updates {
		if w := &s.Updates[i]; w.PublishedAt.After(u.PublishedAt) && slices.ContainsFunc(w.Targets, such) {
			return true
		}
	}
	return false
}

// morning is what the words that are published now wait for, where hours are
// quiet; zero when they do not.
func morning(f *Facts) (at time.Time) {
	e, _ := f.Event.(incident.Published)
	for _, t := range e.Targets {
		if t.Until.After(at) {
			at = t.Until
		}
	}
	return at
}
