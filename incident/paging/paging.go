// Package paging is who was called for an incident, rung by rung, and who
// answered: a pure list.
package paging

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/incident/stream"
)

// Rung is one step of an escalation: the next is paged after Wait in silence.
type Rung struct {
	People []stream.Person `json:"people"`
	Wait   stream.Duration `json:"wait"`
}

// Page is one call for help: the rungs that it climbs and who answered.
type Page struct {
	N         int
	Rungs     []Rung
	Why       string
	Role      string // that whoever answers gets; empty for command
	Rung      int    // the rung that rings, from 0
	Started   time.Time
	Rung0     time.Time       // when the present rung began to ring
	Paged     []stream.Person // all who were paged, in order
	Acked     stream.Person
	AckedAt   time.Time
	Lapsed    stream.Person // who had it, before he was silent and the ladder went on
	Asked     time.Time     // the person was asked whether he is still on it
	Exhausted bool          // nobody on any rung answered
	// Ways tells what became of each call, by "person/far end".
	Ways map[string]string
}

// Calls reports whether somebody stands on one of the rungs.
func Calls(rungs []Rung, who stream.Person) bool {
	return slices.ContainsFunc(rungs, func(r Rung) bool { return Has(r.People, who) })
}

// Has reports whether somebody is among people.
func Has(people []stream.Person, who stream.Person) bool {
	return slices.ContainsFunc(people, func(p stream.Person) bool { return p.Handle == who.Handle })
}

// Manned are the rungs that somebody stands on.
func Manned(all []Rung) []Rung {
	return slices.DeleteFunc(slices.Clone(all), func(r Rung) bool { return len(r.People) == 0 })
}

// People are all who stand on rungs, in order.
func People(rungs []Rung) (out []stream.Person) {
	for _, r := range rungs {
		out = append(out, r.People...)
	}
	return out
}

// Takers are those who answered and have it still.
func (l List) Takers() (out []stream.Person) {
	for _, p := range l {
		if p.Acked.Handle != "" {
			out = append(out, p.Acked)
		}
	}
	return out
}

// Next is the rung after the one that rings: the first again once all were
// silent, and with restart. False: nobody is left.
func (p Page) Next(restart bool) (int, bool) {
	next := p.Rung + 1
	if p.Exhausted || restart && next >= len(p.Rungs) {
		next = 0
	}
	return next, next < len(p.Rungs)
}

// List is the pages of an incident, numbered from 1. No method changes it.
type List []Page

// Answered reports whether somebody has answered one and has it still.
func (l List) Answered(by stream.Person) bool {
	return slices.ContainsFunc(l, func(p Page) bool { return p.Acked.Handle == by.Handle })
}

// For are the open pages that ring for a person; for somebody who was not paged
// and has answered none, all that are open.
func (l List) For(by stream.Person) List {
	open := slices.DeleteFunc(slices.Clone(l), func(p Page) bool { return p.Acked.Handle != "" })
	own := slices.DeleteFunc(slices.Clone(open), func(p Page) bool { return !Calls(p.Rungs, by) })
	if len(own) == 0 && !l.Answered(by) {
		return open
	}
	return own
}

// Rings: a rung rings. With rung 0 of a new page, Rungs are the whole ladder.
type Rings struct {
	N      int             `json:"n"`
	Rung   int             `json:"rung"`
	People []stream.Person `json:"people"`
	Wait   stream.Duration `json:"wait"`
	Why    string          `json:"why,omitempty"`
	Role   string          `json:"role,omitempty"`
	Rungs  []Rung          `json:"rungs,omitempty"`
	// Silent are those who have not answered.
	Silent []stream.Person `json:"silent,omitempty"`
}

// Ring folds it: whoever had answered has it no more.
func (l List) Ring(e Rings, r stream.Record) List {
	if e.N == len(l)+1 && len(e.Rungs) > 0 {
		return append(slices.Clip(l), Page{N: e.N, Rungs: e.Rungs, Why: e.Why, Role: e.Role, Started: r.At, Rung0: r.At, Paged: e.People})
	}
	return l.With(e.N, func(p *Page) {
		switch {
		case !r.By.Machine():
			p.Lapsed = stream.Person{} // somebody wants the others
		case p.Acked.Handle != "":
			p.Lapsed = p.Acked
		}
		p.Rung, p.Rung0, p.Acked, p.AckedAt, p.Asked, p.Exhausted = min(max(e.Rung, 0), len(p.Rungs)-1), r.At, stream.Person{}, time.Time{}, time.Time{}, false
		for _, person := range e.People {
			if !Has(p.Paged, person) {
				p.Paged = append(slices.Clip(p.Paged), person)
			}
		}
	})
}

// Answer folds that somebody is on a page.
func (l List) Answer(n int, by stream.Person, at time.Time) List {
	return l.With(n, func(p *Page) { p.Acked, p.AckedAt, p.Asked = by, at, time.Time{} })
}

// With returns the list with one page altered; without such a number nothing
// changes.
func (l List) With(n int, alter func(*Page)) List {
	if n < 1 || n > len(l) {
		return l
	}
	out := slices.Clone(l)
	alter(&out[n-1])
	return out
}

// Settle folds what became of one call.
func (l List) Settle(e stream.Settled) List {
	n, person, way, ok := Of(e.About)
	if !ok {
		return l
	}
	return l.With(n, func(p *Page) {
		ways := maps.Clone(p.Ways)
		if ways == nil {
			ways = map[string]string{}
		}
		ways[person+"/"+way] = e.Result
		p.Ways = ways
	})
}

// Of reads what a call is named in Delivery.About: page, person, far end
// ("page/1/maya/twilio").
func Of(about string) (n int, person, way string, ok bool) {
	p := strings.Split(about, "/")
	if len(p) != 4 || p[0] != "page" {
		return 0, "", "", false
	}
	n, err := strconv.Atoi(p[1])
	return n, p[2], p[3], err == nil
}
