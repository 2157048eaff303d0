package lint

import (
	"slices"

	"drumbeat/incident/stream"
	"drumbeat/playbooks/simulate"
)

// trial is what the steps of a playbook asked for on the sample incidents.
type trial struct {
	book  simulate.Book
	asked map[string][]stream.Delivery // by the step's name
	// lost counts the deliveries whose slot a later step of the same reaction
	// took, by name, and by whom.
	lost map[string]map[string]int
}

// tried tries the playbook, once.
func (b *book) tried() *trial {
	if b.tries != nil {
		return b.tries
	}
	b.tries = &trial{asked: map[string][]stream.Delivery{}, lost: map[string]map[string]int{}}
	var err error
	if b.tries.book, err = b.company().Open(b.Source); err != nil {
		return b.tries // Load tells why
	}
	var kinds []string
	for _, s := range slices.Concat(b.mine(), b.own()) { // what only base says is told by who changes it
		kinds = append(kinds, s.On...)
	}
	if len(kinds) == 0 {
		return b.tries
	}
	for state, r := range b.Samples(kinds...) {
		out, _ := b.tries.book.React(state, r)
		b.tries.take(r.Kind, out)
	}
	return b.tries
}

// take notes what one reaction asked for.
func (t *trial) take(kind string, out []stream.Delivery) {
	slots := map[string]string{}
	for i := len(out) - 1; i >= 0; i-- {
		step := t.book.StepOf(out[i], kind)
		t.asked[step] = append(t.asked[step], out[i])
		if slot := out[i].Slot; slot != "" {
			if by, taken := slots[slot]; taken && by != step {
				if t.lost[step] == nil {
					t.lost[step] = map[string]int{}
				}
				t.lost[step][by]++
			}
			slots[slot] = step
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
