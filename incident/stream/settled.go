package stream

import "slices"

// What became of a delivery, as Settled.Result. The names are also the kinds
// of the records.
const (
	Delivered = "delivered" // it arrived; Ref, Link and More are the receipt
	Failing   = "failing"   // it surely did not arrive and is tried again; told once per delivery
	InDoubt   = "in-doubt"  // nobody knows whether it arrived, and nobody can look: a person is asked
	GaveUp    = "gave-up"   // it did not arrive and is not tried any more
	Withheld  = "withheld"  // a hold or the far end's mode stopped it at the last moment
)

// Settled is what became of a delivery: a command to the stream that asked for
// it, and the data of the record that it makes. Every kind of stream takes it
// and never refuses it.
type Settled struct {
	Result   string            `json:"-"` // the record's kind
	Delivery string            `json:"delivery"`
	To       string            `json:"to"`
	Action   string            `json:"action"`
	About    string            `json:"about,omitempty"`
	Attempt  int               `json:"attempt"`
	Ref      string            `json:"ref,omitempty"`
	Link     string            `json:"link,omitempty"`
	More     map[string]string `json:"more,omitempty"`
	// Problem is what went wrong, as a sentence without secrets.
	Problem string `json:"problem,omitempty"`
}

// keptProblems is how many a stream remembers.
const keptProblems = 20

// Problems are those of before and this one, if it did not arrive: the newest
// last, and twenty at most.
func (s Settled) Problems(before []Settled) []Settled {
	if s.Result != GaveUp && s.Result != Failing && s.Result != InDoubt {
		return before
	}
	all := append(slices.Clone(before), s)
	return all[max(0, len(all)-keptProblems):]
}
