package playbooks

import (
	"time"

	"drumbeat/incident"
	"drumbeat/incident/stream"
)

// view is what expressions and templates see: the incident as it is just after
// the event, the event, and the installation's settings.
func view(s incident.State, settings Settings, kind string, event any, m stream.Meta) map[string]any {
	v := map[string]any{
		"number": s.Number, "title": s.Title, "severity": s.Severity, "phase": string(s.Phase),
		"private": s.Private, "held": s.Held, "service": s.Service, "began": s.Since, "ended": s.Ended, "into": s.Into,
		"commander": s.Commander(), "comms": s.Comms(), "roles": s.Roles, "declarer": s.DeclaredBy,
		"room": s.Room, "weight": s.Weight(), "policy": s.Policy, "settings": settings,
		"confirmed": !s.Confirmed.IsZero(), "public": s.IsPublic(), "over": s.Phase.Over(), "done": s.Phase.Ended(),
		"suspects": s.Suspects, "signs": s.Signs, "components": s.Components, "tasks": s.Tasks,
		"event": event, "kind": kind, "by": m.By, "machine": m.By.Machine(), "at": m.At, "it": any(nil),
		"said": update(s.LastPublished(incident.Public)), "waiting": update(s.Waiting()), "next": due(s),
		"id": s.ID.String(),
	}
	v["opens"] = opens(s, event)
	v["channel"], v["thread"] = s.Room.Place()
	v["calls"] = func() []call { return calls(s, event) }
	v["retry"] = func() []call { return retry(s, event) }
	v["paged"] = func() []incident.Person { return paged(s, event) }
	v["invited"] = func() []incident.Person { return invited(s) }
	v["publications"] = func() []publication { return publications(s, event) }
	v["failed"] = func() failure { return failed(s, event) }
	v["ladder"] = func() []rung { return ladder(s, event) }
	v["written"] = update(eventUpdate(s, event))
	v["reason"] = func() string { return reason(s) }
	lines(v, s, event)
	return v
}

func update(u *incident.Update) incident.Update {
	if u == nil {
		return incident.Update{}
	}
	return *u
}

func due(s incident.State) time.Time {
	if p := s.Promise(incident.Public); p != nil {
		return p.Due
	}
	return time.Time{}
}

// opens says that this event is the one upon which the incident gets its place
// to work in: it was declared as one, or was just taken out of triage, or was
// raised to a severity that has a channel.
func opens(s incident.State, event any) bool {
	switch e := event.(type) {
	case incident.Declared:
		return s.Phase != incident.Triage
	case incident.PhaseChanged:
		return e.From == incident.Triage && !e.To.Over()
	case incident.SeverityChanged:
		return s.Phase != incident.Triage && s.Room.Channel == "" &&
			s.Policy.Weight(e.From).Room != "channel" && s.Weight().Room == "channel"
	}
	return false
}

// call is one way to wake one person.
type call struct {
	Person  incident.Person
	To      string
	Address string
	Page    int
	Why     string
}

// calls are the first ways of everybody on the rung that rings.
func calls(s incident.State, event any) []call {
	e, ok := event.(incident.Paged)
	if !ok {
		return nil
	}
	var out []call
	for _, p := range e.People {
		for i, w := range p.Ways {
			if i == 0 || w.To == "slack" { // Slack beside whatever wakes
				out = append(out, call{Person: p, To: w.To, Address: w.Address, Page: e.N, Why: e.Why})
			}
		}
	}
	return out
}

// retry is the next way to a person whose call failed.
func retry(s incident.State, event any) []call {
	f := failed(s, event)
	if f.Page == 0 || f.Page > len(s.Pages) || s.Pages[f.Page-1].Acked.Handle != "" {
		return nil
	}
	page := s.Pages[f.Page-1]
	ways := f.Person.Ways
	for i, w := range ways {
		if w.To != f.To {
			continue
		}
		for _, next := range ways[i+1:] {
			if _, tried := page.Ways[f.Person.Handle+"/"+next.To]; !tried && next.To != "slack" {
				return []call{{Person: f.Person, To: next.To, Address: next.Address, Page: f.Page, Why: page.Why}}
			}
		}
	}
	return nil
}

// paged are those whose phones may still ring for a page that somebody else
// has taken.
func paged(s incident.State, event any) []incident.Person {
	e, ok := event.(incident.Acknowledged)
	if !ok || e.N < 1 || e.N > len(s.Pages) {
		return nil
	}
	var out []incident.Person
	for _, p := range s.Pages[e.N-1].Paged {
		if p.Handle != e.By.Handle && len(p.Ways) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// invited are the people who belong into a new channel.
func invited(s incident.State) []incident.Person {
	var out []incident.Person
	seen := map[string]bool{}
	add := func(p incident.Person) {
		if p.Slack != "" && !seen[p.Slack] {
			seen[p.Slack] = true
			out = append(out, p)
		}
	}
	add(s.Commander())
	add(s.DeclaredBy)
	for _, role := range []string{incident.RoleComms, incident.RoleScribe, incident.RoleLiaison} {
		add(s.Roles[role])
	}
	for _, page := range s.Pages {
		for _, p := range page.Paged {
			add(p)
		}
	}
	return out
}

// publication is one update at one far end.
type publication struct {
	Update incident.Update
	Target incident.Target
	First  string // what the incident's first words are called there
	Last   string // and its newest
	About  string
	Slot   string // newer words replace unsent older ones; some always go
	Length int
	// Standalone: the far end refused a thread before.
	Standalone bool
}

// publications are the updates that have to leave now: the one that was
// published, or all that a hold had stopped.
func publications(s incident.State, event any) []publication {
	var out []publication
	add := func(u incident.Update) {
		for _, t := range u.Targets {
			if t.Name == incident.StatusPage && t.Mode == "live" {
				continue // it stands there by this very commit
			}
			if t.State != incident.TargetQueued {
				continue
			}
			p := publication{Update: u, Target: t, About: incident.UpdateAbout(u.N, t.Name), Length: len([]rune(u.Text))}
			p.First, p.Last, p.Standalone = s.RefAt(t.Name)
			p.Slot = "words/" + t.Name
			switch u.Kind {
			case incident.FirstWords, incident.ResolvedWords, incident.Correction, incident.Retraction:
				p.Slot = p.About
			}
			out = append(out, p)
		}
	}
	switch e := event.(type) {
	case incident.Published:
		add(update(s.Update(e.N)))
	case incident.HoldReleased:
		for _, u := range s.Updates {
			add(u)
		}
	}
	return out
}

// failure is what went wrong with a delivery, in words of the incident.
type failure struct {
	Page    int
	Person  incident.Person
	To      string
	Update  int
	Problem string
	First   bool // of this call or these words: say it once
}

func failed(s incident.State, event any) failure {
	e, ok := event.(incident.Settled)
	if !ok {
		return failure{}
	}
	f := failure{To: e.To, Problem: e.Problem}
	n, name, _, isPage := incident.PageAbout(e.About)
	if isPage && n <= len(s.Pages) {
		f.Page = n
		for _, p := range s.Pages[n-1].Paged {
			if p.Handle == name {
				f.Person = p
			}
		}
	}
	if n, target, isUpdate := incident.UpdateOf(e.About); isUpdate {
		f.Update, f.To = n, target
	}
	times := 0
	for _, p := range s.Problems {
		if p.About == e.About {
			times++
		}
	}
	f.First = times <= 1
	return f
}

// rung is one reminder of a promise.
type rung struct {
	N    int
	Rung int
	At   time.Time
}

func ladder(s incident.State, event any) []rung {
	e, ok := event.(incident.Promised)
	if !ok {
		return nil
	}
	var out []rung
	for i, r := range s.Policy.Ladder {
		out = append(out, rung{N: e.N, Rung: i, At: e.Due.Add(time.Duration(r.At))})
	}
	return out
}

// eventUpdate is the update that an event is about.
func eventUpdate(s incident.State, event any) *incident.Update {
	switch e := event.(type) {
	case incident.Proposed:
		return s.Update(e.N)
	case incident.Published:
		return s.Update(e.N)
	case incident.SentBack:
		return s.Update(e.N)
	}
	return nil
}

// reason is what to tell a person who is woken: the first sign's text, else
// the title.
func reason(s incident.State) string {
	for _, sign := range s.Signs {
		if sign.Text != "" {
			return sign.Text
		}
	}
	return s.Title
}

// eventSamples give every kind of event its type, so that expressions are
// checked against it when a playbook is loaded.
var eventSamples = map[string]any{
	"declared": incident.Declared{}, "signed": incident.Signed{}, "confirmed": incident.Confirmed{},
	"confirmation-asked": incident.ConfirmationAsked{}, "severity": incident.SeverityChanged{},
	"phase": incident.PhaseChanged{}, "role": incident.Assigned{}, "joined": incident.Joined{}, "note": incident.Noted{},
	"since": incident.StartCorrected{}, "task-added": incident.TaskAdded{}, "task-done": incident.TaskFinished{},
	"hold": incident.HoldPlaced{}, "release": incident.HoldReleased{}, "merged": incident.MergedInto{},
	"absorbed": incident.Absorbed{}, "paged": incident.Paged{}, "acknowledged": incident.Acknowledged{},
	"ack-seen": incident.AckSeen{}, "ack-questioned": incident.AckQuestioned{}, "page-exhausted": incident.PageExhausted{},
	"proposed": incident.Proposed{}, "approved": incident.Approved{}, "published": incident.Published{},
	"rejected": incident.SentBack{}, "promised": incident.Promised{}, "promise-kept": incident.PromiseKept{},
	"promise-missed": incident.PromiseMissed{}, "promise-dropped": incident.PromiseDropped{}, "reminded": incident.Reminded{},
	stream.Delivered: incident.Settled{}, stream.Failing: incident.Settled{}, stream.InDoubt: incident.Settled{},
	stream.GaveUp: incident.Settled{}, stream.Withheld: incident.Settled{},
}

// sampleEnv is the view's form for one kind of event; any kind when empty.
func sampleEnv(kind string) map[string]any {
	event := eventSamples[kind]
	env := view(incident.State{}, Settings{}, kind, event, stream.Meta{})
	if env["event"] == nil {
		env["event"] = any(nil)
	}
	return env
}
