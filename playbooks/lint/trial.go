package lint

import (
	"slices"

	"drumbeat/incident"
	"drumbeat/incident/stream"
	"drumbeat/playbooks"
	"drumbeat/playbooks/simulate"
)

// asked is one delivery that a step asked for.
type asked struct {
	stream.Delivery
	state incident.State
	from  stream.Record
}

// trial is what the steps of a playbook asked for on the sample incidents.
type trial struct {
	book  simulate.Book
	asked map[string][]asked // by the step's name
	// lost counts the deliveries whose slot a later step of the same reaction
	// took, by name, and by whom.
	lost map[string]map[string]int
}

// tried tries the playbook, once.
func (b *book) tried() *trial {
	if b.tries != nil {
		return b.tries
	}
	b.tries = &trial{asked: map[string][]asked{}, lost: map[string]map[string]int{}}
	var err error
	if b.tries.book, err = b.company().Open(b.Source); err != nil {
		return b.tries // Load tells why
	}
	var kinds []string
	for _, s := range b.mine() {
		kinds = append(kinds, s.On...)
	}
	for state, r := range b.Samples() {
		if !slices.Contains(kinds, r.Kind) {
			continue // those of base are told by who changes them
		}
		out, _ := b.tries.book.React(state, r)
		b.tries.take(b.Source, asked{state: state, from: r}, out)
	}
	return b.tries
}

// take notes what one reaction asked for.
func (t *trial) take(src playbooks.Source, at asked, out []stream.Delivery) {
	slots := map[string]string{}
	for i := len(out) - 1; i >= 0; i-- {
		s, ok := src.Asked(out[i].ID)
		if !ok {
			continue
		}
		at.Delivery = out[i]
		t.asked[s.Name] = append(t.asked[s.Name], at)
		if slot := out[i].Slot; slot != "" {
			if by, taken := slots[slot]; taken && by != s.Name {
				if t.lost[s.Name] == nil {
					t.lost[s.Name] = map[string]int{}
				}
				t.lost[s.Name][by]++
			}
			slots[slot] = s.Name
		}
	}
}

// company is where the playbook is tried: the configured one, or the sample.
func (b *book) company() simulate.Company {
	if b.config != nil {
		return b.config.Company
	}
	return simulate.Sample()
}
