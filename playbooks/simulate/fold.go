package simulate

// fewest is how often a block has to come again: what came once more stands
// there twice.
const fewest = 2

// Fold shortens rows that repeat themselves in blocks of at most longest rows (a
// reminder, words, a yes, words that go out): of alike blocks the first stands,
// and one row says how often it came again.
func Fold[T any](rows []T, longest int, alike func(a, b T) bool, again func(block, rest []T, times int) T) (out []T) {
	for i := 0; i < len(rows); {
		size, times := repeats(rows[i:], longest, alike)
		next := i + size*(times+1)
		out = append(out, rows[i:i+size]...)
		if times > 0 {
			out = append(out, again(rows[i:i+size], rows[i+size:next], times))
		}
		i = next
	}
	return out
}

// repeats finds the block at the beginning that comes again most, and how often.
func repeats[T any](rows []T, longest int, alike func(a, b T) bool) (size, times int) {
	same := func(at, n int) bool {
		for i := range n {
			if !alike(rows[i], rows[at+i]) {
				return false
			}
		}
		return true
	}
	size = 1
	for n := 1; n <= min(longest, len(rows)); n++ {
		found := 0
		for at := n; at+n <= len(rows) && same(at, n); at += n {
			found++
		}
		if found >= fewest && n*found > size*times {
			size, times = n, found
		}
	}
	return size, times
}
