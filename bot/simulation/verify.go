package simulation

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// verify looks at what a run leaves behind.
func (w *world) verify() {
	w.delivered()
	for _, id := range w.book.order {
		f := w.book.incidents[id]
		w.unread(f)
		w.promised(f)
		w.paged(f)
		w.called(f)
	}
	w.published()
	w.sameLog()
}

// delivered: what was asked for has come to an end that somebody knows of.
func (w *world) delivered() {
	for _, id := range sortedKeys(w.outbox.all) {
		e := w.outbox.all[id]
		effects := len(w.town.byID[id])
		told := func(kind string) bool { _, ok := w.book.settled[id+" "+kind]; return ok }
		switch {
		case e.state < done && !e.NotBefore.After(w.now()):
			w.breach(Lost, id, "%s to %s is neither done nor given up (state %d, due since %s)", id, e.To, e.state, e.NotBefore)
		case e.state == done && e.To != stream.Bot && effects == 0:
			w.breach(Lost, id, "%s was settled as delivered, and %s never got it", id, e.To)
		case e.state == done && !e.Quiet && e.To != stream.Bot && e.Stream.Kind == incident.Kind && !told(stream.Delivered):
			w.breach(Lost, id, "nobody was told that %s arrived", id)
		case e.state == dead && e.Stream.Kind == incident.Kind && !told(stream.GaveUp) && !told(stream.InDoubt) && !told(stream.Withheld):
			w.breach(Lost, id, "%s was given up, and nobody was told", id)
		}
	}
}

// settledTargets are the ends of an update at a far end that are known.
var settledTargets = []string{incident.TargetSent, incident.TargetShadowed, incident.TargetHeld, incident.TargetDoubt, incident.TargetGaveUp, incident.TargetTooOld}

// unread: approved words reached each far end, or it is known why not.
func (w *world) unread(f *folded) {
	for _, u := range f.Updates {
		if u.State != incident.PublishedS || u.Audience != incident.Public {
			continue
		}
		if why := f.noYes(u, w.habits.approvers); why != "" {
			w.breach(Unapproved, f.ID.String(), "update %d is published, and %s", u.N, why)
		}
		for _, t := range u.Targets {
			got := w.town.once[f.ID.String()+" "+t.Name+" "+words.About(u.N, t.Name)] != ""
			switch {
			case t.Name == incident.StatusPage || t.State == incident.TargetSent && got:
			case t.State == incident.TargetSent:
				w.breach(Lost, f.ID.String(), "update %d counts as sent, and %s never got it", u.N, t.Name)
			case !slices.Contains(settledTargets, t.State) && !w.superseded(f, u.N, t.Name):
				w.breach(Lost, f.ID.String(), "update %d is %s at %s for ever", u.N, t.State, t.Name)
			}
		}
	}
}

// superseded: newer words took the place of these before they left, or had
// arrived when they were let go.
func (w *world) superseded(f *folded, n int, target string) bool {
	overtaken := slices.ContainsFunc(f.Updates, func(u incident.Update) bool {
		return u.PublishedAt.After(f.Update(n).PublishedAt) && slices.ContainsFunc(u.Targets, func(t incident.Target) bool { return t.Name == target && t.State == incident.TargetSent })
	})
	var last *errand
	for _, e := range w.outbox.all {
		if e.Stream == f.ID && e.About == words.About(n, target) && (last == nil || e.n > last.n) {
			last = e
		}
	}
	return overtaken || last != nil && last.state == replaced
}

// late is how long after its time something may still be recorded that nothing
// but a death or a broken store keeps from it.
const late = 2 * time.Hour

// glance looks at what is open, now and then: what is forgotten shows long
// before the end.
func (w *world) glance() {
	for _, id := range w.book.order {
		w.promised(w.book.incidents[id])
		w.paged(w.book.incidents[id])
	}
	w.in(time.Hour, w.glance)
}

// promised: every promise is kept, missed and recorded, dropped with a reason,
// or watched by a timer.
func (w *world) promised(f *folded) {
	for _, p := range f.Promises {
		due := p.Due.Before(w.now())
		switch {
		case p.Open() && due && !p.Missed && w.now().Sub(p.Due) > late:
			w.breach(Forgotten, f.ID.String(), "promise %d of %s to %s was due %s, and nothing says that it was missed", p.N, p.Made.Format("15:04"), p.Audience, p.Due.Format("15:04"))
		case p.Open() && !due && !w.armed(f, "remind", p.N):
			w.breach(Forgotten, f.ID.String(), "promise %d to %s is due %s, and no timer watches it", p.N, p.Audience, p.Due.Format("15:04"))
		case !p.Kept.IsZero() && p.Kept.Sub(p.Due) > late && !p.Missed:
			w.breach(Forgotten, f.ID.String(), "promise %d to %s was kept %s late, and was not missed", p.N, p.Audience, p.Kept.Sub(p.Due))
		}
	}
}

// armed reports whether a timer of the incident waits that names n.
func (w *world) armed(f *folded, command string, n int) bool {
	field := map[string]string{"remind": `"n":`, "escalate": `"page":`, "check-ack": `"page":`}[command] + strconv.Itoa(n)
	for _, e := range w.outbox.live {
		if data := e.Args[stream.ArgData]; e.Stream == f.ID && e.To == stream.Bot && e.Action == command &&
			(strings.Contains(data, field+",") || strings.Contains(data, field+"}")) {
			return true
		}
	}
	return false
}

// paged: every page was answered, or goes on.
func (w *world) paged(f *folded) {
	if f.Phase.Ended() {
		return
	}
	for _, p := range f.Pages {
		switch {
		case p.Acked.Handle == "" && !w.armed(f, "escalate", p.N):
			w.breach(Forgotten, f.ID.String(), "nobody answered page %d (rung %d, exhausted %v), and nothing rings any more", p.N, p.Rung, p.Exhausted)
		case p.Acked.Handle != "" && f.Weight().AckLapses > 0 && !w.armed(f, "check-ack", p.N):
			w.breach(Forgotten, f.ID.String(), "%s took page %d, and nobody looks whether he is still there", p.Acked, p.N)
		}
	}
}

// called: whoever was paged was rung, or somebody knows why not.
func (w *world) called(f *folded) {
	for _, p := range f.Pages {
		for _, who := range p.Paged {
			if !w.rang(f, p, who) {
				w.breach(Lost, f.ID.String(), "page %d never rang for %s, and nobody was told", p.N, who)
			}
		}
	}
}

// rang: a page reached its person, or it is known that it did not, or it was
// not needed any more.
func (w *world) rang(f *folded, p incident.Page, who stream.Person) bool {
	for _, way := range who.Ways {
		about := "page/" + strconv.Itoa(p.N) + "/" + who.Handle + "/" + way.To
		for _, e := range w.outbox.all {
			if e.Stream == f.ID && e.About == about && e.state >= done {
				return true
			}
		}
	}
	return len(who.Ways) == 0
}

// published: our own page shows approved words alone.
func (w *world) published() {
	var shown []incident.PublicIncident
	err := w.live(func(l *life) (err error) {
		shown, _, err = l.Desk.Public(l.ctx)
		return err
	})
	if err != nil {
		w.breach(Lost, "", "the page cannot be read: %v", err)
		return
	}
	for _, p := range shown {
		f := w.book.incidents[stream.ID{Workspace: "main", Kind: incident.Kind, Name: strings.TrimPrefix(p.Number, "INC-")}]
		if f == nil || f.Private || w.habits.environment != "production" {
			w.breach(Leaked, "", "the page shows %s", p.Number)
			continue
		}
		for _, u := range p.Updates {
			if x := f.Update(u.N); x == nil || x.Text != u.Text || f.noYes(*x, w.habits.approvers) != "" {
				w.breach(Unapproved, f.ID.String(), "the page shows update %d: “%s”", u.N, u.Text)
			}
		}
	}
}

// sameLog: what can be read is what was committed.
func (w *world) sameLog() {
	for _, id := range w.book.order {
		records, err := w.Store.Load(w.ctx, id, 0)
		if f := w.book.incidents[id]; err != nil || len(records) != f.Seq {
			w.breach(Lost, id.String(), "%d records can be read, %d were committed (%v)", len(records), f.Seq, err)
		}
	}
}
