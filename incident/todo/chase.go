package todo

import (
	"slices"
	"time"

	"drumbeat/incident/stream"
)

// Ask is what one person is asked for, in one message.
type Ask struct {
	Person stream.Person `json:"person"`
	Items  []Item        `json:"items"`
}

// Item is a follow-up that is open.
type Item struct {
	N    int       `json:"n"`
	Text string    `json:"text"`
	Due  time.Time `json:"due,omitzero"`
}

// Chased is who is asked for what.
type Chased struct {
	To []Ask `json:"to,omitempty"`
}

// Rhythm is how follow-ups are asked for: each person when the first of his is
// due, Every after the end at the latest; from then on as often. Last is asked for
// what belongs to somebody who cannot be written to.
type Rhythm struct {
	Ended time.Time
	Every time.Duration
	Last  stream.Person
}

// turns are who is to be asked for what, and when, in the order of the list.
func (l List) turns(r Rhythm) (asks []Ask, at []time.Time) {
	who, asked := map[string]int{}, map[string]time.Time{}
	for _, t := range l.Open(true) {
		p := t.Owner
		if p.Slack == "" {
			p = r.Last
		}
		first := r.Ended.Add(r.Every)
		if !t.Due.IsZero() && t.Due.Before(first) {
			first = t.Due
		}
		i, ok := who[p.Handle]
		if !ok {
			i = len(asks)
			who[p.Handle], asks, at = i, append(asks, Ask{Person: p}), append(at, first)
		}
		asks[i].Items = append(asks[i].Items, Item{N: t.N, Text: t.Text, Due: t.Due})
		if t.Asked.After(asked[p.Handle]) {
			asked[p.Handle] = t.Asked
		}
		if first.Before(at[i]) {
			at[i] = first
		}
	}
	for i, a := range asks {
		if last := asked[a.Person.Handle]; !last.IsZero() {
			at[i] = last.Add(r.Every)
		}
	}
	return asks, at
}

// Next is when somebody is asked for follow-ups next; zero while none is open.
func (l List) Next(r Rhythm) time.Time {
	_, at := l.turns(r)
	if len(at) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(at, time.Time.Compare)
}

// Chase asks those whose turn it is for all that they owe.
func (l List) Chase(r Rhythm, now time.Time) (out Chased) {
	asks, at := l.turns(r)
	for i, a := range asks {
		if !at[i].After(now) {
			out.To = append(out.To, a)
		}
	}
	return out
}

// Ask notes who was asked for what.
func (l List) Ask(e Chased, now time.Time) List {
	out := slices.Clone(l)
	for _, a := range e.To {
		for _, item := range a.Items {
			if item.N >= 1 && item.N <= len(out) {
				out[item.N-1].Asked = now
			}
		}
	}
	return out
}
