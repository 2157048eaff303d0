package replay

import (
	"fmt"
	"regexp"
)

// Rows repeat themselves in blocks: a reminder, words, a yes, words that go out.
const (
	longestBlock = 8
	fewestTimes  = 2 // what came once more stands there twice
)

var numbers = regexp.MustCompile(`\d+`)

// fold gives rows for a reader: of blocks that differ in numbers alone the
// first stands, and how often it came again.
func fold(rows []Row) (out []Row) {
	for i := 0; i < len(rows); {
		size, times := repeats(rows[i:])
		next := i + size*(times+1)
		out = append(out, rows[i:i+size]...)
		if times > 0 {
			out = append(out, Row{At: rows[i+size].At, Drumbeat: true, Kind: rows[i].Kind,
				Text: fmt.Sprintf("the same %d× more, until %s", times, rows[next-1].At.Format("15:04"))})
		}
		i = next
	}
	return out
}

// repeats finds the block at the beginning that comes again most, and how often.
func repeats(rows []Row) (size, times int) {
	size = 1
	for n := 1; n <= min(longestBlock, len(rows)); n++ {
		again := 0
		for at := n; at+n <= len(rows) && alike(rows[:n], rows[at:at+n]); at += n {
			again++
		}
		if again >= fewestTimes && n*again > size*times {
			size, times = n, again
		}
	}
	return size, times
}

func alike(a, b []Row) bool {
	for i := range a {
		if !a[i].Drumbeat || !b[i].Drumbeat || numbers.ReplaceAllString(a[i].Text, "0") != numbers.ReplaceAllString(b[i].Text, "0") {
			return false
		}
	}
	return true
}
