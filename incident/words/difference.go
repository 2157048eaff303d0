package words

import (
	"fmt"
	"slices"
	"strings"
)

// Change is one place in which two texts differ; Out or In may be empty.
type Change struct{ Out, In string }

const (
	// fewest equal words between two changes; fewer are part of one change, so
	// that it reads as a phrase.
	fewest = 3
	// mostPairs bounds the comparison: texts that differ over more words than
	// that are one change.
	mostPairs = 40_000
)

// Changes tells, word by word, how a text became another.
func Changes(was, is string) []Change {
	a, b := strings.Fields(was), strings.Fields(is)
	var out []Change
	var x, y []string // of the change that is being read
	flush := func() {
		if len(x)+len(y) > 0 {
			out = append(out, Change{strings.Join(x, " "), strings.Join(y, " ")})
		}
		x, y = nil, nil
	}
	i, j := 0, 0
	for _, r := range append(runs(a, b), run{len(a), len(b), 0}) {
		x, y = append(x, a[i:r.i]...), append(y, b[j:r.j]...)
		i, j = r.i, r.j
		n := r.n
		if r.i+n < len(a) || r.j+n < len(b) {
			n = sentences(a[r.i : r.i+n])
		}
		if whole := n == len(a) && n == len(b); n >= fewest || whole {
			flush()
			i, j = i+n, j+n
		}
	}
	flush()
	return out
}

// sentences counts the words up to the end of the last sentence, where no more
// than a few follow: those belong to what they begin.
func sentences(text []string) int {
	for n := len(text); n > 0 && len(text)-n < fewest; n-- {
		if strings.ContainsAny(text[n-1][len(text[n-1])-1:], ".!?") {
			return n
		}
	}
	return len(text)
}

// run is n words that both texts have, at i of the one and j of the other.
type run struct{ i, j, n int }

// runs are the longest common words in order, those that follow each other
// together.
func runs(a, b []string) []run {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	out := []run{{0, 0, head}}
	out = append(out, between(a[head:len(a)-tail], b[head:len(b)-tail], head)...)
	return append(out, run{len(a) - tail, len(b) - tail, tail})
}

// between are the runs of two parts that both begin at word from.
func between(a, b []string, from int) []run {
	if len(a)*len(b) > mostPairs {
		return nil
	}
	best := make([][]int, len(a)+1) // how many words a[i:] and b[j:] have in common
	for i := range best {
		best[i] = make([]int, len(b)+1)
	}
	for i, v := range slices.Backward(a) {
		for j, w := range slices.Backward(b) {
			if best[i][j] = max(best[i+1][j], best[i][j+1]); v == w {
				best[i][j] = best[i+1][j+1] + 1
			}
		}
	}
	var out []run
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] != b[j] && best[i+1][j] >= best[i][j+1]:
			i++
		case a[i] != b[j]:
			j++
		default:
			if n := len(out); n > 0 && out[n-1].i+out[n-1].n == i+from && out[n-1].j+out[n-1].n == j+from {
				out[n-1].n++
			} else {
				out = append(out, run{i + from, j + from, 1})
			}
			i, j = i+1, j+1
		}
	}
	return out
}

// Difference is the changes as one line: + “We have found the cause.” − “We are
// looking into it.” It is empty when there is none.
func Difference(was, is string) string {
	const shown, most = 3, 80
	var out []string
	changes := Changes(was, is)
	for _, c := range changes[:min(len(changes), shown)] {
		for _, part := range []struct{ sign, text string }{{"+", c.In}, {"−", c.Out}} {
			if r := []rune(part.text); len(r) > most {
				part.text = strings.TrimSpace(string(r[:most/2])) + " … " + strings.TrimSpace(string(r[len(r)-most/2:]))
			}
			if part.text != "" {
				out = append(out, part.sign+" “"+part.text+"”")
			}
		}
	}
	if more := len(changes) - shown; more > 0 {
		out = append(out, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(out, " ")
}
