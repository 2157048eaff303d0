package stream

import (
	"maps"
	"slices"
)

// A state that was handed out never changes: what alters it copies.

// With returns m with one value set; m itself stays as it is.
func With[K comparable, V any](m map[K]V, k K, v V) map[K]V {
	out := make(map[K]V, len(m)+1)
	maps.Copy(out, m)
	out[k] = v
	return out
}

// Append returns s with one more; no other slice shares what is added.
func Append[T any](s []T, x ...T) []T { return append(slices.Clip(s), x...) }

// Element gives the number n of s, counted from 1; nil if there is none. It is
// a copy.
func Element[T any](s []T, n int) *T {
	if n < 1 || n > len(s) {
		return nil
	}
	x := s[n-1]
	return &x
}

// Replace returns s with the number n, counted from 1, altered; s itself stays
// as it is. Without such a number nothing changes.
func Replace[T any](s []T, n int, alter func(*T)) []T {
	if n < 1 || n > len(s) {
		return s
	}
	out := slices.Clone(s)
	alter(&out[n-1])
	return out
}
