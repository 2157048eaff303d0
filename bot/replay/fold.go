package replay

import (
	"fmt"
	"regexp"

	"drumbeat/playbooks/simulate"
)

// longestBlock is how many rows repeat themselves together: a reminder, words, a
// yes, words that go out.
const longestBlock = 8

var numbers = regexp.MustCompile(`\d+`)

// fold gives rows for a reader: of blocks that differ in numbers alone the
// first stands, and how often it came again.
func fold(rows []Row) (out []Row) {
	return simulate.Fold(rows, longestBlock, alike, func(block, rest []Row, times int) Row {
		return Row{At: rest[0].At, Drumbeat: true, Kind: block[0].Kind,
			Text: fmt.Sprintf("the same %d× more, until %s", times, rest[len(rest)-1].At.Format("15:04"))}
	})
}

func alike(a, b Row) bool {
	return a.Drumbeat && b.Drumbeat && numbers.ReplaceAllString(a.Text, "0") == numbers.ReplaceAllString(b.Text, "0")
}
