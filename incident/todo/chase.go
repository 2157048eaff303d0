package todo

import (
	"time"

	"drumbeat/incident/stream"
)

// Item is a follow-up as its owner is asked for it.
type Item struct {
	Incident string `json:"incident"` // "INC-42"
	Name     string `json:"name"`     // "42"
	N        int    `json:"n"`
	Text     string `json:"text"`
}

// Ask is what one person owes, and when he was last asked for it.
type Ask struct {
	Person stream.Person `json:"person"`
	Items  []Item        `json:"items"`
	Last   time.Time     `json:"last,omitzero"`
}

// Chased is who is asked for what.
type Chased struct {
	To []Ask `json:"to,omitempty"`
}

// Chase says who is asked for what he owes this incident, and the others that
// are looked up; who was asked after since by one of those is left alone.
func (l List) Chase(name, number string, elsewhere []Ask, since time.Time) (out Chased) {
	other := map[string]Ask{}
	for _, a := range elsewhere {
		known := other[a.Person.Handle]
		known.Items = append(known.Items, a.Items...)
		if a.Last.After(known.Last) {
			known.Last = a.Last
		}
		other[a.Person.Handle] = known
	}
	at := map[string]int{}
	for _, t := range l.Open(true) {
		i, ok := at[t.Owner.Handle]
		if !ok {
			i = len(out.To)
			out.To = append(out.To, Ask{Person: t.Owner})
			at[t.Owner.Handle] = i
		}
		out.To[i].Items = append(out.To[i].Items, Item{Incident: number, Name: name, N: t.N, Text: t.Text})
	}
	var due []Ask
	for _, a := range out.To {
		if known := other[a.Person.Handle]; !known.Last.After(since) {
			a.Items = append(a.Items, known.Items...)
			due = append(due, a)
		}
	}
	return Chased{To: due}
}
