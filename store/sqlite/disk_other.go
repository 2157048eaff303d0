//go:build !linux

package sqlite

import "drumbeat/store"

// disk tells nothing where the system is not Linux.
func disk(string) []store.Finding { return nil }
