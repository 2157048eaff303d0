package incident

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// Page is one call for help: the rungs that it climbs and who answered.
type Page struct {
	N         int
	Rungs     []Rung
	Why       string
	Rung      int // the rung that rings, from 0
	Started   time.Time
	Rung0     time.Time // when the present rung began to ring
	Paged     []Person  // all who were paged, in order
	Acked     Person
	AckedAt   time.Time
	Asked     time.Time // the person was asked whether he is still on it
	Exhausted bool      // nobody on any rung answered
	// Ways tells what became of each call, by "person/far end".
	Ways map[string]string
}

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
type Paged struct {
	N      int             `json:"n"`
	Rung   int             `json:"rung"`
	People []Person        `json:"people"`
	Wait   stream.Duration `json:"wait"`
	Why    string          `json:"why,omitempty"`
	// Rungs are set with rung 0: the whole ladder.
	Rungs []Rung `json:"rungs,omitempty"`
	// Silent are those who have not answered.
	Silent []Person `json:"silent,omitempty"`
}

// Acknowledged: somebody is on it.
type Acknowledged struct {
	N  int    `json:"n"`
	By Person `json:"by"`
	// Lapses is when it is worth nothing without a sign of life.
	Lapses time.Time `json:"lapses,omitzero"`
}

// AckQuestioned: an acknowledgement was followed by silence; the person is
// asked.
type AckQuestioned struct {
	N  int       `json:"n"`
	By Person    `json:"by"`
	At time.Time `json:"at"` // when the ladder goes on
}

// PageExhausted: every rung was silent.
type PageExhausted struct {
	N int `json:"n"`
}

// startPage begins a page over the on-call rungs from the given one.
func (s State) startPage(from int, why string) (Paged, bool) {
	if len(s.OnCall) <= from || len(s.OnCall[from].People) == 0 {
		return Paged{}, false
	}
	r := s.OnCall[from]
	return Paged{N: len(s.Pages) + 1, People: r.People, Wait: r.Wait, Why: why, Rungs: s.OnCall[from:]}, true
}

func (c Call) decide(s State, _ stream.Meta) ([]Event, error) {
	rungs := slices.DeleteFunc(slices.Clone(c.Rungs), func(r Rung) bool { return len(r.People) == 0 })
	if len(rungs) == 0 {
		return nil, stream.Refuse("Nobody to page: say who (“page @maya”), or configure on call.")
	}
	return []Event{Paged{N: len(s.Pages) + 1, People: rungs[0].People, Wait: rungs[0].Wait, Why: c.Why, Rungs: rungs}}, nil
}

func (c Ack) decide(s State, m stream.Meta) ([]Event, error) {
	var events []Event
	for _, p := range s.Pages {
		if p.Acked.Handle != "" && !(p.Acked.Handle == c.By.Handle && !p.Asked.IsZero()) {
			continue
		}
		e := Acknowledged{N: p.N, By: c.By}
		if w := s.Weight(); w.AckLapses > 0 {
			e.Lapses = m.At.Add(time.Duration(w.AckLapses))
		}
		events = append(events, e)
	}
	if len(events) == 0 {
		if len(s.Pages) == 0 {
			events = append(events, Acknowledged{By: c.By})
		} else if last := s.Pages[len(s.Pages)-1]; last.Acked.Handle != c.By.Handle && m.By.ID != "" {
			return nil, stream.Refuse("%s has %s since %s. Type “lead” to take over command.", last.Acked, s.Number, last.AckedAt.UTC().Format("15:04 UTC"))
		}
	}
	if s.Commander().Handle == "" {
		events = append(events, Assigned{Role: RoleCommander, Person: c.By})
	}
	if s.Phase == Triage {
		p := PhaseChanged{From: Triage, To: Investigating}
		events = append(events, p)
		events = append(events, s.fold(m, events).firstPromise(m)...)
	}
	return events, nil
}

func (c Decline) decide(s State, _ stream.Meta) ([]Event, error) {
	for _, p := range slices.Backward(s.Pages) {
		rings := slices.ContainsFunc(p.Rungs[p.Rung].People, func(x Person) bool { return x.Handle == c.By.Handle })
		if p.Acked.Handle == "" && rings {
			return s.climb(p, false), nil
		}
	}
	return nil, stream.Refuse("You are not being paged for %s.", s.Number)
}

func (c Escalate) decide(s State, _ stream.Meta) ([]Event, error) {
	if c.Page == 0 { // a person asks
		if len(s.Pages) == 0 {
			return nil, stream.Refuse("Nobody was paged for %s yet. Type “page @who”.", s.Number)
		}
		return s.climb(s.Pages[len(s.Pages)-1], true), nil
	}
	if c.Page > len(s.Pages) || s.Phase.Ended() {
		return nil, nil
	}
	p := s.Pages[c.Page-1]
	if p.Rung != c.Rung || p.Acked.Handle != "" || p.Exhausted != c.Again {
		return nil, nil
	}
	return s.climb(p, false), nil
}

// climb rings the next rung; after the last one says that nobody answered, and
// from there begins anew.
func (s State) climb(p Page, restart bool) []Event {
	next := p.Rung + 1
	if p.Exhausted || restart && next >= len(p.Rungs) {
		next = 0
	}
	if next >= len(p.Rungs) {
		return []Event{PageExhausted{N: p.N}}
	}
	r := p.Rungs[next]
	return []Event{Paged{N: p.N, Rung: next, People: r.People, Wait: r.Wait, Why: p.Why, Silent: p.Paged}}
}

func (c CheckAck) decide(s State, m stream.Meta) ([]Event, error) {
	if c.Page < 1 || c.Page > len(s.Pages) || s.Phase.Ended() {
		return nil, nil
	}
	p, w := s.Pages[c.Page-1], s.Weight()
	if p.Acked.Handle == "" || w.AckLapses == 0 {
		return nil, nil
	}
	seen := p.AckedAt
	if at := s.Seen[p.Acked.Handle]; at.After(seen) {
		seen = at
	}
	if !p.Asked.IsZero() && !seen.After(p.Asked) {
		if c.Asked && !m.At.Before(p.Asked.Add(time.Duration(w.AckGrace))) {
			return s.climb(p, true), nil
		}
		return nil, nil
	}
	if lapses := seen.Add(time.Duration(w.AckLapses)); m.At.Before(lapses) {
		return []Event{AckSeen{N: p.N, Until: lapses}}, nil
	}
	return []Event{AckQuestioned{N: p.N, By: p.Acked, At: m.At.Add(time.Duration(w.AckGrace))}}, nil
}

// AckSeen: the person on it showed a sign of life; the next look is at Until.
type AckSeen struct {
	N     int       `json:"n"`
	Until time.Time `json:"until"`
}

func (AckSeen) kind() string { return "ack-seen" }

func (AckSeen) apply(s State, _ stream.Record) State { return s }

func (Paged) kind() string { return "paged" }

func (e Paged) apply(s State, r stream.Record) State {
	if e.Rungs != nil || e.N > len(s.Pages) {
		s.Pages = append(s.Pages, Page{N: e.N, Rungs: e.Rungs, Why: e.Why, Started: r.At, Rung0: r.At, Paged: e.People})
		return s
	}
	if e.N < 1 {
		return s
	}
	s.Pages = replace(s.Pages, e.N-1, func(p *Page) {
		p.Rung, p.Rung0, p.Acked, p.AckedAt, p.Asked, p.Exhausted = e.Rung, r.At, Person{}, time.Time{}, time.Time{}, false
		for _, person := range e.People {
			if !slices.ContainsFunc(p.Paged, func(x Person) bool { return x.Handle == person.Handle }) {
				p.Paged = append(slices.Clone(p.Paged), person)
			}
		}
	})
	return s
}

func (Acknowledged) kind() string { return "acknowledged" }

func (e Acknowledged) apply(s State, r stream.Record) State {
	s.Seen = with(s.Seen, e.By.Handle, r.At)
	if e.N < 1 || e.N > len(s.Pages) {
		return s
	}
	s.Pages = replace(s.Pages, e.N-1, func(p *Page) { p.Acked, p.AckedAt, p.Asked = e.By, r.At, time.Time{} })
	return s
}

func (AckQuestioned) kind() string { return "ack-questioned" }

func (e AckQuestioned) apply(s State, r stream.Record) State {
	if e.N < 1 || e.N > len(s.Pages) {
		return s
	}
	s.Pages = replace(s.Pages, e.N-1, func(p *Page) { p.Asked = r.At })
	return s
}

func (PageExhausted) kind() string { return "page-exhausted" }

func (e PageExhausted) apply(s State, r stream.Record) State {
	if e.N < 1 || e.N > len(s.Pages) {
		return s
	}
	s.Pages = replace(s.Pages, e.N-1, func(p *Page) { p.Exhausted, p.Rung0 = true, r.At })
	return s
}

// PageAbout reads what a call is named in Delivery.About: page, person, far
// end ("page/1/maya/twilio").
func PageAbout(about string) (n int, person, way string, ok bool) {
	p := strings.Split(about, "/")
	if len(p) != 4 || p[0] != "page" {
		return 0, "", "", false
	}
	n, err := strconv.Atoi(p[1])
	return n, p[2], p[3], err == nil
}
