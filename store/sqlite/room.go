package sqlite

import (
	"fmt"

	"drumbeat/store"
)

// How little room on the disk is told, in bytes. A year of incidents takes some
// 100 MB.
const (
	little    = 1 << 30
	tooLittle = 100 << 20
)

// room tells of the bytes that are free.
func room(free uint64) store.Finding {
	f := store.Finding{Text: fmt.Sprintf("the disk has %d MB of room.", free>>20)}
	if free < little {
		f.Remedy, f.Fails = "Make room: a full disk takes no more commands.", free < tooLittle
	}
	return f
}
