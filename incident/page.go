package incident

import (
	"slices"
	"time"

	"drumbeat/incident/paging"
	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Page is one call for help: see package paging.
type (
	Page = paging.Page
	Rung = paging.Rung
)

// Call asks for help: Rungs are the people to page, in turn.
type Call struct {
	Rungs []Rung `json:"rungs"`
	Why   string `json:"why,omitempty"`
}

// Ack says "I'm on it". By is the person as the bot knows him.
type Ack struct {
	By Person `json:"by"`
}

// Decline says "I can't": the next rung rings at once.
type Decline struct {
	By Person `json:"by"`
}

// Escalate rings the next rung. The timer names the page and the rung that was
// silent; a person names neither. Again is the timer after the last rung: all
// ring once more.
type Escalate struct {
	Page  int  `json:"page,omitempty"`
	Rung  int  `json:"rung"`
	Again bool `json:"again,omitempty"`
}

// CheckAck is the timer that finds an acknowledged page without a sign of life.
type CheckAck struct {
	Page  int  `json:"page"`
	Asked bool `json:"asked,omitempty"` // the person was asked before
}

// Paged: a rung rings.
type Paged paging.Rings

// What came of a page: see package paging.
type (
	Acknowledged  paging.Acknowledged
	AckQuestioned paging.Questioned
	AckSeen       paging.Seen
	PageExhausted paging.Exhausted
)

// page begins a page over those of the rungs that somebody stands on.
func (s State) page(all []Rung, why string) (Paged, bool) {
	rungs := paging.Manned(all)
	if len(rungs) == 0 {
		return Paged{}, false
	}
	return Paged{N: len(s.Pages) + 1, People: rungs[0].People, Wait: rungs[0].Wait, Why: why, Rungs: rungs}, true
}

func (c Call) decide(s State, _ stream.Meta) ([]Event, error) {
	paged, ok := s.page(c.Rungs, c.Why)
	if !ok {
		return nil, stream.Refuse("Nobody to page: say who (“page @maya”), or configure on call.")
	}
	return []Event{paged}, nil
}

func (c Ack) decide(s State, m stream.Meta) ([]Event, error) {
	c.By = c.By.Or(m.By)
	events := s.acknowledge(c.By, m)
	if len(events) == 0 && len(s.Pages) > 0 {
		if last := s.Pages[len(s.Pages)-1]; !s.Pages.Answered(c.By) && s.Commander().Handle != c.By.Handle {
			return nil, stream.Refuse("%s has %s since %s. Type “join” to help, or “lead” to take over command.", last.Acked, s.Number, words.UTC(last.AckedAt))
		}
		return []Event{Alive{}}, nil
	}
	if len(events) == 0 { // nobody was paged
		events = append(events, Acknowledged{By: c.By})
	}
	events = append(events, s.roles(events, c.By)...)
	return s.then(m, append(events, s.take()...)), nil
}

// roles are what answering gives: the role that a page asked for, and command
// where nobody has it.
func (s State) roles(answered []Event, by Person) (out []Event) {
	commands := false
	for _, e := range answered {
		if p := stream.Element(s.Pages, e.(Acknowledged).N); p == nil || p.Role == "" {
			commands = true
		} else if s.Roles[p.Role].Handle == "" {
			out = append(out, Assigned{Role: p.Role, Person: by})
		}
	}
	if commands && s.Commander().Handle == "" {
		out = append(out, Assigned{Role: RoleCommander, Person: by})
	}
	return out
}

// back are the pages that a person takes again by doing anything, after he was
// silent so long that the ladder went on.
func (s State) back(m stream.Meta, events []Event) (out []Event) {
	for _, p := range s.Pages {
		touched := slices.ContainsFunc(events, func(e Event) bool {
			acked, ok := e.(Acknowledged)
			paged, rings := e.(Paged)
			return ok && acked.N == p.N || rings && paged.N == p.N
		})
		if p.Lapsed.Handle == m.By.ID && p.Acked.Handle == "" && !m.By.Machine() && !touched && !s.Phase.Ended() {
			out = append(out, s.acked(p, p.Lapsed, m))
		}
	}
	return out
}

func (s State) acked(p Page, by Person, m stream.Meta) Acknowledged {
	e := Acknowledged{N: p.N, By: by}
	if w := s.Weight(); w.AckLapses > 0 && p.Role == "" { // who writes is looked after by the promises
		e.Lapses = m.At.Add(time.Duration(w.AckLapses))
	}
	return e
}

// wakeOthers pages whom the severity asks for beside who is on call, once
// somebody works on it: each for a role that nobody has.
func (s State) wakeOthers(m stream.Meta) (events []Event) {
	if s.Phase == Triage || s.Phase.Ended() {
		return nil
	}
	for _, role := range s.Weight().Wakes {
		asked := slices.ContainsFunc(s.Pages, func(p Page) bool { return p.Role == role })
		paged, ok := s.fold(m, events).page(s.Others[role], "Please take "+role)
		if paged.Role = role; ok && !asked && s.Roles[role].Handle == "" {
			events = append(events, paged)
		}
	}
	return events
}

// acknowledge answers the open pages that ring for a person; for somebody who
// was not paged and has answered none, all that are open.
func (s State) acknowledge(by Person, m stream.Meta) (events []Event) {
	for _, p := range s.Pages.For(by) {
		events = append(events, s.acked(p, by, m))
	}
	return events
}

func (c Decline) decide(s State, m stream.Meta) ([]Event, error) {
	c.By = c.By.Or(m.By)
	paged := false
	for _, p := range slices.Backward(s.Pages) {
		if p.Acked.Handle == c.By.Handle {
			return s.climb(p, true), nil
		}
		if paged = paged || paging.Has(p.Paged, c.By); p.Acked.Handle == "" && paging.Has(p.Rungs[p.Rung].People, c.By) {
			return s.climb(p, false), nil
		}
	}
	if paged { // others ring already, or have it
		return nil, nil
	}
	return nil, stream.Refuse("You are not being paged for %s. “page @who” pages somebody.", s.Number)
}

func (c Escalate) decide(s State, m stream.Meta) ([]Event, error) {
	if c.Page == 0 { // a person asks
		if len(s.Pages) == 0 {
			return nil, stream.Refuse("Nobody was paged for %s yet. Type “page @who”.", s.Number)
		}
		last := s.Pages[len(s.Pages)-1]
		for _, p := range s.Pages {
			if p.Role == "" {
				last = p
			}
		}
		return s.climb(last, true), nil
	}
	p := stream.Element(s.Pages, c.Page)
	if p == nil || s.Phase.Ended() || p.Rung != c.Rung || p.Acked.Handle != "" || p.Exhausted != c.Again {
		return nil, nil
	}
	wait := p.Rungs[p.Rung].Wait
	if c.Again {
		wait = s.Policy.PagesAgain
	}
	if m.At.Before(p.Rung0.Add(time.Duration(wait))) { // of an earlier round
		return nil, nil
	}
	return s.climb(*p, false), nil
}

// climb rings the next rung; after the last it says so, and begins anew.
func (s State) climb(p Page, restart bool) []Event {
	next, ok := p.Next(restart)
	if !ok {
		return []Event{PageExhausted{N: p.N}}
	}
	r := p.Rungs[next]
	return []Event{Paged{N: p.N, Rung: next, People: r.People, Wait: r.Wait, Why: p.Why, Role: p.Role, Silent: p.Paged}}
}

func (c CheckAck) decide(s State, m stream.Meta) ([]Event, error) {
	p, w := stream.Element(s.Pages, c.Page), s.Weight()
	if p == nil || s.Phase.Ended() || p.Acked.Handle == "" || w.AckLapses == 0 {
		return nil, nil
	}
	switch found, at := p.Look(s.Seen[p.Acked.Handle], time.Duration(w.AckLapses), time.Duration(w.AckGrace), m.At); {
	case found == paging.Alive:
		return []Event{AckSeen{N: p.N, Until: at}}, nil
	case found == paging.Quiet:
		return []Event{AckQuestioned{N: p.N, By: p.Acked, At: at}}, nil
	case found == paging.Gone && c.Asked:
		return s.climb(*p, true), nil
	}
	return nil, nil
}

// Alive: whoever holds a page or commands said again that he does. As a command,
// he was heard.
type Alive struct{}

func (Alive) decide(State, stream.Meta) ([]Event, error) { return []Event{Alive{}}, nil }

func (Alive) apply(s State, _ stream.Record) State { return s }

func (AckSeen) apply(s State, _ stream.Record) State { return s }

func (e Paged) apply(s State, r stream.Record) State {
	s.Pages = s.Pages.Ring(paging.Rings(e), r)
	return s
}

func (e Acknowledged) apply(s State, r stream.Record) State {
	s.Seen = stream.With(s.Seen, e.By.Handle, r.At)
	s.Pages = s.Pages.Answer(e.N, e.By, r.At)
	return s
}

func (e AckQuestioned) apply(s State, r stream.Record) State {
	s.Pages = s.Pages.With(e.N, func(p *Page) { p.Asked = r.At })
	return s
}

func (e PageExhausted) apply(s State, r stream.Record) State {
	s.Pages = s.Pages.With(e.N, func(p *Page) { p.Exhausted, p.Rung0 = true, r.At })
	return s
}
