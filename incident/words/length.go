package words

// Length is a part of words that is longer than a far end takes.
type Length struct {
	// Part is "title", "line", "field", "button", "command", "footer", or an
	// argument of the action; empty for all of the words. N counts those of its
	// kind from 0.
	Part string
	N    int
	// Is is how long it is and Most how long it may be, in Unit; Then is what
	// becomes of it: "it is cut".
	Is, Most int
	Unit     string
	Then     string
}
